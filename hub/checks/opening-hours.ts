import { z } from 'zod'
import { defineError } from '../../shared/errors.ts'
import { zoneClock } from '../../shared/wall-clock.ts'
import type { Reads } from '../db/db.ts'

/** When a store is open, and how long one of its tills may be silent then. */

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
type Day = (typeof days)[number]

/** From and to, in minutes since midnight by the store's clock; a `to` before `from` is on the next day. */
const Span = z.tuple([z.int().min(0).max(1_440), z.int().min(0).max(1_440)])
type Span = z.infer<typeof Span>

const StoreHours = z.object({
  /** Spans of each weekday; a day without any is closed. */
  week: z.partialRecord(z.enum(days), z.array(Span).max(10)),
  /** Dates on which the store is closed. */
  closed: z.array(z.iso.date()).max(400),
  /** Minutes of opening time without contact after which a till is silent. */
  afterMinutes: z.int().min(5).max(2_880),
})
export type StoreHours = z.infer<typeof StoreHours>

export const hoursInvalid = defineError(
  'HOURS_INVALID',
  (f: { text: string }) =>
    `"${f.text}" can't be read as opening hours. Write days and times such as "mon-fri 09:00-13:00,14:00-20:00" or "sat 10:00-02:00", and closed days such as 2026-12-25.`,
)

/** Reads hours as people write them. @throws HOURS_INVALID naming the part */
export function readHours(given: {
  readonly open: readonly string[]
  readonly closed: readonly string[]
  readonly afterMinutes: number
}): StoreHours {
  const week: Partial<Record<Day, Span[]>> = {}
  for (const text of given.open) {
    const { on, spans } = readLine(text)
    for (const day of on) week[day] = [...(week[day] ?? []), ...spans]
  }
  for (const date of given.closed)
    if (!z.iso.date().safeParse(date).success) throw hoursInvalid({ text: date })
  const hours = StoreHours.safeParse({ week, closed: given.closed, afterMinutes: given.afterMinutes })
  if (!hours.success) throw hoursInvalid({ text: given.open.join('; ') }, hours.error)
  return hours.data
}

function readLine(text: string): { on: readonly Day[]; spans: Span[] } {
  const match = /^([a-z]{3})(?:-([a-z]{3}))? ([\d:,-]+)$/.exec(text.trim().toLowerCase())
  const names: readonly string[] = days
  const first = names.indexOf(match?.[1] ?? '')
  const last = match?.[2] === undefined ? first : names.indexOf(match[2])
  const spans = (match?.[3] ?? '').split(',').map(readSpan)
  if (first === -1 || last === -1 || spans.some(span => span === null)) throw hoursInvalid({ text })
  const count = ((last - first + 7) % 7) + 1
  const on = Array.from({ length: count }, (_, index) => days[(first + index) % 7]).filter(
    day => day !== undefined,
  )
  return { on, spans: spans.filter(span => span !== null) }
}

function readSpan(text: string): Span | null {
  const match = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(text)
  if (match === null) return null
  const [, fromHour, fromMinute, toHour, toMinute] = match.map(Number)
  const from = (fromHour ?? 99) * 60 + (fromMinute ?? 99)
  const to = (toHour ?? 99) * 60 + (toMinute ?? 99)
  if (from > 1_440 || to > 1_440 || (fromMinute ?? 99) > 59 || (toMinute ?? 99) > 59 || from === to)
    return null
  return [from, to]
}

/** Hours as `readHours` takes them, one line for each run of days that have the same. */
export function hoursInWords({ week }: StoreHours): readonly string[] {
  const lines: { from: Day; to: Day; spans: string }[] = []
  for (const day of days) {
    const spans = (week[day] ?? []).map(([from, to]) => `${clock(from)}-${clock(to)}`).join(',')
    const before = lines.at(-1)
    if (before?.spans === spans) before.to = day
    else lines.push({ from: day, to: day, spans })
  }
  return lines
    .filter(({ spans }) => spans !== '')
    .map(({ from, to, spans }) => `${from === to ? from : `${from}-${to}`} ${spans}`)
}

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}

/** Hours of the stores that have any, with their time zones. */
export async function allHours(
  db: Reads,
): Promise<ReadonlyMap<string, { readonly zone: string; readonly hours: StoreHours }>> {
  const rows = await db
    .selectFrom('store_hours')
    .innerJoin('store', 'store.code', 'store_hours.store')
    .select(['store.code', 'store.zone', 'store_hours.hours_json'])
    .execute()
  return new Map(
    rows.map(({ code, zone, hours_json }) => [
      code,
      { zone, hours: StoreHours.parse(JSON.parse(hours_json)) },
    ]),
  )
}

const STEP_MS = 5 * 60_000
const DAY_MS = 86_400_000
/** A silence longer than this needs no hours to be one. */
const LONGEST_MS = 60 * DAY_MS

/** Whether so many minutes of a store's opening time have passed since a moment. */
export function isOpenFor(
  { week, closed, afterMinutes }: StoreHours,
  zone: string,
  since: number,
  now: number,
): boolean {
  if (now - since > LONGEST_MS) return true
  const wallOf = zoneClock(zone)
  let left = afterMinutes
  for (let at = since + STEP_MS; at <= now; at += STEP_MS) {
    if (isOpenAt({ week, closed }, wallOf(at))) left -= STEP_MS / 60_000
    if (left <= 0) return true
  }
  return false
}

/** Minutes of a store's opening time between two moments, to five minutes; null: it has no hours, and every minute counts. */
export function openMinutes(
  of: { readonly zone: string; readonly hours: StoreHours } | null,
  since: number,
  until: number,
): number {
  if (of === null) return Math.max(0, Math.floor((until - since) / 60_000))
  const wallOf = zoneClock(of.zone)
  let minutes = 0
  for (let at = Math.max(since, until - LONGEST_MS) + STEP_MS; at <= until; at += STEP_MS)
    if (isOpenAt(of.hours, wallOf(at))) minutes += STEP_MS / 60_000
  return minutes
}

function isOpenAt(hours: Pick<StoreHours, 'week' | 'closed'>, wall: string): boolean {
  const date = wall.slice(0, 10)
  const minutes = Number(wall.slice(11, 13)) * 60 + Number(wall.slice(14, 16))
  const before = new Date(Date.parse(`${date}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10)
  return (
    spansOn(hours, date).some(([from, to]) => minutes > from && (minutes <= to || to < from)) ||
    spansOn(hours, before).some(([from, to]) => to < from && minutes <= to)
  )
}

function spansOn({ week, closed }: Pick<StoreHours, 'week' | 'closed'>, date: string): readonly Span[] {
  if (closed.includes(date)) return []
  const day = days[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7]
  return day === undefined ? [] : (week[day] ?? [])
}
