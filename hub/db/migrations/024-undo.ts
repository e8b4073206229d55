import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** What a move of a pickup changed, as it was before, so that staff can undo it. Null: it can't be undone, or an older version made it. */
async function up(db: Kysely<unknown>): Promise<void> {
  const isSqlite = db.getExecutor().adapter instanceof SqliteAdapter
  const text = isSqlite ? 'text' : 'text COLLATE "C"'
  await sql.raw(`ALTER TABLE pickup_move ADD COLUMN before_json ${text}`).execute(db)
  await sql.raw('ALTER TABLE pickup_move ADD COLUMN after_version bigint').execute(db)
}

export const undo = { up }
