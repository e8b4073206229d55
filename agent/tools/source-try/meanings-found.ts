import type { Tender } from '../../../shared/events.ts'
import { tenderMeant } from '../../sources/sales-files/tender-words.ts'
import type { ColumnsFound } from './columns-found.ts'
import {
  type RowMeaning,
  rowMeant,
  type StatusMeaning,
  statusMeant,
  type TypeMeaning,
  typeMeant,
} from './meanings.ts'
import {
  type FileAnswers,
  type FileQuestion,
  type Option,
  rowOptions,
  statusOptions,
  tenderOptions,
  typeOptions,
} from './questions.ts'
import type { FileColumn } from './table.ts'

/** What the words in a file's columns mean, and which of them only a person knows. */
export interface Meanings {
  /** What a row is, where lines and payments have rows of their own; null: each row is a line or a receipt. */
  readonly rowTypes: Words<RowMeaning> | null
  /** Whether a receipt is a sale or a refund; null: no column says it. */
  readonly hasPaymentRows: boolean
  readonly refunds: Words<TypeMeaning> | null
  readonly statuses: Words<StatusMeaning> | null
  /** Columns that each hold what was paid in one way. */
  readonly tenders: readonly FileColumn[]
  /** The column with the name of a payment; null: the file has none. */
  readonly tender: FileColumn | null
  /** Names of payments whose words don't say their kind. */
  readonly tenderKinds: Readonly<Record<string, Tender['kind']>>
  readonly questions: readonly FileQuestion[]
}

interface Words<Meaning> {
  readonly column: FileColumn
  readonly means: Readonly<Record<string, Meaning>>
}

/** A file has a handful of words for a receipt's type; a column of more holds something else. */
const MOST_WORDS = 25

export function meaningsFound(found: ColumnsFound, answers: FileAnswers): Meanings {
  const { single } = found
  const questions: FileQuestion[] = []
  const of = { answers, questions }
  const [row, type, status] = [rowColumn(found), single.get('type'), single.get('status')]
  const rowTypes = wordsOf(
    row,
    { id: 'row', asks: 'What is a row of the type', known: rowMeant, options: rowOptions },
    of,
  )
  const refunds = wordsOf(
    type === row ? undefined : type,
    { id: 'type', asks: 'What is a receipt of the type', known: typeMeant, options: typeOptions },
    of,
  )
  const statuses = wordsOf(
    status,
    { id: 'status', asks: 'What is a receipt of the status', known: statusMeant, options: statusOptions },
    of,
  )
  const hasPaymentRows = Object.values(rowTypes?.means ?? {}).includes('payment')
  const tenders = hasPaymentRows ? [] : found.tenders
  // where payments have rows of their own, their names may be in the column of what was sold
  const named = single.get('tender') ?? (hasPaymentRows ? single.get('title') : undefined)
  const tender = tenders.length > 0 ? null : (named ?? null)
  const tenderKinds = tender === null ? {} : kindsOf(tender, rowTypes, of)
  return { rowTypes, hasPaymentRows, refunds, statuses, tenders, tender, tenderKinds, questions }
}

interface Asking {
  readonly answers: FileAnswers
  readonly questions: FileQuestion[]
}

interface Vocabulary<Meaning extends string> {
  readonly id: string
  readonly asks: string
  known(word: string): Meaning | null
  readonly options: readonly Option<Meaning>[]
}

/** Null where not one of the column's words is known: it holds something else. */
function wordsOf<Meaning extends string>(
  column: FileColumn | undefined,
  { id, asks, known, options }: Vocabulary<Meaning>,
  { answers, questions }: Asking,
): Words<Meaning> | null {
  const words = [...new Set(column?.values)]
  if (column === undefined || words.length > MOST_WORDS || !words.some(word => known(word) !== null))
    return null
  const means: Record<string, Meaning> = {}
  for (const word of words) {
    const own = `${id}:${word}`
    const said = options.find(({ value }) => value === answers.get(own))?.value ?? known(word)
    if (said === null) questions.push({ id: own, asks: `${asks} "${word}" ("${column.heading}")?`, options })
    const [first] = options
    const meaning = said ?? first?.value
    if (meaning !== undefined) means[word] = meaning
  }
  return { column, means }
}

/** A column that tells lines from payments; null where a type says sale or refund alone. */
function rowColumn({ single }: ColumnsFound): FileColumn | undefined {
  return [single.get('rowType'), single.get('type')].find(column => {
    const kinds = new Set(column?.values.map(rowMeant))
    return kinds.has('line') && (kinds.has('payment') || kinds.has('receipt'))
  })
}

function kindsOf(
  tender: FileColumn,
  rowTypes: Meanings['rowTypes'],
  { answers, questions }: Asking,
): Meanings['tenderKinds'] {
  const hasRows = Object.values(rowTypes?.means ?? {}).includes('payment')
  const isPayment = (row: number) =>
    !hasRows || rowTypes?.means[rowTypes.column.cells[row] ?? ''] === 'payment'
  const names = new Set(tender.cells.filter((name, row) => name !== '' && isPayment(row)))
  const kinds: Record<string, Tender['kind']> = {}
  for (const name of names) {
    if (tenderMeant(name, {}) !== null) continue
    const id = `tender:${name}`
    const said = tenderOptions.find(({ value }) => value === answers.get(id))?.value
    if (said === undefined)
      questions.push({
        id,
        asks: `What way of payment is "${name}" ("${tender.heading}")?`,
        options: tenderOptions,
      })
    kinds[name] = said ?? 'other'
  }
  return kinds
}
