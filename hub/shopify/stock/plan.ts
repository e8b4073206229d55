import { type BackOff, doubledMs, isDue } from '../../../shared/back-off.ts'
import { defineError } from '../../../shared/errors.ts'
import { units, unitsWithin } from '../../../shared/quantity.ts'
import { randomId, type World } from '../../../shared/world.ts'
import { closeException } from '../../checks/exceptions.ts'
import { type Db, type Reads, type Tx, transaction } from '../../db/db.ts'
import { amongSiblings, mappedItems, withdrawItem } from '../../items/item-table.ts'
import { type Look, noteUntracked, trackedSince } from '../../items/tracking.ts'
import { dueSums, takeDue } from '../../outbox/postings.ts'
import { addRemainders, restsOf } from '../../outbox/remainders.ts'
import { takeSince } from '../../outbox/stock-waits.ts'
import { completePlan, planWrite, recordWithoutCall } from '../../outbox/writes.ts'
import { keepHistory } from '../../stock/go-live.ts'
import { doubtLevels, type KnownLevel, knownLevels } from '../../stock/known-levels.ts'
import { withoutOpening, writeOpenings } from '../../stock/opening-balance.ts'
import { isPlaceStill, type StockPlace, stockSubject } from '../../stock/places.ts'
import { recoveryOf } from '../../stock/recovery.ts'
import { noteSeenLevels } from '../../stock/seen-levels.ts'
import type { ItemLevel } from '../../stock/shop-level.ts'
import type { ShopifyClient, UserError } from '../api/client.ts'
import { reportItems } from '../catalogue/item-rows.ts'
import type { IntakeTurns } from '../orders/intake-turns.ts'
import { judgeDue } from './after-restore.ts'
import { judgeTracked } from './after-tracking.ts'
import { itemsMoving } from './hold-request.ts'
import { readLevelsApart } from './levels.ts'
import { MOST_OPEN, type OpenRequest, openAt } from './open-requests.ts'
import type { BadChanges } from './refusal.ts'
import { type Change, changeFrom, freeze, postingUri } from './request.ts'
import { reportRefused } from './write-outcome.ts'

export const planOvertaken = defineError(
  'STOCK_PLAN_OVERTAKEN',
  (f: { write: number }) =>
    `Another part of the hub took the movements of stock write ${f.write} first. Nothing was sent; the plan is made again.`,
)

/** Shopify takes no longer list. */
const CHANGES_A_REQUEST = 250
/** Each of these is read first, which costs three points. */
const READINGS_A_REQUEST = 100
const HOLD: BackOff = { firstMs: 60_000, longestMs: 6 * 3_600_000 }

/** What waits for one item at one place, in thousandths of a unit, with what was held back of earlier changes. */
interface Due {
  readonly sku: string
  readonly item: string
  readonly quantity: number
  readonly remainder: number
  /** When the hub heard of the first of it; hub clock, ms. */
  readonly since: number
}

interface PlanWork {
  readonly db: Db
  readonly client: ShopifyClient
  readonly world: World
  readonly turns: IntakeTurns
}

/** What waits of mapped items at one place, summed by SKU, the oldest first; of some when they are given. */
async function dueAt(db: Reads, place: StockPlace, skus?: readonly string[]): Promise<readonly Due[]> {
  const sums = (await dueSums(db, place, skus)).filter(({ movements }) => movements > 0)
  const items = await mappedItems(
    db,
    sums.map(sum => sum.sku),
  )
  return sums
    .flatMap(({ sku, quantity, remainder, since }) => {
      const item = items.get(sku)
      return item === undefined ? [] : [{ sku, item, quantity, remainder, since: since ?? 0 }]
    })
    .toSorted((one, other) => one.since - other.since || (one.sku < other.sku ? -1 : 1))
}

/** Items that wait at a place, in the order in which they go: batches of them become requests. */
export interface Backlog {
  /** Their levels are known, and nothing has to be found out about them: they go without a reading. */
  readonly known: readonly string[]
  /** Shopify is asked for their levels first. Fractions come last, so that they don't crowd out what can go. */
  readonly unknown: readonly string[]
}

