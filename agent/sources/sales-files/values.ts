import { type Currency, type Minor, minorFromDecimal } from '../../../shared/money.ts'
import { type Quantity, quantityFromUnits } from '../../../shared/quantity.ts'
import { recordValueUnreadable } from '../../../shared/record-problems.ts'
import type { wallClock } from '../../../shared/wall-clock.ts'
import { exactAsWritten } from '../../codecs/poslog/exact-amount.ts'
import { monthNamed } from './month-names.ts'
import { type NumberRules, plainNumber } from './number-text.ts'

/** Nothing that is a moment is longer. */
const LONGEST = 64

/** @throws RECORD_VALUE_UNREADABLE, MONEY_UNREADABLE naming the field */
export function moneyIn(text: string, field: string, rules: NumberRules, currency: Currency): Minor {
  return minorFromDecimal(plainNumber(text, field, rules, { currency }), currency, field)
}

/**
 * An amount, and where the file has more decimals than the currency, that before it was rounded, in millionths of a minor unit.
 * @throws RECORD_VALUE_UNREADABLE, MONEY_UNREADABLE naming the field
 */
export function exactMoneyIn(
  text: string,
  field: string,
  rules: NumberRules,
  currency: Currency,
): ExactMoney {
  const plain = plainNumber(text, field, rules, { currency })
  const amount = minorFromDecimal(plain, currency, field)
  const exact = exactAsWritten(plain, amount, currency)
  return exact === null ? { amount } : { amount, exact }
}

/**
 * What so many units come to.
 * @param price plain decimal text, with as many decimals as it is written with
 * @param quantity thousandths of a unit
 * @throws MONEY_UNREADABLE naming the field
 */
export function priceTimes(price: string, quantity: number, field: string, currency: Currency): ExactMoney {
  const product = (Number(price) * quantity) / 1_000
  const text = Math.abs(product) < 1e-6 ? '0' : product.toFixed(8)
  const amount = minorFromDecimal(text, currency, field)
  const exact = exactAsWritten(text, amount, currency)
  return exact === null ? { amount } : { amount, exact }
}

/** Minor units; `exact` in millionths of one, where it is finer. */
export interface ExactMoney {
  readonly amount: number
  readonly exact?: number
}

/** An amount with the sign that the receipt gives it. */
export function signedMoney({ amount, exact }: ExactMoney, sign: (amount: number) => number): ExactMoney {
  return exact === undefined ? { amount: sign(amount) } : { amount: sign(amount), exact: sign(exact) }
}

/** @throws RECORD_VALUE_UNREADABLE, QUANTITY_UNREADABLE naming the field */
export function unitsIn(text: string, field: string, rules: NumberRules): Quantity {
  return quantityFromUnits(plainNumber(text, field, rules, 'units'), field)
}

/**
 * An item code, without what a spreadsheet makes of a long one: `4.00638E+12` is the code of any of a million items.
 * @throws RECORD_VALUE_UNREADABLE naming the field
 */
export function itemCodeIn(text: string | null, field: string): string | null {
  if (text === null || !/^\d(?:[.,]\d+)?E\+?\d{1,2}$/i.test(text) || /^\dE\d{1,2}$/i.test(text)) return text
  const expected = 'an item code: a spreadsheet has rounded it, so export it again without opening it in one'
  throw recordValueUnreadable({ field, value: text, expected })
}

const TOKENS: Readonly<Record<string, string>> = {
  // the year of a Japanese era: `令和8`, `R08`, `令和元`
  EY: '(?<era>令和|平成|[RH])\\.?\\s?(?<eraYear>\\d{1,2}|元)',
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
  m: '(?<minute>\\d{1,2})',
  ss: '(?<second>\\d{2})',
  s: '(?<second>\\d{1,2})',
  // English, Greek, Turkish, Japanese, Korean
  A: '(?<noon>[AaPp]\\.?\\s?[Mm]\\.?|[πμΠΜ]\\.?\\s?[μΜ]\\.?|[öÖ][öÖsS]|午[前後]|오[전후])',
  ddd: '\\p{L}{2,15}\\.?',
  z: '(?<place>[A-Z]{2,5})',
}

/** Moments as numbers: seconds or milliseconds since 1970, or the days of a spreadsheet. */
export const numberedDates = ['epoch-s', 'epoch-ms', 'excel'] as const

/** Whether a format has year, month and day, each once, in digits: nothing of a date is guessed. */
export function isDateFormat(format: string): boolean {
  return (
    format === 'iso' ||
    numberedDates.some(each => each === format) ||
    (['Y', 'M', 'D'].every(letter => new RegExp(`${letter}+`).test(format.replace(QUOTED, ''))) &&
      partsOf(format) !== null)
  )
}

/** What a format has as it is: `[kl.]`, the `h` of `H[h]mm`. */
const QUOTED = /\[[^\]]*\]/g
const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(/\s/g, '\\s+')

