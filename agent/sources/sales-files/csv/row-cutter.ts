import { type Cutter, KEPT_OF_TOO_LONG, type Piece } from '../file-format.ts'

/** No row is longer: rows of tills have some hundred bytes. */
export const MOST_ROW_BYTES = 64 * 1024
/** A quoted field may go over so many lines; more, and its end is missing. */
const MOST_ROW_LINES = 50

const LF = 10
const CR = 13

interface RowEnd {
  readonly end: number
  readonly next: number
}

interface Units {
  /** Bytes a character: 1, or 2 for UTF-16. */
  readonly unit: 1 | 2
  readonly isBigEndian: boolean
}

/** Reads the character at a place; of UTF-16 one unit. */
export function unitReader(bytes: Buffer, { unit, isBigEndian }: Units): (place: number) => number {
  if (unit === 1) return place => bytes[place] ?? 0
  return isBigEndian ? place => bytes.readUInt16BE(place) : place => bytes.readUInt16LE(place)
}

export interface RowMarks extends Units {
  readonly delimiter: string
  readonly quote: string
}

/**
 * Cuts a CSV file into rows (RFC 4180): lines, except that a field in quotation marks may hold line ends. Where such
 * a field has no end for many lines, its first line alone is taken as a broken row, and reading goes on behind it.
 */
export function rowCutter({ unit, isBigEndian, delimiter, quote }: RowMarks): Cutter {
  const isDelimiter = delimiter.charCodeAt(0)
  const isQuote = quote.charCodeAt(0)
  let isSkipping = false // within a row that is too long

  return {
    state: () => (isSkipping ? 'skipping' : ''),
    cut(bytes, from, isEnd, limit) {
      const at = unitReader(bytes, { unit, isBigEndian })
      const end = bytes.length - ((bytes.length - from) % unit)
      const pieces: Piece[] = []
      let start = from
      while (pieces.length < limit && start < end) {
        const row = rowEnd(at, start, end, isEnd)
        if (row === null) {
          const isTooLong = end - start > MOST_ROW_BYTES
          if (isSkipping) start = end
          else if (isTooLong) {
            pieces.push({ start, end: start + KEPT_OF_TOO_LONG, is: 'too-long' })
            isSkipping = true
            start = end
          } else if (isEnd) pieces.push({ start, end, is: 'unfinished' })
          return { records: pieces, next: start }
        }
        if (isSkipping) isSkipping = false
        else if (row.end > start) pieces.push({ start, end: row.end, is: 'whole' })
        start = row.next
      }
      return { records: pieces, next: start }
    },
  }

  function rowEnd(at: (place: number) => number, start: number, end: number, isEnd: boolean): RowEnd | null {
    let isQuoted = false
    let isFieldStart = true
    let wasQuoted = false
    let lines = 0
    let firstLine: RowEnd | null = null
    for (let place = start; place < end; place += unit) {
      const character = at(place)
      if (character === LF || (character === CR && place + unit < end && at(place + unit) !== LF)) {
        const before = place - unit
        const line = {
          end: character === LF && before >= start && at(before) === CR ? before : place,
          next: place + unit,
        }
        if (!isQuoted || isSkipping) return line
        firstLine ??= line
        lines += 1
        if (lines >= MOST_ROW_LINES || place - start > MOST_ROW_BYTES) return firstLine
      } else if (isQuoted) {
        if (character === isQuote) isQuoted = false
      } else if (character === isQuote) {
        // a doubled mark ends the field and at once goes on with it
        isQuoted = isFieldStart || (wasQuoted && at(place - unit) === isQuote)
        wasQuoted = isQuoted
        isFieldStart = false
      } else {
        isFieldStart = character === isDelimiter
        wasQuoted &&= !isFieldStart
      }
    }
    return isQuoted && (isEnd || end - start > MOST_ROW_BYTES) ? firstLine : null
  }
}
