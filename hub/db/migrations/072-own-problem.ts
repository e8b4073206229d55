import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** Why a till does not run with its agent.json as that is now. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  await sql.raw(`ALTER TABLE settings_report ADD COLUMN own_problem ${text}`).execute(db)
}

export const ownProblem = { up }
