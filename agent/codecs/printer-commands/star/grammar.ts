import {
  type Body,
  type Command,
  digit,
  type Entry,
  type Grammar,
  ignored,
  keep,
  look,
  one,
  plain,
  prefix,
  puts,
  reading,
  sets,
  signed,
  skip,
  tableOf,
  word,
  wordAt,
} from '../command.ts'
import { storedPictures } from '../escpos/graphics.ts'
import {
  addImage,
  askStatus,
  cutPaper,
  endLine,
  enterPage,
  flushLine,
  holdPlace,
  initialise,
  kickDrawer,
  leavePage,
  moveX,
  type Printer,
  printPage,
  selectPage,
  tab,
  updateGlyphs,
} from '../printer.ts'
import { escB, escGsX, escGsY } from './barcodes.ts'
import { starEscStar } from './raster.ts'

/** Width or height: 0 to 5, or their digits, stand for one to six times. */
const times = (n: number): number => Math.min(6, digit(n) + 1)

/** ESC M, P, :, g: characters of so many dots. */
const pitch = (dots: number): Command => puts('cell', dots)

const feed = one((printer, _n, offset) => flushLine(printer, offset))

/** ESC D, ESC B: columns, ascending, ended by NUL. */
function columns(done: (printer: Printer, data: Uint8Array) => void): Command {
  return reading(0, printer => ({
    kind: 'until',
    terminator: 0,
    limit: 64,
    accepts: (byte, before) => byte > before,
    done: data => void done(printer, data),
  }))
}

const tabStops = columns((printer, data) => {
  printer.tabs = Array.from(data, column => column * printer.cell * printer.width)
})

/** ESC K, L, k, X: bands of a picture; `bytes` a column or row, `dots` high. */
function band(bytes: number, dots: number, dotsWide: number): Command {
  return reading(2, (printer, { bytes: from, at, offset }) => {
    const n = wordAt(from, at)
    if (n > 0) addImage(printer, 'column', { width: n * dotsWide, height: dots }, offset)
    return skip(n * bytes)
  })
}

/** ESC d n: 0 and 2 cut full, 1 and 3 leave a point; 2 and 3 feed first. */
const escD = one(
  (printer, n, offset) => cutPaper(printer, digit(n) % 2 === 0 ? 'full' : 'partial', offset),
  n => digit(n) <= 3,
)

const kanji = (on: boolean) => (printer: Printer) => {
  printer.multiByte.mode = on ? 'kanji' : 'off'
  printer.multiByte.pending = []
}

const international = one((printer, n) => {
  printer.international = digit(n)
  updateGlyphs(printer)
})

/** ESC FS p n m prints, ESC FS q n [xL xH yL yH d…] stores logos. */
const escFs: readonly Entry[] = [
  [
    'p',
    reading(2, (printer, { bytes, at, offset }) => {
      addImage(printer, 'stored', { width: null, height: null, key: String(bytes[at] ?? 0) }, offset)
      return undefined
    }),
  ],
  ['q', reading(1, (_, { bytes, at }) => storedPictures(bytes[at] ?? 0))],
]

/** ESC RS: settings of one parameter. */
const escRs: readonly Entry[] = [
  ...[...'ACEFLPcdilmnrst'].map(letter => [letter, ignored(1)] as const),
  ['a', one((printer, n, offset) => askStatus(printer, `ESC RS a ${n}`, offset))],
]

/** ESC GS P: page mode. */
const escGsP = reading(1, (printer, { bytes, at, offset }): Body | 'unknown' | undefined => {
  switch (digit(bytes[at] ?? 0)) {
    case 0:
      enterPage(printer)
      return undefined
    case 1:
      leavePage(printer)
      return undefined
    case 2:
      return keep(1, 1, ([n = 0]) => {
        if (printer.page === null) return
        holdPlace(printer)
        printer.page.direction = digit(n) & 3
        printer.page.y = 0
      })
    case 3:
      return keep(8, 8, area => {
        if (printer.page === null) return
        holdPlace(printer)
        printer.page.originX = wordAt(area, 0)
        printer.page.originY = wordAt(area, 2)
        printer.page.y = 0
        moveX(printer, 0)
      })
    case 4:
      return look(2, 2, n => pageHeight(printer, () => wordAt(n, 0)))
    case 5:
      return look(2, 2, n => pageHeight(printer, y => y + signed(wordAt(n, 0))))
    case 6:
      printPage(printer, offset)
      return undefined
    case 7:
      printPage(printer, offset)
      leavePage(printer)
      return undefined
    case 8:
      if (printer.page !== null) printer.page.pieces = []
      return undefined
    default:
      return 'unknown'
  }
})