const isWhole = ({ quantity }: Due) => unitsWithin(quantity) !== 0

/** What waits at a place now and may be sent. */
export async function backlogOf({ db, world }: PlanWork, place: StockPlace): Promise<Backlog> {
  const held = await heldSubjects(db, world.clock.now())
  if (held.has(`${place.store}/${place.warehouses[0]}`)) return { known: [], unknown: [] }
  const due = (await dueAt(db, place)).filter(({ sku }) => !held.has(stockSubject(place, sku)))
  const levels = await knownLevels(
    db,
    place.location,
    due.map(({ item }) => item),
  )
  const isRecovering = (await recoveryOf(db, place.store)) !== null
  const isKnown = (one: Due) => !isRecovering && isWhole(one) && levels.has(one.item)
  /** The nearest to zero come first: those may be sold twice. Of those that are equally near, the oldest does. */
  const left = ({ item, quantity }: Due) => (levels.get(item)?.available ?? 0) + unitsWithin(quantity)
  const known = due.filter(isKnown).toSorted((one, other) => left(one) - left(other))
  const others = due.filter(one => !isKnown(one))
  const unknown = [...others.filter(isWhole), ...others.filter(one => !isWhole(one))]
  return { known: known.map(({ sku }) => sku), unknown: unknown.map(({ sku }) => sku) }
}

/** SKUs of which something else than the level must be found out by a reading; few have any, once their level is known. */
async function itemsToFindOut(
  db: Reads,
  place: StockPlace,
  skus: readonly string[],
): Promise<ReadonlySet<string>> {
  if ((await recoveryOf(db, place.store)) !== null) return new Set(skus)
  return new Set([...(await withoutOpening(db, place, skus)), ...(await trackedSince(db, skus)).keys()])
}

/**
 * Plans one request for what waits at a place: in one transaction, the frozen request, the movements that point at it, and
 * whatever needs no call or a person. Levels that are not known are read first. No item is in two requests that are under
 * way, so that its level tells what became of each.
 * @returns the planned write, null when none is needed; and what is left of the backlog, null when nothing more is
 *   planned there now. Throws as `ShopifyClient.read` does.
 */
export async function planStock(
  work: PlanWork,
  place: StockPlace,
  backlog: Backlog,
): Promise<{ readonly write: number | null; readonly left: Backlog | null }> {
  const { db, world } = work
  const underWay = await itemsUnderWay(db, place, world.clock.now())
  if (underWay === null) return { write: null, left: null }
  if (backlog.known.length > 0) {
    const skus = backlog.known.slice(0, CHANGES_A_REQUEST)
    const { write, doubted } = await planKnown(work, place, skus)
    const unknown = [...doubted, ...backlog.unknown]
    return { write, left: { known: backlog.known.slice(CHANGES_A_REQUEST), unknown } }
  }
  const skus = backlog.unknown.slice(0, READINGS_A_REQUEST)
  if (skus.length === 0) return { write: null, left: null }
  const left = { known: [], unknown: backlog.unknown.slice(READINGS_A_REQUEST) }
  return { write: await planUnknown(work, place, skus, underWay), left }
}

/** @returns the write, and the items that turned out to need a reading */
function planKnown(
  { db, client, world }: PlanWork,
  place: StockPlace,
  skus: readonly string[],
): Promise<{ readonly write: number | null; readonly doubted: readonly string[] }> {
  return transaction(db, async tx => {
    const doubted = await itemsToFindOut(tx, place, skus)
    await doubtLevels(tx, place.location, [...(await mappedItems(tx, [...doubted])).values()])
    const certain = skus.filter(sku => !doubted.has(sku))
    const items = [...(await mappedItems(tx, certain)).values()]
    const levels = await knownLevels(tx, place.location, items)
    const plan = { world, place, skus: certain, levels, clockAheadMs: client.clockAheadMs() }
    return { write: await writeKnown(tx, plan), doubted: [...doubted] }
  })
}

