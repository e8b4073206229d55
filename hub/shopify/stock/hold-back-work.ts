import { describeError } from '../../../shared/errors.ts'
import { randomId } from '../../../shared/world.ts'
import { allHours, openMinutes, type StoreHours } from '../../checks/opening-hours.ts'
import { contractOf, storesThatHoldBack, type Terms } from '../../contract/contract.ts'
import { type Reads, transaction } from '../../db/db.ts'
import { mappedItems, mappedSkus, skusOfItems } from '../../items/item-table.ts'
import { dueSums } from '../../outbox/postings.ts'
import { completePlan, planWrite } from '../../outbox/writes.ts'
import type { LiveTill } from '../../stock/heard-till.ts'
import {
  coveredAt,
  endHoldBack,
  followSafety,
  type HeldBack,
  type HoldPlace,
  heldAt,
  holdReference,
  isSilenceNoted,
  noteCovered,
  placesHeldBack,
} from '../../stock/hold-back.ts'
import { coveredMinutes, isAmple, mostToHold, unitsToHold } from '../../stock/hold-back-size.ts'
import { knownLevels } from '../../stock/known-levels.ts'
import { readPlaces, type StockPlace } from '../../stock/places.ts'
import { isJudged } from '../../stock/recovery.ts'
import { salesRates } from '../../stock/sales-rate.ts'
import { type Silence, silenceOf } from '../../stock/silence.ts'
import { shopifyDenies, shopifyRefuses, shopifyUnreachable } from '../api/client.ts'
import {
  freezeHold,
  itemsMoving,
  openHolds,
  readSafetyLevels,
  type SafetyLevel,
  type UnitMove,
} from './hold-request.ts'
import { type HoldSending, isHoldDue, sendHold } from './hold-send.ts'
import { openAt } from './open-requests.ts'

/** Items of one request: as many as one reading has, so that little time lies between reading and moving. */
const ITEMS_A_REQUEST = 100
/** So often the levels of a request are read again where an order came in between. */
const TURNS = 3
/** After its start a hub waits for so long until it takes a till for silent: all of them connect then. */
const TILLS_CONNECT_MS = 5 * 60_000

export interface HoldBackWork extends HoldSending {
  /** The tills that are connected to this process; null: it takes none yet. */
  readonly live: () => ReadonlyMap<string, LiveTill> | null
  /** When this process began to take tills, hub clock. */
  readonly startedAt: number
}

/**
 * Holds units back from sale online in stores that are silent, and gives them back once they are heard again. All its memory is the
 * database and Shopify's own levels: it may be killed at any point and run again. One place that fails stops no other.
 * @throws the first failure, when all else is done; at once what Shopify refuses everything for
 */
export async function holdBack(work: HoldBackWork): Promise<void> {
  const { db, world } = work
  const agreed = new Set(await storesThatHoldBack(db))
  const open = (await openHolds(db)).map(({ write, request }) => ({
    write,
    at: { store: write.store, location: request.location } satisfies HoldPlace,
  }))
  const held = [...(await placesHeldBack(db)), ...open.map(({ at }) => at)]
  const concerned = new Set([...agreed, ...held.map(({ store }) => store)])
  if (concerned.size === 0) return
  const live = work.live()
  if (live === null) return
  const { places } = await readPlaces(db)
  const hours = await allHours(db)
  const failures: unknown[] = []
  const attempt = async (at: HoldPlace, serveThere: () => Promise<void>): Promise<void> => {
    try {
      if (await isJudged(db, at.store)) return // what Shopify has is being found out
      for (const { write } of open.filter(one => isSamePlace(one.at, at)))
        if (isHoldDue(write, world.clock.now())) await sendHold(work, write.id)
      await serveThere()
    } catch (failure) {
      if (shopifyUnreachable.is(failure) || shopifyRefuses.is(failure) || shopifyDenies.is(failure))
        throw failure
      world.log.warn(
        { ...at, ...describeError(failure) },
        'units of a silent store could not be held back or given back',
      )
      failures.push(failure)
    }
  }
  for (const place of places.filter(({ store }) => concerned.has(store)))
    await attempt({ store: place.store, location: place.location }, () =>
      serve(work, place, { live, hours: hours.get(place.store) ?? null }),
    )
  // at a location that shows the store's stock no more, nothing is late: what is held there comes back
  for (const former of withoutPlace(held, places)) await attempt(former, () => giveBack(work, former, 'all'))
  if (failures.length > 0) throw failures[0]
}

