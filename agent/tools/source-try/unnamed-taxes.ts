import { type Currency, minorDigits } from '../../../shared/money.ts'
import { unusedAmounts } from './asked-columns.ts'
import { type ColumnsFound, columnsFound } from './columns-found.ts'
import { type Amounts, type ReadAmounts, taxColumns, waysToRead } from './figures.ts'
import type { ExportField } from './heading-words.ts'
import type { OpenQuestions } from './open-questions.ts'
import type { Option } from './questions.ts'
import type { FileColumn, Table } from './table.ts'

/**
 * Columns whose headings say nothing that is known, and whose amounts are on every row the share of a tax in the amount
 * beside them: left out, the file would be told with its taxes as takings.
 */

const options: readonly Option<'yes' | 'no'>[] = [
  { value: 'yes', means: 'yes: it is a tax of the amounts' },
  { value: 'no', means: 'no: it says nothing of tax' },
]

/** Behind all columns that are called taxes. */
const LAST = 10_000

/** The table, with the columns that a person says are taxes; while it is open, they are. @throws SOURCE_ANSWER_UNKNOWN */
export function unnamedTaxes(table: Table, currency: Currency, asking: OpenQuestions): Table {
  const found = columnsFound(table)
  const left = unusedAmounts(table, found)
  const ways = waysToRead(found, left, currency)
  const whole = 10 ** minorDigits(currency)
  const shares = left.filter(column => ways.some(read => isTaxOf(column, found, read, whole)))
  const said = new Set(
    shares.filter(({ heading, values }) => {
      const shown = [...new Set(values)].slice(0, 3).join(', ')
      const asks = `No heading is known, and "${heading}" (${shown}) is on every row the share that a tax has in the amount. Is it a tax?`
      return asking.ask({ id: `tax:${heading}`, asks, options }) !== 'no'
    }),
  )
  const columns = table.columns.map(column =>
    said.has(column) ? { ...column, meant: new Map<ExportField, number>([['tax', LAST]]) } : column,
  )
  return { ...table, columns }
}

function isTaxOf(column: FileColumn, found: ColumnsFound, read: ReadAmounts, whole: number): boolean {
  const { amounts, totals } = found
  const own = read(column)
  const known = taxColumns(found).map(read)
  if (known.length > 0 && isSumOf(own, known)) return false
  return [...amounts, ...totals].some(amount => isShare(own, read(amount), whole))
}

/** Whether a column only repeats the taxes that are known, one of them or all. */
function isSumOf(own: Amounts, known: readonly Amounts[]): boolean {
  const all = own.map((_, row) => known.reduce((sum, column) => sum + (column[row] ?? 0), 0))
  return [...known, all].some(other => own.every((amount, row) => (amount ?? 0) === (other[row] ?? 0)))
}

interface Pair {
  readonly tax: number
  readonly amount: number
}

/** Files have few rates; what has more is something else. */
const MOST_RATES = 3
const LOWEST = 0.005
const HIGHEST = 0.3
/** Where each pair could have a rate of its own: rates as laws write them. */
const STEP = 0.005

/** @param whole minor units of one whole */
function isShare(taxes: Amounts, amounts: Amounts, whole: number): boolean {
  const pairs: Pair[] = []
  for (const [row, tax] of taxes.entries()) {
    const amount = amounts[row] ?? null
    if (tax === null || tax === 0) continue
    if (amount === null || tax * amount <= 0) return false
    pairs.push({ tax: Math.abs(tax), amount: Math.abs(amount) })
  }
  // points and counts are whole, whatever the amounts are
  const areWhole = (of: keyof Pair) => pairs.every(pair => pair[of] % whole === 0)
  if (areWhole('tax') && !areWhole('amount')) return false
  const distinct = new Set(pairs.map(({ tax, amount }) => `${tax}/${amount}`)).size
  return pairs.length > 0 && [within, onTop].some(share => areRates(pairs, distinct, share))
}

/** A tax of this rate in an amount that includes it. */
const within = (amount: number, rate: number) => (amount * rate) / (1 + rate)
const onTop = (amount: number, rate: number) => amount * rate

function areRates(pairs: readonly Pair[], distinct: number, share: typeof within): boolean {
  const rateIn = ({ tax, amount }: Pair) => tax / (share === within ? amount - tax : amount)
  const rates: number[] = []
  let left = pairs.toSorted((one, other) => other.amount - one.amount)
  for (;;) {
    const [largest] = left
    if (largest === undefined) break
    const rate = rateIn(largest)
    if (rates.length === MOST_RATES || !(rate >= LOWEST && rate <= HIGHEST)) return false
    rates.push(rate)
    // both amounts were rounded once, down or to the nearest
    left = left.filter(({ tax, amount }) => Math.abs(share(amount, rate) - tax) > 1)
  }
  const isLawful = ({ tax, amount }: Pair) => {
    const near = Math.round(rateIn({ tax, amount }) / STEP) * STEP
    return Math.abs(share(amount, near) - tax) <= 1
  }
  return distinct > rates.length || pairs.every(isLawful)
}