function pageHeight(printer: Printer, heightOf: (y: number) => number): void {
  if (printer.page === null) return
  holdPlace(printer)
  printer.page.y = Math.max(0, heightOf(printer.page.y))
}

/** ESC GS S m xL xH yL yH n d…: a raster picture, its width in bytes. */
const escGsS = reading(6, (printer, { bytes, at, offset }) => {
  const width = wordAt(bytes, at + 1)
  const height = wordAt(bytes, at + 3)
  if (width * height > 0) addImage(printer, 'raster', { width: width * 8, height }, offset)
  return skip(width * height)
})

/** ESC GS ) x pL pH …; U 48 n chooses UTF-8. */
const escGsParenthesis = reading(3, (printer, { bytes, at }) => {
  const length = wordAt(bytes, at + 1)
  if (bytes[at] !== 0x55) return skip(length)
  return keep(length, 2, data => {
    if (data[0] !== 48) return
    printer.multiByte.mode = digit(data[1] ?? 0) === 1 ? 'utf-8' : 'off'
    printer.multiByte.pending = []
  })
})

/** ESC GS / …: automatic logo; 1, 2, 5 and 6 take a parameter, 3 and 4 a text ended by NUL. */
const escGsSlash = reading(1, (_, { bytes, at }): Body | 'unknown' | undefined => {
  const kind = String.fromCharCode(bytes[at] ?? 0)
  if ('WC'.includes(kind)) return undefined
  if ('1256'.includes(kind)) return skip(1)
  return '34'.includes(kind) ? textToNul(64) : 'unknown'
})

/** A text that NUL ends. */
function textToNul(limit: number): Body {
  return { kind: 'until', terminator: 0, limit, accepts: () => true, done: () => undefined }
}

const ALIGNMENTS = ['left', 'center', 'right'] as const

const escGs: readonly Entry[] = [
  [
    0x03, // ETX s n1 n2
    reading(3, (printer, { bytes, at, offset }) => {
      const s = bytes[at] ?? 0
      if (s < 2) askStatus(printer, `ESC GS ETX ${s}`, offset)
      return undefined
    }),
  ],
  [0x07, ignored(3)],
  [0x19, ignored(4)],
  ['#', ignored(8)],
  [')', escGsParenthesis],
  ['*', { ...ignored(1), within: n => n === 0x57 || n === 0x43 }],
  ['+', ignored(0)],
  ['/', escGsSlash],
  ['4', ignored(2)],
  ['A', word((printer, n) => moveX(printer, n))],
  ['P', escGsP],
  ['R', word((printer, n) => moveX(printer, printer.line.x + signed(n)))],
  ['S', escGsS],
  ['a', sets('align', (n, printer) => ALIGNMENTS[digit(n)] ?? printer.align)],
  ['c', ignored(1)],
  ['g', ignored(2)],
  ['h', ignored(2)],
  ['r', plain((printer, offset) => askStatus(printer, 'ESC GS r', offset))],
  ['t', one(selectPage)],
  ['x', escGsX],
  ['y', escGsY],
]

