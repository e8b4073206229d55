import { describeError, TillbridgeError } from '../../../../shared/errors.ts'
import { recordFieldMissing } from '../../../../shared/record-problems.ts'
import {
  type CutRecord,
  type Cutter,
  type FileFormat,
  fieldsApart,
  type Said,
  type SalesEntry,
} from '../file-format.ts'
import {
  csvColumnsMissing,
  csvEncodingUnsure,
  csvNumberOnFirstRow,
  csvStoresUnsaid,
  recordMalformed,
  recordTooLong,
  recordUnfinished,
} from '../problems.ts'
import { usualFiles } from '../settings.ts'
import { columnsOf, missingColumns, type Row } from './columns.ts'
import type { CsvStore } from './csv-store.ts'
import { type Encoding, encodingOf } from './encoding.ts'
import { headingsBelow, headingsIn } from './heading-line.ts'
import { misreadWord, noWords } from './misread.ts'
import { isNumberOnFirstRow } from './number-on-first-row.ts'
import { type Grouping, receiptGroups } from './receipt-groups.ts'
import { keyIn, readReceiptRows, wallIn } from './receipt-rows.ts'
import { receiptsApart } from './receipts-apart.ts'
import { reportRows } from './report-rows.ts'
import { MOST_ROW_BYTES, rowCutter } from './row-cutter.ts'
import { isSoldElsewhere, storesUnsaid } from './row-store.ts'

/** Receipts from CSV exports, as the settings say. */
export function csvFormat(store: CsvStore): FileFormat {
  const { settings } = store
  /** The beginning of a file that has passed: a file that grows is opened again for each sale, with the same beginning. */
  let passed = Buffer.alloc(0)
  return {
    names: usualFiles.csv,
    keyFor(differences) {
      const { receipt, date, type, till } = settings.columns
      const more = fieldsApart(differences, { date, type, till }).filter(field => !receipt.includes(field))
      return more.length === 0 ? null : { setting: 'columns.receipt', fields: [...receipt, ...more] }
    },
    open(file, head, isEnd) {
      const text = encodingOf(head, settings.encoding)
      const found = headingsIn({ head, text, settings, isEnd }, settings.skipLines)
      if (found === null) return null
      const { columns } = settings
      const missing = missingColumns(found.headings, settings)
      if (missing.length > 0) {
        const below = headingsBelow({ head, text, settings, isEnd })
        throw csvColumnsMissing({ file, missing, found: found.headings.slice(0, 60), below })
      }
      const around: Around = {
        file,
        store,
        text,
        fieldsOf: bytes => found.fieldsOf(text.decode(bytes).replace(/[\r\n]+$/, '')),
        rowOf: columnsOf(found.headings, columns),
        fields: found.headings.length,
        tellsNothing: reportRows(found.headings, settings.notSales),
      }
      const rowsOf = (record: CutRecord): ReadRow[] => {
        const fields = around.fieldsOf(record.bytes)
        return fields === null ? [] : [{ record, row: around.rowOf(fields) }]
      }
      const { unit, isBigEndian } = text
      const { delimiter } = found
      const cutter = () => rowCutter({ unit, isBigEndian, delimiter, quote: settings.quote })
      if (!passed.equals(head)) {
        const misread = misreadIn(head, found.next, cutter(), text)
        if (misread !== null) throw csvEncodingUnsure({ file, word: misread })
        const isAsSaid = settings.numberOnFirstRow || settings.rows !== 'line'
        if (!isAsSaid && isNumberOnFirstRow(head, found.next, cutter(), around))
          throw csvNumberOnFirstRow({ file, heading: columns.receipt.join(', ') })
        const stores = storesUnsaid(rowsIn(head, found.next, cutter(), around), settings)
        if (stores.length > 0)
          throw csvStoresUnsaid({ file, heading: columns.store ?? '', found: stores.slice(0, 60) })
        passed = Buffer.from(head)
      }
      return {
        start: found.next,
        cutter(state) {
          const begun = cutter()
          if (state === 'skipping') begun.cut(SKIPPED, 0, false, 1)
          return begun
        },
        assembly: () =>
          settings.rows === 'line'
            ? receiptGroups({
                window: settings.numberOnFirstRow ? 0 : settings.window,
                rowOf: settings.numberOnFirstRow ? belowNumber(around) : rowIn(around),
                entriesOf: (key, rows) => entriesOf(key, rows, around),
              })
            : {
                add: records =>
                  records.map(record => {
                    const read = readKey(record, around)
                    return 'read' in read ? read : entryOf(read.key, rowsOf(record), around)
                  }),
                flush: () => [],
                held: () => null,
              },
      }
    },
  }
}

/** A word that shows, with the other words of the first rows, another code page; null: none does. */
function misreadIn(head: Buffer, from: number, cutter: Cutter, text: Encoding): string | null {
  const tally = noWords()
  text.count(head.subarray(text.start, from), tally)
  for (const { start, end, is } of cutter.cut(head, from, false, Number.MAX_SAFE_INTEGER).records)
    if (is === 'whole') text.count(head.subarray(start, end), tally)
  return misreadWord(tally)
}

function* rowsIn(head: Buffer, from: number, cutter: Cutter, around: Around): Generator<Row> {
  for (const { start, end, is } of cutter.cut(head, from, false, Number.MAX_SAFE_INTEGER).records) {
    const fields = is === 'whole' ? around.fieldsOf(head.subarray(start, end)) : null
    if (fields !== null && !around.tellsNothing(fields)) yield around.rowOf(fields)
  }
}

