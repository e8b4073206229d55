import { cardLengths, mayBeIssuer } from './issuers.ts'
import { isPlausible } from './plausible.ts'
import type { Run } from './runs.ts'

/** A run with what every question about a stretch of it needs, so that each costs the same however long it is. */
export interface Measured extends Run {
  readonly text: string
  /** How many gaps stand before digit i, its own included. */
  readonly gapsUpTo: Uint32Array
  /** Where the group that digit i stands in begins. */
  readonly groupStart: Uint32Array
}

/** A card number found: digits `from` to `to` (exclusive) of its run. */
export type Found = (from: number, to: number) => void

/**
 * Every stretch of the run that may be a card number: 13 to 19 digits, Luhn-valid, begun as an issuer's do, and standing
 * where a number may begin and end. Stretches may overlap: none is given up for another. Linear in the run's length.
 */
export function findCards(text: string, run: Run, found: Found): void {
  const { values, gaps } = run
  const count = values.length
  const gapsUpTo = new Uint32Array(count)
  const groupStart = new Uint32Array(count)
  // sums of all digits before i, those at odd or at even places doubled
  const oddDoubled = new Uint32Array(count + 1)
  const evenDoubled = new Uint32Array(count + 1)
  for (let i = 0; i < count; i += 1) {
    const value = values[i] ?? 0
    const doubled = value > 4 ? value * 2 - 9 : value * 2
    oddDoubled[i + 1] = (oddDoubled[i] ?? 0) + (i % 2 === 1 ? doubled : value)
    evenDoubled[i + 1] = (evenDoubled[i] ?? 0) + (i % 2 === 0 ? doubled : value)
    const begins = i === 0 || gaps[i] !== 0
    gapsUpTo[i] = (gapsUpTo[i - 1] ?? 0) + (i > 0 && begins ? 1 : 0)
    groupStart[i] = begins ? i : (groupStart[i - 1] ?? 0)
  }
  const measured: Measured = { ...run, text, gapsUpTo, groupStart }
  for (let from = 0; from + cardLengths.shortest <= count; from += 1) {
    const iin = firstFour(values, from)
    if (!mayBeIssuer(iin)) continue
    const longest = Math.min(cardLengths.longest, count - from)
    for (let length = cardLengths.shortest; length <= longest; length += 1) {
      const to = from + length
      const sums = to % 2 === 0 ? evenDoubled : oddDoubled // the check digit, at to - 1, counts once
      if (((sums[to] ?? 0) - (sums[from] ?? 0)) % 10 !== 0) continue
      if (isPlausible(measured, from, to, iin)) found(from, to)
    }
  }
}

export function firstFour(values: readonly number[], from: number): number {
  return (
    (values[from] ?? 0) * 1_000 +
    (values[from + 1] ?? 0) * 100 +
    (values[from + 2] ?? 0) * 10 +
    (values[from + 3] ?? 0)
  )
}
