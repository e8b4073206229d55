import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** The version of the desktop app on each till. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  await sql.raw(`ALTER TABLE device_machine ADD COLUMN desktop ${text}`).execute(db)
}

export const desktopVersion = { up }
