import { z } from 'zod'
import { units } from '../../shared/quantity.ts'
import { DIFFERS_MS } from '../checks/level-variance.ts'
import { goLiveOf } from '../contract/contract.ts'
import { insertRows, type Reads, type Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { mappedItems } from '../items/item-table.ts'
import { dueSums } from '../outbox/postings.ts'
import { keepKnownLevels } from './known-levels.ts'
import { levelSums } from './levels.ts'
import { forgetLevels } from './lost-levels.ts'
import { withoutOpening } from './opening-balance.ts'
import type { StockPlace } from './places.ts'
import { isJudged, recoveryOf } from './recovery.ts'
import type { ItemLevel } from './shop-level.ts'

/** A level as Shopify showed it, and when the hub asked for it. Hub clock, ms. */
export interface SeenLevels {
  readonly levels: ReadonlyMap<string, ItemLevel>
  readonly askedAt: number
  readonly now: number
}

type Row = Schema['shopify_level']

/**
 * Keeps what Shopify showed of some items at a place and compares it with the ledger: on hand there must be what the
 * ledger has, less what is due and held back. Items are left for a later look while a request of theirs is under way, was
 * ended since Shopify was asked, or ended without an answer that a person must find.
 */
export async function noteSeenLevels(tx: Tx, place: StockPlace, seen: SeenLevels): Promise<void> {
  const uncounted = [...seen.levels].flatMap(([item, { tracked }]) => (tracked ? [] : [item]))
  await forgetLevels(tx, place, uncounted)
  if (((await goLiveOf(tx, place.store)) ?? 0) > seen.now) return // until then Shopify and the POS count apart
  if (await isJudged(tx, place.store)) return // the ledger is not whole yet
  const skus = await skusOf(tx, [...seen.levels.keys()])
  const expected = await expectedOnHand(tx, place, skus)
  for (const item of await unjudgedItems(tx, place, [...expected.keys()])) expected.delete(item)
  const underWay = await itemsUnderWay(tx, place, seen.askedAt)
  const before = await rowsOf(tx, place, [...expected.keys()])
  const rows = [...expected].flatMap(([item, own]): Row[] => {
    const level = seen.levels.get(item)
    if (level === undefined || !level.tracked) return []
    const known = before.get(item)
    if (underWay.has(item)) return [{ ...(known ?? rowOf(place, item, own.sku)), dirty: 1 }]
    return [comparedRow(rowOf(place, item, own.sku), known, level, { expected: own.quantity, now: seen.now })]
  })
  await putRows(tx, rows)
  const isSeen = new Set(rows.filter(({ dirty }) => dirty === 0).map(({ item }) => item))
  await keepKnownLevels(tx, place.location, new Map([...seen.levels].filter(([item]) => isSeen.has(item))))
}

function comparedRow(
  blank: Row,
  known: Row | undefined,
  level: ItemLevel,
  { expected, now }: { readonly expected: number; readonly now: number },
): Row {
  const difference = units(level.onHand) - expected
  const was = known === undefined ? null : differenceOf(known)
  const since = was === difference ? (known?.differs_since ?? now) : now
  const all = known?.differing_since ?? now
  return {
    ...blank,
    available: level.available,
    on_hand: level.onHand,
    on_hand_at: level.onHandAt,
    expected,
    seen_at: now,
    // the clock may have been ahead when it was written
    differs_since: difference === 0 ? null : Math.min(since, now),
    differing_since: difference === 0 ? null : Math.min(all, now),
    dirty: 0,
  }
}

/** Shopify less the ledger, in thousandths of a unit; null: it was not compared yet. */
export function differenceOf({ on_hand, expected }: Pick<Row, 'on_hand' | 'expected'>): number | null {
  return on_hand === null || expected === null ? null : units(on_hand) - expected
}

const rowOf = ({ store, location }: StockPlace, item: string, sku: string): Row => ({
  store,
  location,
  item,
  sku,
  available: null,
  on_hand: null,
  expected: null,
  seen_at: null,
  differs_since: null,
  differing_since: null,
  dirty: 0,
  on_hand_at: null,
})

function putRows(tx: Tx, rows: readonly Row[]): Promise<void> {
  return insertRows(tx, 'shopify_level', rows, {
    key: ['store', 'location', 'item'],
    replace: [
      'sku',
      'available',
      'on_hand',
      'expected',
      'seen_at',
      'differs_since',
      'differing_since',
      'dirty',
      'on_hand_at',
    ],
  })
}

const ITEMS_A_QUERY = 250

/** The SKUs that name each of some inventory items. */
async function skusOf(db: Reads, items: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>()
  for (let start = 0; start < items.length; start += ITEMS_A_QUERY) {
    const rows = await db
      .selectFrom('item')
      .select(['inventory_item_id', 'sku'])
      .where('inventory_item_id', 'in', items.slice(start, start + ITEMS_A_QUERY))
      .where('state', '=', 'mapped')
      .orderBy('sku')
      .execute()
    for (const { inventory_item_id: item, sku } of rows)
      if (item !== null) found.set(item, [...(found.get(item) ?? []), sku])
  }
  return found
}

interface Expected {
  readonly sku: string
  readonly quantity: number
}

/** What Shopify should show on hand, of the items whose ledger has begun. Thousandths of a unit. */
async function expectedOnHand(
  db: Reads,
  place: StockPlace,
  skus: ReadonlyMap<string, readonly string[]>,
): Promise<Map<string, Expected>> {
  const all = [...skus.values()].flat()
  const unopened = new Set(await withoutOpening(db, place, all))
  const held = Map.groupBy(await levelSums(db, place, all), ({ sku }) => sku)
  const due = new Map((await dueSums(db, place, all)).map(({ sku, quantity }) => [sku, quantity]))
  const found = new Map<string, Expected>()
  for (const [item, own] of skus) {
    const [first] = own
    if (first === undefined || unopened.has(first)) continue
    const quantity = own.reduce((sum, sku) => {
      const levels = (held.get(sku) ?? []).filter(({ state }) => state === 'on_hand')
      return sum + levels.reduce((total, one) => total + one.quantity, 0) - (due.get(sku) ?? 0)
    }, 0)
    found.set(item, { sku: first, quantity })
  }
  return found
}

/**
 * Items of which something is due that may have been posted before the hub was restored: until that is judged, their
 * levels tell nothing.
 */
export async function unjudgedItems(
  db: Reads,
  place: StockPlace,
  items: readonly string[],
): Promise<readonly string[]> {
  if (items.length === 0 || (await recoveryOf(db, place.store)) === null) return []
  const skus = await skusOf(db, items)
  const due = await dueSums(db, place, [...skus.values()].flat())
  const waiting = new Set(due.filter(({ movements }) => movements > 0).map(({ sku }) => sku))
  return [...skus].filter(([, own]) => own.some(sku => waiting.has(sku))).map(([item]) => item)
}

const Request = z.object({
  location: z.string().optional(),
  changes: z.array(z.object({ item: z.string().optional(), sku: z.string().optional() })),
})

/** Items of which it is not known what of theirs Shopify's answer counts. @param askedAt hub clock, ms */
export async function itemsUnderWay(
  db: Reads,
  place: StockPlace,
  askedAt: number,
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('shopify_write as w')
    .select('w.request_json')
    .where('w.store', '=', place.store)
    .where('w.kind', 'in', ['adjust', 'hold'])
    .where('w.idempotency_key', '<>', '')
    .where(e =>
      e.or([
        e('w.settled_at', 'is', null),
        e('w.settled_at', '>=', askedAt),
        e.and([
          e('w.state', '=', 'unknown'),
          e.exists(
            e
              .selectFrom('exception as x')
              .select('x.id')
              .whereRef('x.subject', '=', 'w.subject')
              .where('x.kind', '=', 'stock-write-unknown')
              .where('x.closed_at', 'is', null),
          ),
        ]),
      ]),
    )
    .execute()
  const items = rows.flatMap(({ request_json }) => {
    const { location, changes } = Request.parse(JSON.parse(request_json))
    return location === place.location ? changes.flatMap(({ item }) => item ?? []) : []
  })
  return new Set([...items, ...(await itemsSetAside(db, place))])
}

/** Items with an exception that says that a person must find out what Shopify has. */
async function itemsSetAside(db: Reads, { store, warehouses }: StockPlace): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('exception')
    .select('subject')
    .where('kind', '=', 'stock-write-unknown')
    .where('closed_at', 'is', null)
    .where('store', '=', store)
    .execute()
  const prefixes = warehouses.map(warehouse => `${store}/${warehouse}/`)
  const skus = rows.flatMap(({ subject }) => {
    const prefix = prefixes.find(one => subject.startsWith(one))
    return prefix === undefined ? [] : [subject.slice(prefix.length)]
  })
  return [...(await mappedItems(db, skus)).values()]
}

