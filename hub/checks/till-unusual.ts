import type { Reads } from '../db/db.ts'
import { defineCheck, type UnusualBounds } from './check.ts'
import type { SubjectProblem } from './problem.ts'
import { LEAST_TIMES, type PaceMeasure, type Peak, recentPeaks } from './trading-peaks.ts'

/** Far from a promotion day: that has five times an ordinary day's trade, and its busiest hour ever is what counts. */
export const usualBounds: UnusualBounds = { times: 10, receipts: 200, sold: 1_000_000, refunded: 200_000 }

/** Tills of which one hour had many times what any hour before it had: a fault, or sales that were never made. */
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
        .map(({ measure, peak }) => problemOf(till, measure, peak)),
    )
  },
})

function isUnusual(measure: PaceMeasure, { value, most }: Peak, bounds: UnusualBounds): boolean {
  return value >= bounds[measure] && value > Math.max(LEAST_TIMES, bounds.times) * most
}

function problemOf(
  { device, store, till }: { device: string; store: string; till: string },
  measure: PaceMeasure,
  { value, most, at, currency }: Peak,
): SubjectProblem {
  const about = { subject: `${device}/${measure}`, store, device, evidence: { device, value, most, at } }
  if (measure === 'receipts')
    return { code: 'till-unusual.receipts', ...about, fields: { till, store, value, most } }
  const money = (amount: number) => ({ money: amount, currency })
  const fields = { till, store, value: money(value), most: money(most) }
  return measure === 'sold'
    ? { code: 'till-unusual.sold', ...about, fields }
    : { code: 'till-unusual.refunded', ...about, fields }
}
