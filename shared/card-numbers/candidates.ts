import { cardLengths, mayBeIssuer } from './issuers.ts'
import { measureRun } from './measured-run.ts'
import { isPlausible } from './plausible.ts'
import type { Run } from './runs.ts'

/** A card number found: digits `from` to `to` (exclusive) of its run. */
export type OnCard = (from: number, to: number) => void

/**
 * Every stretch of the run that may be a card number: 13 to 19 digits, Luhn-valid, with an issuer's first digits, in a place
 * where a number may begin and end. Stretches may overlap; all of them are found. Linear in the run's length.
 */
export function findCards(text: string, run: Run, onCard: OnCard): void {
  const measured = measureRun(text, run)
  const count = run.values.length
  for (let from = 0; from + cardLengths.shortest <= count; from += 1) {
    const iin = firstFour(run.values, from)
    if (!mayBeIssuer(iin)) continue
    const longest = Math.min(cardLengths.longest, count - from)
    for (let length = cardLengths.shortest; length <= longest; length += 1) {
      const to = from + length
      if (measured.isLuhnValid(from, to) && isPlausible(measured, from, to, iin)) onCard(from, to)
    }
  }
}

/** The first four digits of a number, by which its issuer is known. */
export function firstFour(values: readonly number[], from: number): number {
  return (
    (values[from] ?? 0) * 1_000 +
    (values[from + 1] ?? 0) * 100 +
    (values[from + 2] ?? 0) * 10 +
    (values[from + 3] ?? 0)
  )
}
