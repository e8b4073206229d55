import type { PosTime } from './events.ts'
import { isTimeZone } from './time-zone.ts'
import { beginsWithDay, zoneClock } from './wall-clock.ts'

const MOST_ZONES = 50
const clocks = new Map<string, (ms: number) => string>()

/**
 * A POS's wall-clock time as milliseconds since 1970, so that sources in different zones compare. The hour that a clock
 * goes through twice is taken as its second. A zone that does not exist counts as UTC, a day that does not as null.
 */
export function momentOf({ wall, zone }: PosTime): number | null {
  const asUtc = Date.parse(`${wall}Z`)
  if (Number.isNaN(asUtc) || !beginsWithDay(wall)) return null
  const clock = clockOf(zone)
  const first = asUtc - (Date.parse(`${clock(asUtc)}Z`) - asUtc)
  return asUtc - (Date.parse(`${clock(first)}Z`) - first) // the offset may have changed in between
}

function clockOf(zone: string): (ms: number) => string {
  const known = clocks.get(zone)
  if (known !== undefined) return known
  if (clocks.size >= MOST_ZONES) clocks.clear()
  const clock = isTimeZone(zone) ? zoneClock(zone) : zoneClock('UTC')
  clocks.set(zone, clock)
  return clock
}
