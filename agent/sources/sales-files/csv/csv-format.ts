import { parse } from 'csv-parse/sync'
import { describeError, TillbridgeError } from '../../../../shared/errors.ts'
import { recordFieldMissing } from '../../../../shared/record-problems.ts'
import { type CutRecord, type FileFormat, fieldsApart, type Said, type SalesEntry } from '../file-format.ts'
import { recordMalformed, recordTooLong } from '../problems.ts'
import { columnsOf, type Row } from './columns.ts'
import { receiptGroups } from './receipt-groups.ts'
import { type CsvStore, keyIn, readReceiptRows, wallIn } from './receipt-rows.ts'
import { receiptsApart } from './receipts-apart.ts'
import { MOST_ROW_BYTES, rowCutter } from './row-cutter.ts'

/** Receipts from CSV exports, as the settings say. */
export function csvFormat(store: CsvStore): FileFormat {
  const { settings } = store
  return {
    names: ['*.csv', '*.txt'],
    keyFor(differences) {
      const { receipt, date, type, till } = settings.columns
      const more = fieldsApart(differences, { date, type, till }).filter(field => !receipt.includes(field))
      return more.length === 0 ? null : { setting: 'columns.receipt', fields: [...receipt, ...more] }
    },
    open(file, head, isEnd) {
      const text = encodingOf(head, settings.encoding)
      const found = headingLine(head, text, settings.skipLines, isEnd)
      if (found === null) return null
      const line = text.decode(head.subarray(found.start, found.end))
      const delimiter =
        settings.delimiter === 'auto' ? (found.delimiter ?? delimiterOf(line)) : settings.delimiter
      const fieldsOf = fieldReader(delimiter, settings.quote)
      const toRow = columnsOf(file, fieldsOf(line) ?? [], settings.columns)
      const around = {
        file,
        store,
        rowOf: (bytes: Buffer) => rowIn(text.decode(bytes), fieldsOf, toRow),
        text,
      }
      return {
        start: found.next,
        cutter(state) {
          const cutter = rowCutter({ unit: text.unit, delimiter, quote: settings.quote })
          if (state === 'skipping') cutter.cut(SKIPPED, 0, false, 1)
          return cutter
        },
        assembly: () =>
          settings.rows === 'line'
            ? receiptGroups({
                window: settings.window,
                rowOf(record) {
                  const read = readKey(record, around)
                  return 'key' in read && !('read' in read) ? { key: read.key, record } : read
                },
                entriesOf: (key, rows) => entriesOf(key, rows, around),
              })
            : {
                add: records =>
                  records.map(record => {
                    const read = readKey(record, around)
                    return 'read' in read ? read : entryOf(read.key, [record], around)
                  }),
                flush: () => [],
                held: () => null,
              },
      }
    },
  }
}

/** Puts a cutter into the middle of a row that is too long. */
const SKIPPED = Buffer.alloc(MOST_ROW_BYTES + 8, 'x')

interface Encoding {
  readonly unit: 1 | 2
  readonly start: number
  decode(bytes: Uint8Array): string
}

function encodingOf(head: Buffer, said: CsvStore['settings']['encoding']): Encoding {
  const isMarked8 = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf
  const isMarked16 = head[0] === 0xff && head[1] === 0xfe
  if (said === 'utf-16le' || (said === 'auto' && isMarked16)) {
    const decoder = new TextDecoder('utf-16le')
    return { unit: 2, start: isMarked16 ? 2 : 0, decode: bytes => decoder.decode(bytes) }
  }
  const start = isMarked8 ? 3 : 0
  const western = new TextDecoder('windows-1252')
  if (said === 'windows-1252') return { unit: 1, start, decode: bytes => western.decode(bytes) }
  const strict = new TextDecoder('utf-8', { fatal: said === 'auto' })
  return {
    unit: 1,
    start,
    decode(bytes) {
      try {
        return strict.decode(bytes)
      } catch (error) {
        if (error instanceof TypeError) return western.decode(bytes)
        throw error
      }
    },
  }
}

interface HeadingLine {
  readonly start: number
  readonly end: number
  /** Where the rows begin. */
  readonly next: number
  /** What a first line such as `sep=;` says; spreadsheets write one. */
  readonly delimiter: string | null
}

