import { checkDigit } from '../gtin.ts'
import type { MeasuredRun } from './measured-run.ts'
import { Gap } from './runs.ts'

/** Shapes of everyday numbers that only look like a card's when their digits are run together. */

const CARD_WORD =
  /(card|kart|carte|carta|kaart|tarjeta|cart[aã]o|visa|master|maestro|diners|\bpan\b)[^\p{L}]{0,12}$/iu
const PHONE_WORD = /(tel|fax|fon|phone|mobile?|hotline)[^\p{L}\d]{0,4}$/iu
const LOOK_BACK = 32

function before(run: MeasuredRun, from: number): string {
  const at = run.at[from] ?? 0
  return run.text.slice(Math.max(0, at - LOOK_BACK), at)
}

/** A word for a card before it, or the signs of a magnetic track around it. */
export function hasCardContext(run: MeasuredRun, from: number, to: number): boolean {
  const after = run.text.charAt((run.at[to - 1] ?? 0) + 1)
  return /[\^=]/.test(after) || /[;%][Bb]?$/.test(before(run, from)) || CARD_WORD.test(before(run, from))
}

/** An international telephone number (E.164: at most 15 digits). */
export function isAfterPlus(run: MeasuredRun, from: number): boolean {
  return /\+\s?\(?$/.test(before(run, from))
}

export function isPhoneContext(run: MeasuredRun, from: number): boolean {
  return PHONE_WORD.test(before(run, from))
}

/** The text between two neighbouring digits. */
function between(run: MeasuredRun, i: number): string {
  return run.text.slice((run.at[i - 1] ?? 0) + 1, run.at[i])
}

/** Groups of the stretch as their first digit's index; the stretch's end closes the list. */
function groupsOf(run: MeasuredRun, from: number, to: number): number[] {
  const starts = [from]
  for (let i = from + 1; i < to; i += 1) if (run.gaps[i] !== 0) starts.push(i)
  return [...starts, to]
}

/**
 * How many amounts with two decimals (`102.50  19.48`), spaces between, the groups from `at` on are; 0: something else.
 * The stretch may end before the last one's decimals.
 */
function amountsFrom(run: MeasuredRun, groups: readonly number[], at: number): number {
  let amounts = 0
  for (let g = at; g + 1 < groups.length; g += 2) {
    const whole = groups[g] ?? 0
    const decimals = groups[g + 1] ?? 0
    const end = groups[g + 2] ?? endOfGroup(run, decimals)
    const isPlain = run.values[whole] !== 0 || decimals - whole === 1 // no 00.00
    if (!isPlain || decimals - whole > 6 || end - decimals !== 2) return 0
    if (decimals >= run.values.length || between(run, decimals) !== '.') return 0
    if (g > at && !/^\s+$/.test(between(run, whole))) return 0
    amounts += 1
  }
  return amounts
}

function endOfGroup(run: MeasuredRun, from: number): number {
  let end = from + 1
  while (end < run.values.length && end < from + 8 && run.gaps[end] === 0) end += 1
  return end
}

/** Three or more amounts and nothing else, of more than one length; the first one's whole part may stand before it. */
export function isAmounts(run: MeasuredRun, from: number, to: number): boolean {
  const groups = groupsOf(run, from, to)
  const isCut = from > 0 && between(run, from) === '.' && (groups[1] ?? to) - from === 2
  const sizes = new Set(groups.slice(1).map((end, i) => end - (groups[i] ?? 0)))
  return sizes.size > 1 && amountsFrom(run, groups, isCut ? 1 : 0) >= (isCut ? 2 : 3)
}

/** An item number with a valid check digit, a count, amounts: a receipt's line. */
export function isArticleAndAmounts(run: MeasuredRun, from: number, to: number): boolean {
  const groups = groupsOf(run, from, to)
  const [first = from, second = to, third] = groups
  const digits = run.values.slice(first, second).join('')
  if (digits.length < 12 || digits.length > 14 || checkDigit(digits.slice(0, -1)) !== digits.at(-1))
    return false
  if (!/^[^\S\n\r]+$/.test(between(run, second))) return false
  if (amountsFrom(run, groups, 1) > 0) return true
  if (third === to && to - second <= 2 && to < run.values.length) {
    const decimals = endOfGroup(run, to)
    return amountsFrom(run, [to, decimals, endOfGroup(run, decimals)], 0) > 0
  }
  return third !== undefined && third - second <= 3 && amountsFrom(run, groups, 2) > 0
}

/** A date of the years 1900 to 2099 within it: day, month, year or the other way round, the same sign twice. */
export function holdsDate(run: MeasuredRun, from: number, to: number): boolean {
  const groups = groupsOf(run, from, to)
  for (let g = 0; g + 3 < groups.length; g += 1) {
    const [a = 0, b = 0, c = 0, d = 0] = groups.slice(g, g + 4)
    const sign = between(run, b)
    if (!/^[./-]$/.test(sign) || between(run, c) !== sign) continue
    if ([run.gaps[b], run.gaps[c]].some(gap => gap !== Gap.loose)) continue
    const [first, middle, last] = [numberAt(run, a, b), numberAt(run, b, c), numberAt(run, c, d)]
    const isYear = (n: number): boolean => n >= 1900 && n <= 2099
    const isDay = (n: number): boolean => n >= 1 && n <= 31
    if (b - a === 2 && c - b === 2 && d - c === 4 && isDay(first) && isDay(middle) && isYear(last))
      return true
    if (b - a === 4 && c - b === 2 && d - c === 2 && isYear(first) && isDay(middle) && isDay(last))
      return true
  }
  return false
}

function numberAt(run: MeasuredRun, from: number, to: number): number {
  return run.values.slice(from, to).reduce((number, value) => number * 10 + value, 0)
}
