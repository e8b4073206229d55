import { defineError } from './errors.ts'

export const timeUnreadable = defineError(
  'TIME_UNREADABLE',
  (f: { field: string; value: unknown }) =>
    `"${f.field}" should be a date and time, but is ${JSON.stringify(f.value)}. Correct it in the POS; the row is then read again automatically.`,
)

/** How a POS writes a moment. */
export interface TimeRules {
  readonly numbers: 'epoch-ms' | 'epoch-s'
  /** What a text is that names no zone. Left out: the store's own wall clock. */
  readonly texts?: 'utc'
}

const WALL =
  /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/

/** @throws TIME_UNREADABLE naming the field */
export type WallClock = (value: unknown, field: string) => string

/**
 * Reads a POS's moment as wall-clock text in the store's zone, `2026-11-25T09:30:00` with the milliseconds if any.
 * @throws TIME_UNREADABLE naming the field
 */
export function wallClock(rules: TimeRules, zone: string): WallClock {
  const read = wallReader(rules, zoneClock(zone))
  // A row's time is asked for where it is walked, where it is hashed and where it is told.
  let last: { readonly value: unknown; readonly wall: string } | null = null
  return (value, field) => {
    if (last === null || last.value !== value) last = { value, wall: read(value, field) }
    return last.wall
  }
}

function wallReader(rules: TimeRules, inZone: (ms: number) => string): WallClock {
  return (value, field) => {
    if (typeof value === 'number' || typeof value === 'bigint') {
      const ms = rules.numbers === 'epoch-s' ? Number(value) * 1000 : Number(value)
      if (!Number.isFinite(ms) || ms < 0 || ms >= 253_402_300_800_000)
        throw timeUnreadable({ field, value: String(value) })
      return inZone(Math.trunc(ms))
    }
    const match = typeof value === 'string' ? WALL.exec(value.trim()) : null
    if (match === null) throw timeUnreadable({ field, value: typeof value === 'string' ? value : null })
    const [, year = '', month = '', day = '', hour = '', minute = '', second = '00', fraction = '', offset] =
      match
    const wall = `${year}-${month}-${day}T${hour}:${minute}:${second}`
    if (!isOnCalendar(Number(year), Number(month), Number(day)) || !isOnClock(hour, minute, second))
      throw timeUnreadable({ field, value: match[0] })
    const ms = fraction.padEnd(3, '0').slice(0, 3)
    if (offset === undefined && rules.texts === 'utc') return inZone(Date.parse(`${wall}Z`) + Number(ms))
    if (offset !== undefined) return inZone(Date.parse(`${wall}Z`) + Number(ms) - offsetMs(offset))
    return fraction === '' || ms === '000' ? wall : `${wall}.${ms}`
  }
}

/** Whether a text begins with a day that the calendar has, as YYYY-MM-DD. `Date.parse` takes 30 February for 2 March. */
export function beginsWithDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})(?!\d)/.exec(text) ?? []
  return isOnCalendar(Number(year), Number(month), Number(day))
}

function isOnCalendar(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  if (month !== 2) return day <= (month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31)
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return day <= (isLeap ? 29 : 28)
}

function isOnClock(hour: string, minute: string, second: string): boolean {
  return hour < '24' && minute < '60' && second < '60'
}

function offsetMs(offset: string): number {
  if (offset === 'Z') return 0
  const minutes = Number(offset.slice(1, 3)) * 60 + (offset.length > 3 ? Number(offset.slice(-2)) : 0)
  return (offset.startsWith('-') ? -minutes : minutes) * 60_000
}

/** The business date of a wall-clock text: a day begins at this hour, and what is earlier belongs to the day before. */
export function businessDateFrom(startHour: number): (wall: string) => string {
  const shiftMs = startHour * 3_600_000
  return wall =>
    Number(wall.slice(11, 13)) >= startHour
      ? wall.slice(0, 10)
      : new Date(Date.parse(`${wall}Z`) - shiftMs).toISOString().slice(0, 10)
}

/** No zone has changed its offset other than at a quarter of an hour, so Intl is asked once for each quarter. */
const QUARTER_MS = 900_000
const MOST_QUARTERS = 5_000

/** Epoch milliseconds as wall-clock text in a zone. */
export function zoneClock(zone: string): (ms: number) => string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  const offsets = new Map<number, number>()
  const offsetAt = (quarter: number): number => {
    const part = Object.fromEntries(format.formatToParts(quarter * QUARTER_MS).map(p => [p.type, p.value]))
    const wall = `${part['year']}-${part['month']}-${part['day']}T${part['hour']}:${part['minute']}:${part['second']}Z`
    return Date.parse(wall) - quarter * QUARTER_MS
  }
  return ms => {
    const quarter = Math.floor(ms / QUARTER_MS)
    let offset = offsets.get(quarter)
    if (offset === undefined) {
      offset = offsetAt(quarter)
      if (offsets.size >= MOST_QUARTERS) offsets.clear()
      offsets.set(quarter, offset)
    }
    const iso = new Date(ms + offset).toISOString()
    return iso.endsWith('.000Z') ? iso.slice(0, 19) : iso.slice(0, 23)
  }
}
