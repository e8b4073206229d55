import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** Where the goods of orders were promised as the hub saw them, and where those of each refund were when it was made. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const statements = [
    `CREATE TABLE order_promise (order_id ${text} NOT NULL PRIMARY KEY, location ${text}, since bigint NOT NULL)`,
    'CREATE INDEX order_promise_since ON order_promise (since)',
    `CREATE TABLE refund_promise (refund_id ${text} NOT NULL PRIMARY KEY, location ${text}, noted_at bigint NOT NULL)`,
    'CREATE INDEX refund_promise_noted ON refund_promise (noted_at)',
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const promisedPlaces = { up }
