import { MOST_STOCK_STORES, type StockStore } from '../../shared/free-stock.ts'
import { epochMs, StoreCode } from '../../shared/ids.ts'
import { contractOf } from '../contract/contract.ts'
import type { Reads } from '../db/db.ts'

/** A till that was not seen for so long sells nothing any more, until it comes back. */
const OUT_OF_USE_MS = 7 * 24 * 3_600_000

/** The stores that agreed on showing their stock to each other, by their codes. */
export async function shownStores(
  db: Reads,
): Promise<readonly { readonly store: string; readonly name: string }[]> {
  const stores = await db.selectFrom('store').select(['code', 'name']).orderBy('code').execute()
  const shown: { store: string; name: string }[] = []
  for (const { code: store, name } of stores)
    if ((await contractOf(db, store))?.terms.stock === 'shown') shown.push({ store, name })
  return shown.slice(0, MOST_STOCK_STORES)
}

/** Since when what the hub has of each store may be old: since it last heard of a till that is not connected now. */
export async function withMoments(
  db: Reads,
  stores: readonly { readonly store: string; readonly name: string }[],
  now: number,
): Promise<StockStore[]> {
  const devices = await db
    .selectFrom('device')
    .select(['store', 'last_seen_at', 'connected_at', 'disconnected_at'])
    .where('state', '=', 'active')
    .where('last_seen_at', '>', now - OUT_OF_USE_MS)
    .execute()
  const oldest = new Map<string, number>()
  for (const { store, last_seen_at, connected_at, disconnected_at } of devices) {
    const isConnected = (connected_at ?? 0) > (disconnected_at ?? 0)
    if (!isConnected) oldest.set(store, Math.min(oldest.get(store) ?? now, last_seen_at ?? now))
  }
  return stores.map(({ store, name }) => ({
    store: StoreCode.parse(store),
    name,
    asOf: epochMs(oldest.get(store) ?? now),
  }))
}
