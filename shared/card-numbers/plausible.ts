import { checkDigit } from '../gtin.ts'
import { isIssued } from './issuers.ts'
import type { MeasuredRun } from './measured-run.ts'
import { Gap } from './runs.ts'
import {
  hasCardContext,
  holdsDate,
  isAfterPlus,
  isAmounts,
  isArticleAndAmounts,
  isPhoneContext,
} from './shapes.ts'

/**
 * Whether a Luhn-valid stretch is where a card number may begin and end. When in doubt it is: a number that gets
 * through is worse than one masked in vain. The rules, and what they cost, are in docs/card-numbers.md.
 */
export function isPlausible(run: MeasuredRun, from: number, to: number, iin: number): boolean {
  const length = to - from
  const count = run.values.length
  const begins = run.groupStart[from] === from
  const ends = to === count || run.gaps[to] !== 0
  const gapsInside = (run.gapsUpTo[to - 1] ?? 0) - (run.gapsUpTo[from] ?? 0)
  if (gapsInside === 0)
    return begins && ends ? isWhole(run, from, to, iin) : isPart(run, from, to, iin, begins, ends)

  const sizes = groupSizes(run, from, to)
  const gaps = gapBits(run, from, to)
  const isUsual = isUsualGrouping(sizes)
  if (begins && ends) {
    if (isUsual) return true
    if ((gaps & Gap.sign) !== 0 && !isEven(run, from, to, sizes)) return false
    return (
      isIssued(iin, length) &&
      !isAmounts(run, from, to) &&
      !holdsDate(run, from, to) &&
      !isArticleAndAmounts(run, from, to) &&
      !(length <= 15 && isAfterPlus(run, from))
    )
  }
  if ((gaps & Gap.sign) !== 0 || !isIssued(iin, length)) return false
  // something is glued to it: only what looks like a card number otherwise
  if (isUsual) return true
  const isWrapped = gapsInside === 1 && (gaps & Gap.line) !== 0
  return isWrapped && ((begins && isExpiry(run, to)) || (ends && hasOnlyZerosBefore(run, from)))
}

/** An unbroken number with nothing attached. */
function isWhole(run: MeasuredRun, from: number, to: number, iin: number): boolean {
  const length = to - from
  if (length > 15) return true
  if (length === 15) return isAmex(iin) || !isAfterPlus(run, from)
  if (hasCardContext(run, from, to)) return true
  if (isAfterPlus(run, from) || isPhoneContext(run, from)) return false
  return (length === 14 && isIssued(iin, 14) && isDiners(iin)) || !isGtin(run, from, to)
}

/** A part of an unbroken run of digits. */
function isPart(
  run: MeasuredRun,
  from: number,
  to: number,
  iin: number,
  begins: boolean,
  ends: boolean,
): boolean {
  const length = to - from
  if (!isIssued(iin, length)) return false
  if (length === 16 || (length === 15 && isAmex(iin))) return true
  if (ends && hasOnlyZerosBefore(run, from)) return length > 14 || !isGtin(run, from, to)
  return begins && (length === 19 || isExpiry(run, to))
}

const isAmex = (iin: number): boolean => (iin >= 3400 && iin < 3500) || (iin >= 3700 && iin < 3800)
const isDiners = (iin: number): boolean =>
  (iin >= 3000 && iin < 3100) || (iin >= 3600 && iin < 3700) || (iin >= 3800 && iin < 4000)

/** Sizes of the groups in the stretch; the first and last may be parts of larger ones. */
function groupSizes(run: MeasuredRun, from: number, to: number): number[] {
  const sizes = [1]
  for (let i = from + 1; i < to; i += 1) {
    if (run.gaps[i] === 0) sizes[sizes.length - 1] = (sizes.at(-1) ?? 0) + 1
    else sizes.push(1)
  }
  return sizes
}

function gapBits(run: MeasuredRun, from: number, to: number): number {
  let bits = 0
  for (let i = from + 1; i < to; i += 1) bits |= run.gaps[i] ?? 0
  return bits
}

/** Fours, the last one shorter perhaps; or American Express' and Diners' 4-6-5 and 4-6-4. */
function isUsualGrouping(sizes: readonly number[]): boolean {
  if (sizes[0] !== 4) return false
  const last = sizes.at(-1) ?? 0
  if (sizes.length === 3 && sizes[1] === 6) return last === 5 || last === 4
  return sizes.length > 2 && last <= 4 && sizes.slice(0, -1).every(size => size === 4)
}

/** Groups of one size with the same signs between all of them: `41/11/…` or `4,1,1,…`. */
function isEven(run: MeasuredRun, from: number, to: number, sizes: readonly number[]): boolean {
  if (!sizes.every((size, place) => size === sizes[0] || place === sizes.length - 1)) return false
  const between = new Set<string>()
  for (let i = from + 1; i < to; i += 1)
    if (run.gaps[i] !== 0) between.add(run.text.slice((run.at[i - 1] ?? 0) + 1, run.at[i]))
  return between.size === 1
}

function hasOnlyZerosBefore(run: MeasuredRun, from: number): boolean {
  for (let i = from - 1; i >= (run.groupStart[from] ?? 0); i -= 1) if (run.values[i] !== 0) return false
  return true
}

/** Four digits up to the group's end that are a month and a year, either first. */
function isExpiry(run: MeasuredRun, at: number): boolean {
  for (let i = at; i < at + 4; i += 1) if (run.values[i] === undefined || run.gaps[i] !== 0) return false
  if (run.values[at + 4] !== undefined && run.gaps[at + 4] === 0) return false
  const pair = (i: number): number => (run.values[i] ?? 0) * 10 + (run.values[i + 1] ?? 0)
  const isMonth = (month: number): boolean => month >= 1 && month <= 12
  return isMonth(pair(at)) || isMonth(pair(at + 2))
}

function isGtin(run: MeasuredRun, from: number, to: number): boolean {
  const digits = run.values.slice(from, to).join('')
  return checkDigit(digits.slice(0, -1)) === digits.at(-1)
}