function partsOf(format: string): RegExp | null {
  // a year written with two digits is told apart from a day or an hour only where another sign is beside it
  const isApart = /(?<![A-Za-z])YYYY(?![A-Za-z])/.test(format)
  const source = format.replace(
    /\[[^\]]*\]|EY|YYYY|YY|MMM|MM|M|DD|D|HH|H|hh|h|mm|m|ss|s|A|ddd|z|[^A-Za-z]|[A-Za-z]/g,
    part =>
      (part === 'YYYY' && isApart ? '(?<year>\\d{4}|\\d{2})' : TOKENS[part]) ??
      escaped(part.startsWith('[') && part.length > 1 ? part.slice(1, -1) : part),
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
  const trimmed = text
    .slice(0, LONGEST + 1)
    .normalize('NFKC')
    .trim()
  if (format === 'iso')
    return clock(/^\d{4}-\d{2}-\d{2}$/.test(trimmed) ? `${trimmed} 00:00` : trimmed, field)
  if (numberedDates.some(each => each === format)) return clock(numbered(trimmed, field, format), field)
  const pattern = formats.get(format) ?? partsOf(format.normalize('NFKC'))
  formats.set(format, pattern)
  const parts = pattern?.exec(trimmed)?.groups
  const month = parts?.['month'] ?? monthNamed(parts?.['named'] ?? '')
  if (parts === undefined || month === null)
    throw recordValueUnreadable({ field, value: text, expected: `a moment as ${format}` })
  const { day = '', minute = '00', second = '00' } = parts
  const full = yearOf(parts)
  const date = `${full}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const offset = parts['place'] === undefined ? '' : OFFSETS[parts['place']]
  if (offset === undefined)
    throw recordValueUnreadable({ field, value: text, expected: 'a time zone that is known, as CET or EDT' })
  const time = `${hourOf(parts)}:${minute.padStart(2, '0')}:${second.padStart(2, '0')}`
  return clock(`${date}${offset === '' ? ' ' : 'T'}${time}${offset}`, field)
}

/** The year before the first of each Japanese era. */
const ERAS: Readonly<Record<string, number>> = { 令和: 2018, R: 2018, 平成: 1988, H: 1988 }

function yearOf({ year = '', era, eraYear = '' }: Readonly<Record<string, string | undefined>>): string {
  if (era !== undefined) return String((ERAS[era] ?? 0) + (eraYear === '元' ? 1 : Number(eraYear)))
  return year.length === 2 ? `20${year}` : year
}

/** Names of time zones that mean one offset wherever tills write them. `CST` and `IST` are those of several countries. */
const OFFSETS: Readonly<Record<string, string>> = {
  ...{ UTC: 'Z', GMT: 'Z', WET: 'Z', BST: '+01:00', WEST: '+01:00', CET: '+01:00', MEZ: '+01:00' },
  ...{ CEST: '+02:00', MESZ: '+02:00', EET: '+02:00', SAST: '+02:00', EEST: '+03:00', MSK: '+03:00' },
  ...{ EST: '-05:00', EDT: '-04:00', CDT: '-05:00', MST: '-07:00', MDT: '-06:00', PST: '-08:00' },
  ...{ PDT: '-07:00', AKST: '-09:00', AKDT: '-08:00', HST: '-10:00', NST: '-03:30', NDT: '-02:30' },
  ...{ AEST: '+10:00', AEDT: '+11:00', ACST: '+09:30', ACDT: '+10:30', AWST: '+08:00' },
  ...{ NZST: '+12:00', NZDT: '+13:00', JST: '+09:00', KST: '+09:00', HKT: '+08:00', SGT: '+08:00' },
}

const DAY_MS = 24 * 60 * 60 * 1_000
/** The day 0 of spreadsheets, for all days after February 1900. */
const SPREADSHEET_START = Date.UTC(1899, 11, 30)

/** A moment that is written as a number, as text that has its own offset, or none for a spreadsheet's day. @throws RECORD_VALUE_UNREADABLE */
function numbered(text: string, field: string, format: string): string {
  const value = /^\d{4,13}(?:[.,]\d{1,15})?$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN
  const ms =
    format === 'excel'
      ? SPREADSHEET_START + Math.round((value * DAY_MS) / 1_000) * 1_000
      : value * (format === 'epoch-s' ? 1_000 : 1)
  if (Number.isNaN(ms) || Math.abs(ms) > 8.64e15)
    throw recordValueUnreadable({ field, value: text, expected: `a moment as ${format}` })
  const iso = new Date(ms).toISOString()
  return format === 'excel' ? iso.slice(0, 19).replace('T', ' ') : iso
}

function hourOf({ hour, half, noon }: Readonly<Record<string, string | undefined>>): string {
  if (half === undefined) return (hour ?? '0').padStart(2, '0')
  const isAfter = /^(?:p|μ|ös|午後|오후)/iu.test(noon ?? '')
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
