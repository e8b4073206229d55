import type { SqlValue } from './engine.ts'
import { timeUnreadable } from './problems.ts'

/** How a POS writes a moment where its column holds a number. Texts are wall-clock time unless they name a zone. */
export interface TimeRules {
  readonly numbers: 'epoch-ms' | 'epoch-s'
}

const WALL =
  /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?$/

/**
 * Reads a POS's moment as wall-clock text in the store's zone, `2026-11-25T09:30:00` with the milliseconds if any.
 * @throws TIME_UNREADABLE naming the field
 */
export function wallClock(rules: TimeRules, zone: string): (value: SqlValue, field: string) => string {
  const inZone = zoneClock(zone)
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
    const utc = Date.parse(`${wall}Z`)
    // Date.parse takes 24:00 and February 30th; written back they differ.
    if (Number.isNaN(utc) || new Date(utc).toISOString().slice(0, 19) !== wall)
      throw timeUnreadable({ field, value: match[0] })
    const ms = fraction.padEnd(3, '0').slice(0, 3)
    if (offset !== undefined) return inZone(utc + Number(ms) - offsetMs(offset))
    return fraction === '' || ms === '000' ? wall : `${wall}.${ms}`
  }
}

function offsetMs(offset: string): number {
  if (offset === 'Z') return 0
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2))
  return (offset.startsWith('-') ? -minutes : minutes) * 60_000
}

/** No zone has changed its offset other than at a quarter of an hour, so Intl is asked once for each quarter. */
const QUARTER_MS = 900_000
const MOST_QUARTERS = 5_000

function zoneClock(zone: string): (ms: number) => string {
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
