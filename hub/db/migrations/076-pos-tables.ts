import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** Which sources of each till have a POS whose tables have changed. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  await sql.raw(`ALTER TABLE device_machine ADD COLUMN pos_tables_json ${text}`).execute(db)
}

export const posTablesColumn = { up }
