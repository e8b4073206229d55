import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** What a restored hub lacks of its devices' records, and what of it no device has any more. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  await sql
    .raw(
      `CREATE TABLE lost_history (device ${text} NOT NULL, epoch bigint NOT NULL, store ${text} NOT NULL, till ${text} NOT NULL,
         from_seq bigint NOT NULL, to_seq bigint NOT NULL, hash ${text} NOT NULL, since bigint NOT NULL, until bigint NOT NULL,
         state ${text} NOT NULL, ends ${text}, PRIMARY KEY (device, epoch))`,
    )
    .execute(db)
}

export const lostHistory = { up }
