import type { Reads } from '../db/db.ts'

export interface LevelSum {
  readonly warehouse: string
  readonly sku: string
  readonly state: 'on_hand' | 'committed'
  readonly quantity: number
}

/** What the ledger holds of some items at some warehouses of a store, in thousandths of a unit. */
export function levelSums(
  db: Reads,
  place: { readonly store: string; readonly warehouses: readonly string[] },
  skus: readonly string[],
): Promise<LevelSum[]> {
  return db
    .selectFrom('level')
    .select(['warehouse', 'sku', 'state', 'quantity'])
    .where('store', '=', place.store)
    .where('warehouse', 'in', place.warehouses)
    .where('sku', 'in', skus)
    .execute()
}
