import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** What the ledger took from Shopify of each fulfilment, so that a cancelled one is taken back once and exactly. */
async function up(db: Kysely<unknown>): Promise<void> {
  const isSqlite = db.getExecutor().adapter instanceof SqliteAdapter
  // texts are compared by their bytes on both engines
  const text = isSqlite ? 'text' : 'text COLLATE "C"'
  const statements = [
    `CREATE TABLE pickup_fulfillment (fulfillment ${text} NOT NULL, pickup ${text} NOT NULL, order_id ${text} NOT NULL,
       store ${text} NOT NULL, state ${text} NOT NULL, lines_json ${text} NOT NULL, made_at bigint NOT NULL, updated_at bigint NOT NULL,
       PRIMARY KEY (pickup, fulfillment))`,
    'CREATE INDEX pickup_fulfillment_order ON pickup_fulfillment (order_id)',
    'CREATE INDEX pickup_of_order ON pickup (order_id)',
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const fulfillments = { up }
