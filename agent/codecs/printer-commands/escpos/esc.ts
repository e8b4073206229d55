import {
  type Body,
  digit,
  type Entry,
  ignored,
  isSwitch,
  one,
  plain,
  puts,
  reading,
  sets,
  signed,
  skip,
  word,
  wordAt,
} from '../command.ts'
import {
  askStatus,
  cutPaper,
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
  updateGlyphs,
} from '../printer.ts'
import { escZ } from './barcodes.ts'
import { escAmpersand, escStar } from './graphics.ts'

const FONT_A_CELL = 12
const FONT_B_CELL = 9
const MOST_TABS = 32
const LINE_SPACING = 30

/** ESC M n: the references know fonts A to E and two special ones; all but A are narrow. */
function selectFont(printer: Printer, n: number): void {
  printer.cell = digit(n) === 0 ? FONT_A_CELL : FONT_B_CELL
}

/** ESC ! n: font, weight, height and width by bits. */
function selectPrintMode(printer: Printer, n: number): void {
  printer.cell = (n & 1) === 0 ? FONT_A_CELL : FONT_B_CELL
  printer.bold = (n & 8) !== 0
  printer.height = (n & 16) === 0 ? 1 : 2
  printer.width = (n & 32) === 0 ? 1 : 2
}

const ALIGNMENTS = ['left', 'center', 'right'] as const

/** ESC a n: also kept for a line that has nothing in it yet. */
function align(printer: Printer, n: number): void {
  printer.align = ALIGNMENTS[digit(n)] ?? printer.align
}

/** ESC D n1…nk NUL: columns of the tab stops, ascending; a smaller one ends the list and is read again as text. */
function tabStops(printer: Printer): Body {
  const width = printer.cell * printer.width + printer.spacing
  return {
    kind: 'until',
    terminator: 0,
    limit: MOST_TABS,
    accepts: (byte, before) => byte > before,
    done(data) {
      printer.tabs = Array.from(data, column => column * width)
      return undefined
    },
  }
}

/** ESC W: the print area of page mode. */
function printArea(printer: Printer, bytes: Uint8Array, at: number): void {
  const { page } = printer
  if (page === null) return
  holdPlace(printer)
  page.originX = wordAt(bytes, at) * printer.unitX
  page.originY = wordAt(bytes, at + 2) * printer.unitY
  page.height = wordAt(bytes, at + 6) * printer.unitY
  page.y = 0
  moveX(printer, 0)
}

function pageDirection(printer: Printer, n: number): void {
  const { page } = printer
  if (page === null) return
  holdPlace(printer)
  page.direction = digit(n) & 3
  page.y = 0
  moveX(printer, 0)
}

/** ESC J n, ESC K n: feeds n dots. */
function feedDots(printer: Printer, n: number, offset: number): void {
  if (printer.page === null) flushLine(printer, offset)
  else {
    holdPlace(printer)
    printer.page.y += n * printer.unitY
    moveX(printer, 0)
  }
}

/** ESC d n, ESC e n: feeds n lines; the feed after a line does not add a blank line. */
function feedLines(printer: Printer, n: number, offset: number): void {
  if (printer.page === null) flushLine(printer, offset)
  else {
    holdPlace(printer)
    printer.page.y += n * printer.lineSpacing
    moveX(printer, 0)
  }
}

/** ESC p m, DLE DC4 1 m. */
export const pinOf = (m: number): 2 | 5 => (digit(m) === 0 ? 2 : 5)

const upTo = (most: number) => (n: number) => digit(n) <= most

/** ESC commands (Epson ESC/POS reference). Those without a function of their own leave no trace in what is decoded. */
export const escEntries: readonly Entry[] = [
  [0x0c, plain(printPage)],
  [' ', sets('spacing', (n, printer) => n * printer.unitX)],
  ['!', one(selectPrintMode)],
  ['$', word((printer, n) => moveX(printer, n * printer.unitX))],
  [
    '%',
    one((printer, n) => {
      printer.ownCharacters = (n & 1) === 1
      updateGlyphs(printer)
    }),
  ],
  ['&', escAmpersand],
  ['(', reading(3, (_, { bytes, at }) => skip(wordAt(bytes, at + 1)))],
  ['*', escStar],
  ['-', { ...ignored(1), within: upTo(2) }],
  ['2', puts('lineSpacing', LINE_SPACING)],
  ['3', sets('lineSpacing', (n, printer) => n * printer.unitY)],
  ['4', ignored(0)], // italics of ESC/P, which some makers kept
  ['5', ignored(0)],
  ['<', ignored(0)],
  ['=', sets('selected', n => (n & 1) === 1)],
  [
    '?',
    one((printer, n) => {
      printer.drawn.delete(n)
      updateGlyphs(printer)
    }),
  ],
  ['@', plain(initialise)],
  ['B', { ...ignored(2), within: n => n >= 1 && n <= 9 }], // other makers' buzzer
  ['C', { ...ignored(3), within: n => n >= 1 && n <= 20 }],
  ['D', reading(0, tabStops)],
  ['E', sets('bold', n => (n & 1) === 1)],
  ['F', ignored(1)],
  ['G', sets('doubleStrike', n => (n & 1) === 1)],
  ['J', one(feedDots)],
  ['K', one(feedDots)],
  ['L', plain(enterPage)],
  ['M', one(selectFont)],
  [
    'R',
    one((printer, n) => {
      printer.international = n
      updateGlyphs(printer)
    }),
  ],
  ['S', plain(leavePage)],
  ['T', one(pageDirection, upTo(3))],
  ['U', ignored(1)],
  ['V', ignored(1)],
  ['W', reading(8, (printer, { bytes, at }) => void printArea(printer, bytes, at))],
  ['Z', escZ],
  ['\\', word((printer, n) => moveX(printer, printer.line.x + signed(n) * printer.unitX))],
  ['a', one(align, upTo(2))],
  ['c', ignored(2)],
  ['d', one(feedLines)],
  ['e', one(feedLines)],
  ['f', ignored(2)],
  ['i', plain((printer, offset) => cutPaper(printer, printer.profile.escI, offset))],
  ['m', plain((printer, offset) => cutPaper(printer, 'partial', offset))],
  ['o', ignored(0)],
  [
    'p',
    reading(3, (printer, { bytes, at, offset }) => {
      kickDrawer(printer, pinOf(bytes[at] ?? 0), offset)
      return undefined
    }),
  ],
  ['q', ignored(0)],
  ['r', { ...ignored(1), within: isSwitch }],
  ['t', one(selectPage)],
  ['u', one((printer, n, offset) => askStatus(printer, `ESC u ${n}`, offset))],
  ['v', plain((printer, offset) => askStatus(printer, 'ESC v', offset))],
  ['x', ignored(1)],
  ['{', ignored(1)],
]