async function planUnknown(
  { db, client, world, turns }: PlanWork,
  place: StockPlace,
  skus: readonly string[],
  underWay: ReadonlySet<string>,
): Promise<number | null> {
  const batch = (await dueAt(db, place, skus)).filter(({ item }) => !underWay.has(item))
  if (batch.length === 0) return null
  const wanted = batch.map(({ sku }) => sku)
  const unopened = await withoutOpening(db, place, wanted)
  const isJudged = (await recoveryOf(db, place.store)) !== null || (await trackedSince(db, wanted)).size > 0
  const isNeeded = batch.some(isWhole) || unopened.length > 0 || isJudged
  const items = batch.map(({ item }) => item)
  const watch = turns.watch()
  try {
    const askedAt = world.clock.now()
    const read = isNeeded ? await readLevelsApart(client, place.location, items, 'stock') : null
    const failing = batch.filter(({ item }) => read?.failing.has(item) === true)
    if (read !== null && failing.length > 0) {
      const bad: BadChanges = new Map(
        failing.map(({ sku, item }) => [sku, [unreadLevel(read.failing.get(item) ?? '')]]),
      )
      await transaction(db, tx => reportRefused(tx, place, bad, {}, world.clock.now()))
    }
    const failed = new Set(failing.map(({ sku }) => sku))
    const levels = read === null ? null : read.levels
    const { touched } = watch
    const clockAheadMs = client.clockAheadMs()
    const skus = wanted.filter(sku => !failed.has(sku))
    if (skus.length === 0) return null
    const plan = { world, place, skus, levels, askedAt, touched, clockAheadMs }
    const write = () => transaction(db, tx => writePlan(tx, plan))
    // Only an opening minds that orders are taken in between reading and writing.
    return await (unopened.length === 0 ? write() : turns.writing(write))
  } finally {
    watch.end()
  }
}

/** Shopify fails on the item: it waits under its own name, ever longer, and the others go. */
const unreadLevel = (problem: string): UserError => ({ code: null, field: [], message: problem })

/** So long a request keeps its place to itself: most end in a second, and what is sold meanwhile goes in one with the next. */
const HOLDS_PLACE_MS = 60_000

/**
 * The items whose requests are under way at a place. What became of a request is told by the levels of its own items, so
 * one that has been under way for long does not hold the others.
 * @returns null: nothing is planned there now
 */
async function itemsUnderWay(db: Reads, place: StockPlace, now: number): Promise<ReadonlySet<string> | null> {
  const open = await openAt(db, place)
  const moving = await itemsMoving(db, place)
  if (open.length === 0) return moving
  const isYoung = ({ write }: OpenRequest) => !isDue(write.planned_at + HOLDS_PLACE_MS, now, HOLDS_PLACE_MS)
  if (open.length >= MOST_OPEN || open.some(isYoung)) return null
  return new Set([...moving, ...open.flatMap(({ request }) => request.changes.map(({ item }) => item))])
}

/**
 * Subjects that wait: items and places whose last refusal is too recent to ask again, as each in vain doubles the wait, and
 * places whose location Shopify does not have.
 */
async function heldSubjects(db: Db, now: number): Promise<ReadonlySet<string>> {
  const open = await db
    .selectFrom('exception')
    .select(['subject', 'code', 'count', 'last_seen'])
    .where('kind', 'in', ['stock-write-refused', 'location-unmapped'])
    .where('closed_at', 'is', null)
    .execute()
  const isHeld = ({ code, count, last_seen }: (typeof open)[number]) =>
    code === 'location-unmapped.gone' ||
    code === 'location-unmapped.restored' ||
    ((code.startsWith('stock-write-refused') || code === 'location-unmapped.refused') &&
      !isDue(last_seen + doubledMs(count - 1, HOLD), now, HOLD.longestMs))
  return new Set(open.filter(isHeld).map(row => row.subject))
}

