import type { Currency } from '../../../shared/money.ts'
import type { NumberRules } from '../../sources/sales-files/number-text.ts'
import type { ColumnsFound } from './columns-found.ts'
import { writtenAmount } from './money-evidence.ts'
import { isSomeNumber, numberForms } from './number-forms.ts'
import type { FileColumn } from './table.ts'

/** What a column holds in each row, in minor units; null: nothing, or no amount. */
export type Amounts = readonly (number | null)[]

/** Reads a column's amounts. */
export type ReadAmounts = (column: FileColumn) => Amounts

/** Every way in which the amounts of a file can be read, the likeliest first; `more`: columns that no heading names. */
export function waysToRead(
  { single, amounts, totals, tenders, taxes }: ColumnsFound,
  more: readonly FileColumn[],
  currency: Currency,
): readonly ReadAmounts[] {
  const named = (['price', 'tax', 'change'] as const).flatMap(field => single.get(field) ?? [])
  const columns = [...named, ...amounts, ...totals, ...tenders, ...taxes, ...more]
  const texts = columns.flatMap(({ values }) => values).filter(isSomeNumber)
  return numberForms(texts, currency).map(readerIn(currency))
}

/** The columns whose headings name taxes. */
export function taxColumns({ single, taxes }: ColumnsFound): readonly FileColumn[] {
  const first = single.get('tax')
  return first === undefined ? taxes : [first, ...taxes]
}

const readerIn = (currency: Currency) => (form: NumberRules) => (column: FileColumn) =>
  column.cells.map(text => writtenAmount(text, form, currency))