const escEntries: readonly Entry[] = [
  [
    0x06, // ACK SOH, ACK CAN
    one((printer, n, offset) => {
      if (n === 1) askStatus(printer, 'ESC ACK SOH', offset)
    }),
  ],
  [0x07, ignored(2)],
  [0x0c, ignored(1)],
  [0x0e, puts('height', 2)],
  [0x14, puts('height', 1)],
  [0x16, ignored(2)],
  [0x1c, prefix(escFs)],
  [0x1d, prefix(escGs)],
  [0x1e, prefix(escRs)],
  [' ', sets('spacing', n => n)],
  ['#', reading(0, () => textToNul(64))],
  ['$', one((printer, n) => kanji(digit(n) === 1)(printer))],
  ['%', ignored(1)],
  ['&', reading(3, (_, { bytes, at }) => (digit(bytes[at + 1] ?? 0) === 1 ? skip(48) : undefined))],
  ['*', starEscStar],
  ['-', ignored(1)],
  ['/', ignored(1)],
  ['0', ignored(0)],
  ['1', ignored(0)],
  ['2', ignored(0)],
  ['3', ignored(1)],
  ['4', ignored(0)],
  ['5', ignored(0)],
  ['6', ignored(0)],
  ['7', ignored(0)],
  [':', pitch(16)],
  ['?', ignored(2)],
  ['@', plain(initialise)],
  ['A', ignored(1)],
  ['B', columns(() => {})],
  ['C', reading(1, (_, { bytes, at }) => (bytes[at] === 0 ? skip(1) : undefined))],
  ['D', tabStops],
  ['E', puts('bold', true)],
  ['F', puts('bold', false)],
  ['G', puts('doubleStrike', true)],
  ['H', puts('doubleStrike', false)],
  ['I', feed],
  ['J', feed],
  ['K', band(1, 24, 3)],
  ['L', band(1, 24, 1)],
  ['M', pitch(12)],
  ['N', ignored(1)],
  ['O', ignored(0)],
  ['P', pitch(15)],
  ['Q', ignored(1)],
  ['R', international],
  ['U', ignored(1)],
  ['W', sets('width', n => times(n))],
  ['X', band(3, 24, 1)],
  ['_', ignored(1)],
  ['a', feed],
  ['b', escB],
  ['d', escD],
  ['g', pitch(14)],
  ['h', sets('height', n => times(n))],
  [
    'i',
    reading(2, (printer, { bytes, at }) => {
      printer.height = times(bytes[at] ?? 0)
      printer.width = times(bytes[at + 1] ?? 0)
      return undefined
    }),
  ],
  ['k', band(24, 24, 8)],
  ['l', ignored(1)],
  ['p', plain(kanji(true))],
  ['q', plain(kanji(false))],
  ['r', reading(2, () => skip(72))],
  ['s', ignored(2)],
  ['t', ignored(2)],
  ['y', ignored(1)],
  ['z', ignored(1)],
]

const kick = (pin: 2 | 5) => plain((printer, offset) => kickDrawer(printer, pin, offset))

/** FF: prints; in page mode the page. */
function formFeed(printer: Printer, offset: number): void {
  printPage(printer, offset)
  leavePage(printer)
  flushLine(printer, offset)
}

const controls: readonly Entry[] = [
  [0x00, ignored(0)],
  [0x04, plain((printer, offset) => askStatus(printer, 'EOT', offset))],
  [0x05, plain((printer, offset) => askStatus(printer, 'ENQ', offset))],
  [0x07, kick(2)],
  [0x09, plain(tab)],
  [0x0a, plain(endLine)],
  [0x0b, plain(flushLine)],
  [0x0c, plain(formFeed)],
  [0x0d, ignored(0)], // as delivered; a memory switch makes it a line feed
  [0x0e, puts('width', 2)],
  [0x0f, ignored(0)], // upside down
  [0x11, ignored(0)],
  [0x12, ignored(0)],
  [0x13, ignored(0)],
  [0x14, puts('width', 1)],
  [0x17, plain((printer, offset) => askStatus(printer, 'ETB', offset))],
  [0x18, plain(initialise)],
  [0x19, kick(5)],
  [0x1a, kick(5)],
  [0x1b, prefix(escEntries)],
  [0x1c, kick(2)],
]

/** Star Line mode (Star Micronics, STAR Line Mode Command Specifications). */
export const starGrammar: Grammar = { controls: tableOf(controls) }
