import { sql } from 'kysely'
import type { Reads } from '../db/db.ts'

/** An item's promised and held quantity at one place, in thousandths, under whichever codes the tills and Shopify know it. */
export interface PromisedUnits {
  readonly store: string
  readonly warehouse: string
  readonly sku: string
  readonly promised: number
  readonly held: number
}

/**
 * Reads what is promised, and of the levels only those of the same items. Without any level of stock nothing is known.
 * @param store left out: all stores
 */
export async function promisedAndHeld(db: Reads, store?: string): Promise<readonly PromisedUnits[]> {
  // a level's state is 0 for what is on hand and 1 for what is promised, as `stockStates` in hub/stock says
  // a till may sell an item under another code than Shopify promises it under; both lead to one inventory item
  const here = store === undefined ? sql`` : sql`AND l.store = (SELECT id FROM code WHERE text = ${store})`
  const rows = await db.rows(sql<PromisedUnits>`
    SELECT s.text AS store, w.text AS warehouse, p.sku, p.promised,
           SUM(CAST(h.quantity AS double precision)) AS held
      FROM (SELECT l.store, l.warehouse, MIN(i.sku) AS sku, MIN(i.id) AS item, i.inventory_item_id,
                   SUM(CAST(l.quantity AS double precision)) AS promised
              FROM level AS l JOIN item AS i ON i.id = l.item
             WHERE l.state = 1 AND l.quantity > 0 ${here}
             GROUP BY l.store, l.warehouse, i.inventory_item_id,
                      CASE WHEN i.inventory_item_id IS NULL THEN i.id ELSE 0 END) AS p
      JOIN item AS j ON j.id = p.item OR j.inventory_item_id = p.inventory_item_id
      JOIN level AS h ON h.store = p.store AND h.warehouse = p.warehouse AND h.item = j.id
                     AND h.state = 0
      JOIN code AS s ON s.id = p.store JOIN code AS w ON w.id = p.warehouse
     GROUP BY s.text, w.text, p.sku, p.promised
     ORDER BY s.text, w.text, p.sku`)
  return rows.map(row => ({ ...row, promised: Number(row.promised), held: Number(row.held) }))
}