async function rowsOf(
  db: Reads,
  { store, location }: StockPlace,
  items: readonly string[],
): Promise<ReadonlyMap<string, Row>> {
  const found = new Map<string, Row>()
  for (let start = 0; start < items.length; start += ITEMS_A_QUERY) {
    const rows = await db
      .selectFrom('shopify_level')
      .selectAll()
      .where('store', '=', store)
      .where('location', '=', location)
      .where('item', 'in', items.slice(start, start + ITEMS_A_QUERY))
      .execute()
    for (const row of rows) found.set(row.item, row)
  }
  return found
}

/**
 * Something was heard of these items: they are looked at again soon. Left out are those that the hub does not count, and
 * those of which it has seen this already, such as its own changes.
 * @param heard what Shopify says is available now, by item; null: not said
 */
export async function markLevels(
  tx: Tx,
  place: StockPlace,
  heard: ReadonlyMap<string, number | null>,
): Promise<void> {
  const items = [...heard.keys()]
  const skus = await skusOf(tx, items)
  const before = await rowsOf(tx, place, items)
  const rows = [...skus].flatMap(([item, [sku]]) => {
    const known = before.get(item)
    const isNews = known === undefined || known.available === null || known.available !== heard.get(item)
    return sku === undefined || !isNews ? [] : [{ ...(known ?? rowOf(place, item, sku)), dirty: 1 }]
  })
  await putRows(tx, rows)
}

