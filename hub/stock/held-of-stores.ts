import type { Reads } from '../db/db.ts'

/** What is held back from sale online because a store gives no word. */
export interface HeldOfStore {
  readonly store: string
  readonly units: number
  readonly items: number
  /** Since when the first of it is held, hub clock. */
  readonly since: number
}

/** The stores of which units are held back. One query, however many there are. */
export async function heldOfStores(db: Reads): Promise<readonly HeldOfStore[]> {
  const rows = await db
    .selectFrom('hold_back')
    .select(e => [
      'store',
      e.fn.sum<number | string>('held').as('units'),
      e.fn.countAll<number | string>().as('items'),
      e.fn.min('held_since').as('since'),
    ])
    .where('held', '>', 0)
    .groupBy('store')
    .orderBy('store')
    .execute()
  return rows.map(({ store, units, items, since }) => ({
    store,
    units: Number(units),
    items: Number(items),
    since: Number(since),
  }))
}
