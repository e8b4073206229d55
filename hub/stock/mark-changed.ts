import type { Tx } from '../db/db.ts'

/** An item of a store whose stock on hand in the ledger has changed. */
interface ChangedItem {
  readonly store: string
  readonly warehouse: string
  readonly sku: string
}

const SKUS_A_QUERY = 250

/**
 * The ledger follows something that Shopify did: what was seen of these items before may count it or not. They are looked at again
 * soon, and nothing of them is accepted until then.
 */
export async function markChanged(tx: Tx, items: readonly ChangedItem[]): Promise<void> {
  for (const [store, own] of Map.groupBy(items, one => one.store)) {
    const locations = tx
      .selectFrom('warehouse')
      .select('location_id')
      .where('store', '=', store)
      .where('code', 'in', [...new Set(own.map(one => one.warehouse))])
      .$narrowType<{ location_id: string }>()
    const skus = [...new Set(own.map(one => one.sku))]
    for (let start = 0; start < skus.length; start += SKUS_A_QUERY) {
      const named = tx
        .selectFrom('item')
        .select('inventory_item_id')
        .where('sku', 'in', skus.slice(start, start + SKUS_A_QUERY))
        .$narrowType<{ inventory_item_id: string }>()
      await tx
        .updateTable('shopify_level')
        .set({ dirty: 1 })
        .where('store', '=', store)
        .where('location', 'in', locations)
        .where('item', 'in', named)
        .execute()
    }
  }
}
