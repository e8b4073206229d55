import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** What was not counted because another till had told a receipt of that number, and the other names of what was. */
async function up(db: Kysely<unknown>): Promise<void> {
  const isSqlite = db.getExecutor().adapter instanceof SqliteAdapter
  // texts are compared by their bytes on both engines
  const [text, bytes] = isSqlite ? ['text', 'blob'] : ['text COLLATE "C"', 'bytea']
  const statements = [
    `CREATE TABLE refused_receipt (store bigint NOT NULL, what ${text} NOT NULL, key ${bytes} NOT NULL,
       device bigint NOT NULL, source bigint NOT NULL, mark ${text} NOT NULL, subject ${text} NOT NULL,
       state ${text} NOT NULL, epoch bigint NOT NULL, seq bigint NOT NULL, at bigint NOT NULL,
       PRIMARY KEY (store, what, key, device))`,
    'CREATE INDEX refused_receipt_source ON refused_receipt (store, source)',
    `CREATE TABLE receipt_name (store bigint NOT NULL, what ${text} NOT NULL, key ${bytes} NOT NULL, held ${bytes} NOT NULL,
       source bigint NOT NULL, PRIMARY KEY (store, what, key))`,
    'ALTER TABLE stock_entry ADD COLUMN device bigint',
    'ALTER TABLE stock_entry ADD COLUMN happened_at bigint',
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const refusedReceipts = { up }
