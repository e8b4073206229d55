import { tenderMeant } from '../../sources/sales-files/tender-words.ts'
import { isByLine } from './candidates.ts'
import { type ColumnsFound, columnsFound, hasMoney } from './columns-found.ts'
import { dateForms } from './date-forms.ts'
import type { ExportField } from './heading-words.ts'
import { mayBeItemCodes } from './item-codes.ts'
import { rowMeant } from './meanings.ts'
import { isSomeNumber } from './number-forms.ts'
import type { OpenQuestions } from './open-questions.ts'
import { type FileColumn, layoutUnknown, type Necessary, type Table } from './table.ts'

/**
 * Columns whose headings say nothing that is known, and whose values may be what the file seems to lack: what it would be
 * read as without them is a guess, so a person says which they are.
 */

/** The answer that no column is. */
const NONE = 'none'
/** A column that tells rows apart has a handful of words. */
const MOST_KINDS = 8

/**
 * The table, its columns called what a person says they are; while a question is open, the likeliest.
 * @throws SOURCE_ANSWER_UNKNOWN
 */
export function columnsAsked(table: Table, asking: OpenQuestions): Table {
  return [askNecessary, askRowKinds, askTenders, askQuantity, askItemCode].reduce(
    (left, ask) => ask(left, asking),
    table,
  )
}

interface ColumnQuestion {
  readonly field: ExportField
  readonly asks: string
  readonly columns: readonly FileColumn[]
  /** What it means that none of them is; null: the file can't be read without. */
  readonly none: string | null
}

function ask(table: Table, { field, asks, columns, none }: ColumnQuestion, asking: OpenQuestions): Table {
  const [first] = columns
  if (first === undefined) return table
  const shown = columns.map(({ heading, values }) => ({
    value: heading,
    means: `the column with ${[...new Set(values)].slice(0, 3).join(', ')}`,
  }))
  const options = none === null ? shown : [...shown, { value: NONE, means: none }]
  const said = asking.ask({ id: `column-of:${field}`, asks, options }) ?? first.heading
  const columnOf = (column: FileColumn) =>
    column.heading === said
      ? { ...column, isAsked: true as const, meant: new Map<ExportField, number>([[field, 0]]) }
      : column
  return { ...table, columns: table.columns.map(columnOf) }
}

/** Receipt, date and amount: the headings name two of them, and the third is one of those that they don't explain. */
function askNecessary(table: Table, asking: OpenQuestions): Table {
  if (table.lacks === null) return table
  const left = unusedColumns(table, columnsFound(table))
  const fits: Readonly<Record<Necessary, (column: FileColumn) => boolean>> = {
    receipt: ({ values }) => values.every(value => /\p{Nd}/u.test(value)),
    date: ({ values }) => dateForms(values).length > 0,
    amount: column => column.values.every(isSomeNumber) && hasMoney(column),
  }
  const names = { receipt: 'the number of a receipt', date: 'the date', amount: 'the amount' }
  const columns = left.filter(fits[table.lacks])
  if (columns.length === 0)
    throw layoutUnknown({ file: table.file, first: headingsOf(table), lacks: [table.lacks] })
  const asks = `No heading is known as that of ${names[table.lacks]}. Which column is it?`
  return ask(table, { field: table.lacks, asks, columns, none: null }, asking)
}

const headingsOf = ({ columns }: Table) =>
  columns
    .map(({ heading }) => heading)
    .join(', ')
    .slice(0, 80)

/** Rows without code, name and quantity beside rows that have them, and a column that tells them apart. */
function askRowKinds(table: Table, asking: OpenQuestions): Table {
  const found = columnsFound(table)
  const fields = (['sku', 'barcode', 'title', 'quantity'] as const).flatMap(
    field => found.single.get(field) ?? [],
  )
  if (found.single.has('rowType') || table.numberOnFirstRow || fields.length === 0) return table
  const isBare = table.columns[0]?.cells.map((_, row) => fields.every(({ cells }) => cells[row] === '')) ?? []
  const isTelling = ({ cells, values }: FileColumn) => {
    const words = new Set(values)
    if (words.size < 2 || words.size > MOST_KINDS || values.length === words.size) return false
    if (![...words].every(word => /\p{L}/u.test(word))) return false
    const kinds = new Set(values.map(rowMeant))
    if (kinds.has('line') && (kinds.has('payment') || kinds.has('receipt'))) return true
    const bare = new Set(cells.filter((_, row) => isBare[row] === true))
    return (
      bare.size > 0 && bare.size < words.size && cells.every((cell, row) => bare.has(cell) === isBare[row])
    )
  }
  const columns = unusedColumns(table, found).filter(isTelling)
  const asks =
    'Some rows have no item. Which column says what a row is: something sold, a payment or a whole receipt?'
  const none = 'no column does: each row is something sold'
  return ask(table, { field: 'rowType', asks, columns, none }, asking)
}

