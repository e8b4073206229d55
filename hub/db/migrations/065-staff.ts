import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** People who work at tills, what is kept of their PINs and badges, and the stores that they work in. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const statements = [
    `CREATE TABLE staff (staff ${text} NOT NULL PRIMARY KEY, name ${text} NOT NULL, pin_hash ${text}, badge_hash ${text} UNIQUE,
       badge_alone integer NOT NULL, all_stores integer NOT NULL, added_at bigint NOT NULL)`,
    `CREATE TABLE staff_store (staff ${text} NOT NULL, store ${text} NOT NULL, PRIMARY KEY (staff, store))`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const staffTables = { up }