/** The heading line's bytes; null: it has no end yet. */
function headingLine(head: Buffer, text: Encoding, skipLines: number, isEnd: boolean): HeadingLine | null {
  let from = text.start
  let delimiter: string | null = null
  for (let left = skipLines; ; ) {
    const line = lineAt(head, from, text.unit, isEnd)
    if (line === null || (line.next >= head.length && left > 0)) return null
    const said = from === text.start ? separatorSaid(text.decode(head.subarray(from, line.end))) : null
    delimiter ??= said
    if (left === 0 && said === null) return { start: from, ...line, delimiter }
    if (line.next >= head.length) return null
    if (left > 0) left -= 1
    from = line.next
  }
}

/** A line that ends with LF, CRLF, or CR alone, as old Macs and some tills write; null: it has no end yet. */
function lineAt(head: Buffer, from: number, unit: 1 | 2, isEnd: boolean) {
  const at = (place: number) => (unit === 1 ? head[place] : head.readUInt16LE(place))
  const last = head.length - ((head.length - from) % unit) - unit
  for (let place = from; place <= last; place += unit) {
    const character = at(place)
    if (character === 10) return { end: place, next: place + unit }
    if (character === 13 && place + unit <= last && at(place + unit) !== 10)
      return { end: place, next: place + unit }
  }
  return isEnd ? { end: head.length, next: head.length } : null
}

function separatorSaid(line: string): string | null {
  return /^\ufeff?"?sep=(.)"?\s*$/i.exec(line)?.[1] ?? null
}

const DELIMITERS = [';', ',', '\t', '|'] as const

function delimiterOf(line: string): string {
  const bare = line.replace(/"[^"]*"/g, '')
  const counts = DELIMITERS.map(delimiter => ({ delimiter, count: bare.split(delimiter).length }))
  return counts.reduce((most, each) => (each.count > most.count ? each : most)).delimiter
}

/** Null: the row's quotation marks don't fit. */
function fieldReader(delimiter: string, quote: string): (text: string) => readonly string[] | null {
  const options = {
    delimiter,
    quote,
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: MOST_ROW_BYTES,
  }
  return text => {
    try {
      const [fields = []] = parse(text, options)
      return fields
    } catch (error) {
      // csv-parse's own class is not told apart: whatever it says of this one row is why the row can't be read
      if (error instanceof Error && 'code' in error) return null
      throw error
    }
  }
}

function rowIn(
  text: string,
  fieldsOf: (text: string) => readonly string[] | null,
  toRow: (fields: readonly string[]) => Row,
): Row | null {
  const fields = fieldsOf(text.replace(/[\r\n]+$/, ''))
  return fields === null ? null : toRow(fields)
}

interface Around {
  readonly file: string
  readonly store: CsvStore
  readonly text: Encoding
  rowOf(bytes: Buffer): Row | null
}

/** The row's key, or what it is refused with. An empty row tells nothing. */
function readKey(record: CutRecord, around: Around): { readonly key: string } | SalesEntry {
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
  const row = around.rowOf(record.bytes)
  if (row === null)
    return broken(() => recordMalformed({ file, line, why: 'its quotation marks do not fit' }))
  try {
    const key = keyIn(row)
    if (key !== null) return { key }
  } catch (error) {
    const { sentence } = describeError(error)
    return broken(() => recordMalformed({ file, line, why: sentence }))
  }
  const heading = around.store.settings.columns.receipt.join(', ')
  const text = around.text.decode(record.bytes)
  if (/^[\s;,|"]*$/.test(text)) return { ...broken(() => new Error()), read: () => ({ is: 'nothing' }) }
  return broken(() => recordFieldMissing({ field: `${heading} (${file}, line ${line})` }))
}

function entriesOf(key: string, records: readonly CutRecord[], around: Around): readonly SalesEntry[] {
  const read = records.flatMap(record => {
    const row = around.rowOf(record.bytes)
    return row === null ? [] : [{ record, row }]
  })
  return receiptsApart(read, around.store).map(receipt =>
    entryOf(
      key,
      receipt.map(({ record }) => record),
      around,
    ),
  )
}

function entryOf(key: string, records: readonly CutRecord[], around: Around): SalesEntry {
  const { store, file } = around
  const [first] = records
  const rows = records.flatMap(record => around.rowOf(record.bytes) ?? [])
  return {
    key,
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

function wallOrNull(row: Row | undefined, store: CsvStore): string | null {
  try {
    return row === undefined ? null : wallIn(row, store)
  } catch (error) {
    if (error instanceof TillbridgeError) return null
    throw error
  }
}
