import { missingColumns } from './columns.ts'
import type { Encoding } from './encoding.ts'
import { fieldReader } from './fields.ts'
import { unitReader } from './row-cutter.ts'
import { type CsvSettings, MOST_SKIPPED } from './settings.ts'

/** The first bytes of a file. `isEnd`: there are no more. */
export interface Head {
  readonly head: Buffer
  readonly text: Encoding
  readonly settings: Pick<CsvSettings, 'delimiter' | 'quote' | 'columns' | 'mayLack'>
  readonly isEnd: boolean
}

export interface Headings {
  readonly headings: readonly string[]
  readonly delimiter: string
  fieldsOf(text: string): readonly string[] | null
  /** Where the rows begin. */
  readonly next: number
}

/** The headings below so many lines; null: their line has no end yet. */
export function headingsIn(of: Head, skipLines: number): Headings | null {
  const found = headingLine(of, skipLines)
  if (found === null) return null
  const line = of.text.decode(of.head.subarray(found.start, found.end))
  const { delimiter: said, quote } = of.settings
  const delimiter = said === 'auto' ? (found.delimiter ?? delimiterOf(line)) : said
  const fieldsOf = fieldReader(delimiter, quote)
  return { headings: fieldsOf(line) ?? [], delimiter, fieldsOf, next: found.next }
}

/** How many lines stand above the headings that the settings name; null: they are nowhere near the beginning. */
export function headingsBelow(of: Head): number | null {
  for (let skipLines = 0; skipLines <= MOST_SKIPPED; skipLines += 1) {
    const found = headingsIn(of, skipLines)
    if (found === null) return null
    if (missingColumns(found.headings, of.settings).length === 0) return skipLines
  }
  return null
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
function headingLine({ head, text, isEnd }: Head, skipLines: number): HeadingLine | null {
  let from = text.start
  let delimiter: string | null = null
  for (let left = skipLines; ; ) {
    const line = lineAt(head, from, text, isEnd)
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
function lineAt(head: Buffer, from: number, text: Encoding, isEnd: boolean) {
  const { unit } = text
  const at = unitReader(head, text)
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

/** The delimiter that a heading line has most of. */
function delimiterOf(line: string): string {
  const bare = line.replace(/"[^"]*"/g, '')
  const counts = DELIMITERS.map(delimiter => ({ delimiter, count: bare.split(delimiter).length }))
  return counts.reduce((most, each) => (each.count > most.count ? each : most)).delimiter
}
