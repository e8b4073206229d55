import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** Units that are held back from online sale while a store is silent, and how far each place has come with that. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const statements = [
    `CREATE TABLE hold_back (store ${text} NOT NULL, location ${text} NOT NULL, item ${text} NOT NULL, sku ${text} NOT NULL,
       held bigint NOT NULL, safety bigint NOT NULL, unclear bigint NOT NULL, by_hand integer NOT NULL,
       silent_since bigint NOT NULL, held_since bigint NOT NULL, PRIMARY KEY (store, location, item))`,
    `CREATE TABLE hold_back_place (store ${text} NOT NULL, location ${text} NOT NULL, silent_since bigint NOT NULL,
       covered bigint NOT NULL, PRIMARY KEY (store, location))`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const holdBackTables = { up }
