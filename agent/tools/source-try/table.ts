import { defineError } from '../../../shared/errors.ts'
import type { Tender } from '../../../shared/events.ts'
import { encodingOf } from '../../sources/sales-files/csv/encoding.ts'
import type { EncodingName } from '../../sources/sales-files/csv/encoding-names.ts'
import { type Headings, headingsIn } from '../../sources/sales-files/csv/heading-line.ts'
import { reportRows } from '../../sources/sales-files/csv/report-rows.ts'
import { rowCutter } from '../../sources/sales-files/csv/row-cutter.ts'
import { isNamed } from '../../sources/sales-files/name-patterns.ts'
import { withoutProtection } from '../../sources/sales-files/number-text.ts'
import { filledDown } from './first-rows.ts'
import { type ExportField, fieldsMeant } from './heading-words.ts'
import { reportRowPattern } from './report-words.ts'

export const layoutUnknown = defineError(
  'SOURCE_LAYOUT_UNKNOWN',
  ({ file, first, lacks }: { file: string; first: string; lacks: readonly Necessary[] }) =>
    `No line near the beginning of ${file} names a receipt number, a date and an amount in words that are known${lacks.length === 0 ? '' : `: the headings that come nearest have no ${lacks.map(each => (each === 'receipt' ? 'receipt number' : each)).join(' and no ')}`}. It begins with ${JSON.stringify(first)}. Name its columns by hand, as docs/sources-files.md shows.`,
)

export const fileNotText = defineError(
  'SOURCE_FILE_NOT_TEXT',
  ({ file }: { file: string }) =>
    `${file} is a spreadsheet, an archive or a PDF. Have the POS export text (CSV), or save it as CSV first.`,
)
export const fileWithoutRows = defineError(
  'SOURCE_FILE_EMPTY',
  ({ file }: { file: string }) =>
    `${file} has headings and no sales. Take a file of a day on which something was sold.`,
)

/** A file that holds one row a line, taken apart. */
export interface Table {
  readonly file: string
  readonly bytes: Buffer
  readonly encoding: EncodingName
  readonly delimiter: Delimiter
  readonly skipLines: number
  readonly columns: readonly FileColumn[]
  /** Whether only a receipt's first row names it; its columns are filled in. */
  readonly numberOnFirstRow: boolean
  /** What rows begin with that are totals or page numbers, for `notSales`. */
  readonly notSales: readonly string[]
  /** What no heading is known for, and a file of sales has; null: it has all. */
  readonly lacks: Necessary | null
}

export type Necessary = 'receipt' | 'date' | 'amount'
/** With so many known headings a line is that of a table of sales, though one that is necessary is not known. */
const FEWEST_KNOWN = 4

/** A column of the file. Rows that are empty, repeat the headings or can't be taken apart are left out. */
export interface FileColumn {
  readonly heading: string
  /** The fields that its heading can mean, with how well it fits each (0 fits best). */
  readonly meant: ReadonlyMap<ExportField, number>
  /** Whether it means what it does because nothing else says it: a person is asked, or has answered. */
  readonly isAsked?: true
  /** The way of payment whose amounts it holds, where a person says so and its heading does not. */
  readonly paidBy?: Tender['kind']
  /** Its text in each row. */
  readonly cells: readonly string[]
  /** Those that are not empty. */
  readonly values: readonly string[]
}

const DELIMITERS = [',', ';', '\t', '|'] as const
export type Delimiter = (typeof DELIMITERS)[number]

/** So many lines may be above the headings: a report's name, its shop, its days. */
const MOST_ABOVE = 30
const QUOTE = '"'

/** How the bytes of a spreadsheet, an archive or a PDF begin. */
const NOT_TEXT = ['504b0304', 'd0cf11e0', '25504446', '1f8b08']

/** @throws SOURCE_FILE_NOT_TEXT */
export function expectText(file: string, bytes: Buffer): void {
  const start = bytes.toString('hex', 0, 4)
  if (NOT_TEXT.some(each => start.startsWith(each))) throw fileNotText({ file })
}