const isSamePlace = (one: HoldPlace, other: HoldPlace): boolean =>
  one.store === other.store && one.location === other.location

/** Where units are held, each once, that is not a place of that store any more: mapped elsewhere, or claimed by two stores. */
function withoutPlace(held: readonly HoldPlace[], places: readonly StockPlace[]): readonly HoldPlace[] {
  return held.filter(
    (one, index) =>
      !places.some(place => isSamePlace(place, one)) &&
      held.findIndex(other => isSamePlace(other, one)) === index,
  )
}

interface About {
  readonly live: ReadonlyMap<string, LiveTill>
  readonly hours: { readonly zone: string; readonly hours: StoreHours } | null
}

async function serve(work: HoldBackWork, place: StockPlace, { live, hours }: About): Promise<void> {
  const { db, world } = work
  const now = world.clock.now()
  const terms = (await contractOf(db, place.store))?.terms
  const isAgreed = terms?.holdBack === 'follow' && terms.goLive <= now
  const silence = await silenceOf(db, place.store, live, now)
  if (isAgreed && silence.since !== null) {
    if (now - work.startedAt < TILLS_CONNECT_MS) return
    const before = await coveredAt(db, place)
    // a short connection that brought no backlog to its end says nothing of what was sold since
    const since = Math.min(silence.since, before?.silentSince ?? silence.since)
    if (before === null)
      await transaction(db, tx => noteCovered(tx, place, { silentSince: since, covered: 0 }))
    const done = before?.covered ?? 0
    return cover(work, place, { terms, since, share: silence.share, hours, done })
  }
  if (!isAgreed) return giveBack(work, place, 'all')
  if (silence.isCaughtUp) await giveBack(work, place, rows => itemsThatWait(work, place, rows))
}

interface Covering {
  readonly terms: Terms
  readonly since: number
  readonly share: Silence['share']
  readonly hours: About['hours']
  /** What the units that are held were sized for, as `sizedFor` counts it; 0: nothing yet, or before another contract. */
  readonly done: number
}

/** Time that a place's units are sized for: seconds in which the whole store sells as much as its silent tills do in all of it. */
const sizedFor = (minutes: number, share: number): number => Math.ceil(minutes * 60 * share)

/** Holds back what the store has probably sold by the end of this step of its silence. */
async function cover(work: HoldBackWork, place: StockPlace, of: Covering): Promise<void> {
  const { db, world } = work
  const covered = coveredMinutes(openMinutes(of.hours, of.since, world.clock.now()))
  const sized = sizedFor(covered, of.share)
  if (sized <= of.done) return
  const expected = await expectedSales(work, place, { ...of, covered })
  const bound = { share: of.terms.holdBackShare, units: of.terms.holdBackUnits }
  const bounded = of.done === 0 ? await rowsToBound(work, place) : new Set<string>()
  const items = [...new Set([...(await itemsAtRisk(work, place, expected)), ...bounded])]
  let isWhole = true
  for (let start = 0; start < items.length; start += ITEMS_A_REQUEST) {
    const some = items.slice(start, start + ITEMS_A_REQUEST)
    const done = await moveSome(work, place, some, of.since, ({ item, level, row }) => {
      const { units, sku } = expected.get(item) ?? { units: 0, sku: '' }
      const sellable = level.available + (row?.held ?? 0)
      const over = level.safety - mostToHold(sellable, bound)
      if (row !== undefined && over > 0 && bounded.has(item))
        return { sku: row.sku, units: -Math.min(row.held, over) }
      if (row?.by_hand === 1 || isAmple(level.available, units)) return null
      const want = unitsToHold(units, sellable, bound)
      return { sku, units: Math.max(0, Math.min(want - level.safety, level.available)) }
    })
    isWhole &&= done
  }
  if (isWhole) await transaction(db, tx => noteCovered(tx, place, { silentSince: of.since, covered: sized }))
}

