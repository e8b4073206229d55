import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** The pickup that the items of a question were split off: its tills show that question. */
async function up(db: Kysely<unknown>): Promise<void> {
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  await sql.raw(`ALTER TABLE customer_question ADD COLUMN pickup ${text}`).execute(db)
}

export const questionPickup = { up }