/** @throws SOURCE_LAYOUT_UNKNOWN, SOURCE_FILE_EMPTY */
export function tableIn(file: string, bytes: Buffer, encoding: EncodingName): Table {
  const text = encodingOf(bytes, encoding)
  let best: { found: Headings; delimiter: Delimiter; skipLines: number; known: number } | null = null
  for (let skipLines = 0; skipLines <= MOST_ABOVE; skipLines += 1) {
    for (const delimiter of DELIMITERS) {
      const of = {
        head: bytes,
        text,
        isEnd: true,
        settings: { delimiter, quote: QUOTE, columns: { receipt: [] }, mayLack: [] },
      }
      const found = headingsIn(of, skipLines)
      const known = found === null ? 0 : knownIn(found.headings)
      if (found !== null && known > (best?.known ?? 0)) best = { found, delimiter, skipLines, known }
    }
  }
  const lacks = best === null ? [] : lackedBy(best.found.headings)
  const isNear = lacks.length === 1 && (best?.known ?? 0) >= FEWEST_KNOWN
  if (best === null || (lacks.length > 0 && !isNear))
    throw layoutUnknown({
      file,
      lacks: (best?.known ?? 0) < FEWEST_KNOWN ? [] : lacks,
      first: text.decode(bytes.subarray(text.start, text.start + 160)).slice(0, 80),
    })
  const { found, delimiter, skipLines } = best
  const { headings } = found
  const tellsNothing = reportRows(headings, [])
  const pieces = rowCutter({ unit: text.unit, isBigEndian: text.isBigEndian, delimiter, quote: QUOTE }).cut(
    bytes,
    found.next,
    true,
    MOST_ROWS,
  )
  const rows = pieces.records
    .map(({ start, end }) => found.fieldsOf(text.decode(bytes.subarray(start, end)).replace(/[\r\n]+$/, '')))
    .filter(fields => fields !== null)
    .filter(fields => !tellsNothing(fields))
    .map(fields => fields.map(field => withoutProtection(field.trim())))
  if (rows.length === 0) throw fileWithoutRows({ file })
  const filled = rows.map(row => row.filter(cell => cell !== '').length).toSorted((one, other) => one - other)
  const placesOf = (...fields: readonly ExportField[]) =>
    new Set(
      headings.flatMap((heading, place) =>
        fields.some(field => fieldsMeant(heading).has(field)) ? [place] : [],
      ),
    )
  const layout = {
    numbers: placesOf('receipt'),
    dates: placesOf('date', 'time', 'businessDate'),
    usuallyFilled: filled[Math.floor(filled.length / 2)] ?? 0,
  }
  const patterns = rows.map(row => reportRowPattern(row, layout))
  const counting = rows.filter((_, row) => patterns[row] === null)
  const filledIn = filledDown(headings, counting)
  const receipts = filledIn ?? counting
  const isOfReceipt = (pattern: string) =>
    receipts.some(row => isNamed(row.find(cell => cell !== '') ?? '', pattern))
  const notSales = [...new Set(patterns.flatMap(pattern => pattern ?? []))].filter(
    pattern => !isOfReceipt(pattern),
  )
  const columns = headings.map((heading, place) => {
    const cells = receipts.map(row => row[place] ?? '')
    return {
      heading: heading.trim(),
      meant: fieldsMeant(heading),
      cells,
      values: cells.filter(cell => cell !== ''),
    }
  })
  const numberOnFirstRow = filledIn !== null
  return {
    file,
    bytes,
    encoding,
    delimiter,
    skipLines,
    columns,
    numberOnFirstRow,
    notSales,
    lacks: lacks[0] ?? null,
  }
}

/** More rows tell nothing new of how a file is written. */
const MOST_ROWS = 5_000

/** How many different fields a heading line names. */
function knownIn(headings: readonly string[]): number {
  return new Set(headings.flatMap(heading => [...fieldsMeant(heading).keys()].slice(0, 1))).size
}

function lackedBy(headings: readonly string[]): Necessary[] {
  const fields = new Set(headings.flatMap(heading => [...fieldsMeant(heading).keys()]))
  const lacks: Record<Necessary, boolean> = {
    receipt: !fields.has('receipt'),
    date: !fields.has('date') && !fields.has('time'),
    amount: !fields.has('amount') && !fields.has('price') && !fields.has('total'),
  }
  return (Object.keys(lacks) as Necessary[]).filter(each => lacks[each])
}
