import type { Tender } from '../../../shared/events.ts'
import type { CsvColumns } from '../../sources/sales-files/csv/column-headings.ts'
import { tenderMeant } from '../../sources/sales-files/tender-words.ts'
import type { ColumnsFound } from './columns-found.ts'
import { type AskedMarks, markFound } from './mark-found.ts'
import {
  type ItemMeaning,
  itemMeant,
  type RowMeaning,
  rowMeant,
  type StatusMeaning,
  statusMeant,
  type TypeMeaning,
  typeMeant,
} from './meanings.ts'
import { hasMinus, namedRows } from './named-rows.ts'
import type { OpenQuestions } from './open-questions.ts'
import { type Option, rowOptions, statusOptions, tenderOptions, typeOptions, yesNo } from './questions.ts'
import { type StoresFound, storesFound } from './stores-found.ts'
import type { FileColumn } from './table.ts'

/** What the words in a file's columns mean. */
export interface Meanings {
  /** What a row is, where lines and payments have rows of their own; null: each row is a line or a receipt. */
  readonly rowTypes: Words<RowMeaning> | null
  readonly hasPaymentRows: boolean
  /** Codes of what moves no stock. */
  readonly services: readonly string[]
  /** Whether a receipt is a sale or a refund; null: no column says it. */
  readonly refunds: Words<TypeMeaning> | null
  readonly statuses: Words<StatusMeaning> | null
  /** Columns that say by being filled in that a row does not count, or came back. */
  readonly marks: NonNullable<CsvColumns['marks']>
  /** Whose sales these are; null: all of them are this source's. */
  readonly stores: StoresFound | null
  /** What was sold, goods or what moves no stock; null: no column says it. */
  readonly items: Words<ItemMeaning> | null
  /** Columns that each hold what was paid in one way. */
  readonly tenders: readonly FileColumn[]
  /** The column with the name of a payment; null: the file has none. */
  readonly tender: FileColumn | null
  /** Names of payments whose words don't say their kind. */
  readonly tenderKinds: Readonly<Record<string, Tender['kind']>>
}

/** Whether a column names the payments, and those that would hold their amounts are empty in most of its rows. */
function areNamed({ single, tenders }: ColumnsFound): boolean {
  const cells = single.get('tender')?.cells ?? []
  const named = [...cells.keys()].filter(row => cells[row] !== '')
  const isPaid = (row: number) => tenders.some(column => /[1-9]/.test(column.cells[row] ?? ''))
  return named.length > 0 && named.filter(isPaid).length * 2 <= named.length
}

interface Words<Meaning> {
  readonly column: FileColumn
  readonly means: Readonly<Record<string, Meaning>>
}

/** A file has a handful of words for a receipt's type; a column of more holds something else. */
const MOST_WORDS = 25

/** Asks for the words that only a person knows. @throws SOURCE_ANSWER_UNKNOWN */
export function meaningsFound(
  found: ColumnsFound,
  asking: OpenQuestions,
  numberOnFirstRow: boolean,
): Meanings {
  const row = rowColumn(found)
  const names = row === undefined && numberOnFirstRow ? namedRows(found, asking) : null
  const rowTypes = row === undefined ? names : wordsOf(row, { ...ROWS, known: rowMeant }, asking)
  const hasPaymentRows = Object.values(rowTypes?.means ?? {}).includes('payment')
  const items = itemTypes(found, row)
  const types = found.types.filter(column => column !== row && column !== items?.column)
  const refunds = chosenWords(
    types,
    { ...TYPES, known: (word, column) => typeIn(found, column, word) },
    asking,
  )
  const statuses = chosenWords(found.statuses, { ...STATUSES, known: statusMeant }, asking)
  const tenders = hasPaymentRows || areNamed(found) ? [] : found.tenders
  // where payments have rows of their own, their names may be in the column of what was sold
  const named = found.single.get('tender') ?? (hasPaymentRows ? found.single.get('title') : undefined)
  const tender = tenders.length > 0 ? null : (named ?? null)
  const tenderKinds = tender === null ? {} : kindsOf(tender, hasPaymentRows ? rowTypes : null, asking)
  const services = names?.services ?? []
  const stores = storesFound(found, asking)
  const used = new Set([row, items?.column, refunds?.column, statuses?.column])
  const unused = [...found.types, ...found.statuses, ...found.others].filter(column => !used.has(column))
  return {
    marks: marksFound(unused, found, refunds, asking),
    rowTypes,
    services,
    hasPaymentRows,
    items,
    refunds,
    statuses,
    stores,
    tenders,
    tender,
    tenderKinds,
  }
}

/** A column whose words all say what kind of thing was sold. */
function itemTypes({ single, types }: ColumnsFound, row: FileColumn | undefined): Words<ItemMeaning> | null {
  const column = [single.get('itemType'), ...types].find(
    each => each !== undefined && each !== row && each.values.every(word => itemMeant(word) !== null),
  )
  if (column === undefined) return null
  return {
    column,
    means: Object.fromEntries(
      column.values.flatMap(word => {
        const meaning = itemMeant(word)
        return meaning === null ? [] : [[word, meaning] as const]
      }),
    ),
  }
}

