import type { Reads, Tx } from '../db/db.ts'
import type { StockPlace } from './places.ts'
import type { ItemLevel } from './shop-level.ts'

const ITEMS_A_QUERY = 250

/** Those of some items at a place of which something was heard since their level was seen. */
export async function markedItems(
  db: Reads,
  place: StockPlace,
  items: readonly string[],
): Promise<readonly string[]> {
  const rows = await rowsOf(db, place, items)
  return rows.filter(({ dirty }) => dirty === 1).map(({ item }) => item)
}

/**
 * Marks the items whose level was seen otherwise than Shopify has it now, or had it lately: they are looked at again. Those that
 * were never compared stay as they are. @returns how many were marked
 */
export async function markDiffering(
  tx: Tx,
  place: StockPlace,
  levels: ReadonlyMap<string, ItemLevel>,
): Promise<number> {
  const rows = await rowsOf(tx, place, [...levels.keys()])
  const differing = rows.flatMap(({ item, dirty, available, on_hand }) => {
    const level = levels.get(item)
    if (level === undefined || dirty === 1 || on_hand === null) return []
    return level.onHand === on_hand && level.available === available ? [] : [item]
  })
  for (let start = 0; start < differing.length; start += ITEMS_A_QUERY)
    await tx
      .updateTable('shopify_level')
      .set({ dirty: 1 })
      .where('store', '=', place.store)
      .where('location', '=', place.location)
      .where('item', 'in', differing.slice(start, start + ITEMS_A_QUERY))
      .execute()
  return differing.length
}

async function rowsOf(db: Reads, { store, location }: StockPlace, items: readonly string[]) {
  const found = []
  for (let start = 0; start < items.length; start += ITEMS_A_QUERY)
    found.push(
      ...(await db
        .selectFrom('shopify_level')
        .select(['item', 'dirty', 'available', 'on_hand'])
        .where('store', '=', store)
        .where('location', '=', location)
        .where('item', 'in', items.slice(start, start + ITEMS_A_QUERY))
        .execute()),
    )
  return found
}
