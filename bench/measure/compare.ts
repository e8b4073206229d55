import { inTempFolder } from './temp-folder.ts'

/** One run of one contender in a folder of its own. Gives the milliseconds of what counts, set-up left out. */
export type Turn = (folder: string) => Promise<number>

export interface Comparison {
  readonly bench: string
  readonly what: string
  readonly unit: string
  /** How many units one turn works through. */
  readonly amount: number
  readonly rounds: number
  readonly ours: Turn
  /** What the same machine can do at most, each by its name. The slowest is the one that counts. */
  readonly floors: Readonly<Record<string, Turn>>
  /** Shown as well, to tell where the time goes; the aim does not look at them. */
  readonly besides?: Readonly<Record<string, Turn>>
  readonly aim: Aim
}

/** `share`: of the slowest floor. `atLeast` and `below`: of our own figure. */
export type Aim =
  | { readonly share: number }
  | { readonly atLeast: number }
  | { readonly below: number }
  | { readonly none: string }

export interface Spread {
  readonly median: number
  readonly lowest: number
  readonly highest: number
}

/** One line of a result table. */
export interface Row {
  readonly bench: string
  readonly what: string
  readonly unit: string
  readonly ours: Spread
  readonly floors: readonly { readonly name: string; readonly value: Spread; readonly ratio: number }[]
  /** Ours beside the floor that counts. */
  readonly ratio: number | null
  readonly aim: Aim
  readonly met: boolean | null
}

/**
 * Runs ours and its floors in turns, so that a machine that slows down slows all of them, and compares round by
 * round: the ratio is the median of the rounds' own ratios.
 */
export async function compare(comparison: Comparison): Promise<Row> {
  const { bench, what, unit, amount, rounds, aim, besides = {} } = comparison
  const contenders = [
    ['ours', comparison.ours],
    ...Object.entries(comparison.floors),
    ...Object.entries(besides),
  ] as const
  const rates = new Map<string, number[]>(contenders.map(([name]) => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? contenders : contenders.toReversed()
    for (const [name, turn] of order) {
      const ms = await inTempFolder(turn)
      rates.get(name)?.push((amount / ms) * 1000)
    }
  }
  const ours = rates.get('ours') ?? []
  const floors = [...rates]
    .filter(([name]) => name !== 'ours')
    .map(([name, of]) => ({
      name,
      value: spread(of),
      ratio: spread(of.map((rate, round) => (ours[round] ?? 0) / rate)).median,
    }))
    .toSorted(
      (a, b) => Number(a.name in besides) - Number(b.name in besides) || a.value.median - b.value.median,
    )
  return rowOf({ bench, what, unit, ours: spread(ours), floors, aim })
}

/** A line whose first floor is the one that counts. */
export function rowOf(facts: Omit<Row, 'ratio' | 'met'>): Row {
  const ratio = facts.floors[0]?.ratio ?? null
  return { ...facts, ratio, met: isMet(facts.aim, facts.ours.median, ratio) }
}

function isMet(aim: Aim, ours: number, ratio: number | null): boolean | null {
  if ('share' in aim) return ratio === null ? null : ratio >= aim.share
  if ('atLeast' in aim) return ours >= aim.atLeast
  return 'below' in aim ? ours < aim.below : null
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  return {
    median: quantile(sorted, 0.5),
    lowest: sorted[0] ?? Number.NaN,
    highest: sorted.at(-1) ?? Number.NaN,
  }
}

/** @param sorted ascending @param share 0 to 1; the nearest rank, so that every figure was really measured */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}
