import { checkDigit } from '../../../shared/gtin.ts'
import { currencyOfNumber, isCountryLetters, isCountryNumber } from './iso-numbers.ts'

/**
 * What GS1 demands of a part of an element's value beyond its length and characters, by the names of its syntax
 * dictionary. Each says what is wrong, or null.
 */
type Check = (part: string) => string | null

const checkIf =
  (isRight: (part: string) => boolean, wrong: string): Check =>
  part =>
    isRight(part) ? null : wrong
const matches = (pattern: RegExp, wrong: string): Check => checkIf(part => pattern.test(part), wrong)
/** Needs lists that change from year to year, or other messages of the trade: taken as it is. */
const unchecked: Check = () => null

export const WRONG_CHECK_DIGIT = 'wrong check digit'
const noTime = 'no such time of day'
const noDate = 'no such date'
const noCountry = 'no such country'

export const valueChecks = {
  csum: checkIf(digits => checkDigit(digits.slice(0, -1)) === digits.at(-1), WRONG_CHECK_DIGIT),
  csumalpha: checkIf(hasCheckCharacters, 'wrong check characters'),
  gcppos1: unchecked,
  gcppos2: unchecked,
  iso3166: checkIf(isCountryNumber, noCountry),
  iso3166999: checkIf(part => part === '999' || isCountryNumber(part), noCountry),
  iso3166alpha2: checkIf(isCountryLetters, noCountry),
  iso4217: checkIf(part => currencyOfNumber(part) !== null, 'no such currency'),
  yymmdd: checkIf(part => isDate(part, false), noDate),
  yymmd0: checkIf(part => isDate(part, true), noDate),
  yyyymmdd: checkIf(part => isDayOf(Number(part.slice(0, 4)), part.slice(4), false), noDate),
  hh: matches(/^([01]\d|2[0-3])$/, noTime),
  mi: matches(/^[0-5]\d$/, noTime),
  ss: matches(/^[0-5]\d$/, noTime),
  hhmi: matches(/^([01]\d|2[0-3])[0-5]\d$/, noTime),
  pcenc: matches(/^([^%]|%[0-9A-Fa-f]{2})*$/, 'a % without two hexadecimal digits'),
  yesno: matches(/^[01]$/, 'neither 0 nor 1'),
  zero: matches(/^0+$/, 'not 0'),
  nonzero: matches(/[^0]/, 'it may not be 0'),
  nozeroprefix: matches(/^(0|[^0].*)$/, 'a zero in front'),
  hasnondigit: matches(/\D/, 'digits only'),
  hyphen: matches(/^-$/, 'not a minus sign'),
  winding: matches(/^[019]$/, 'neither 0, 1 nor 9'),
  pieceoftotal: checkIf(part => isPieceOf(part.slice(0, 2), part.slice(2)), 'no such piece'),
  posinseqslash: checkIf(
    part => part.charAt(1) === '/' && isPieceOf(part.charAt(0), part.charAt(2)),
    'no place in a sequence',
  ),
  importeridx: matches(/^[-_0-9A-Za-z]$/, 'no importer index'),
  mediatype: matches(/^(0[1-9]|10|[89]\d)$/, 'no such media type'),
  iso5218: matches(/^[0129]$/, 'neither 0, 1, 2 nor 9'),
  iban: checkIf(isIban, 'not an IBAN'),
  latitude: checkIf(part => Number(part) <= 1_800_000_000, 'no such latitude'),
  longitude: checkIf(part => Number(part) <= 3_600_000_000, 'no such longitude'),
  packagetype: unchecked,
  couponcode: unchecked,
  couponposoffer: unchecked,
} satisfies Record<string, Check>
export type CheckName = keyof typeof valueChecks

function isDate(part: string, monthIsEnough: boolean): boolean {
  // of the centuries that YY may mean every fourth year is a leap year, 2000 too
  return isDayOf(2_000 + Number(part.slice(0, 2)), part.slice(2), monthIsEnough)
}

function isDayOf(year: number, monthAndDay: string, monthIsEnough: boolean): boolean {
  const month = Number(monthAndDay.slice(0, 2))
  const day = Number(monthAndDay.slice(2))
  if (month < 1 || month > 12) return false
  return day === 0 ? monthIsEnough : day <= daysIn(year, month)
}

/** Days of a month, 1 to 12, of the Gregorian calendar. */
export function daysIn(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
}

function isPieceOf(piece: string, total: string): boolean {
  if (!/^\d+$/.test(piece) || !/^\d+$/.test(total)) return false
  return Number(piece) >= 1 && Number(piece) <= Number(total)
}

/** ISO 13616: country and check digits moved behind, letters as 10 to 35, the remainder by 97 is 1. */
function isIban(part: string): boolean {
  if (!/^[A-Z]{2}\d{2}[0-9A-Z]{1,30}$/.test(part)) return false
  const digits = [...part.slice(4), ...part.slice(0, 4)].map(one => Number.parseInt(one, 36)).join('')
  return [...digits].reduce((remainder, digit) => (remainder * 10 + Number(digit)) % 97, 0) === 1
}

const SET_82 = '!"%&\'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz'
const SET_32 = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
const PRIMES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83]

/** GS1 General Specifications, check character pair: places in set 82 weighted by primes from the right, modulo 1021. */
function hasCheckCharacters(part: string): boolean {
  if (part.length < 3) return false
  const data = [...part.slice(0, -2)].reverse()
  const sum =
    data.reduce((total, one, place) => total + SET_82.indexOf(one) * (PRIMES[place] ?? 0), 0) % 1_021
  return part.slice(-2) === `${SET_32.charAt(sum >> 5)}${SET_32.charAt(sum & 31)}`
}
