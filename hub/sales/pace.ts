import { z } from 'zod'
import type { AgentEvent } from '../../shared/events.ts'
import {
  isRecent,
  LEAST_TIMES,
  measures,
  type PaceMeasure,
  type Peak,
  Peaks,
} from '../checks/trading-peaks.ts'
import type { Tx } from '../db/db.ts'
import type { PlacedEvent } from '../streams/placed-event.ts'
import { wallNumber } from './sale-times.ts'

/**
 * How fast each till trades: one small row a till, with the hour it is in and the most that any earlier hour had. Hours
 * are those of the sales themselves, so that a till which sends three days at once looks as it did in those three days.
 */

const HOUR_MS = 3_600_000
/** Before so many hours of trade nothing is known of a till. */
const ENOUGH_HOURS = 20
/** A till's wall clock is at most so far ahead of UTC; a sale further ahead does not count here. */
const AHEAD_HOURS = 15
/** Sums stay whole numbers, whatever a till sends. */
const MOST = 1e15

type Hour = Readonly<Record<PaceMeasure, number>>

const Hour = z.object({ receipts: z.number(), sold: z.number(), refunded: z.number() })

interface Pace {
  readonly hour: number
  /** How many hours with trade were counted. */
  readonly hours: number
  readonly now: Hour
  readonly most: Hour
  readonly peaks: Partial<Record<PaceMeasure, Peak>>
}

const NOTHING: Hour = { receipts: 0, sold: 0, refunded: 0 }
const START: Pace = { hour: 0, hours: 0, now: NOTHING, most: NOTHING, peaks: {} }

/** One receipt: the hour in which it was sold, by its till's wall clock. */
interface PacedSale {
  readonly hour: number
  readonly tendered: number
  readonly currency: string
}

/** The pace after more receipts. One of an hour before the current one, as after an edit, is left out. */
function paceAfter(before: Pace, sales: readonly PacedSale[], at: number): Pace {
  let pace = before
  const latest = Math.floor(at / HOUR_MS) + AHEAD_HOURS
  for (const { hour, tendered, currency } of sales) {
    if (hour < pace.hour || hour > latest) continue
    if (hour > pace.hour) pace = nextHour(pace, hour)
    const now = added(pace.now, tendered)
    pace = { ...pace, now, peaks: peaksWith(pace, now, { at, currency }) }
  }
  return pace
}

function added(hour: Hour, tendered: number): Hour {
  return {
    receipts: hour.receipts + 1,
    sold: Math.min(MOST, hour.sold + Math.max(0, tendered)),
    refunded: Math.min(MOST, hour.refunded + Math.max(0, -tendered)),
  }
}

/** An unusual hour raises the most only a little: a second one like it is still unusual. */
function nextHour({ hours, now, most, peaks, hour: last }: Pace, hour: number): Pace {
  const traded = now.receipts > 0
  const mostOf = (measure: PaceMeasure) =>
    Math.max(
      most[measure],
      isKnown(hours) ? Math.min(now[measure], Math.max(most[measure], 1) * 2) : now[measure],
    )
  const next = { receipts: mostOf('receipts'), sold: mostOf('sold'), refunded: mostOf('refunded') }
  return { hour: hour > last ? hour : last, hours: hours + (traded ? 1 : 0), now: NOTHING, most: next, peaks }
}

const isKnown = (hours: number) => hours >= ENOUGH_HOURS

function peaksWith({ hours, most, peaks }: Pace, now: Hour, about: { at: number; currency: string }) {
  if (!isKnown(hours)) return peaks
  const found = measures.filter(
    measure =>
      now[measure] > LEAST_TIMES * most[measure] &&
      isHigher(now[measure], most[measure], peaks[measure], about.at),
  )
  if (found.length === 0) return peaks
  return {
    ...peaks,
    ...Object.fromEntries(found.map(one => [one, { value: now[one], most: most[one], ...about }])),
  }
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
    sales.push({ hour, tendered, currency: event.currency })
    ofDevice.set(origin.device, sales)
  }
  for (const [device, sales] of ofDevice) await writePace(tx, device, sales, at)
}

async function writePace(tx: Tx, device: string, sales: readonly PacedSale[], at: number): Promise<void> {
  const row = await tx.selectFrom('device_pace').selectAll().where('device', '=', device).executeTakeFirst()
  const before = row === undefined ? START : readPace(row)
  const { hour, hours, now, most, peaks } = paceAfter(before, sales, at)
  const next = {
    hour,
    hours,
    now_json: JSON.stringify(now),
    most_json: JSON.stringify(most),
    peaks_json: JSON.stringify(peaks),
  }
  await tx
    .insertInto('device_pace')
    .values({ device, ...next })
    .onConflict(c => c.column('device').doUpdateSet(next))
    .execute()
}

function readPace(row: {
  hour: number
  hours: number
  now_json: string
  most_json: string
  peaks_json: string
}): Pace {
  return {
    hour: row.hour,
    hours: row.hours,
    now: Hour.parse(JSON.parse(row.now_json)),
    most: Hour.parse(JSON.parse(row.most_json)),
    peaks: Peaks.parse(JSON.parse(row.peaks_json)),
  }
}
