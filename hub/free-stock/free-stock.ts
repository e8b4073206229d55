import { MOST_STOCK_ITEMS, type StockChanges, type StockItem } from '../../shared/free-stock.ts'
import { epochMs } from '../../shared/ids.ts'
import { oneAtATime } from '../../shared/turns.ts'
import type { World } from '../../shared/world.ts'
import { type Db, type Reads, transaction } from '../db/db.ts'
import { EVERY_STORE, type Signals } from '../signals.ts'
import { changesAfter, forgetOthers, keepChanges, type Place } from './changes.ts'
import { shownStores, withMoments } from './shown-stores.ts'

/** Free units of the stores, as their tills ask for them. */
export interface FreeStock extends Disposable {
  /** What changed since a cursor that this gave out; null: the store does not see it. */
  since(store: string, cursor: string | null): Promise<StockChanges | null>
}

/** Changes within this time are one: tills that ask meanwhile get what is known. */
const EVERY_MS = 10_000
/** Nothing depends on a hint alone: every store is looked at so often. */
const ALL_EVERY_MS = 5 * 60_000
/** A price tag's worth of rows: an item of twenty stores is twenty. */
const ROWS_AN_ANSWER = MOST_STOCK_ITEMS

const BEGIN: Place = { version: 0, store: '', item: '' }

/**
 * Opens it. Costs nothing until a till asks: only then the stores of which something was heard are looked at again.
 * @param generation differs after the database was put back: cursors from before are void
 */
export function openFreeStock(parts: {
  readonly db: Db
  readonly world: Pick<World, 'clock'>
  readonly signals: Pick<Signals, 'on'>
  readonly generation: string
}): FreeStock {
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
      const begun = cursor === null ? null : placeOf(cursor, generation)
      const stores = await withMoments(db, shown, world.clock.now())
      const codes = stores.map(one => one.store)
      const rows = await changesAfter(db, begun ?? BEGIN, codes, ROWS_AN_ANSWER)
      const last = rows.at(-1) ?? begun ?? BEGIN
      return {
        at: epochMs(world.clock.now()),
        cursor: cursorOf(last, generation),
        isWhole: begun === null,
        isMore: rows.length === ROWS_AN_ANSWER,
        stores,
        items: await itemsOf(db, rows, codes),
      }
    },
    [Symbol.dispose]: forget,
  }
}

function cursorOf({ version, store, item }: Place, generation: string): string {
  return JSON.stringify([generation, version, store, item])
}

/** Null: it was given out before the database was put back, or by nothing of ours. */
function placeOf(cursor: string, generation: string): Place | null {
  try {
    const said: unknown = JSON.parse(cursor)
    if (!Array.isArray(said)) return null
    const [of, version, store, item]: readonly unknown[] = said
    const isPlace = Number.isSafeInteger(version) && typeof store === 'string' && typeof item === 'string'
    return of === generation && isPlace ? { version: Number(version), store, item } : null
  } catch {
    return null // what a till sends may be anything: it begins again
  }
}

type Change = Place & { readonly free: number | null }

async function itemsOf(db: Reads, rows: readonly Change[], stores: readonly string[]): Promise<StockItem[]> {
  const byItem = Map.groupBy(rows, row => row.item)
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
    const free = own.map((row): [number, number | null] => [stores.indexOf(row.store), row.free])
    return { item, sku, barcode, title: title ?? sku, variantTitle, free }
  })
}
