import { type Candidate, type Dimension, dimensions } from './candidates.ts'
import type { FileAnswers, FileQuestion } from './questions.ts'
import type { Trial } from './trial.ts'

/** The way to read the file, and what a person must say where several fit equally well. */
export interface ReadingChoice {
  readonly trial: Trial
  readonly question: FileQuestion | null
  /** Whether the file's own totals or payments agree with what was read. */
  readonly isProven: boolean
}

/** Trials that fit the answers given so far. */
export function answered(candidates: readonly Candidate[], answers: FileAnswers): readonly Candidate[] {
  const fits = ({ assumes }: Candidate) =>
    dimensions.every(dimension => (answers.get(dimension) ?? assumes[dimension]) === assumes[dimension])
  const fitting = candidates.filter(fits)
  return fitting.length > 0 ? fitting : candidates
}

/**
 * The best of the trials. Those whose lines add up to the file's own figures are better than those that nothing
 * checks, if they read most of the receipts; else the fewest refusals count. What the best ones read differently is asked.
 */
export function choose(trials: readonly Trial[]): ReadingChoice | null {
  const proven = trials.filter(({ candidate, read, refused }) => candidate.isChecked && read > refused)
  const best = bestOf(proven.length > 0 ? proven : trials)
  const [first] = best
  if (first === undefined) return null
  return { trial: first, question: questionAbout(best), isProven: proven.length > 0 }
}

function bestOf(trials: readonly Trial[]): readonly Trial[] {
  const scoreOf = ({ read, refused }: Trial) => read - refused
  const most = Math.max(...trials.map(scoreOf))
  return trials.filter(trial => scoreOf(trial) === most)
}

const ASKS: Readonly<Record<Dimension, string>> = {
  date: 'How are the dates written?',
  numbers: 'How are the amounts written?',
  taxIncluded: 'Do the amounts include tax?',
  amount: 'Which column is the amount of a line, after discounts?',
  total: 'Which column is the total of a receipt?',
}

/** The first thing in which equally good ways to read the file differ, and read something different. */
function questionAbout(best: readonly Trial[]): FileQuestion | null {
  const [first] = best
  if (first === undefined) return null
  for (const dimension of dimensions) {
    const value = first.candidate.assumes[dimension]
    const others = best.filter(
      trial => trial.content !== first.content && trial.candidate.assumes[dimension] !== value,
    )
    if (others.length === 0) continue
    const values = [...new Set([value, ...others.map(({ candidate }) => candidate.assumes[dimension])])]
    return {
      id: dimension,
      asks: ASKS[dimension],
      options: values.map(each => ({ value: each, means: meaningOf(dimension, each) })),
    }
  }
  return null
}

function meaningOf(dimension: Dimension, value: string): string {
  switch (dimension) {
    case 'date':
      return value.startsWith('M') ? 'the month comes first' : 'the day comes first'
    case 'numbers':
      return 'so'
    case 'taxIncluded':
      return value === 'yes' ? 'tax is in them' : 'tax comes on top'
    case 'amount':
    case 'total':
      return value === '' ? 'none' : `the column "${value}"`
  }
}