interface Vocabulary<Meaning extends string> {
  readonly id: string
  readonly asks: string
  known(word: string, column: FileColumn): Meaning | null
  readonly options: readonly Option<Meaning>[]
}

const ROWS = { id: 'row', asks: 'What is a row of the type', options: rowOptions }
const TYPES = { id: 'type', asks: 'What is a receipt of the type', options: typeOptions }
const STATUSES = { id: 'status', asks: 'What is a receipt of the status', options: statusOptions }

/**
 * Of the columns whose headings fit, the one whose words are known. Where none has a known word, a person says whether
 * the first one matters at all; null: it does not.
 */
function chosenWords<Meaning extends string>(
  columns: readonly FileColumn[],
  of: Vocabulary<Meaning>,
  asking: OpenQuestions,
): Words<Meaning> | null {
  const few = columns.filter(({ values }) => new Set(values).size <= MOST_WORDS)
  const known = few.find(column => column.values.some(word => of.known(word, column) !== null))
  if (known !== undefined) return wordsOf(known, of, asking)
  const [first] = few
  if (first === undefined) return null
  const words = [...new Set(first.values)]
  const asks = `Does "${first.heading}" (${words.slice(0, 5).join(', ')}) say that a receipt is a refund, or does not count?`
  const said = asking.ask({ id: `column:${first.heading}`, asks, options: yesNo })
  return said === 'yes' ? wordsOf(first, of, asking) : null
}

function wordsOf<Meaning extends string>(
  column: FileColumn,
  { id, asks, known, options }: Vocabulary<Meaning>,
  asking: OpenQuestions,
): Words<Meaning> {
  const means: Record<string, Meaning> = {}
  for (const word of new Set(column.values)) {
    const question = { id: `${id}:${word}`, asks: `${asks} "${word}" ("${column.heading}")?`, options }
    const meaning = known(word, column) ?? asking.ask(question) ?? options[0]?.value
    if (meaning !== undefined) means[word] = meaning
  }
  return { column, means }
}

/** What a type says of a receipt. A void under a number of its own does not void another receipt: a person says what it is. */
function typeIn({ single }: ColumnsFound, column: FileColumn, word: string): TypeMeaning | null {
  const meaning = typeMeant(word)
  if (meaning !== 'void') return meaning
  const receipts = single.get('receipt')?.cells ?? []
  const others = new Set(receipts.filter((_, row) => column.cells[row] !== word))
  const isOfOther = receipts.some((receipt, row) => column.cells[row] === word && !others.has(receipt))
  return isOfOther && others.size > 0 ? null : meaning
}

/** So many the settings can name. */
const MOST_MARKS = 10

function marksFound(
  unused: readonly FileColumn[],
  { single, amounts, totals }: ColumnsFound,
  refunds: Meanings['refunds'],
  asking: OpenQuestions,
): Meanings['marks'] {
  const figures = [single.get('quantity'), amounts[0], totals[0]].filter(column => column !== undefined)
  const isBack = (row: number) =>
    refunds?.means[refunds.column.cells[row] ?? ''] === 'refund' ||
    figures.some(({ cells }) => hasMinus(cells[row] ?? ''))
  const asked: AskedMarks = new Map()
  return unused
    .flatMap(({ heading, cells }) => {
      const mark = markFound({ name: heading, words: heading, cells, isBack }, asking, asked)
      return mark === null ? [] : [{ column: heading, ...mark }]
    })
    .slice(0, MOST_MARKS)
}

/** A column that tells lines from payments; null where a type says sale or refund alone. */
function rowColumn({ single, types }: ColumnsFound): FileColumn | undefined {
  return [single.get('rowType'), ...types].find(column => {
    const kinds = new Set(column?.values.map(rowMeant))
    if (column?.isAsked === true && column === single.get('rowType')) return true
    return kinds.has('line') && (kinds.has('payment') || kinds.has('receipt'))
  })
}

function kindsOf(
  tender: FileColumn,
  rowTypes: Meanings['rowTypes'],
  asking: OpenQuestions,
): Meanings['tenderKinds'] {
  const isPayment = (row: number) =>
    rowTypes === null || rowTypes.means[rowTypes.column.cells[row] ?? ''] === 'payment'
  const kinds: Record<string, Tender['kind']> = {}
  for (const name of new Set(tender.cells.filter((each, row) => each !== '' && isPayment(row)))) {
    if (tenderMeant(name, {}) !== null) continue
    const asks = `What way of payment is "${name}" ("${tender.heading}")?`
    kinds[name] = asking.ask({ id: `tender:${name}`, asks, options: tenderOptions }) ?? 'other'
  }
  return kinds
}
