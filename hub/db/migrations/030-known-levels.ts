import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** The level of an item at a place that the next stock write compares with; see stock/known-levels.ts. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const statement = `CREATE TABLE known_level (location ${text} NOT NULL, item ${text} NOT NULL, available bigint NOT NULL,
     on_hand bigint NOT NULL, committed bigint NOT NULL, on_hand_at bigint, active bigint NOT NULL, PRIMARY KEY (location, item))`
  await sql.raw(statement).execute(db)
}

export const knownLevelTable = { up }
