import { digit, type Entry, ignored, look, one, plain, reading, skip, wordAt } from '../command.ts'
import { askStatus, type Printer } from '../printer.ts'
import { fsG, fsP, fsQ } from './graphics.ts'

/** A double-byte character of 24 × 24 dots. */
const KANJI_BYTES = 72

/** FS & and FS .: double-byte characters on and off. */
function kanjiMode(printer: Printer, on: boolean): void {
  if (printer.multiByte.mode === 'utf-8') return
  // FS . cannot end what FS C 1 made the normal state of a Japanese printer
  const always = printer.multiByte.coding === 'shift_jis' && !printer.multiByte.jis
  printer.multiByte.mode = on || always ? 'kanji' : 'off'
  printer.multiByte.pending = []
}

/** FS C n: 0 JIS, 1 Shift-JIS, 2 its newer form (Epson ESC/POS reference, FS C). Only Japanese printers know it. */
function kanjiCode(printer: Printer, n: number): void {
  const { multiByte } = printer
  multiByte.coding = 'shift_jis'
  multiByte.jis = digit(n) === 0
  multiByte.pending = []
  if (!multiByte.jis) multiByte.mode = 'kanji'
}

/** FS ( C fn 48: one byte a character, or UTF-8. */
function characterEncoding(printer: Printer, data: Uint8Array): void {
  if (data[0] !== 48) return
  printer.multiByte.mode = digit(data[1] ?? 0) === 2 ? 'utf-8' : 'off'
  printer.multiByte.pending = []
}

const fsParenthesis = reading(3, (printer, { bytes, at, offset }) => {
  const letter = String.fromCharCode(bytes[at] ?? 0)
  const length = wordAt(bytes, at + 1)
  if (letter === 'C') return look(length, 2, data => characterEncoding(printer, data))
  if (letter === 'e') askStatus(printer, 'FS ( e', offset)
  else if (!'AELfghi'.includes(letter))
    printer.drafts.unknown(Buffer.from(bytes.subarray(at - 2, at + 3)).toString('hex'), offset)
  return skip(length)
})

/** FS a 0 n reads a cheque, FS a 1 loads it, FS a 2 ejects it. */
const fsA = reading(1, (printer, { bytes, at, offset }) => {
  const kind = digit(bytes[at] ?? 0)
  if (kind > 2) return 'unknown'
  if (kind !== 0) return undefined
  askStatus(printer, 'FS a 0', offset)
  return skip(1)
})

/** FS commands (Epson ESC/POS reference). */
export const fsEntries: readonly Entry[] = [
  ['!', ignored(1)],
  ['&', plain(printer => kanjiMode(printer, true))],
  ['(', fsParenthesis],
  ['-', ignored(1)],
  ['.', plain(printer => kanjiMode(printer, false))],
  ['2', reading(2, () => skip(KANJI_BYTES))],
  ['?', ignored(2)],
  ['C', one(kanjiCode)],
  ['S', ignored(2)],
  ['W', ignored(1)],
  ['a', fsA],
  ['b', one((printer, n, offset) => askStatus(printer, `FS b ${n}`, offset))],
  ['c', ignored(0)],
  ['g', fsG],
  ['p', fsP],
  ['q', fsQ],
]