/** Shopify has made the hub's own changes: what was seen of the items and what is expected of them move alike. */
export async function shiftSeenLevels(
  tx: Tx,
  { store, location }: StockPlace,
  changes: readonly { readonly item: string; readonly delta: number }[],
): Promise<void> {
  for (const { item, delta } of changes)
    await tx
      .updateTable('shopify_level')
      .set(e => ({
        available: e('available', '+', delta),
        on_hand: e('on_hand', '+', delta),
        expected: e('expected', '+', units(delta)),
      }))
      .where(e => e.and({ store, location, item }))
      .execute()
}

/** Shopify has moved units between available and another state, as the hub asked: what is on hand stays as it is. */
export async function shiftSeenAvailable(
  tx: Tx,
  { store, location }: Pick<StockPlace, 'store' | 'location'>,
  changes: readonly { readonly item: string; readonly delta: number }[],
): Promise<void> {
  for (const { item, delta } of changes)
    await tx
      .updateTable('shopify_level')
      .set(e => ({ available: e('available', '+', delta) }))
      .where(e => e.and({ store, location, item }))
      .execute()
}

/**
 * Items of a place that should be looked at: first those that were heard of, then those that differ and were last seen `againMs` ago;
 * of each, those that were seen longest ago come first. However many there are of the one, some of the other are among them.
 */
export async function levelsToLookAt(
  db: Reads,
  { store, location }: StockPlace,
  { now, againMs, most }: { readonly now: number; readonly againMs: number; readonly most: number },
): Promise<readonly string[]> {
  const atPlace = db
    .selectFrom('shopify_level')
    .select('item')
    .where('store', '=', store)
    .where('location', '=', location)
    .orderBy(e => e.fn.coalesce('seen_at', e.val(0)))
    .orderBy('item')
    .limit(most)
  const heardOf = await atPlace.where('dirty', '=', 1).execute()
  const differing = await atPlace
    .where('dirty', '=', 0)
    .where('differs_since', 'is not', null)
    .where(e =>
      e.or([
        e('seen_at', '<=', now - againMs),
        e('seen_at', '>', now), // the clock was ahead then
        // it has lasted if it is still so
        e.and([
          e('differs_since', '<=', now - DIFFERS_MS),
          e('seen_at', '<', e('differs_since', '+', DIFFERS_MS)),
        ]),
      ]),
    )
    .execute()
  return inTurn(heardOf, differing)
    .slice(0, most)
    .map(row => row.item)
}

/** So many levels that were heard of come before each that differs. */
const HEARD_BEFORE = 4

function inTurn<T>(first: readonly T[], second: readonly T[]): readonly T[] {
  const shared = second.flatMap((one, index) => [
    ...first.slice(index * HEARD_BEFORE, (index + 1) * HEARD_BEFORE),
    one,
  ])
  return [...shared, ...first.slice(second.length * HEARD_BEFORE)]
}

/** Since when the oldest difference that is still open has been known, by the hub's clock; null: nothing differs. */
export async function firstDifference(db: Reads): Promise<number | null> {
  const row = await db
    .selectFrom('shopify_level')
    .select(e => e.fn.min<number | string | null>('differing_since').as('since'))
    .where('differs_since', 'is not', null)
    .executeTakeFirstOrThrow()
  return row.since === null ? null : Number(row.since)
}

/** How far the levels of each store agree with Shopify, as they were last seen. */
export interface StoreAgreement {
  readonly store: string
  /** Items of places that were compared. */
  readonly compared: number
  readonly differing: number
  /** Items that are to be looked at again, because something was heard of them or a request was under way. */
  readonly waiting: number
}

/** Whether Shopify has what the ledger has, less what is due, held back or under way: store by store. */
export async function levelAgreement(db: Reads): Promise<StoreAgreement[]> {
  const rows = await db
    .selectFrom('shopify_level')
    .select(e => [
      'store',
      e.fn.count<number | string>('seen_at').as('compared'),
      e.fn.count<number | string>('differs_since').as('differing'),
      e.fn.sum<number | string>('dirty').as('waiting'),
    ])
    .groupBy('store')
    .orderBy('store')
    .execute()
  return rows.map(({ store, compared, differing, waiting }) => ({
    store,
    compared: Number(compared),
    differing: Number(differing),
    waiting: Number(waiting),
  }))
}
