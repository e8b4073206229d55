import {
  type Body,
  digit,
  type Entry,
  ignored,
  keep,
  look,
  one,
  plain,
  reading,
  skip,
  word,
  wordAt,
} from '../command.ts'
import { defineMacro, runMacro } from '../macro.ts'
import { askStatus, cutPaper, flushLine, holdPlace, moveX, type Printer } from '../printer.ts'
import { gsK, gsParenthesisK } from './barcodes.ts'
import { gs8, gsD, gsParenthesisL, gsQ0, gsSlash, gsStar, gsV0 } from './graphics.ts'

/** GS ( letters of the reference; others have the same form but are listed as unknown. */
const PARENTHESIS = 'ACDEHKLMNPQVYklz'

const signed = (n: number): number => (n >= 32_768 ? n - 65_536 : n)

/** GS ( x pL pH …: always as long as its second and third byte say. */
const gsParenthesis = reading(3, (printer, call) => {
  const { bytes, at, offset } = call
  const letter = String.fromCharCode(bytes[at] ?? 0)
  const length = wordAt(bytes, at + 1)
  if (letter === 'k') return gsParenthesisK(printer, length, call)
  if (letter === 'L') return gsParenthesisL(printer, length, call)
  if (letter === 'D') return look(length, 16, data => realTimeSwitch(printer, data))
  if (letter === 'H') {
    askStatus(printer, 'GS ( H', offset)
    return skip(length)
  }
  if (letter === 'E') return look(length, 2, data => settingsQuery(printer, data, offset))
  if (!PARENTHESIS.includes(letter))
    printer.drafts.unknown(Buffer.from(bytes.subarray(at - 2, at + 3)).toString('hex'), offset)
  return skip(length)
})

/** GS ( D: pairs of a function (1: the real-time drawer kick) and off or on. */
function realTimeSwitch(printer: Printer, data: Uint8Array): void {
  for (let at = 1; at + 1 < data.length; at += 2)
    if (data[at] === 1) printer.pulseEnabled = (data[at + 1] ?? 0) % 2 === 1
}

/** GS ( E: functions that send settings back. */
function settingsQuery(printer: Printer, data: Uint8Array, offset: number): void {
  const fn = data[0] ?? 0
  if (fn === 1 || fn === 4 || fn === 6 || fn === 10 || fn === 12) askStatus(printer, `GS ( E ${fn}`, offset)
}

/** GS V m, GS V m n: cuts (Epson ESC/POS reference, GS V, functions A to D). */
const gsV = reading(1, (printer, { bytes, at, offset }): Body | 'unknown' | undefined => {
  const m = bytes[at] ?? 0
  if (m === 0 || m === 48) cutPaper(printer, 'full', offset)
  else if (m === 1 || m === 49) cutPaper(printer, 'partial', offset)
  else if (m === 65 || m === 97 || m === 103) return keep(1, 1, () => void cutPaper(printer, 'full', offset))
  else if (m === 66 || m === 98 || m === 104)
    return keep(1, 1, () => void cutPaper(printer, 'partial', offset))
  else return 'unknown'
  return undefined
})

/** GS P x y: motion units of 1/x and 1/y inch; 0 is the printer's own dot. Print heads have 180 or 203 dots an inch. */
const gsP = reading(2, (printer, { bytes, at }) => {
  printer.unitX = dotsOf(bytes[at] ?? 0)
  printer.unitY = dotsOf(bytes[at + 1] ?? 0)
  return undefined
})

const dotsOf = (perInch: number): number => (perInch === 0 ? 1 : (perInch % 45 === 0 ? 180 : 203) / perInch)

/** GS ! n: width and height, one to eight times. */
function characterSize(printer: Printer, n: number): void {
  printer.width = ((n >> 4) & 7) + 1
  printer.height = (n & 7) + 1
}

/** GS $ nL nH, GS \ nL nH: heights in page mode. */
function pageHeight(printer: Printer, heightOf: (y: number) => number): void {
  const { page } = printer
  if (page === null) return
  holdPlace(printer)
  page.y = Math.max(0, heightOf(page.y))
  printer.line.start = printer.line.x
}

/** GS C: the counter's settings (Epson ESC/POS reference, GS C 0, GS C 1, GS C 2, GS C ;). */
const gsC = reading(1, (_, { bytes, at }): Body | 'unknown' => {
  switch (bytes[at]) {
    case 0x30:
      return skip(2)
    case 0x31:
      return skip(6)
    case 0x32:
      return skip(2)
    case 0x3b:
      return fields(5)
    default:
      return 'unknown'
  }
})

/** Numbers in digits, each ended by a semicolon. */
function fields(left: number): Body {
  return {
    kind: 'until',
    terminator: 0x3b,
    limit: 6,
    accepts: byte => byte >= 0x30 && byte <= 0x39,
    done: (_, terminated) => (terminated && left > 1 ? fields(left - 1) : undefined),
  }
}

/** GS g 0 m nL nH sets, GS g 2 m nL nH asks for a maintenance counter. */
const gsG = reading(4, (printer, { bytes, at, offset }) => {
  const kind = digit(bytes[at] ?? 0)
  if (kind === 2) askStatus(printer, 'GS g 2', offset)
  return kind === 0 || kind === 2 ? undefined : 'unknown'
})

/** GS commands (Epson ESC/POS reference). */
export const gsEntries: readonly Entry[] = [
  [0x0c, plain(flushLine)],
  ['!', one(characterSize)],
  ['$', word((printer, n) => pageHeight(printer, () => n * printer.unitY))],
  ['(', gsParenthesis],
  ['*', gsStar],
  ['/', gsSlash],
  ['8', gs8],
  [':', plain(defineMacro)],
  ['<', ignored(0)],
  ['A', ignored(2)],
  ['B', ignored(1)],
  ['C', gsC],
  ['D', gsD],
  ['E', ignored(1)],
  ['H', ignored(1)],
  ['I', one((printer, n, offset) => askStatus(printer, `GS I ${n}`, offset))],
  ['L', ignored(2)],
  ['P', gsP],
  ['Q', gsQ0],
  [
    'T',
    one(
      (printer, n, offset) => {
        if (digit(n) === 1) flushLine(printer, offset)
        else moveX(printer, 0)
      },
      n => digit(n) <= 1,
    ),
  ],
  ['V', gsV],
  ['W', ignored(2)],
  [
    'Z',
    one((printer, n) => {
      printer.stored.symbolOfEscZ = n
    }),
  ],
  ['\\', word((printer, n) => pageHeight(printer, y => y + signed(n) * printer.unitY))],
  [
    '^',
    reading(3, (printer, { bytes, at, offset }) => {
      runMacro(printer, bytes[at] ?? 0, offset)
      return undefined
    }),
  ],
  ['a', one((printer, n, offset) => (n === 0 ? undefined : askStatus(printer, `GS a ${n}`, offset)))],
  ['b', ignored(1)],
  ['c', ignored(0)],
  ['f', ignored(1)],
  ['g', gsG],
  ['h', ignored(1)],
  ['j', one((printer, n, offset) => (n === 0 ? undefined : askStatus(printer, `GS j ${n}`, offset)))],
  ['k', gsK],
  ['r', one((printer, n, offset) => askStatus(printer, `GS r ${n}`, offset))],
  ['v', gsV0],
  ['w', ignored(1)],
  ['z', ignored(3)],
]
