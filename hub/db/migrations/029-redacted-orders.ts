import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** Orders whose customer was redacted, by their ids alone: what arrives of them later is redacted as well. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const statement = `CREATE TABLE redacted_order (order_id ${text} NOT NULL, redacted_at bigint NOT NULL,
     again_at bigint, PRIMARY KEY (order_id))`
  await sql.raw(statement).execute(db)
  await sql.raw('CREATE INDEX redacted_order_again ON redacted_order (again_at)').execute(db)
}

export const redactedOrders = { up }
