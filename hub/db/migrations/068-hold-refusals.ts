import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** Items of which Shopify refuses to move units, and since how often: they are tried again ever more seldom. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const statements = [
    `CREATE TABLE hold_refusal (store ${text} NOT NULL, location ${text} NOT NULL, item ${text} NOT NULL, times integer NOT NULL,
       refused_at bigint NOT NULL, retry_at bigint NOT NULL, problem text NOT NULL, PRIMARY KEY (store, location, item))`,
    `CREATE INDEX write_refused_hold ON shopify_write (settled_at) WHERE kind = 'hold' AND state = 'refused'`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const holdRefusals = { up }
