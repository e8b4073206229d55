import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** What a refused receipt is about, where only its date tells it from another: its source's name is not part of it. */
async function up(db: Kysely<unknown>): Promise<void> {
  const bytes = db.getExecutor().adapter instanceof SqliteAdapter ? 'blob' : 'bytea'
  await sql.raw(`ALTER TABLE refused_receipt ADD COLUMN gist ${bytes}`).execute(db)
}

export const refusedGist = { up }
