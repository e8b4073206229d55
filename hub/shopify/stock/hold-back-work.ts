import { describeError } from '../../../shared/errors.ts'
import { randomId } from '../../../shared/world.ts'
import { allHours, openMinutes, type StoreHours } from '../../checks/opening-hours.ts'
import { contractOf, storesThatHoldBack, type Terms } from '../../contract/contract.ts'
import { type Reads, transaction } from '../../db/db.ts'
import { mappedItems } from '../../items/item-table.ts'
import { dueSums } from '../../outbox/postings.ts'
import { completePlan, planWrite } from '../../outbox/writes.ts'
import {
  coveredAt,
  endHoldBack,
  followSafety,
  type HeldBack,
  heldAt,
  holdReference,
  noteCovered,
  storesHeldBack,
} from '../../stock/hold-back.ts'
import { coveredMinutes, isAmple, unitsToHold } from '../../stock/hold-back-size.ts'
import { knownLevels } from '../../stock/known-levels.ts'
import { readPlaces, type StockPlace } from '../../stock/places.ts'
import { isJudged } from '../../stock/recovery.ts'
import { salesRates } from '../../stock/sales-rate.ts'
import { type LiveTill, type Silence, silenceOf } from '../../stock/silence.ts'
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
  const concerned = new Set([...agreed, ...(await storesHeldBack(db))])
  const open = await openHolds(db)
  for (const { write } of open) concerned.add(write.store)
  if (concerned.size === 0) return
  const live = work.live()
  if (live === null) return
  const { places } = await readPlaces(db)
  const hours = await allHours(db)
  const failures: unknown[] = []
  for (const place of places.filter(({ store }) => concerned.has(store)))
    try {
      if (await isJudged(db, place.store)) continue // what Shopify has is being found out
      for (const { write, request } of open)
        if (request.location === place.location && isHoldDue(write, world.clock.now()))
          await sendHold(work, write.id)
      await serve(work, place, { live, hours: hours.get(place.store) ?? null })
    } catch (failure) {
      if (shopifyUnreachable.is(failure) || shopifyRefuses.is(failure) || shopifyDenies.is(failure))
        throw failure
      world.log.warn(
        { store: place.store, location: place.location, ...describeError(failure) },
        'units of a silent store could not be held back or given back',
      )
      failures.push(failure)
    }
  if (failures.length > 0) throw failures[0]
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
    return cover(work, place, { terms, since: silence.since, share: silence.share, hours })
  }
  if (!isAgreed || silence.isCaughtUp) await giveBack(work, place, { isStopped: !isAgreed, silence })
}

interface Covering {
  readonly terms: Terms
  readonly since: number
  readonly share: Silence['share']
  readonly hours: About['hours']
}

/** Holds back what the store has probably sold by the end of this step of its silence. */
async function cover(work: HoldBackWork, place: StockPlace, of: Covering): Promise<void> {
  const { db, world } = work
  const covered = coveredMinutes(openMinutes(of.hours, of.since, world.clock.now()))
  const before = await coveredAt(db, place)
  if (covered === 0 || (before !== null && before.covered >= covered && before.silentSince <= of.since))
    return
  const expected = await expectedSales(work, place, { ...of, covered })
  const bound = { share: of.terms.holdBackShare, units: of.terms.holdBackUnits }
  const items = await itemsAtRisk(work, place, expected)
  let isWhole = true
  for (let start = 0; start < items.length; start += ITEMS_A_REQUEST) {
    const some = items.slice(start, start + ITEMS_A_REQUEST)
    const done = await moveSome(work, place, some, of.since, ({ item, level, row }) => {
      const { units, sku } = expected.get(item) ?? { units: 0, sku: '' }
      if (row?.by_hand === 1 || isAmple(level.available, units)) return null
      const want = unitsToHold(units, level.available + (row?.held ?? 0), bound)
      return { sku, units: Math.max(0, Math.min(want - level.safety, level.available)) }
    })
    isWhole &&= done
  }
  if (isWhole) await transaction(db, tx => noteCovered(tx, place, { silentSince: of.since, covered }))
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

/** Gives back what is held, item by item, once nothing of it is on its way to Shopify: else it could be sold twice in between. */
async function giveBack(
  work: HoldBackWork,
  place: StockPlace,
  { isStopped, silence }: { readonly isStopped: boolean; readonly silence: Silence },
): Promise<void> {
  const { db, world } = work
  const rows = (await heldAt(db, place)).filter(({ held, unclear }) => held > 0 || unclear > 0)
  const waiting = isStopped ? new Set<string>() : await skusThatWait(work, place, rows)
  const items = rows.filter(({ sku }) => !waiting.has(sku)).map(({ item }) => item)
  for (let start = 0; start < items.length; start += ITEMS_A_REQUEST) {
    const some = items.slice(start, start + ITEMS_A_REQUEST)
    await moveSome(work, place, some, silence.since ?? world.clock.now(), ({ level, row }) =>
      row === undefined ? null : { sku: row.sku, units: -Math.min(row.held, level.safety) },
    )
  }
  const left = await heldAt(db, place)
  if (left.every(({ held }) => held === 0)) await transaction(db, tx => endHoldBack(tx, place))
}

async function skusThatWait(
  { db }: HoldBackWork,
  place: StockPlace,
  rows: readonly HeldBack[],
): Promise<ReadonlySet<string>> {
  const due = await dueSums(
    db,
    place,
    rows.map(({ sku }) => sku),
  )
  return new Set(due.filter(({ movements }) => movements > 0).map(({ sku }) => sku))
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
  place: StockPlace,
  items: readonly string[],
  silentSince: number,
  wanted: (seen: Seen) => Pick<UnitMove, 'sku' | 'units'> | null,
): Promise<boolean> {
  const bad = new Set<string>()
  for (let turn = 0; turn < TURNS; turn += 1) {
    const busy = await busyItems(work.db, place)
    const some = items.filter(item => !busy.has(item) && !bad.has(item))
    if (some.length === 0) return busy.size === 0
    const { levels, failing } = await readSafetyLevels(work.client, place.location, some)
    for (const item of failing.keys()) bad.add(item)
    const read = some.filter(item => !failing.has(item))
    const write = await planMoves(work, place, { items: read, levels, silentSince, wanted })
    if (write === null) return some.length === items.length - bad.size
    const { is, bad: found } = await sendHold(work, write)
    if (is === 'later') return false
    for (const item of found) bad.add(item)
    if (is === 'made') return some.length === items.length - bad.size
  }
  return false
}

/** Items with a request under way: what Shopify has of them is known once it has ended. */
async function busyItems(db: Reads, place: StockPlace): Promise<ReadonlySet<string>> {
  const adjusted = (await openAt(db, place)).flatMap(({ request }) => request.changes.map(({ item }) => item))
  return new Set([...adjusted, ...(await itemsMoving(db, place))])
}

/** @returns the planned write; null: nothing has to be moved */
function planMoves(
  work: HoldBackWork,
  place: StockPlace,
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
    // of an item that Shopify has no more, nothing is held
    const seen = new Map(of.items.map(item => [item, of.levels.get(item) ?? { available: 0, safety: 0 }]))
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
