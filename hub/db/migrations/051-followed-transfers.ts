import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** Transfers between locations whose shipments were read for what they did to stock. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const statements = [
    `CREATE TABLE followed_transfer (transfer_id ${text} NOT NULL PRIMARY KEY, content ${text} NOT NULL, is_open bigint NOT NULL,
       read_at bigint NOT NULL)`,
    'CREATE INDEX followed_transfer_open ON followed_transfer (transfer_id) WHERE is_open = 1',
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const followedTransfers = { up }
