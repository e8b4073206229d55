import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** What each store's tills were told last of promised items with few free units. */
async function up(db: Kysely<unknown>): Promise<void> {
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const statement = `CREATE TABLE told_reserved (store ${text} NOT NULL, items_json text NOT NULL, PRIMARY KEY (store))`
  await sql.raw(statement).execute(db)
}

export const toldReserved = { up }