interface KnownPlan {
  readonly world: World
  readonly place: StockPlace
  readonly skus: readonly string[]
  readonly levels: ReadonlyMap<string, KnownLevel>
  /** See `FrozenRequest`. */
  readonly clockAheadMs: number | null
}

interface Plan extends Omit<KnownPlan, 'levels'> {
  /** Null: they were not needed and not read. An item missing from a reading is one that Shopify no longer has. */
  readonly levels: ReadonlyMap<string, ItemLevel> | null
  /** When the reading began. */
  readonly askedAt: number
  /** SKUs of which an order was taken in since then: their ledger can't begin with what was read. */
  readonly touched: ReadonlySet<string>
}

async function writePlan(tx: Tx, plan: Plan): Promise<number | null> {
  const { world, place, levels, askedAt } = plan
  if (!(await isPlaceStill(tx, place))) return null
  const skus = await withoutTouched(tx, plan)
  const now = world.clock.now()
  const underWay = await itemsUnderWay(tx, place, now)
  if (underWay === null) return null
  const recovery = await recoveryOf(tx, place.store)
  if (recovery !== null) {
    if (levels === null) return null // it began meanwhile: the next run asks Shopify first
    await judgeDue(tx, recovery, place, { skus, levels, now })
  }
  await keepHistory(tx, place.store, skus)
  if (levels !== null) await judgeTracked(tx, place, { skus, levels, now })
  const due = (await dueAt(tx, place, skus)).filter(({ item }) => !underWay.has(item))
  const gone = new Set<string>()
  if (levels !== null)
    for (const one of due)
      if (await isUncountable(tx, place, one, levels.get(one.item), { askedAt, now })) gone.add(one.sku)
  const present = due.filter(({ sku }) => !gone.has(sku))
  const openings = present.flatMap(({ sku, item }) => {
    const level = levels?.get(item)
    return level === undefined ? [] : [[sku, level] as const]
  })
  await writeOpenings(tx, place, new Map(openings), { askedAt, now })
  if (levels !== null) await noteSeenLevels(tx, place, { levels, askedAt: now, now })
  await closeWithoutCall(
    tx,
    place,
    present.filter(one => !isWhole(one)),
    now,
  )
  return levels === null ? null : planChanges(tx, { ...plan, levels }, present)
}

/** Plans what waits of items whose levels are known: Shopify is not asked for them. */
async function writeKnown(tx: Tx, plan: KnownPlan): Promise<number | null> {
  const { world, place, skus } = plan
  if (!(await isPlaceStill(tx, place))) return null
  const underWay = await itemsUnderWay(tx, place, world.clock.now())
  if (underWay === null) return null
  await keepHistory(tx, place.store, skus)
  const due = (await dueAt(tx, place, skus)).filter(({ item }) => !underWay.has(item))
  return planChanges(tx, plan, due)
}

async function planChanges(tx: Tx, plan: KnownPlan, due: readonly Due[]): Promise<number | null> {
  const { world, place, levels } = plan
  const beyond: BadChanges = new Map(
    due.flatMap(one => {
      const level = levels.get(one.item)
      const error = level === undefined ? null : beyondShopify(one, level)
      return error === null ? [] : [[one.sku, [error]] as const]
    }),
  )
  await reportRefused(tx, place, beyond, {}, world.clock.now())
  const changes = new Map<string, Change>()
  for (const one of due) {
    const delta = unitsWithin(one.quantity)
    const level = levels.get(one.item)
    if (delta === 0 || level === undefined || beyond.has(one.sku)) continue
    // one item once a request: what another SKU of it moved goes with the next, against the level as it is then
    if (changes.has(one.item)) continue
    const rest = one.quantity - one.remainder - units(delta)
    changes.set(one.item, changeFrom({ sku: one.sku, item: one.item, delta, rest }, level))
  }
  return changes.size === 0 ? null : insertPlanned(tx, plan, [...changes.values()])
}

