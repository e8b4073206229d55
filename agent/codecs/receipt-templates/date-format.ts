import { isDigit, isLetter } from './blanks.ts'
import { type MonthLanguage, monthNames } from './month-names.ts'

/**
 * How a POS prints dates and times. Tokens of a date: `YYYY`, `YY` (20YY), `MM`, `M`, `DD`, `D`, `Do` (1st, 2nd),
 * `MMM` (the month's name, or three letters of it or more, with or without a point). Of a time: `HH`, `H`, `hh`, `h`,
 * `mm`, `ss`, `A` (AM or PM). All other characters stand for themselves, as do those between two apostrophes: `HH'h'mm`.
 */
export interface DateFormats {
  readonly dates: readonly string[]
  readonly times: readonly string[]
  readonly months: MonthLanguage
}

interface Scanned {
  readonly end: number
  /** `2026-11-25`, or `09:30:00`; `09:30` when the format has no seconds. */
  readonly value: string
}

const DATE_TOKENS = ['YYYY', 'YY', 'MMM', 'MM', 'M', 'DD', 'Do', 'D'] as const
const TIME_TOKENS = ['HH', 'H', 'hh', 'h', 'mm', 'ss', 'A'] as const
type Token = (typeof DATE_TOKENS)[number] | (typeof TIME_TOKENS)[number]
type Part = { readonly token: Token } | { readonly text: string }

/** The parts of a date's format; null: it does not name a day, a month and a year once each. */
export function dateParts(format: string): readonly Part[] | null {
  const parts = partsOf(format, DATE_TOKENS)
  return hasOnce(parts, ['YYYY', 'YY']) &&
    hasOnce(parts, ['MMM', 'MM', 'M']) &&
    hasOnce(parts, ['DD', 'D', 'Do'])
    ? parts
    : null
}

/** The parts of a time's format; null: it does not name hour and minute once each. */
export function timeParts(format: string): readonly Part[] | null {
  const parts = partsOf(format, TIME_TOKENS)
  const hasHalves = hasOnce(parts, ['A'])
  const hour = hasHalves ? (['hh', 'h'] as const) : (['HH', 'H'] as const)
  return hasOnce(parts, ['HH', 'H', 'hh', 'h']) && hasOnce(parts, hour) && hasOnce(parts, ['mm'])
    ? parts
    : null
}

/** Whether two date formats could read one text as two different days: `DD/MM/YYYY` and `MM/DD/YYYY`. */
export function isAmbiguous(one: string, other: string): boolean {
  const shape = (format: string) =>
    (dateParts(format) ?? []).map(part => ('text' in part ? part.text : kindOf(part.token)))
  const a = shape(one)
  const b = shape(other)
  if (a.length !== b.length) return false
  const isNumber = (part: string | undefined) => part === 'day' || part === 'month' || part === 'year'
  return (
    a.join('|') !== b.join('|') &&
    a.every((part, at) => part === b[at] || (isNumber(part) && isNumber(b[at])))
  )
}

function kindOf(token: Token): string {
  if (token.startsWith('Y')) return 'year'
  if (token === 'MMM') return 'name'
  return token.startsWith('M') ? 'month' : 'day'
}

/** Reads a date that begins at `at`: the first of the formats that fits and is a day of the calendar. */
export function dateScanner(formats: DateFormats): (text: string, at: number) => Scanned | null {
  const all = formats.dates.map(format => dateParts(format) ?? [])
  return (text, at) => {
    if (isDigit(text[at - 1])) return null
    for (const parts of all) {
      const found = scanParts(text, at, parts, formats.months)
      if (found === null || isDigit(text[found.end])) continue
      const value = dayOf(found.values)
      if (value !== null) return { end: found.end, value }
    }
    return null
  }
}

export function timeScanner(formats: DateFormats): (text: string, at: number) => Scanned | null {
  const all = formats.times.map(format => timeParts(format) ?? [])
  return (text, at) => {
    if (isDigit(text[at - 1])) return null
    // the longest: `HH:mm` must not read the head of 09:30:15
    let best: Scanned | null = null
    for (const parts of all) {
      const found = scanParts(text, at, parts, formats.months)
      if (found === null || isDigit(text[found.end])) continue
      const value = clockOf(found.values)
      if (value !== null && (best === null || found.end > best.end)) best = { end: found.end, value }
    }
    if (best !== null && text[best.end] === ':' && isDigit(text[best.end + 1])) return null
    return best
  }
}

