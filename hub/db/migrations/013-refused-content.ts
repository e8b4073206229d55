import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** Which content was refused, and under which key it counts by now: a later content is not taken for it. */
async function up(db: Kysely<unknown>): Promise<void> {
  const bytes = db.getExecutor().adapter instanceof SqliteAdapter ? 'blob' : 'bytea'
  for (const column of ['content', 'named'])
    await sql.raw(`ALTER TABLE refused_receipt ADD COLUMN ${column} ${bytes}`).execute(db)
}

export const refusedContent = { up }
