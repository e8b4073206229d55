import type { Ai } from './ai-table.ts'
import { currencyOfNumber } from './iso-numbers.ts'
import type { Meaning } from './scan.ts'
import { daysIn } from './value-checks.ts'

/**
 * What an element's value says (GS1 General Specifications, section 3): the last digit of AIs 31nn to 36nn, 390n to 395n is
 * the number of decimals. Null: text, or a number of its own kind.
 * @param value right by `wrongInValue`
 * @param thisYear for GS1's century rule, section 7.12
 */
export function meaningOf(ai: Ai, value: string, thisYear: number): Meaning | null {
  const family = ai.ai.slice(0, 3)
  const decimals = Number(ai.ai.slice(3))
  if (/^3[1-6]/.test(ai.ai)) return { is: 'decimal', number: withDecimals(value, decimals), unit: unitOf(ai) }
  if (family === '390' || family === '392' || family === '395')
    return { is: 'amount', number: withDecimals(value, decimals), currency: null }
  if (family === '391' || family === '393')
    return {
      is: 'amount',
      number: withDecimals(value.slice(3), decimals),
      currency: currencyOfNumber(value.slice(0, 3)),
    }
  if (family === '394') return { is: 'decimal', number: withDecimals(value, decimals), unit: '%' }
  if (ai.ai === '30' || ai.ai === '37') return { is: 'count', count: Number(value) }
  return dateOf(ai, value, thisYear)
}

function withDecimals(digits: string, decimals: number): string {
  const padded = digits.padStart(decimals + 1, '0')
  const whole = padded.slice(0, padded.length - decimals).replace(/^0+(?=\d)/, '')
  return decimals === 0 ? whole : `${whole}.${padded.slice(-decimals)}`
}

/** The titles hold it: `NET WEIGHT (kg)`. */
function unitOf(ai: Ai): string | null {
  return /\((.+)\)/.exec(ai.label)?.[1] ?? (ai.label === 'KG PER m²' ? 'kg/m²' : null)
}

function dateOf(ai: Ai, value: string, thisYear: number): Meaning | null {
  const [first, second, third, fourth] = ai.parts
  const check = first?.checks[0]
  if (check === 'yyyymmdd')
    return date(isoDate(value.slice(0, 4), value.slice(4, 8)), true, timeOf(value.slice(8)), null)
  if (check !== 'yymmdd' && check !== 'yymmd0') return null
  const day = value.slice(4, 6) !== '00'
  const start = shortDate(value.slice(0, 6), thisYear)
  if (second?.checks[0] === 'yymmdd') {
    const to = value.length > 6 ? shortDate(value.slice(6), thisYear) : null
    return date(start, day, null, to)
  }
  const isTimed = [second, third, fourth].some(part => part !== undefined)
  return date(start, day, isTimed ? timeOf(value.slice(6)) : null, null)
}

function date(text: string, day: boolean, time: string | null, to: string | null): Meaning {
  return { is: 'date', date: text, day, time, to }
}

/** YYMMDD; the day 00 is the month's last. */
function shortDate(digits: string, thisYear: number): string {
  const year = fullYear(Number(digits.slice(0, 2)), thisYear)
  const month = Number(digits.slice(2, 4))
  const monthAndDay = digits.endsWith('00') ? `${digits.slice(2, 4)}${daysIn(year, month)}` : digits.slice(2)
  return isoDate(String(year).padStart(4, '0'), monthAndDay)
}

function isoDate(year: string, monthAndDay: string): string {
  return `${year}-${monthAndDay.slice(0, 2)}-${monthAndDay.slice(2)}`
}

/** 51 years or more ahead of this year's two digits is the century before; 50 or more behind is the next one. */
function fullYear(twoDigits: number, thisYear: number): number {
  const century = thisYear - (thisYear % 100)
  const ahead = twoDigits - (thisYear % 100)
  if (ahead >= 51) return century - 100 + twoDigits
  return ahead <= -50 ? century + 100 + twoDigits : century + twoDigits
}

/** HH, HHMM or HHMMSS with colons. */
function timeOf(digits: string): string | null {
  return digits === '' ? null : (digits.match(/../g) ?? []).join(':')
}