function partsOf(format: string, tokens: readonly Token[]): Part[] {
  const parts: Part[] = []
  let isQuoted = false
  for (let at = 0; at < format.length; ) {
    const token = isQuoted ? undefined : tokens.find(each => format.startsWith(each, at))
    const last = parts.at(-1)
    if (token !== undefined) parts.push({ token })
    else if (format[at] === "'") isQuoted = !isQuoted
    else if (last !== undefined && 'text' in last) parts[parts.length - 1] = { text: last.text + format[at] }
    else parts.push({ text: format.charAt(at) })
    at += token?.length ?? 1
  }
  return parts
}

function hasOnce(parts: readonly Part[], tokens: readonly Token[]): boolean {
  return parts.filter(part => 'token' in part && tokens.includes(part.token)).length === 1
}

type Values = Partial<Record<Token, number>>

function scanParts(text: string, at: number, parts: readonly Part[], months: MonthLanguage) {
  const values: Values = {}
  let place = at
  for (const part of parts) {
    if ('text' in part) {
      if (!sameText(text, place, part.text)) return null
      place += part.text.length
      continue
    }
    const found = scanToken(text, place, part.token, months)
    if (found === null) return null
    values[part.token] = found.value
    place = found.end
  }
  return { end: place, values }
}

/** A blank of the format also stands for the narrow ones that newer Java prints. */
function sameText(text: string, at: number, wanted: string): boolean {
  const found = text.slice(at, at + wanted.length).replace(/[\u00a0\u2009\u202f]/g, ' ')
  return found.toLowerCase() === wanted.toLowerCase()
}

function scanToken(text: string, at: number, token: Token, months: MonthLanguage) {
  if (token === 'MMM') return scanMonth(text, at, months)
  if (token === 'A') {
    const half = text.slice(at, at + 2).toLowerCase()
    return half === 'am' || half === 'pm' ? { end: at + 2, value: half === 'am' ? 0 : 12 } : null
  }
  const most = token === 'YYYY' ? 4 : 2
  const least =
    token === 'YYYY'
      ? 4
      : token === 'D' || token === 'Do' || token === 'M' || token === 'H' || token === 'h'
        ? 1
        : 2
  let end = at
  while (end - at < most && isDigit(text[end])) end += 1
  if (end - at < least) return null
  const value = Number(text.slice(at, end))
  if (token === 'Do') {
    if (!isLetter(text[end]) || !isLetter(text[end + 1])) return null
    end += 2
  }
  return { end, value }
}

/** A month's whole name, or at least three letters that begin only one month's. */
function scanMonth(text: string, at: number, months: MonthLanguage) {
  let end = at
  while (end - at < 12 && isLetter(text[end])) end += 1
  const word = text.slice(at, end).toLowerCase()
  const names = monthNames[months]
  const exact = word === 'mrz' || word === 'mrt' ? 2 : names.indexOf(word) // März, maart
  const fitting = names.flatMap((name, month) => (word.length >= 3 && name.startsWith(word) ? [month] : []))
  const month = exact >= 0 ? exact : fitting.length === 1 ? fitting[0] : undefined
  if (month === undefined) return null
  return { end: text[end] === '.' && exact < 0 ? end + 1 : end, value: month + 1 }
}

function dayOf(values: Values): string | null {
  const year = values.YYYY ?? (values.YY === undefined ? undefined : 2000 + values.YY)
  const month = values.MMM ?? values.MM ?? values.M
  const day = values.DD ?? values.D ?? values.Do
  if (year === undefined || month === undefined || day === undefined || year < 1970) return null
  const text = `${year}-${two(month)}-${two(day)}`
  const utc = Date.parse(`${text}T00:00:00Z`)
  // Date.parse takes February 30th; written back it differs
  return Number.isNaN(utc) || new Date(utc).toISOString().slice(0, 10) !== text ? null : text
}

function clockOf(values: Values): string | null {
  const half = values.hh ?? values.h
  if (half !== undefined && (half < 1 || half > 12)) return null
  const hour = values.HH ?? values.H ?? (half === undefined ? undefined : (half % 12) + (values.A ?? 0))
  const minute = values.mm
  const second = values.ss
  if (hour === undefined || minute === undefined || hour > 23 || minute > 59 || (second ?? 0) > 59)
    return null
  return second === undefined ? `${two(hour)}:${two(minute)}` : `${two(hour)}:${two(minute)}:${two(second)}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
