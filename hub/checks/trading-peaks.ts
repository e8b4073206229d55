import { z } from 'zod'
import type { Reads } from '../db/db.ts'

/** Hours in which a till traded far beyond all hours before, as hub/sales/pace.ts notes them. */

/** How long an unusual hour is remembered, and shown. */
const PEAK_MS = 7 * 86_400_000
/** Less than this many times the most is never noted, whatever is set. */
export const LEAST_TIMES = 3

/**
 * What is measured of an hour: receipts; what was sold and given back, in minor units; the most of one item on one receipt, in
 * thousandths of a unit, and the highest sum of one line, in minor units, whichever way they went. `late`: receipts that came out of the order
 * of their hours.
 */
export const measures = ['receipts', 'sold', 'refunded', 'units', 'amount', 'late'] as const
export type PaceMeasure = (typeof measures)[number]

const Peak = z.object({ value: z.number(), most: z.number(), at: z.number(), currency: z.string() })
export const Peaks = z.partialRecord(z.enum(measures), Peak)
/** `most`: the most that an hour had until then. `at`: hub clock, when it was noted. */
export type Peak = z.infer<typeof Peak>

/** A time ahead of the clock was noted while the clock was wrong. */
export function isRecent({ at }: Peak, now: number): boolean {
  return at > now - PEAK_MS && at <= now
}

/** Every till in use with hours that were unusual lately. */
export async function recentPeaks(db: Reads, now: number) {
  const rows = await db
    .selectFrom('device_pace')
    .innerJoin('device', 'device.device', 'device_pace.device')
    .select(['device.device', 'device.store', 'device.till', 'device_pace.peaks_json'])
    .where('device.state', '=', 'active')
    .where('peaks_json', '<>', '{}')
    .orderBy('device.device')
    .execute()
  return rows.map(({ peaks_json, ...till }) => {
    const peaks = Peaks.parse(JSON.parse(peaks_json))
    const recent = measures.flatMap(measure => {
      const peak = peaks[measure]
      return peak !== undefined && isRecent(peak, now) ? [{ measure, peak }] : []
    })
    return { ...till, peaks: recent }
  })
}
