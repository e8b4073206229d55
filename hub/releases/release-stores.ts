import type { Reads, Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { demandStore } from '../fleet/stores.ts'

/** The one owner of the table `release_store`. */

export interface StoreUpdates {
  readonly isCanary: boolean
  readonly isPaused: boolean
  /** The one version that the store's tills are to run; null: as the rings say. */
  readonly pinned: string | null
}

const asRings: StoreUpdates = { isCanary: false, isPaused: false, pinned: null }

const updatesOf = (row: Schema['release_store']): StoreUpdates => ({
  isCanary: row.is_canary === 1,
  isPaused: row.is_paused === 1,
  pinned: row.pinned,
})

/** What is different about updates in which store. */
export async function storesWithUpdates(db: Reads): Promise<ReadonlyMap<string, StoreUpdates>> {
  const rows = await db.selectFrom('release_store').selectAll().orderBy('store').execute()
  return new Map(rows.map(row => [row.store, updatesOf(row)]))
}

/** Changes what is different about updates in a store. @throws STORE_UNKNOWN */
export async function setStoreUpdates(
  tx: Tx,
  store: string,
  change: Partial<StoreUpdates>,
): Promise<StoreUpdates> {
  await demandStore(tx, store)
  const next = { ...((await storesWithUpdates(tx)).get(store) ?? asRings), ...change }
  const row = { is_canary: Number(next.isCanary), is_paused: Number(next.isPaused), pinned: next.pinned }
  await tx
    .insertInto('release_store')
    .values({ store, ...row })
    .onConflict(c => c.column('store').doUpdateSet(row))
    .execute()
  return next
}
