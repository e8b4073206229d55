import { luhnSums } from './luhn.ts'
import type { Run } from './runs.ts'

/** A run with what every question about a part of it needs, so that each question costs the same in a run of any length. */
export interface MeasuredRun extends Run {
  readonly text: string
  /** The number of gaps before digit i, the gap right before it included. */
  readonly gapsUpTo: Uint32Array
  /** The first digit of the group that digit i belongs to. */
  readonly groupStart: Uint32Array
  /** Whether the digits `from` to `to` (exclusive) have a valid check digit. */
  readonly isLuhnValid: (from: number, to: number) => boolean
}

/** Measures a run in one pass over its digits. */
export function measureRun(text: string, run: Run): MeasuredRun {
  const { values, gaps } = run
  const gapsUpTo = new Uint32Array(values.length)
  const groupStart = new Uint32Array(values.length)
  for (let i = 0; i < values.length; i += 1) {
    const begins = i === 0 || gaps[i] !== 0
    gapsUpTo[i] = (gapsUpTo[i - 1] ?? 0) + (i > 0 && begins ? 1 : 0)
    groupStart[i] = begins ? i : (groupStart[i - 1] ?? 0)
  }
  return { ...run, text, gapsUpTo, groupStart, isLuhnValid: luhnSums(values) }
}