/** Items of which more may be held than is agreed now: it comes back, where no late sale has to go first. */
async function rowsToBound(work: HoldBackWork, place: StockPlace): Promise<ReadonlySet<string>> {
  const rows = (await heldAt(work.db, place)).filter(({ held }) => held > 0)
  const waiting = await itemsThatWait(work, place, rows)
  return new Set(rows.flatMap(({ item }) => (waiting.has(item) ? [] : [item])))
}

type Expected = ReadonlyMap<string, { readonly sku: string; readonly units: number }>

/** Items of which something has to be held, as far as is known without a reading: of most there is plenty, or they hardly sell. */
async function itemsAtRisk(
  { db }: HoldBackWork,
  place: StockPlace,
  expected: Expected,
): Promise<readonly string[]> {
  const known = await knownLevels(db, place.location, [...expected.keys()])
  return [...expected]
    .filter(([item, { units }]) => {
      const available = known.get(item)?.available
      const isSafe = available !== undefined && (available <= 0 || isAmple(available, units))
      return !isSafe && unitsToHold(units, 1, { share: 100, units: 1 }) > 0
    })
    .map(([item]) => item)
}

/** Units that a place sells on average in the time that is covered, by Shopify's item. */
async function expectedSales(
  { db }: HoldBackWork,
  place: StockPlace,
  { since, share, hours, covered }: Covering & { readonly covered: number },
): Promise<Expected> {
  const rates = await salesRates(db, place, { hours, until: since })
  const mapped = await mappedItems(db, [...rates.keys()])
  const expected = new Map<string, { sku: string; units: number }>()
  for (const [sku, rate] of rates) {
    const item = mapped.get(sku)
    if (item === undefined) continue
    const before = expected.get(item)
    expected.set(item, { sku: before?.sku ?? sku, units: (before?.units ?? 0) + rate * share * covered })
  }
  return expected
}

/**
 * Gives back what is held, item by item, once nothing of it is on its way to Shopify: else it could be sold twice in between. The silence
 * has ended with that, also for an item that still waits.
 * @param waiting tells the items that wait; 'all': every one comes back at once
 */
async function giveBack(
  work: HoldBackWork,
  place: HoldPlace,
  waiting: 'all' | ((rows: readonly HeldBack[]) => Promise<ReadonlySet<string>>),
): Promise<void> {
  const { db, world } = work
  const rows = (await heldAt(db, place)).filter(({ held, unclear }) => held > 0 || unclear > 0)
  const waits = waiting === 'all' ? new Set<string>() : await waiting(rows)
  const items = rows.filter(({ item }) => !waits.has(item)).map(({ item }) => item)
  for (let start = 0; start < items.length; start += ITEMS_A_REQUEST) {
    const some = items.slice(start, start + ITEMS_A_REQUEST)
    await moveSome(work, place, some, world.clock.now(), ({ level, row }) =>
      row === undefined ? null : { sku: row.sku, units: -Math.min(row.held, level.safety) },
    )
  }
  if (await isSilenceNoted(db, place)) await transaction(db, tx => endHoldBack(tx, place))
}

