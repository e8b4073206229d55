import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** Goods of online orders that tills took back, and how far Shopify has them. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const statements = [
    `CREATE TABLE till_return (return_id ${text} PRIMARY KEY, store ${text} NOT NULL, device ${text} NOT NULL, order_id ${text},
       rule ${text} NOT NULL, state ${text} NOT NULL, body_json ${text} NOT NULL, outcome_json ${text} NOT NULL,
       noted_at bigint NOT NULL, changed_at bigint NOT NULL)`,
    "CREATE INDEX till_return_waiting ON till_return (device) WHERE state IN ('waiting', 'owed')",
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const tillReturns = { up }
