import { sql } from 'kysely'
import { contractOf } from '../contract/contract.ts'
import type { Reads } from '../db/db.ts'
import { stockStates } from '../stock/movement-kinds.ts'

interface FreeUnits {
  readonly store: string
  readonly sku: string
  readonly free: number
}

/**
 * Stores with an enrolled till that have all of these items free: on hand and promised to no customer, by the ledger. The one with
 * the most to spare of its scarcest item comes first. A store that is not live yet has no stock that can be relied on.
 * @param wanted thousandths of a unit by SKU
 */
export async function storesThatHave(
  db: Reads,
  wanted: ReadonlyMap<string, number>,
  besides: ReadonlySet<string>,
  now: number,
): Promise<readonly string[]> {
  const free = new Map<string, Map<string, number>>()
  for (const one of await freeUnits(db, [...wanted.keys()]))
    free.set(one.store, (free.get(one.store) ?? new Map<string, number>()).set(one.sku, one.free))
  const spare: { store: string; units: number }[] = []
  for (const [store, units] of free) {
    const least = Math.min(...[...wanted].map(([sku, quantity]) => (units.get(sku) ?? 0) - quantity))
    const isLive = ((await contractOf(db, store))?.terms.goLive ?? Number.POSITIVE_INFINITY) <= now
    if (least >= 0 && isLive && !besides.has(store)) spare.push({ store, units: least })
  }
  return spare.sort((a, b) => b.units - a.units || (a.store < b.store ? -1 : 1)).map(({ store }) => store)
}

/** Over all warehouses of each store, and under whichever codes the tills and Shopify know an item. */
async function freeUnits(db: Reads, skus: readonly string[]): Promise<readonly FreeUnits[]> {
  if (skus.length === 0) return []
  const { on_hand: onHand } = stockStates
  const rows = await db.rows(sql<FreeUnits>`
    SELECT s.text AS store, i.sku,
           SUM(CASE WHEN l.state = ${onHand} THEN CAST(l.quantity AS double precision)
                    ELSE -CAST(l.quantity AS double precision) END) AS free
      FROM item AS i
      JOIN item AS j ON j.id = i.id OR j.inventory_item_id = i.inventory_item_id
      JOIN level AS l ON l.item = j.id
      JOIN code AS s ON s.id = l.store
     WHERE i.sku IN (${sql.join(skus)})
       AND EXISTS (SELECT 1 FROM device AS d WHERE d.store = s.text AND d.state = 'active')
     GROUP BY s.text, i.sku`)
  return rows.map(row => ({ ...row, free: Number(row.free) }))
}

/** The stores whose staff did not find something of an order: it is not sent back to them. */
export async function storesThatLooked(db: Reads, order: string): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('shopify_write as w')
    .innerJoin('pickup as p', 'p.pickup', 'w.subject')
    .select('w.store')
    .distinct()
    .where('w.kind', '=', 'short')
    .where('p.order_id', '=', order)
    .execute()
  return new Set(rows.map(({ store }) => store))
}