/** Items of which something is due, under whichever of their SKUs. */
async function itemsThatWait(
  { db }: HoldBackWork,
  place: StockPlace,
  rows: readonly HeldBack[],
): Promise<ReadonlySet<string>> {
  const waiting = new Set<string>()
  for (let start = 0; start < rows.length; start += ITEMS_A_REQUEST) {
    const some = rows.slice(start, start + ITEMS_A_REQUEST)
    const named = await skusOfItems(
      db,
      some.map(({ item }) => item),
    )
    const itemOf = new Map(
      some.flatMap(({ item, sku }) => (named.get(item) ?? [sku]).map(own => [own, item] as const)),
    )
    for (const { sku, movements } of await dueSums(db, place, [...itemOf.keys()])) {
      const item = itemOf.get(sku)
      if (movements > 0 && item !== undefined) waiting.add(item)
    }
  }
  return waiting
}

interface Seen {
  readonly item: string
  readonly level: SafetyLevel
  readonly row: HeldBack | undefined
}

/**
 * Reads the levels of some items, follows what a person did with them, and has Shopify move what is wanted.
 * @returns whether nothing is left to move
 */
async function moveSome(
  work: HoldBackWork,
  place: HoldPlace,
  items: readonly string[],
  silentSince: number,
  wanted: (seen: Seen) => Pick<UnitMove, 'sku' | 'units'> | null,
): Promise<boolean> {
  const bad = new Set<string>()
  for (let turn = 0; turn < TURNS; turn += 1) {
    const busy = await busyItems(work.db, place)
    const some = items.filter(item => !busy.has(item) && !bad.has(item))
    const isWhole = !items.some(item => busy.has(item) && !bad.has(item))
    if (some.length === 0) return isWhole
    const { levels, failing } = await readSafetyLevels(work.client, place.location, some)
    for (const item of failing.keys()) bad.add(item)
    const read = some.filter(item => !failing.has(item))
    const write = await planMoves(work, place, { items: read, levels, silentSince, wanted })
    if (write === null) return isWhole
    const { is, bad: found } = await sendHold(work, write)
    if (is === 'later') return false
    if (is === 'made') return isWhole
    for (const item of found) bad.add(item)
  }
  return false
}

/** Items with a request under way: what Shopify has of them is known once it has ended. */
async function busyItems(db: Reads, place: HoldPlace): Promise<ReadonlySet<string>> {
  const adjusted = (await openAt(db, place)).flatMap(({ request }) => request.changes.map(({ item }) => item))
  return new Set([...adjusted, ...(await itemsMoving(db, place))])
}

/** @returns the planned write; null: nothing has to be moved */
function planMoves(
  work: HoldBackWork,
  place: HoldPlace,
  of: {
    readonly items: readonly string[]
    readonly levels: ReadonlyMap<string, SafetyLevel>
    readonly silentSince: number
    wanted(seen: Seen): Pick<UnitMove, 'sku' | 'units'> | null
  },
): Promise<number | null> {
  const { db, world } = work
  return transaction(db, async tx => {
    const busy = await busyItems(tx, place)
    const seen = new Map(of.levels)
    // of an item that Shopify does not show, the hold is kept while the hub knows the item: it may only not be counted for a while
    const unseen = of.items.filter(item => !seen.has(item))
    const mapped = await mappedSkus(tx, unseen)
    for (const item of unseen) if (!mapped.has(item)) seen.set(item, { available: 0, safety: 0 })
    for (const item of busy) seen.delete(item)
    await followSafety(tx, place, seen)
    const rows = new Map((await heldAt(tx, place)).map(row => [row.item, row]))
    const moves = [...seen].flatMap(([item, level]): UnitMove[] => {
      const move = of.wanted({ item, level, row: rows.get(item) })
      return move === null || move.units === 0 ? [] : [{ item, ...move, ...level }]
    })
    if (moves.length === 0) return null
    const key = randomId(world.random, 'tb')
    const now = world.clock.now()
    const id = await planWrite(tx, { kind: 'hold', store: place.store, subject: '', key, request: {}, now })
    const reference = holdReference(id, key)
    const request = freezeHold(place, { key, reference, silentSince: of.silentSince }, moves)
    await completePlan(tx, id, { subject: reference, request })
    return id
  })
}
