import { units, unitsForPeople } from '../../shared/quantity.ts'
import type { Reads } from '../db/db.ts'
import { defineCheck, type UnusualBounds } from './check.ts'
import type { SubjectProblem } from './problem.ts'
import { LEAST_TIMES, type PaceMeasure, type Peak, recentPeaks } from './trading-peaks.ts'

/** Far from a promotion day: that has five times an ordinary day's trade, and its busiest hour ever is what counts. */
export const usualBounds: UnusualBounds = {
  times: 10,
  receipts: 200,
  sold: 1_000_000,
  refunded: 200_000,
  units: 1_000,
  amount: 1_000_000,
}

/**
 * Tills of which one hour, or one line of a receipt, had many times what any before it had: a fault, or sales that were never
 * made.
 */
export const tillUnusual = defineCheck({
  kind: 'till-unusual',
  owner: 'ops',
  severity: 'warning',
  everyMinutes: 5,
  async find(db: Reads, now: number, bounds = usualBounds) {
    const tills = await recentPeaks(db, now)
    return tills.flatMap(till =>
      till.peaks
        .filter(({ measure, peak }) => isUnusual(measure, peak, bounds))
        .filter(({ measure }, _, all) => measure !== 'amount' || all.every(one => !isSum(one.measure)))
        .map(({ measure, peak }) => problemOf(till, measure, peak)),
    )
  },
})

/** The sums of the hour say what one line of it says. */
const isSum = (measure: PaceMeasure) => measure === 'sold' || measure === 'refunded'

function isUnusual(measure: PaceMeasure, { value, most }: Peak, bounds: UnusualBounds): boolean {
  const least = { ...bounds, units: units(bounds.units), late: bounds.receipts }
  return value >= least[measure] && value > Math.max(LEAST_TIMES, bounds.times) * most
}

function problemOf(
  { device, store, till }: { device: string; store: string; till: string },
  measure: PaceMeasure,
  { value, most, at, currency }: Peak,
): SubjectProblem {
  const about = { subject: `${device}/${measure}`, store, device, evidence: { device, value, most, at } }
  if (measure === 'receipts' || measure === 'late')
    return { code: `till-unusual.${measure}`, ...about, fields: { till, store, value, most } }
  if (measure === 'units') {
    const fields = { till, store, value: unitsForPeople(value), most: unitsForPeople(most) }
    return { code: 'till-unusual.units', ...about, fields }
  }
  const money = (amount: number) => ({ money: amount, currency })
  const fields = { till, store, value: money(value), most: money(most) }
  return { code: `till-unusual.${measure}`, ...about, fields }
}
