import {
  type Candidate,
  type Dimension,
  dimensions,
  NO_TOTAL,
  NOTHING_OFF,
  PRICE_TIMES_QUANTITY,
} from './candidates.ts'
import type { OpenQuestions } from './open-questions.ts'
import type { FileAnswers, FileQuestion } from './questions.ts'
import type { Trial } from './trial.ts'

/** The way to read the file, and what a person must say where several fit equally well. */
export interface ReadingChoice {
  readonly trial: Trial
  readonly question: FileQuestion | null
  /** Whether the file's own totals or payments agree with what was read. */
  readonly isProven: boolean
}

/**
 * The ways to read the file that fit the answers given so far.
 * @throws SOURCE_ANSWER_UNKNOWN for an answer that fits none of them
 */
export function answered(
  candidates: readonly Candidate[],
  answers: FileAnswers,
  asking: OpenQuestions,
): readonly Candidate[] {
  return dimensions.reduce<readonly Candidate[]>((left, dimension) => {
    if (!answers.has(dimension)) return left
    const said = asking.ask(questionOf(dimension, valuesOf(left, dimension)))
    return left.filter(({ assumes }) => assumes[dimension] === said)
  }, candidates)
}

/**
 * The best of the trials, by how many receipts they read and refuse. Where the file has figures of its own to check lines by, only those
 * that use them count: what contradicts a total is refused, or a person says that it is not one. What the best ones
 * read differently is asked.
 */
export function choose(trials: readonly Trial[], answers: FileAnswers): ReadingChoice | null {
  const checked = trials.filter(({ candidate }) => candidate.isChecked)
  const all = bestOf(checked.length > 0 ? checked : trials)
  const isProven = checked.length > 0 && all.some(({ read, refused }) => read > refused)
  const best = isProven ? withAmounts(all) : all
  const [first] = best
  if (first === undefined) return null
  const paid =
    paidInstead(checked.length > 0 ? checked : trials, best, isProven) ?? totalInstead(trials, best)
  if (paid !== null)
    return {
      trial: paid,
      question: questionOf('amount', [paid.candidate.assumes.amount, PRICE_TIMES_QUANTITY]),
      isProven: false,
    }
  if (checked.length > 0 && !isProven && !answers.has('total')) {
    const totals = valuesOf(
      trials.map(({ candidate }) => candidate),
      'total',
    )
    if (totals.length > 1) return { trial: first, question: questionOf('total', totals), isProven }
  }
  return { trial: first, question: questionAbout(best, isProven), isProven }
}

/**
 * The best trial that uses a column of amounts, where only the list price refuses less than it: the column is what was paid, and one odd cell
 * in it does not make all others wrong. Null: no column is left out, or totals prove the price.
 */
function paidInstead(trials: readonly Trial[], best: readonly Trial[], isProven: boolean): Trial | null {
  const isOfPrice = ({ candidate }: Trial) => candidate.assumes.amount === PRICE_TIMES_QUANTITY
  if (!best.every(isOfPrice) || (isProven && best.every(({ refused }) => refused === 0))) return null
  const others = trials.filter(trial => !isOfPrice(trial) && trial.read > 0)
  return others.length === 0 ? null : (bestOf(others)[0] ?? null)
}

/**
 * The best trial that takes for a line's amount what the list price was checked by as a total, where it contradicts that price: so do the
 * discounted lines of receipts with one row each. Null: it contradicts none, or can't be an amount.
 */
function totalInstead(trials: readonly Trial[], best: readonly Trial[]): Trial | null {
  const isOfPrice = ({ candidate }: Trial) => candidate.assumes.amount === PRICE_TIMES_QUANTITY
  if (!best.every(trial => isOfPrice(trial) && trial.refused > 0)) return null
  const totals = new Set(best.map(({ candidate }) => candidate.assumes.total))
  const others = trials.filter(({ candidate, read }) => totals.has(candidate.assumes.amount) && read > 0)
  return others.length === 0 ? null : (bestOf(others)[0] ?? null)
}

/** Where a column of amounts and list prices less a discount agree with every total alike, the column is what was paid. */
function withAmounts(best: readonly Trial[]): readonly Trial[] {
  const left = best.filter(
    ({ candidate, refused }) => candidate.assumes.amount !== PRICE_TIMES_QUANTITY && refused === 0,
  )
  return left.length === 0 ? best : left
}

