import { type Kysely, SqliteAdapter, sql } from 'kysely'

/**
 * What a receipt has had of its order's goods, which stays when it is corrected. When it was sold, by the hub's clock in ms. What people
 * were asked about it last.
 */
async function up(db: Kysely<unknown>): Promise<void> {
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const statements = [
    `ALTER TABLE order_sale ADD COLUMN had_json ${text} NOT NULL DEFAULT '[]'`,
    'ALTER TABLE order_sale ADD COLUMN sold_at bigint',
    `ALTER TABLE order_sale ADD COLUMN asked ${text}`,
    // until now what it took and what it had had were the same
    'UPDATE order_sale SET had_json = taken_json',
    // an older version noted the pickup of an external id before it knew it
    'UPDATE order_sale SET pickup = NULL WHERE pickup NOT IN (SELECT p.pickup FROM pickup AS p)',
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const orderSaleHad = { up }