/** A column that mostly holds names of payments, in a file that seems to name none; a name that is not known is asked after it. */
function askTenders(table: Table, asking: OpenQuestions): Table {
  const found = columnsFound(table)
  if (found.single.has('tender') || found.tenders.length > 0) return table
  const isPayment = (word: string) => /\p{L}/u.test(word) && tenderMeant(word, {}) !== null
  const columns = unusedColumns(table, found).filter(
    ({ values }) => values.filter(isPayment).length * 2 > values.length,
  )
  const asks = 'No heading is known as that of payments. Which column says how a receipt was paid?'
  return ask(table, { field: 'tender', asks, columns, none: 'the file names no payments' }, asking)
}

/** A column of numbers in a file of lines that seems to have no quantity. */
function askQuantity(table: Table, asking: OpenQuestions): Table {
  const found = columnsFound(table)
  const { single, amounts } = found
  if (single.has('quantity') || !isByLine({ found })) return table
  const [amount] = amounts
  const isSigned = (column: FileColumn) =>
    amount !== undefined &&
    column.cells.every((cell, row) => isMinus(cell) === isMinus(amount.cells[row] ?? ''))
  const columns = unusedAmounts(table, found)
    .filter(column => !column.values.every(isLongCode))
    .toSorted((one, other) => Number(isSigned(other)) - Number(isSigned(one)))
  const asks = 'No heading is known as that of a quantity. Which column says how many were sold?'
  return ask(table, { field: 'quantity', asks, columns, none: 'none: each row is one piece' }, asking)
}

/** A column that may hold the codes of what was sold, in a file of lines that seems to have none: without them no stock is moved. */
function askItemCode(table: Table, asking: OpenQuestions): Table {
  const found = columnsFound(table)
  const { single } = found
  const title = single.get('title')
  const isOfLines = single.has('quantity') || hasRepeats(single.get('receipt'))
  if (single.has('sku') || single.has('barcode') || !isOfLines) return table
  // one whose heading is that of names, beside another one that has them, is left as well
  const columns = columnsLeft(table, found).filter(column => mayBeItemCodes(column, title))
  if (title !== undefined && mayBeItemCodes(title, undefined)) columns.push(title)
  const asks =
    'No heading is known as that of an item’s code. Which column says it, as the online shop has it for SKU or barcode?'
  return ask(table, { field: 'sku', asks, columns, none: 'none: what was sold moves no stock' }, asking)
}

const hasRepeats = (column: FileColumn | undefined) =>
  column !== undefined && new Set(column.values).size < column.values.length

const isMinus = (text: string) => /[-−–(]/.test(text)
const isLongCode = (text: string) => /^\d{6,}$/.test(text)

/** Columns that no field takes, in the order of the file. */
function columnsLeft(table: Table, found: ColumnsFound): readonly FileColumn[] {
  const { single, others: _, ...lists } = found
  const used = new Set([...single.values(), ...Object.values(lists).flat()])
  return table.columns.filter(column => column.heading !== '' && !used.has(column))
}

/** Those of them that are filled, and whose headings say nothing that is known. */
function unusedColumns(table: Table, found: ColumnsFound): readonly FileColumn[] {
  return columnsLeft(table, found).filter(({ meant, values }) => meant.size === 0 && values.length > 0)
}

/** Those of these that hold nothing but amounts. */
export function unusedAmounts(table: Table, found: ColumnsFound): readonly FileColumn[] {
  return unusedColumns(table, found).filter(column => column.values.every(isSomeNumber) && hasMoney(column))
}
