import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** Which agent.json a till has, and when it became another one. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  for (const column of [`own_hash ${text}`, 'own_changed_at bigint'])
    await sql.raw(`ALTER TABLE settings_report ADD COLUMN ${column}`).execute(db)
}

export const ownSettings = { up }
