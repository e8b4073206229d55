import { type Currency, type Minor, minorFromDecimal } from '../../../shared/money.ts'
import { type Quantity, quantityFromUnits } from '../../../shared/quantity.ts'
import { recordValueUnreadable } from '../../../shared/record-problems.ts'
import type { wallClock } from '../../../shared/wall-clock.ts'
import { monthNamed } from './month-names.ts'
import { type NumberRules, plainNumber } from './number-text.ts'

/** Nothing that is a moment is longer. */
const LONGEST = 64

/** @throws RECORD_VALUE_UNREADABLE, MONEY_UNREADABLE naming the field */
export function moneyIn(text: string, field: string, rules: NumberRules, currency: Currency): Minor {
  return minorFromDecimal(plainNumber(text, field, rules, { currency }), currency, field)
}

/** @throws RECORD_VALUE_UNREADABLE, QUANTITY_UNREADABLE naming the field */
export function unitsIn(text: string, field: string, rules: NumberRules): Quantity {
  return quantityFromUnits(plainNumber(text, field, rules, 'units'), field)
}

const TOKENS: Readonly<Record<string, string>> = {
  YYYY: '(?<year>\\d{4})',
  YY: '(?<year>\\d{2})',
  MMM: '(?<named>\\p{L}{3,15}\\.?)',
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  DD: '(?<day>\\d{2})',
  D: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{2})',
  H: '(?<hour>\\d{1,2})',
  hh: '(?<half>\\d{2})',
  h: '(?<half>\\d{1,2})',
  mm: '(?<minute>\\d{2})',
  ss: '(?<second>\\d{2})',
  A: '(?<noon>[AaPp]\\.?[Mm]\\.?)',
}

/** Whether a format has year, month and day, each once, in digits: nothing of a date is guessed. */
export function isDateFormat(format: string): boolean {
  return (
    format === 'iso' ||
    (['Y', 'M', 'D'].every(letter => new RegExp(`${letter}+`).test(format)) && partsOf(format) !== null)
  )
}

function partsOf(format: string): RegExp | null {
  // a year written with two digits is told apart from a day or an hour only where another sign is beside it
  const isApart = /(?<![A-Za-z])YYYY(?![A-Za-z])/.test(format)
  const source = format.replace(
    /YYYY|YY|MMM|MM|M|DD|D|HH|H|hh|h|mm|ss|A|[^A-Za-z]|[A-Za-z]/g,
    part =>
      (part === 'YYYY' && isApart ? '(?<year>\\d{4}|\\d{2})' : TOKENS[part]) ??
      part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(/\s/, '\\s+'),
  )
  try {
    return new RegExp(`^${source}$`, 'u')
  } catch (error) {
    if (error instanceof SyntaxError) return null // a part that is named twice
    throw error
  }
}

const formats = new Map<string, RegExp | null>()

/**
 * A moment by a format such as `DD.MM.YYYY HH:mm`, or `iso`, as wall-clock text.
 * @throws RECORD_VALUE_UNREADABLE, TIME_UNREADABLE naming the field
 */
export function momentIn(
  text: string,
  field: string,
  format: string,
  clock: ReturnType<typeof wallClock>,
): string {
  const trimmed = text.slice(0, LONGEST + 1).trim()
  if (format === 'iso')
    return clock(/^\d{4}-\d{2}-\d{2}$/.test(trimmed) ? `${trimmed} 00:00` : trimmed, field)
  const pattern = formats.get(format) ?? partsOf(format)
  formats.set(format, pattern)
  const parts = pattern?.exec(trimmed)?.groups
  const month = parts?.['month'] ?? monthNamed(parts?.['named'] ?? '')
  if (parts === undefined || month === null)
    throw recordValueUnreadable({ field, value: text, expected: `a moment as ${format}` })
  const { year = '', day = '', minute = '00', second = '00' } = parts
  const full = year.length === 2 ? `20${year}` : year
  const date = `${full}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  return clock(`${date} ${hourOf(parts)}:${minute}:${second}`, field)
}

function hourOf({ hour, half, noon }: Readonly<Record<string, string | undefined>>): string {
  if (half === undefined) return (hour ?? '0').padStart(2, '0')
  const isAfter = /^p/i.test(noon ?? '')
  return String((Number(half) % 12) + (isAfter ? 12 : 0)).padStart(2, '0')
}

/** What a code of the POS means, capitals aside. @throws RECORD_VALUE_UNREADABLE naming the field and the codes that are known */
export function looked<Value>(meanings: Readonly<Record<string, Value>>, text: string, field: string): Value {
  const found = Object.entries(meanings).find(([name]) => name.toLowerCase() === text.toLowerCase())
  if (found === undefined)
    throw recordValueUnreadable({
      field,
      value: text.slice(0, 100),
      expected: `one of ${Object.keys(meanings).join(', ')}`,
    })
  return found[1]
}
