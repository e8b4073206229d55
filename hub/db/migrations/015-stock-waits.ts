import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** When each request to Shopify was sent last, what waits since when after one that was not carried out, and what fails. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const statements = [
    'ALTER TABLE shopify_write ADD COLUMN last_sent_at bigint',
    `CREATE TABLE stock_wait (store ${text} NOT NULL, warehouse ${text} NOT NULL, sku ${text} NOT NULL,
       since bigint NOT NULL, PRIMARY KEY (store, warehouse, sku))`,
    `CREATE TABLE trouble (part ${text} NOT NULL, subject ${text} NOT NULL, since bigint NOT NULL,
       problem ${text} NOT NULL, PRIMARY KEY (part, subject))`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const stockWaits = { up }
