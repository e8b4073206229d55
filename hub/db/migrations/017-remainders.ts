import { type Kysely, SqliteAdapter, sql } from 'kysely'

/**
 * What is held back of each item because Shopify counts whole units. Fractions that older versions took for known to
 * Shopify, which cannot have them, are held back from now on.
 */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const statements = [
    `CREATE TABLE remainder (store ${text} NOT NULL, warehouse ${text} NOT NULL, sku ${text} NOT NULL,
       quantity bigint NOT NULL, PRIMARY KEY (store, warehouse, sku))`,
    `INSERT INTO remainder (store, warehouse, sku, quantity)
       SELECT s.text, w.text, i.sku, f.quantity FROM (
         SELECT store, MIN(warehouse) AS warehouse, item, SUM(quantity % 1000) % 1000 AS quantity FROM (
           SELECT store, warehouse, item, quantity FROM level WHERE state = 0
           UNION ALL SELECT store, warehouse, item, -quantity FROM due
         ) AS posted GROUP BY store, item HAVING SUM(quantity % 1000) % 1000 <> 0
       ) AS f JOIN code AS s ON s.id = f.store JOIN code AS w ON w.id = f.warehouse JOIN item AS i ON i.id = f.item`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const remainders = { up }