function bestOf(trials: readonly Trial[]): readonly Trial[] {
  const scoreOf = ({ read, refused }: Trial) => read - refused
  const most = Math.max(...trials.map(scoreOf))
  return trials.filter(trial => scoreOf(trial) === most)
}

const ASKS: Readonly<Record<Dimension, string>> = {
  date: 'How are the dates written?',
  numbers: 'How are the amounts written?',
  quantities: 'How are the quantities written? Some have three digits behind a sign.',
  taxIncluded: 'Do the amounts include tax?',
  amount: 'What is the amount of a line, after discounts?',
  total: 'Which column is the total of a receipt? The lines do not add up to it, or not in one way alone.',
  taxes: 'The file has several columns of taxes. Are they all taxes of their own?',
  taxOf: 'Is the tax that of each line, or of the whole receipt?',
  charges: 'Do tips, surcharges and the like come on top of the lines?',
  off: 'Which column is off the whole receipt?',
  change: 'Is the change off the cash, as payments are what the customer gave?',
}

/**
 * The first thing in which equally good ways to read the file differ and read something different. What no figure of the file
 * proves is asked although today's values read alike: 07/07, or a day without taxes.
 */
function questionAbout(best: readonly Trial[], isProven: boolean): FileQuestion | null {
  const mustBeKnown = (dimension: Dimension) =>
    dimension === 'date' || (dimension === 'taxIncluded' && !isProven)
  for (const dimension of dimensions) {
    const differing = best.filter(one =>
      best.some(
        other =>
          isSameBut(dimension, one, other) && (mustBeKnown(dimension) || one.content !== other.content),
      ),
    )
    if (differing.length === 0) continue
    return questionOf(
      dimension,
      valuesOf(
        differing.map(({ candidate }) => candidate),
        dimension,
      ),
    )
  }
  const [first] = best
  const apart = best.filter(({ content }) => content !== first?.content)
  const other = apart[0]?.candidate.assumes
  const dimension = dimensions.find(
    each => other !== undefined && other[each] !== first?.candidate.assumes[each],
  )
  if (first === undefined || dimension === undefined) return null
  return questionOf(
    dimension,
    valuesOf(
      [first, ...apart].map(({ candidate }) => candidate),
      dimension,
    ),
  )
}

/** Whether two ways to read the file differ in one thing alone. */
function isSameBut(dimension: Dimension, one: Trial, other: Trial): boolean {
  const differing = dimensions.filter(each => one.candidate.assumes[each] !== other.candidate.assumes[each])
  return differing.length === 1 && differing[0] === dimension
}

function valuesOf(candidates: readonly Candidate[], dimension: Dimension): string[] {
  return [...new Set(candidates.map(({ assumes }) => assumes[dimension]))]
}

function questionOf(dimension: Dimension, values: readonly string[]): FileQuestion {
  const options = values.map(value => ({ value, means: meaningOf(dimension, value) }))
  return { id: dimension, asks: ASKS[dimension], options }
}

const FIRST = { D: 'the day comes first', M: 'the month comes first', Y: 'the year comes first' }

function meaningOf(dimension: Dimension, value: string): string {
  switch (dimension) {
    case 'date':
      return value.startsWith('D') ? FIRST.D : value.startsWith('M') ? FIRST.M : FIRST.Y
    case 'numbers':
      return value.includes(',50') ? 'a comma comes before the cents' : 'a point comes before the cents'
    case 'quantities':
      return value.length > 5 ? 'the sign is between thousands' : 'the sign comes before decimals'
    case 'taxIncluded':
      return value === 'yes' ? 'tax is in them' : 'tax comes on top'
    case 'amount':
      return value === PRICE_TIMES_QUANTITY ? 'the price times the quantity' : `the column "${value}"`
    case 'taxes':
      return value === 'all' ? 'yes: they add up' : 'no: the first one holds the others'
    case 'taxOf':
      return value === 'line' ? 'of each line' : 'of the whole receipt'
    case 'charges':
      return value === 'on-top'
        ? 'yes: they are paid beside the lines'
        : 'no: the lines hold them, or they do not count'
    case 'off':
      return value === NOTHING_OFF ? 'none of the columns is' : `the column "${value}"`
    case 'change':
      return value === 'off' ? 'yes' : 'no: payments are what was kept'
    case 'total':
      return value === NO_TOTAL ? 'none of the columns is' : `the column "${value}"`
  }
}
