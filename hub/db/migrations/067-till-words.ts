import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** What each connected till said last, for the hub on the same database that looks after silent stores. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  await sql
    .raw(
      `CREATE TABLE till_word (device ${text} PRIMARY KEY, at bigint NOT NULL, unread_since bigint, has_more integer NOT NULL,
       read_at bigint)`,
    )
    .execute(db)
}

export const tillWordTable = { up }
