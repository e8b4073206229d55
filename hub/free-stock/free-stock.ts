import { MOST_STOCK_ITEMS, type StockChanges, type ToldItem } from '../../shared/free-stock.ts'
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
/**
 * Opens it. Costs nothing until a till asks: only then the stores of which something was heard are looked at again.
 * @param generation differs after the database was put back: cursors from before are void
 */
export function openFreeStockTeller(parts: {
  readonly db: Db
  readonly world: Pick<World, 'clock'>
  readonly signals: Pick<Signals, 'on'>
  readonly generation: string
}): FreeStockTeller {
  const { db, world, signals, generation } = parts
  const turn = oneAtATime()
  let heard = new Set<string>([EVERY_STORE])
  let lookedAt = Number.NEGATIVE_INFINITY
  let allLookedAt = Number.NEGATIVE_INFINITY
  let shown: Awaited<ReturnType<typeof shownStores>> = []
  const forget = signals.on('now', store => void heard.add(store))

  async function look(): Promise<void> {
    const now = world.clock.monotonicMs()
    if (now - lookedAt < EVERY_MS) return
    lookedAt = now
    shown = await shownStores(db)
    const all = heard.has(EVERY_STORE) || now - allLookedAt >= ALL_EVERY_MS
    const stores = shown.map(({ store }) => store)
    const due = all ? stores : stores.filter(store => heard.has(store))
    heard = new Set()
    if (all) {
      allLookedAt = now
      await transaction(db, tx => forgetOthers(tx, stores))
    }
    for (const store of due) await transaction(db, tx => keepChanges(tx, store))
  }

  return {
    async since(store, cursor) {
      await turn(look)
      if (!shown.some(one => one.store === store)) return null
      const known = cursor === null ? null : readCursor(cursor, generation)
      const begun = known ?? { is: 'whole', item: '', version: await newestStockVersion(db) }
      const { rows, next, isMore } = await pageAfter(db, begun)
      const stores = await withMoments(db, shown, world.clock.now())
      return {
        at: epochMs(world.clock.now()),
        cursor: cursorOf(next, generation),
        isWhole: known === null,
        isMore,
        stores,
        items: await itemsOf(db, rows, new Map(stores.map((one, place) => [one.store, place]))),
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

async function pageAfter(db: Reads, place: StockReach): Promise<StockPage> {
  if (place.is === 'changes') {
    const rows = await changesAfter(db, place, MOST_STOCK_ITEMS)
    const { version, store, item } = rows.at(-1) ?? place
    const isMore = rows.length === MOST_STOCK_ITEMS
    return { rows, next: { is: 'changes', version, store, item }, isMore }
  }
  const { item, version } = place
  const rows = await itemsAfter(db, item, MOST_STOCK_ITEMS)
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
  return [...byItem].map(([item, own]) => {
    const {
      sku = '',
      barcode = null,
      title = null,
      variant_title: variantTitle = null,
    } = texts.get(item) ?? {}
    const free = own.map((row): [number, number | null] => [places.get(row.store) ?? 0, row.free])
    return { item, sku, barcode, title: title ?? sku, variantTitle, free }
  })
}
