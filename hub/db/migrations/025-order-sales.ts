import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** Receipts that ring up an online order: they are its hand-over, and move no stock of their own. */
async function up(db: Kysely<unknown>): Promise<void> {
  const isSqlite = db.getExecutor().adapter instanceof SqliteAdapter
  // texts are compared by their bytes on both engines
  const text = isSqlite ? 'text' : 'text COLLATE "C"'
  const statements = [
    `CREATE TABLE order_sale (store ${text} NOT NULL, source ${text} NOT NULL, receipt ${text} NOT NULL,
       named ${text} NOT NULL, pickup ${text}, sold_json ${text} NOT NULL, taken_json ${text} NOT NULL, revision bigint NOT NULL,
       staff ${text} NOT NULL, till ${text} NOT NULL, device ${text} NOT NULL, epoch bigint NOT NULL, seq bigint NOT NULL,
       PRIMARY KEY (store, source, receipt))`,
    'CREATE INDEX order_sale_pickup ON order_sale (pickup)',
    'CREATE INDEX order_sale_named ON order_sale (named) WHERE pickup IS NULL',
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const orderSales = { up }
