import type { Currency } from '../../../shared/money.ts'
import { unusedAmounts } from './asked-columns.ts'
import { type ColumnsFound, columnsFound } from './columns-found.ts'
import { type ReadAmounts, taxColumns, waysToRead } from './figures.ts'
import type { ExportField } from './heading-words.ts'
import type { OpenQuestions } from './open-questions.ts'
import { tenderOptions } from './questions.ts'
import type { FileColumn, Table } from './table.ts'

/**
 * Columns whose headings say nothing that is known, and which make up the sum of each receipt: left out, all takings would
 * be paid in another way, or the receipts that they paid would be refused.
 */

/** So many columns are tried together. */
const MOST_COLUMNS = 6

const NONE = { value: 'none', means: 'it is not a payment' } as const
const CHANGE = { value: 'change', means: 'what the customer got back' } as const

/** The table, with the columns that a person says are payments or change. @throws SOURCE_ANSWER_UNKNOWN */
export function unnamedPayments(table: Table, currency: Currency, asking: OpenQuestions): Table {
  const found = columnsFound(table)
  if (found.single.has('tender') || found.single.has('paid') || found.single.has('rowType')) return table
  const left = unusedAmounts(table, found).slice(0, MOST_COLUMNS)
  const made = waysToRead(found, left, currency)
    .flatMap(read => madeUp(found, left, read) ?? [])
    .at(0)
  if (made === undefined) return table
  const columns = table.columns.map(column => {
    const sign = made.get(column)
    if (sign === undefined) return column
    const shown = [...new Set(column.values)].slice(0, 3).join(', ')
    const asks = `With "${column.heading}" (${shown}) the payments make up each receipt. What is it?`
    const options = sign > 0 ? [...tenderOptions, NONE] : [CHANGE, NONE]
    const said = asking.ask<string>({ id: `payment:${column.heading}`, asks, options })
    if (said === NONE.value) return column
    if (sign < 0) return { ...column, meant: new Map<ExportField, number>([['change', 0]]) }
    return { ...column, paidBy: tenderOptions.find(({ value }) => value === said)?.value ?? 'other' }
  })
  return { ...table, columns }
}

/** What each column adds to the payments: 1 as one of them, -1 as change. */
type Signs = ReadonlyMap<FileColumn, 1 | -1>

/** The fewest columns that make up each receipt together with those that are known; null: none do, or none are needed. */
function madeUp(found: ColumnsFound, left: readonly FileColumn[], read: ReadAmounts): Signs | null {
  const rows = rowsOfReceipts(found)
  const ofReceipt = (column: FileColumn) => onceEach(rows, read(column))
  const known = found.tenders.map(ofReceipt)
  const change = found.single.get('change')
  const changes = change === undefined ? [] : [ofReceipt(change)]
  const dues = duesOf(found, rows, read).filter(due => new Set(due).size > 1)
  const sums = left.map(column => ({ column, figures: ofReceipt(column) }))
  const usable = sums.filter(({ figures }) => figures.some(figure => figure === 0))
  const fits = (signs: Signs, isChanged: boolean) =>
    dues.some(due =>
      due.every((expected, at) => {
        const paid = known.reduce((sum, each) => sum + (each[at] ?? 0), 0)
        const back = isChanged ? changes.reduce((sum, each) => sum + (each[at] ?? 0), 0) : 0
        const more = usable.reduce((sum, { column, figures }) => {
          return sum + (signs.get(column) ?? 0) * (figures[at] ?? 0)
        }, 0)
        return paid + more - back === expected
      }),
    )
  const isMadeUp = (signs: Signs) => fits(signs, false) || (changes.length > 0 && fits(signs, true))
  if (isMadeUp(new Map())) return null
  const ways = signsOf(
    usable.map(({ column }) => column),
    changes.length === 0,
  ).filter(signs => {
    const paid = [...signs.values()].filter(sign => sign > 0).length
    // one column alone that is each receipt's total says it again
    return paid + known.length > 0 && known.length + signs.size > 1
  })
  return ways.toSorted((one, other) => one.size - other.size).find(isMadeUp) ?? null
}

/** Every choice of columns, one of them as change at most. */
function signsOf(columns: readonly FileColumn[], hasChange: boolean): readonly Signs[] {
  return columns.reduce<readonly Signs[]>(
    (ways, column) =>
      ways.flatMap(signs => {
        const isChanged = [...signs.values()].includes(-1)
        const added = hasChange && !isChanged ? ([1, -1] as const) : ([1] as const)
        return [signs, ...added.map(sign => new Map([...signs, [column, sign] as const]))]
      }),
    [new Map()],
  )
}

/** The rows of each receipt. */
function rowsOfReceipts({ single }: ColumnsFound): readonly (readonly number[])[] {
  const key = (['till', 'warehouse', 'receipt', 'date', 'time'] as const).flatMap(
    field => single.get(field) ?? [],
  )
  const rows = new Map<string, number[]>()
  for (const row of single.get('receipt')?.cells.keys() ?? []) {
    const receipt = key.map(({ cells }) => cells[row] ?? '').join('\n')
    rows.set(receipt, [...(rows.get(receipt) ?? []), row])
  }
  return [...rows.values()]
}

/** What a receipt has once, in its first row or the same in each. */
function onceEach(receipts: readonly (readonly number[])[], figures: readonly (number | null)[]) {
  return receipts.map(rows => rows.map(row => figures[row] ?? null).find(figure => figure !== null) ?? 0)
}

/** What each receipt may come to: by a total, by its lines, or by its lines and their tax. */
function duesOf(
  found: ColumnsFound,
  receipts: readonly (readonly number[])[],
  read: ReadAmounts,
): readonly (readonly number[])[] {
  const added = (figures: readonly (number | null)[]) =>
    receipts.map(rows => rows.reduce((sum, row) => sum + (figures[row] ?? 0), 0))
  const { amounts, totals } = found
  const lines = amounts.map(column => added(read(column)))
  const [first, ...more] = taxColumns(found).map(column => added(read(column)))
  const taxes = first?.map((tax, at) => more.reduce((sum, each) => sum + (each[at] ?? 0), tax)) ?? null
  const withTax = taxes === null ? [] : lines.map(line => line.map((sum, at) => sum + (taxes[at] ?? 0)))
  return [...totals.map(column => onceEach(receipts, read(column))), ...lines, ...withTax]
}
