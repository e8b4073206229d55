import { describeError } from '../../shared/errors.ts'
import { MOST_STOCK_ITEMS, type StockChanges, type StockStore, ToldItem } from '../../shared/free-stock.ts'
import { epochMs } from '../../shared/ids.ts'
import { oneAtATime } from '../../shared/turns.ts'
import type { World } from '../../shared/world.ts'
import { type Db, type Reads, transaction } from '../db/db.ts'
import { EVERY_STORE, type Signals } from '../signals.ts'
import {
  changesAfter,
  type FreeRow,
  forgetOthers,
  itemsAfter,
  keepChanges,
  newestStockVersion,
} from './changes.ts'
import { cursorOf, readCursor, type StockReach } from './cursor.ts'
import { shownStores, withMoments } from './shown-stores.ts'

/** Free units of the stores, as their tills ask for them. */
export interface FreeStockTeller extends Disposable {
  /** What changed since a cursor that this gave out; null: the store does not see it. */
  since(store: string, cursor: string | null): Promise<StockChanges | null>
}

/** Changes within this time are one: tills that ask meanwhile get what is known. */
const EVERY_MS = 10_000
/** Nothing depends on a hint alone: every store is looked at so often. */
const ALL_EVERY_MS = 5 * 60_000
/** Longer texts of an item are cut. */
const MOST_TEXT = 500
/** No scanner reads a longer one. */
const MOST_BARCODE = 64
/** So many rows of one answer, an item in a store each. */
const MOST_ROWS = 20_000
/** So many bytes of items in one answer: with the stores, a frame holds them. */
const MOST_BYTES = 512 * 1024

/**
 * Opens it. Costs nothing until a till asks: only then the stores of which something was heard are looked at again.
 * @param isLive whether a device is connected to this process
 * @param generation differs after the database was put back: cursors from before are void
 */
export function openFreeStockTeller(parts: {
  readonly db: Db
  readonly world: Pick<World, 'clock' | 'log'>
  readonly signals: Pick<Signals, 'on'>
  readonly generation: string
  isLive(device: string): boolean
}): FreeStockTeller {
  const { db, world, signals, generation } = parts
  const turn = oneAtATime()
  const heard = new Set<string>()
  let lookedAt = Number.NEGATIVE_INFINITY
  let allLookedAt = Number.NEGATIVE_INFINITY
  let shown: Awaited<ReturnType<typeof shownStores>> = []
  // what is said of no store in particular is never a movement of stock
  const forget = signals.on('now', store => void (store === EVERY_STORE || heard.add(store)))

  async function look(): Promise<void> {
    const now = world.clock.monotonicMs()
    if (now - lookedAt < EVERY_MS) return
    lookedAt = now
    shown = await shownStores(db)
    const stores = shown.map(({ store }) => store)
    if (now - allLookedAt >= ALL_EVERY_MS) {
      await transaction(db, tx => forgetOthers(tx, stores))
      allLookedAt = now
      for (const store of stores) heard.add(store)
    }
    for (const store of stores.filter(one => heard.has(one))) await lookAt(store)
  }

  /** One store that can't be looked at is looked at again, and keeps no till from the others. */
  async function lookAt(store: string): Promise<void> {
    heard.delete(store)
    try {
      await keepChanges(db, store)
    } catch (error) {
      heard.add(store)
      world.log.warn({ store, ...describeError(error) }, 'the free stock of a store could not be looked at')
    }
  }

  return {
    async since(store, cursor) {
      await turn(look)
      if (!shown.some(one => one.store === store)) return null
      const known = cursor === null ? null : readCursor(cursor, generation)
      const begun = known ?? { is: 'whole', item: '', version: await newestStockVersion(db) }
      const stores = await withMoments(db, shown, { now: world.clock.now(), isLive: parts.isLive })
      const { items, next, isMore } = await pageThatFits(db, begun, stores)
      return {
        at: epochMs(world.clock.now()),
        cursor: cursorOf(next, generation),
        isWhole: known === null,
        isMore,
        stores,
        items,
      }
    },
    [Symbol.dispose]: forget,
  }
}

interface StockPage {
  readonly rows: readonly FreeRow[]
  readonly next: StockReach
  readonly isMore: boolean
}

/** As many of the next items as one frame holds, whatever their texts; one alone always fits. */
async function pageThatFits(
  db: Reads,
  place: StockReach,
  stores: readonly StockStore[],
): Promise<Pick<StockPage, 'next' | 'isMore'> & { readonly items: ToldItem[] }> {
  const places = new Map<string, number>(stores.map((one, index) => [one.store, index]))
  const most = Math.min(MOST_STOCK_ITEMS, Math.ceil(MOST_ROWS / Math.max(1, stores.length)))
  for (let limit = most; ; limit = Math.ceil(limit / 4)) {
    const { rows, next, isMore } = await pageAfter(db, place, limit)
    const items = await itemsOf(db, rows, places)
    if (limit === 1 || Buffer.byteLength(JSON.stringify(items)) <= MOST_BYTES) return { items, next, isMore }
  }
}

async function pageAfter(db: Reads, place: StockReach, limit: number): Promise<StockPage> {
  if (place.is === 'changes') {
    const rows = await changesAfter(db, place, limit)
    const { version, store, item } = rows.at(-1) ?? place
    const isMore = rows.length === limit
    return { rows, next: { is: 'changes', version, store, item }, isMore }
  }
  const { item, version } = place
  const rows = await itemsAfter(db, item, limit)
  const last = rows.at(-1)
  // what changed meanwhile is told again, after everything
  if (last === undefined) return { rows, next: { is: 'changes', version, store: '', item: '' }, isMore: true }
  return { rows, next: { is: 'whole', item: last.item, version }, isMore: true }
}

async function itemsOf(
  db: Reads,
  rows: readonly FreeRow[],
  places: ReadonlyMap<string, number>,
): Promise<ToldItem[]> {
  // one that is not shown any more may be there until it is forgotten
  const told = rows.filter(row => places.has(row.store))
  const byItem = Map.groupBy(told, row => row.item)
  if (byItem.size === 0) return []
  const known = await db
    .selectFrom('item')
    .select(['inventory_item_id', 'sku', 'barcode', 'title', 'variant_title'])
    .where('inventory_item_id', 'in', [...byItem.keys()])
    .where('state', '=', 'mapped')
    .orderBy('id', 'desc')
    .execute()
  // the oldest SKU of an item counts
  const texts = new Map(known.map(row => [row.inventory_item_id, row]))
  return [...byItem].flatMap(([item, own]) => {
    const {
      sku = '',
      barcode = null,
      title = null,
      variant_title: variantTitle = null,
    } = texts.get(item) ?? {}
    const free = own.map((row): [number, number | null] => [places.get(row.store) ?? 0, row.free])
    // a till refuses what it can't read: texts are cut, and what has no fitting SKU or barcode is not shown
    const told = ToldItem.safeParse({
      item,
      sku,
      barcode: barcode === null || barcode.length > MOST_BARCODE ? null : barcode,
      title: (title ?? sku).slice(0, MOST_TEXT),
      variantTitle: variantTitle?.slice(0, MOST_TEXT) ?? null,
      free,
    })
    return told.success ? [told.data] : []
  })
}
