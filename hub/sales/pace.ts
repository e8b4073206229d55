import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { AgentEvent, SaleCompleted } from '../../shared/events.ts'
import { isRecent, LEAST_TIMES, type PaceMeasure, type Peak, Peaks } from '../checks/trading-peaks.ts'
import type { Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import type { PlacedEvent } from '../streams/placed-event.ts'
import { wallNumber } from './sale-times.ts'

/**
 * How fast each till trades: one small row a till, with the hour it is in and the most that any earlier hour had. Hours
 * are those of the sales themselves, so that a till which sends three days at once looks as it did in those three days. What it dates to
 * an earlier hour is counted apart.
 */

const HOUR_MS = 3_600_000
/** Before so many hours of trade nothing is known of a till. */
const ENOUGH_HOURS = 20
/** A till's wall clock is at most so far ahead of UTC; a sale further ahead does not count here. */
const AHEAD_HOURS = 15
/** Sums stay whole numbers, whatever a till sends. */
const MOST = 1e15

const Hour = z.object({
  receipts: z.number(),
  sold: z.number(),
  refunded: z.number(),
  // an older version did not note these
  units: z.number().default(0),
  amount: z.number().default(0),
})
type Hour = Readonly<z.infer<typeof Hour>>
type HourMeasure = keyof Hour

/**
 * Receipts of an hour before the current one, or far ahead, as they came within one hour of the hub's clock: all of them, and by their
 * own hours.
 */
const Late = z.object({ arrived: z.number(), receipts: z.number(), hours: z.record(z.string(), Hour) })
type Late = Readonly<z.infer<typeof Late>>
const NOT_LATE: Late = { arrived: 0, receipts: 0, hours: {} }
/** What came late is held against so many of the busiest hours: a till that was offline sends days at once. */
const LATE_HOURS = 24
/** Of so many hours that receipts were dated to, each is counted. */
const MOST_LATE_HOURS = 100

/** The most that any earlier hour had. `sized`: how many hours with trade noted `units` and `amount`. */
const Most = Hour.extend({ sized: z.number().default(0) })
type Most = Readonly<z.infer<typeof Most>>

interface Pace {
  readonly hour: number
  /** How many hours with trade were counted. */
  readonly hours: number
  readonly now: Hour
  readonly most: Most
  readonly late: Late
  readonly peaks: Partial<Record<PaceMeasure, Peak>>
}

const NOTHING: Hour = { receipts: 0, sold: 0, refunded: 0, units: 0, amount: 0 }
const START: Pace = {
  hour: 0,
  hours: 0,
  now: NOTHING,
  most: { ...NOTHING, sized: 0 },
  late: NOT_LATE,
  peaks: {},
}

/** One receipt: the hour in which it was sold, by its till's wall clock. */
interface PacedSale {
  readonly hour: number
  readonly tendered: number
  /** The most of one item, in thousandths of a unit, and its highest sum, all lines of it together: sold or taken back. */
  readonly units: number
  readonly amount: number
  readonly currency: string
}

/**
 * The pace after more receipts. One of an hour before the current one, or far ahead, does not change the current hour.
 * @param usual the most that other tills of the store had, while nothing is known of this one; null: nothing is known of them
 */
function paceAfter(before: Pace, sales: readonly PacedSale[], usual: Hour | null, at: number): Pace {
  let pace = before
  const latest = Math.floor(at / HOUR_MS) + AHEAD_HOURS
  for (const sale of sales) {
    const about = { at, currency: sale.currency, usual }
    if (sale.hour < pace.hour || sale.hour > latest) {
      pace = withLate(pace, sale, about)
      continue
    }
    if (sale.hour > pace.hour) pace = nextHour(pace, sale.hour)
    const now = added(pace.now, sale)
    pace = { ...pace, now, peaks: peaksWith(pace, now, about) }
  }
  return pace
}

interface About {
  readonly at: number
  readonly currency: string
  readonly usual: Hour | null
}

/** What is dated back or ahead is unusual by the hour that it is dated to, and by how much of it comes at once. */
function withLate(pace: Pace, sale: PacedSale, about: About): Pace {
  const arrived = Math.floor(about.at / HOUR_MS)
  const before = pace.late.arrived === arrived ? pace.late : { ...NOT_LATE, arrived }
  const key = String(sale.hour)
  const hour = added(before.hours[key] ?? NOTHING, sale)
  const isCounted = key in before.hours || Object.keys(before.hours).length < MOST_LATE_HOURS
  const hours = isCounted ? { ...before.hours, [key]: hour } : before.hours
  const late = { arrived, receipts: before.receipts + 1, hours }
  const peaks = peaksWith(pace, hour, about)
  const base = baseOf(pace, about)
  if (base === null) return { ...pace, late, peaks }
  const found = { value: late.receipts, most: base.receipts * LATE_HOURS }
  return { ...pace, late, peaks: withPeak(peaks, 'late', found, about) }
}

function added(hour: Hour, { tendered, units, amount }: PacedSale): Hour {
  return {
    receipts: hour.receipts + 1,
    sold: Math.min(MOST, hour.sold + Math.max(0, tendered)),
    refunded: Math.min(MOST, hour.refunded + Math.max(0, -tendered)),
    units: Math.max(hour.units, units),
    amount: Math.min(MOST, Math.max(hour.amount, amount)),
  }
}

/** An unusual hour raises the most only a little: a second one like it is still unusual. */
function nextHour(pace: Pace, hour: number): Pace {
  const { hours, now, most } = pace
  const traded = now.receipts > 0
  const mostOf = (measure: HourMeasure) => {
    const isLearnt = !isKnown(isSize(measure) ? most.sized : hours)
    return Math.max(
      most[measure],
      isLearnt ? now[measure] : Math.min(now[measure], Math.max(most[measure], 1) * 2),
    )
  }
  const sized = most.sized + (now.units > 0 || now.amount > 0 ? 1 : 0)
  return {
    ...pace,
    hour,
    hours: hours + (traded ? 1 : 0),
    now: NOTHING,
    most: { ...hourOf(mostOf), sized },
  }
}

const isKnown = (hours: number) => hours >= ENOUGH_HOURS
/** An older version did not note these: a till that it knew is known by them only some hours later. */
const isSize = (measure: HourMeasure) => measure === 'units' || measure === 'amount'
const hourMeasures = ['receipts', 'sold', 'refunded', 'units', 'amount'] as const satisfies HourMeasure[]

const hourOf = (of: (measure: HourMeasure) => number): Hour => ({
  receipts: of('receipts'),
  sold: of('sold'),
  refunded: of('refunded'),
  units: of('units'),
  amount: of('amount'),
})

/** What an hour is held against; null: too little is known. */
const baseOf = ({ hours, most }: Pace, { usual }: About) => (isKnown(hours) ? withKnownSizes(most) : usual)

/** Zero where too little is known: that is not judged. */
const withKnownSizes = (most: Most): Hour => (isKnown(most.sized) ? most : { ...most, units: 0, amount: 0 })

function peaksWith(pace: Pace, now: Hour, about: About): Pace['peaks'] {
  const base = baseOf(pace, about)
  if (base === null) return pace.peaks
  return hourMeasures
    .filter(measure => !isSize(measure) || base[measure] > 0)
    .reduce(
      (peaks, measure) => withPeak(peaks, measure, { value: now[measure], most: base[measure] }, about),
      pace.peaks,
    )
}

function withPeak(
  peaks: Pace['peaks'],
  measure: PaceMeasure,
  { value, most }: Pick<Peak, 'value' | 'most'>,
  { at, currency }: About,
): Pace['peaks'] {
  if (value <= LEAST_TIMES * most || !isHigher(value, most, peaks[measure], at)) return peaks
  return { ...peaks, [measure]: { value, most, at, currency } }
}

/** Whether an hour says more than the peak that is remembered. */
function isHigher(value: number, most: number, known: Peak | undefined, at: number): boolean {
  if (known === undefined || !isRecent(known, at)) return true
  return value / Math.max(1, most) >= known.value / Math.max(1, known.most)
}

/** Counts the receipts among the events of one store's device. */
export async function notePace(
  tx: Tx,
  placed: readonly PlacedEvent<AgentEvent>[],
  at: number,
): Promise<void> {
  const ofDevice = new Map<string, PacedSale[]>()
  for (const { event, origin } of placed) {
    if (event.kind !== 'sale.completed') continue
    const tendered = event.tenders.reduce((sum, { amount }) => sum + amount, 0)
    const hour = Math.floor(wallNumber(event.soldAt.wall) / HOUR_MS)
    const sales = ofDevice.get(origin.device) ?? []
    sales.push({ hour, tendered, ...sizeOf(event.lines), currency: event.currency })
    ofDevice.set(origin.device, sales)
  }
  for (const [device, sales] of ofDevice) await writePace(tx, device, sales, at)
}

/** Lines of one item count together, those that sell it apart from those that take it back. */
function sizeOf(lines: SaleCompleted['lines']): Pick<PacedSale, 'units' | 'amount'> {
  const units = new Map<string, number>()
  const amounts = new Map<string, number>()
  for (const { sku, quantity, net } of lines) {
    const item = JSON.stringify([sku, quantity < 0])
    units.set(item, Math.min(MOST, (units.get(item) ?? 0) + Math.abs(quantity)))
    amounts.set(item, Math.min(MOST, (amounts.get(item) ?? 0) + Math.abs(net)))
  }
  return { units: Math.max(0, ...units.values()), amount: Math.max(0, ...amounts.values()) }
}

async function writePace(tx: Tx, device: string, sales: readonly PacedSale[], at: number): Promise<void> {
  const row = await tx.selectFrom('device_pace').selectAll().where('device', '=', device).executeTakeFirst()
  const before = row === undefined ? START : readPace(row)
  const usual = isKnown(before.hours) ? null : await usualOfStore(tx, device)
  const { hour, hours, now, most, late, peaks } = paceAfter(before, sales, usual, at)
  const next = {
    hour,
    hours,
    now_json: JSON.stringify(now),
    most_json: JSON.stringify(most),
    late_json: JSON.stringify(late),
    peaks_json: JSON.stringify(peaks),
  }
  await tx
    .insertInto('device_pace')
    .values({ device, ...next })
    .onConflict(c => c.column('device').doUpdateSet(next))
    .execute()
}

/** The most that any till had of whose store it is, and of which enough is known; null: no such till. */
async function usualOfStore(tx: Tx, device: string): Promise<Hour | null> {
  const rows = await tx
    .selectFrom('device_pace as p')
    .innerJoin('device as d', 'd.device', 'p.device')
    .select('p.most_json')
    .where('d.store', '=', e =>
      e.selectFrom('device as own').select('own.store').where('own.device', '=', device),
    )
    .where('p.hours', '>=', ENOUGH_HOURS)
    .execute()
  if (rows.length === 0) return null
  const known = rows.map(({ most_json }) => withKnownSizes(Most.parse(JSON.parse(most_json))))
  return hourOf(measure => Math.max(...known.map(one => one[measure])))
}

function readPace(row: Selectable<Schema['device_pace']>): Pace {
  return {
    hour: row.hour,
    hours: row.hours,
    now: Hour.parse(JSON.parse(row.now_json)),
    most: Most.parse(JSON.parse(row.most_json)),
    late: row.late_json === '' ? NOT_LATE : Late.parse(JSON.parse(row.late_json)),
    peaks: Peaks.parse(JSON.parse(row.peaks_json)),
  }
}
