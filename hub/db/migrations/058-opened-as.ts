import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** What the openings of a warehouse's ledger are found by since it was mapped to another location; null: by its code. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  await sql.raw(`ALTER TABLE warehouse ADD COLUMN opened_as ${text}`).execute(db)
}

export const openedAs = { up }
