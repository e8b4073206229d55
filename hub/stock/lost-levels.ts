import { sql } from 'kysely'
import type { Tx } from '../db/db.ts'
import { readPlaces, type StockPlace } from './places.ts'

/**
 * Forgets the levels that the ledger has nothing to compare with any more: no SKU names their item now, or no store, or more than
 * one, has their location. Their differences end with them.
 * @param which `open`: only those that differ or are to be looked at, which are few
 */
export async function forgetLostLevels(tx: Tx, which: 'open' | 'all'): Promise<void> {
  const { unclear } = await readPlaces(tx)
  // an index holds the rows of each part, if the statement has the words of the index
  const open = [sql<boolean>`dirty = 1`, sql<boolean>`differs_since IS NOT NULL`]
  for (const part of which === 'open' ? open : [sql<boolean>`1 = 1`]) {
    const lost = tx.deleteFrom('shopify_level').where(part)
    await lost
      .where(e =>
        e.not(
          e.exists(
            e
              .selectFrom('item as i')
              .select('i.id')
              .whereRef('i.inventory_item_id', '=', 'shopify_level.item')
              .where('i.state', '=', 'mapped'),
          ),
        ),
      )
      .execute()
    await lost
      .where(e =>
        e.not(
          e.exists(
            e
              .selectFrom('warehouse as w')
              .select('w.code')
              .whereRef('w.store', '=', 'shopify_level.store')
              .whereRef('w.location_id', '=', 'shopify_level.location'),
          ),
        ),
      )
      .execute()
    if (unclear.size > 0) await lost.where('location', 'in', [...unclear]).execute()
  }
}

const ITEMS_A_QUERY = 250

/** Shopify does not have these items any more, or does not count them: their levels at a place are not compared. */
export async function forgetLevels(
  tx: Tx,
  { store, location }: StockPlace,
  items: readonly string[],
): Promise<void> {
  for (let start = 0; start < items.length; start += ITEMS_A_QUERY)
    await tx
      .deleteFrom('shopify_level')
      .where('store', '=', store)
      .where('location', '=', location)
      .where('item', 'in', items.slice(start, start + ITEMS_A_QUERY))
      .execute()
}
