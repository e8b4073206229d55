import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** When each store is open, so that a till that is silent then is found soon. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  await sql
    .raw(`CREATE TABLE store_hours (store ${text} NOT NULL PRIMARY KEY, hours_json ${text} NOT NULL)`)
    .execute(db)
}

export const storeHours = { up }
