import { MOST_STOCK_STORES, type StockStore } from '../../shared/free-stock.ts'
import { epochMs, StoreCode } from '../../shared/ids.ts'
import { contractOf } from '../contract/contract.ts'
import { type Db, holdsOneWriter, type Reads } from '../db/db.ts'
import { isTakenForConnected } from '../fleet/connected.ts'

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

/** Names of stores are cut to this: an answer has all of them. */
const MOST_NAME = 100

/** Since when what the hub has of each store may be old: since it last heard of a till that is not connected now. */
export async function withMoments(
  db: Db,
  stores: readonly { readonly store: string; readonly name: string }[],
  { now, isLive }: { readonly now: number; isLive(device: string): boolean },
): Promise<StockStore[]> {
  const devices = await db
    .selectFrom('device')
    .select(['device', 'store', 'last_seen_at', 'connected_at', 'disconnected_at'])
    .where('state', 'in', ['active', 'quarantined'])
    .where('last_seen_at', 'is not', null)
    .execute()
  const moments = new Map<string, number[]>()
  for (const { store, ...one } of devices) {
    // a process that was killed noted no end of its connections; on one server another process may have them
    const isConnected = isLive(one.device) || (!holdsOneWriter(db) && isTakenForConnected(one, now))
    moments.set(store, [...(moments.get(store) ?? []), isConnected ? now : (one.last_seen_at ?? now)])
  }
  return stores.map(({ store, name }) => ({
    store: StoreCode.parse(store),
    name: name.slice(0, MOST_NAME),
    asOf: epochMs(oldestInUse(moments.get(store) ?? [now], now)),
  }))
}

/** Where no till is in use any more, the newest word of all counts: since then nothing was heard of the store. */
function oldestInUse(moments: readonly number[], now: number): number {
  const inUse = moments.filter(at => at > now - OUT_OF_USE_MS)
  return Math.max(0, inUse.length > 0 ? Math.min(now, ...inUse) : Math.max(...moments))
}
