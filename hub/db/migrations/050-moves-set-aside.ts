import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** Steps of a till that found no room to wait for their orders: a run of its records each. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  await sql
    .raw(
      `CREATE TABLE moves_set_aside (device ${text} NOT NULL, epoch bigint NOT NULL, store ${text} NOT NULL,
         next_seq bigint NOT NULL, last_seq bigint NOT NULL, PRIMARY KEY (device, epoch))`,
    )
    .execute(db)
}

export const movesSetAside = { up }