/** Without the items whose ledger has not begun and of which an order was taken in meanwhile: they go with the next request. */
async function withoutTouched(tx: Tx, { place, skus, touched }: Plan): Promise<readonly string[]> {
  const doubtful = await withoutOpening(tx, place, await amongSiblings(tx, touched, skus))
  return skus.filter(sku => !doubtful.includes(sku))
}

async function insertPlanned(
  tx: Tx,
  { world, place, clockAheadMs }: KnownPlan,
  changes: readonly Change[],
): Promise<number> {
  const now = world.clock.now()
  const key = randomId(world.random, 'tb')
  const id = await planWrite(tx, {
    kind: 'adjust',
    store: place.store,
    subject: '',
    key,
    request: {},
    now,
  })
  const subject = postingUri(id, key)
  const skus = changes.map(change => change.sku)
  const waited = await takeSince(tx, { store: place.store, warehouse: place.warehouses[0] }, skus)
  const dated = changes.map(change => {
    const since = waited.get(change.sku)
    return since === undefined ? change : { ...change, since }
  })
  const request = freeze(subject, place, key, dated, clockAheadMs)
  await completePlan(tx, id, { subject, request })
  await addRemainders(tx, restsOf(place.store, JSON.stringify(request)))
  if ((await takeDue(tx, place, skus, id)) < skus.length) throw planOvertaken({ write: id })
  return id
}

/** Shopify's own limit of a level, in units; a change beyond it would have the whole request refused. */
const MOST_UNITS = 1_000_000_000

function beyondShopify({ quantity }: Due, { available, onHand }: KnownLevel): UserError | null {
  const delta = unitsWithin(quantity)
  const most = Math.max(delta, available + delta, onHand + delta)
  const least = Math.min(delta, available + delta, onHand + delta)
  const code =
    most > MOST_UNITS ? 'INVALID_QUANTITY_TOO_HIGH' : least < -MOST_UNITS ? 'INVALID_QUANTITY_TOO_LOW' : null
  return code === null ? null : { code, field: [], message: `${delta} units were not sent` }
}

/**
 * A sale and its void, a move there and back: Shopify need not hear of it. Nor of less than a whole unit, which is held
 * back and goes with the item's next change.
 */
async function closeWithoutCall(
  tx: Tx,
  place: StockPlace,
  items: readonly Due[],
  now: number,
): Promise<void> {
  const { store, warehouses } = place
  const [warehouse] = warehouses
  for (const isZero of [true, false]) {
    const some = items.filter(({ quantity }) => (quantity === 0) === isZero)
    if (some.length === 0) continue
    const skus = some.map(one => one.sku)
    await takeSince(tx, { store, warehouse }, skus)
    for (const sku of skus) await closeException(tx, 'stock-write-refused', stockSubject(place, sku), now)
    const why = isZero
      ? 'The movements cancel each other out.'
      : 'Less than a whole unit is left, which is held back and goes with the next change.'
    const id = await recordWithoutCall(tx, { store, subject: skus.join(' '), why, now })
    await takeDue(tx, place, skus, id)
    const moved = some.map(({ sku, quantity, remainder }) => ({ sku, quantity: quantity - remainder }))
    await addRemainders(
      tx,
      moved.map(one => ({ store, warehouse, ...one })),
    )
  }
}

/** An item that Shopify has deleted or no longer counts goes back to the catalogue's care, and is named there. */
async function isUncountable(
  tx: Tx,
  place: StockPlace,
  due: Due,
  level: ItemLevel | undefined,
  look: Look,
): Promise<boolean> {
  if (level?.tracked === true) return false
  await takeSince(tx, { store: place.store, warehouse: place.warehouses[0] }, [due.sku])
  const state = level === undefined ? 'unknown' : 'untracked'
  await withdrawItem(tx, due.sku, state, look.now)
  if (state === 'untracked') await noteUntracked(tx, due.sku, look, true)
  await reportItems(tx, [due.sku], look.now)
  return true
}
