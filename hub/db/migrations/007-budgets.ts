import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** What each till may have set aside, how fast each one trades, and who opened an exception. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const statements = [
    `CREATE TABLE device_budget (device ${text} NOT NULL, what ${text} NOT NULL, used bigint NOT NULL, at bigint NOT NULL,
       beyond bigint NOT NULL, beyond_at bigint, PRIMARY KEY (device, what))`,
    `CREATE TABLE device_pace (device ${text} NOT NULL PRIMARY KEY, hour bigint NOT NULL, hours bigint NOT NULL,
       now_json ${text} NOT NULL, most_json ${text} NOT NULL, peaks_json ${text} NOT NULL)`,
    `ALTER TABLE exception ADD COLUMN device ${text}`,
    'CREATE INDEX exception_device ON exception (device, kind) WHERE closed_at IS NULL AND device IS NOT NULL',
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const budgets = { up }
