import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** Receipts that a till dates to an earlier hour than its newest, or far ahead; see sales/pace.ts. Empty: none. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  await sql.raw(`ALTER TABLE device_pace ADD COLUMN late_json ${text} NOT NULL DEFAULT ''`).execute(db)
}

export const lateReceipts = { up }
