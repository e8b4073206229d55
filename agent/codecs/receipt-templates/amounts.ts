import { isBlank } from './blanks.ts'
import { MOST_LINE } from './fields.ts'
import { type NumberFormat, scanAmount } from './number-format.ts'

/** An amount of money on a line. */
export interface PlacedAmount {
  readonly start: number
  readonly end: number
  /** Minor units. */
  readonly value: number
}

/** The amounts of a line with their places, from left to right. */
export function amountsOn(line: string, format: NumberFormat): readonly PlacedAmount[] {
  const found: PlacedAmount[] = []
  for (let at = 0; at < Math.min(line.length, MOST_LINE); ) {
    const scanned = isStart(line, at) ? scanAmount(line, at, format) : null
    if (scanned === null) at += 1
    else {
      found.push({ start: at, end: scanned.end, value: scanned.value })
      at = scanned.end
    }
  }
  return found
}

/** Whether a number may begin here: not within a word or another number. */
export function isStart(line: string, at: number): boolean {
  const before = line[at - 1]
  return !isBlank(line[at]) && (before === undefined || !/[\p{L}\p{N}.,]/u.test(before))
}
