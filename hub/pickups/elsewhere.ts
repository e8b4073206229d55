import { sql } from 'kysely'
import { units } from '../../shared/quantity.ts'
import { contractOf } from '../contract/contract.ts'
import type { Reads } from '../db/db.ts'
import { mappedItems } from '../items/item-table.ts'
import { heldItems } from '../stock/hold-back.ts'
import { stockStates } from '../stock/movement-kinds.ts'
import { readPlaces } from '../stock/places.ts'

interface FreeAtWarehouse {
  readonly store: string
  readonly warehouse: string
  readonly sku: string
  readonly free: number
}

/**
 * Locations that have all of these items free: on hand and promised to no customer, by the ledger, and not held back because their store is silent. The one with the most to spare of
 * its scarcest item comes first. Its store has an enrolled till and is live: before that its stock can't be relied on.
 * @param wanted thousandths of a unit by SKU
 * @param besides stores that are left out
 */
export async function locationsThatHave(
  db: Reads,
  wanted: ReadonlyMap<string, number>,
  besides: ReadonlySet<string>,
  now: number,
): Promise<readonly string[]> {
  const rows = await freeAtWarehouses(db, [...wanted.keys()])
  const { places } = await readPlaces(db)
  const held = await heldOf(db, [...wanted.keys()])
  const spare: { location: string; units: number }[] = []
  for (const { store, location, warehouses } of places) {
    const here = rows.filter(row => row.store === store && warehouses.includes(row.warehouse))
    const freeOf = (sku: string) =>
      here.reduce((sum, row) => (row.sku === sku ? sum + row.free : sum), 0) - held(location, sku)
    const least = Math.min(...[...wanted].map(([sku, quantity]) => freeOf(sku) - quantity))
    if (least < 0 || besides.has(store)) continue
    const isLive = ((await contractOf(db, store))?.terms.goLive ?? Number.POSITIVE_INFINITY) <= now
    if (isLive) spare.push({ location, units: least })
  }
  return spare
    .sort((a, b) => b.units - a.units || (a.location < b.location ? -1 : 1))
    .map(({ location }) => location)
}

/** What silent stores have probably sold of some items, by location and SKU, in thousandths of a unit. */
async function heldOf(db: Reads, skus: readonly string[]) {
  const items = await mappedItems(db, skus)
  const rows = await heldItems(db, [...items.values()])
  return (location: string, sku: string) =>
    rows.reduce(
      (sum, row) => (row.location === location && row.item === items.get(sku) ? sum + units(row.held) : sum),
      0,
    )
}

/** Under whichever codes the tills and Shopify know an item, at every warehouse of a store with an enrolled till. */
async function freeAtWarehouses(db: Reads, skus: readonly string[]): Promise<readonly FreeAtWarehouse[]> {
  if (skus.length === 0) return []
  const { on_hand: onHand } = stockStates
  const rows = await db.rows(sql<FreeAtWarehouse>`
    SELECT s.text AS store, w.text AS warehouse, i.sku,
           SUM(CASE WHEN l.state = ${onHand} THEN CAST(l.quantity AS double precision)
                    ELSE -CAST(l.quantity AS double precision) END) AS free
      FROM item AS i
      JOIN item AS j ON j.id = i.id OR j.inventory_item_id = i.inventory_item_id
      JOIN level AS l ON l.item = j.id
      JOIN code AS s ON s.id = l.store JOIN code AS w ON w.id = l.warehouse
     WHERE i.sku IN (${sql.join(skus)})
       AND EXISTS (SELECT 1 FROM device AS d WHERE d.store = s.text AND d.state = 'active')
     GROUP BY s.text, w.text, i.sku`)
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
