import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** What people of head office ask of tills, and what these answer. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const statements = [
    `CREATE TABLE support_request (id ${text} NOT NULL PRIMARY KEY, device ${text} NOT NULL, ask_json ${text} NOT NULL,
       asked_by ${text} NOT NULL, asked_at bigint NOT NULL, expires_at bigint NOT NULL, answered_at bigint, answer_json ${text})`,
    'CREATE INDEX support_request_device ON support_request (device, asked_at)',
    'CREATE INDEX support_request_waiting ON support_request (expires_at) WHERE answered_at IS NULL',
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const supportRequests = { up }