/** Puts a cutter into the middle of a row that is too long. */
const SKIPPED = Buffer.alloc(MOST_ROW_BYTES + 8, 'x')

interface Around {
  readonly file: string
  readonly store: CsvStore
  readonly text: Encoding
  /** A row's fields; null: its quotation marks don't fit. */
  fieldsOf(bytes: Buffer): readonly string[] | null
  rowOf(fields: readonly string[], first?: readonly string[]): Row
  /** How many a whole row has. */
  readonly fields: number
  /** Whether a row belongs to the report and not to a receipt. */
  tellsNothing(fields: readonly string[]): boolean
}

function rowIn(around: Around): Grouping['rowOf'] {
  return record => {
    const read = readKey(record, around)
    return 'read' in read ? read : { key: read.key, record }
  }
}

/** As `rowIn`, where a row without a number belongs to the receipt above it. */
function belowNumber(around: Around): Grouping['rowOf'] {
  let above: readonly string[] | undefined
  return record => {
    const fields = record.is === 'too-long' ? null : around.fieldsOf(record.bytes)
    const isNumbered =
      fields !== null &&
      !around.tellsNothing(fields) &&
      around
        .rowOf(fields)
        .receipt()
        .some(part => part !== '')
    // also a receipt of another store or one that is refused: what follows is its, not the former one's
    if (isNumbered) above = fields
    const read = readKey(record, around, above)
    return 'read' in read ? read : { key: read.key, record }
  }
}

/** The row's key, or what it is refused with. An empty row tells nothing. */
function readKey(
  record: CutRecord,
  around: Around,
  first?: readonly string[],
): { readonly key: string } | SalesEntry {
  const { file } = around
  const { line } = record
  const broken = (error: () => Error): SalesEntry => ({
    key: null,
    wall: null,
    offset: record.start,
    text: () => around.text.decode(record.bytes),
    read() {
      throw error()
    },
  })
  if (record.is === 'too-long') return broken(() => recordTooLong({ file, line, limit: MOST_ROW_BYTES }))
  const fields = around.fieldsOf(record.bytes)
  if (fields === null)
    return broken(() => recordMalformed({ file, line, why: 'its quotation marks do not fit' }))
  const silent = (said: Said): SalesEntry => ({ ...broken(() => new Error()), read: () => said })
  if (around.tellsNothing(fields)) return silent({ is: 'nothing' })
  if (record.is === 'unfinished' && fields.length < around.fields && endsInKey(fields, around))
    return broken(() => recordUnfinished({ file, line }))
  try {
    const row = around.rowOf(fields, first)
    if (isSoldElsewhere(row, around.store.settings, file)) return silent({ is: 'nothing', why: 'elsewhere' })
    const key = keyIn(row)
    if (key !== null) return { key }
  } catch (error) {
    const { sentence } = describeError(error)
    return broken(() => recordMalformed({ file, line, why: sentence }))
  }
  const heading = around.store.settings.columns.receipt.join(', ')
  return broken(() => recordFieldMissing({ field: `${heading} (${file}, line ${line})` }))
}

function entriesOf(key: string, records: readonly CutRecord[], around: Around): readonly SalesEntry[] {
  const [top] = records
  const first =
    around.store.settings.numberOnFirstRow && top !== undefined ? around.fieldsOf(top.bytes) : null
  const read = records.flatMap(record => {
    const fields = around.fieldsOf(record.bytes)
    return fields === null ? [] : [{ record, row: around.rowOf(fields, first ?? undefined) }]
  })
  return receiptsApart(read, around.store).map(receipt => entryOf(key, receipt, around))
}

/** Whether a file that ends within a row ends within its key: `1` may be the beginning of `10`. */
function endsInKey(fields: readonly string[], around: Around): boolean {
  const keyOf = (some: readonly string[]) => around.rowOf(some).receipt().join('\n')
  return keyOf(fields.slice(0, -1)) !== keyOf(fields)
}

interface ReadRow {
  readonly record: CutRecord
  readonly row: Row
}

function entryOf(key: string, read: readonly ReadRow[], around: Around): SalesEntry {
  const { store, file } = around
  const records = read.map(({ record }) => record)
  const rows = read.map(({ row }) => row)
  const [first] = records
  return {
    key,
    isKeyUnsure: isLoneCut(records, around),
    wall: wallOrNull(rows[0], store),
    offset: first?.start ?? 0,
    text: () => records.map(record => around.text.decode(record.bytes).replace(/[\r\n]+$/, '')).join('\n'),
    read(): Said {
      try {
        return readReceiptRows(key, rows, store)
      } catch (error) {
        if (!(error instanceof TillbridgeError)) throw error
        const where = `${file}, line ${first?.line ?? 0}: `
        throw new TillbridgeError(error.code, `${where}${error.message}`, error.facts, error)
      }
    },
  }
}

/** A receipt that is known from one row alone, whose key may be cut: it is the last of its fields. */
function isLoneCut([only, ...more]: readonly CutRecord[], around: Around): boolean {
  if (only?.is !== 'unfinished' || more.length > 0) return false
  const fields = around.fieldsOf(only.bytes)
  return fields !== null && endsInKey(fields, around)
}

function wallOrNull(row: Row | undefined, store: CsvStore): string | null {
  try {
    return row === undefined ? null : wallIn(row, store)
  } catch (error) {
    if (error instanceof TillbridgeError) return null
    throw error
  }
}
