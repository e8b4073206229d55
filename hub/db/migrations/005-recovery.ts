import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** Recovery is a store's and no longer a device's; what the lost hub sent is known by name where a record of it exists. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const statements = [
    // what was under way is judged by Shopify's levels, as before
    `CREATE TABLE recovery_2 (store ${text} NOT NULL PRIMARY KEY, cause ${text} NOT NULL, begun_at bigint NOT NULL,
       since bigint NOT NULL, recorded bigint NOT NULL, ended_at bigint)`,
    `INSERT INTO recovery_2 (store, cause, begun_at, since, recorded, ended_at)
       SELECT r.store, 'till', COALESCE((SELECT MAX(received_at) FROM event), 0), 0, 0, NULL
         FROM (SELECT DISTINCT store FROM recovery) AS r`,
    'DROP TABLE recovery',
    'ALTER TABLE recovery_2 RENAME TO recovery',
    `CREATE TABLE recovery_device (device ${text} NOT NULL PRIMARY KEY, store ${text} NOT NULL, epoch bigint NOT NULL,
       seq bigint NOT NULL, at bigint NOT NULL)`,
    `CREATE TABLE recovery_level (store ${text} NOT NULL, location ${text} NOT NULL, item ${text} NOT NULL,
       clean bigint NOT NULL, shown bigint NOT NULL, PRIMARY KEY (store, location, item))`,
    `CREATE TABLE recovery_cleared (store ${text} NOT NULL, kind bigint NOT NULL, cause bigint NOT NULL,
       line bigint NOT NULL, revision bigint NOT NULL, PRIMARY KEY (store, kind, cause, line, revision))`,
    `CREATE TABLE lost_posting (store ${text} NOT NULL, name ${text} NOT NULL, write bigint NOT NULL, sku ${text} NOT NULL,
       warehouse ${text} NOT NULL, quantity bigint NOT NULL, PRIMARY KEY (store, name, write))`,
    'CREATE INDEX lost_posting_write ON lost_posting (write)',
    'CREATE INDEX lost_posting_sku ON lost_posting (store, sku)',
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const recovery = { up }
