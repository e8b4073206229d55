import { clockOrDate, dayAt, type TimePlace } from '../../../shared/ui/time-words.ts'

const wallTime = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2}(\.\d+)?)?$/

/**
 * When a sale was made, as clock time of its store. The POS writes wall-clock time, which must not pass through this
 * computer's zone; a text with an offset is a moment. Null for any other text.
 */
export function soldAtWords(soldAt: string, now: number, place: TimePlace): string | null {
  const wall = wallTime.exec(soldAt)
  if (wall === null) {
    const at = Date.parse(soldAt)
    return Number.isNaN(at) ? null : clockOrDate(at, now, place)
  }
  const [, day = '', time = ''] = wall
  const today = dayAt(now, place.zone)
  // Wall-clock time read and shown as UTC comes out unchanged.
  return clockOrDate(Date.parse(`${day}T${time}Z`), Date.parse(`${today}T12:00Z`), { ...place, zone: 'UTC' })
}
