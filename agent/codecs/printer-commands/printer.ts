import { glyphsOf } from './code-pages.ts'
import type { PrintedImage, PrintedLine } from './decoded.ts'
import {
  isFull,
  type LineBuffer,
  lineText,
  MOST_LINE_CHARACTERS,
  moveTo,
  newLine,
  resetLine,
} from './line-buffer.ts'
import { type MacroState, newMacroState, type PrinterMemory } from './macro.ts'
import { followPage, type MultiByte, newMultiByte, readByte } from './multi-byte.ts'
import { isPageFull, linesOf, newPage, type Page, place } from './page.ts'
import type { Profile } from './profiles.ts'
import type { Drafts } from './receipt-splitter.ts'

/** Paper feed of a line feed in page mode, in dots: 1/6 inch (Epson ESC/POS reference, ESC 2). */
const LINE_SPACING = 30

/** What a command may set. All of it goes back to its start by ESC @. */
export interface Settings {
  codePage: string
  /** As ESC t or ESC GS t gave it. */
  codePageNumber: number
  international: number
  /** Bytes that ESC & gave a drawing of the POS's own, used while `ownCharacters`. */
  drawn: Set<number>
  ownCharacters: boolean
  align: PrintedLine['align']
  bold: boolean
  doubleStrike: boolean
  width: number
  height: number
  /** Plain width of the current font's characters, in dots. */
  cell: number
  spacing: number
  /** False while ESC = has another device listen. */
  selected: boolean
  lineSpacing: number
  /** Dots of one horizontal, one vertical motion unit (GS P). */
  unitX: number
  unitY: number
  /** Tab stops in dots; null: every eight characters. */
  tabs: readonly number[] | null
  multiByte: MultiByte
}

/** A printer as far as its bytes tell: settings, the line buffer, and where its receipts go. */
export interface Printer extends Settings {
  readonly profile: Profile
  readonly drafts: Drafts
  /** What earlier jobs left in the printer. */
  readonly memory: PrinterMemory
  readonly macro: MacroState
  /** The stream's offset behind the command or text that is being worked on. */
  position: number
  /** The UTF-16 unit that each byte prints. */
  glyphs: Uint16Array
  /** The bytes 0x20 to 0x7E print as ASCII. */
  ascii: boolean
  readonly line: LineBuffer
  page: Page | null
  /** GS ( D may switch the real-time drawer kick off. */
  pulseEnabled: boolean
  /** What is in the printer's memory for a later print command. */
  stored: Stored
}

interface Stored {
  /** Two-dimensional symbols' data by their number. */
  readonly symbols: Map<number, Uint8Array>
  graphics: { width: number; height: number } | null
  /** The picture of GS *. */
  downloaded: { width: number; height: number } | null
  /** What ESC Z draws (GS Z). */
  symbolOfEscZ: number
  /** Rows of Star's raster mode that are not listed yet. */
  raster: { width: number; height: number; offset: number } | null
  rasterEnd: string
}

const startSettings = (profile: Profile): Settings => ({
  codePage: profile.codePages[0] ?? 'cp437',
  codePageNumber: 0,
  international: 0,
  drawn: new Set(),
  ownCharacters: false,
  align: 'left',
  bold: false,
  doubleStrike: false,
  width: 1,
  height: 1,
  cell: 12,
  spacing: 0,
  selected: true,
  lineSpacing: LINE_SPACING,
  unitX: 1,
  unitY: 1,
  tabs: null,
  multiByte: newMultiByte(profile, profile.codePages[0] ?? 'cp437'),
})

export function newPrinter(profile: Profile, drafts: Drafts, memory: PrinterMemory): Printer {
  const printer: Printer = {
    ...startSettings(profile),
    profile,
    drafts,
    memory,
    macro: newMacroState(),
    position: 0,
    glyphs: new Uint16Array(256),
    ascii: true,
    line: newLine(),
    page: null,
    pulseEnabled: true,
    stored: {
      symbols: new Map(),
      graphics: null,
      downloaded: null,
      symbolOfEscZ: 2,
      raster: null,
      rasterEnd: '0',
    },
  }
  updateGlyphs(printer)
  return printer
}

/** ESC @: everything as at power-on; the print buffer is lost, as on paper. What is stored stays. */
export function initialise(printer: Printer): void {
  Object.assign(printer, startSettings(printer.profile))
  resetLine(printer.line)
  printer.page = null
  updateGlyphs(printer)
  printer.drafts.initialised()
}

/** To be called whenever something changes what bytes look like. */
export function updateGlyphs(printer: Printer): void {
  const glyphs = glyphsOf(printer.codePage, printer.international)
  printer.glyphs =
    printer.ownCharacters && printer.drawn.size > 0
      ? glyphs.map((unit, byte) => (printer.drawn.has(byte) ? 0xfffd : unit))
      : glyphs
  printer.ascii = printer.international === 0 && !printer.ownCharacters
}

export function selectPage(printer: Printer, n: number): void {
  printer.codePage = printer.profile.codePages[n] ?? `unknown-${n}`
  printer.codePageNumber = n
  flushMultiByte(printer, printer.position)
  followPage(printer.multiByte, printer.profile, printer.codePage)
  updateGlyphs(printer)
}

/**
 * Prints a run of bytes from 0x20 on, which begins at `offset`. `isAscii`: none of them is above 0x7E.
 * @param step 0: the text comes from the printer's memory, and all of it has the offset of what had it printed
 */
export function printText(
  printer: Printer,
  bytes: Buffer,
  from: number,
  to: number,
  isAscii: boolean,
  offset: number,
  step: 0 | 1,
): void {
  if (!printer.selected) return
  if (printer.multiByte.mode !== 'off') {
    for (let at = from; at < to; at += 1)
      printByte(printer, bytes[at] ?? 0, offset + step * (at - from), step)
    return
  }
  for (let at = from; at < to; ) {
    const room = MOST_LINE_CHARACTERS - printer.line.text.length
    const end = Math.min(to, at + room)
    printer.position = offset + step * (end - from)
    begin(printer, offset + step * (at - from))
    printer.drafts.codePage(printer.codePage, isAscii ? null : printer.codePageNumber)
    const text =
      isAscii && printer.ascii ? bytes.toString('latin1', at, end) : glyphText(printer.glyphs, bytes, at, end)
    add(printer, text, text.length)
    at = end
  }
}

function printByte(printer: Printer, byte: number, offset: number, step: 0 | 1): void {
  printer.position = offset + step
  begin(printer, offset)
  for (const { text, cells, coding } of readByte(printer.multiByte, byte, printer.glyphs)) {
    begin(printer, offset)
    const isNumbered = coding === null && byte >= 0x80
    printer.drafts.codePage(coding ?? printer.codePage, isNumbered ? printer.codePageNumber : null)
    add(printer, text, cells)
  }
}

/** Room for one line's characters on their way to a text; used within one call only. */
const units = new Uint16Array(MOST_LINE_CHARACTERS)
const unitBytes = Buffer.from(units.buffer)

function glyphText(glyphs: Uint16Array, bytes: Uint8Array, from: number, to: number): string {
  for (let at = from; at < to; at += 1) units[at - from] = glyphs[bytes[at] ?? 0] ?? 0
  return unitBytes.toString('utf16le', 0, 2 * (to - from))
}

function begin(printer: Printer, offset: number): void {
  const { line } = printer
  if (!line.empty) return
  line.empty = false
  printer.drafts.begin()
  line.offset = offset
  line.align = printer.align
  if (line.start === 0 && line.parts.length === 0) line.cell = printer.cell
}

function add(printer: Printer, text: string, cells: number): void {
  const { line } = printer
  line.text += text
  line.x += cells * (printer.cell * printer.width + printer.spacing)
  if (printer.bold || printer.doubleStrike) line.bold = true
  if (printer.width > line.width) line.width = printer.width
  if (printer.height > line.height) line.height = printer.height
  if (isFull(line)) endLine(printer, printer.position)
}

/** Moves the print position; both sides of a gap stay apart. */
export function moveX(printer: Printer, x: number): void {
  if (!printer.selected) return
  moveTo(printer.line, x, printer.cell)
  if (isFull(printer.line)) endLine(printer, printer.position)
}

/** HT: to the next tab stop; without one further right it does nothing (Epson ESC/POS reference, HT). */
export function tab(printer: Printer): void {
  const { x } = printer.line
  if (printer.tabs === null) {
    const eight = 8 * (printer.cell * printer.width + printer.spacing)
    moveX(printer, (Math.floor(x / eight) + 1) * eight)
    return
  }
  const stop = printer.tabs.find(each => each > x)
  if (stop !== undefined) moveX(printer, stop)
}

/** LF and its like: prints the line buffer, a blank line if there is nothing in it. */
export function endLine(printer: Printer, offset: number): void {
  if (!printer.selected) return
  const { line } = printer
  flushMultiByte(printer, offset)
  if (printer.page !== null) {
    placeLine(printer, printer.page)
    printer.page.y += printer.lineSpacing
    resetLine(printer.line)
    return
  }
  if (line.empty) {
    // the feed behind a band of a picture
    if (!line.picture)
      printer.drafts.line(
        { text: '', offset, align: printer.align, bold: false, width: 1, height: 1 },
        printer.position,
      )
    resetLine(printer.line)
    return
  }
  const { align, bold, width, height } = line
  printer.drafts.line(
    { text: lineText(line), offset: line.offset, align, bold, width, height },
    printer.position,
  )
  resetLine(printer.line)
}

/** Prints what waits, without a blank line if nothing does. */
export function flushLine(printer: Printer, offset: number): void {
  flushMultiByte(printer, offset)
  if (!printer.line.empty) endLine(printer, offset)
}

/** A character of which only the first byte came. */
function flushMultiByte(printer: Printer, offset: number): void {
  if (printer.multiByte.pending.length === 0) return
  printer.multiByte.pending = []
  begin(printer, offset)
  add(printer, '\uFFFD', 1)
}

function placeLine(printer: Printer, page: Page): void {
  const { line } = printer
  for (const part of line.parts) place(page, part)
  if (line.text !== '') place(page, { x: line.start, end: line.x, cell: line.cell, text: line.text })
  line.parts = []
  line.text = ''
  line.start = line.x
  line.empty = true
  if (isPageFull(page)) printPage(printer, printer.position)
}

/** Keeps what was printed so far at its height of the page; for commands that move the print position up or down. */
export function holdPlace(printer: Printer): void {
  if (printer.page !== null) placeLine(printer, printer.page)
}

/** ESC L. */
export function enterPage(printer: Printer): void {
  if (printer.page !== null || !printer.selected) return
  flushLine(printer, printer.position)
  printer.page = newPage()
}

/** FF, ESC FF: the page's text becomes lines. */
export function printPage(printer: Printer, offset: number): void {
  const { page } = printer
  if (page === null) return
  placeRest(printer, page)
  for (const text of linesOf(page))
    printer.drafts.line({ text, offset, align: 'left', bold: false, width: 1, height: 1 }, printer.position)
  page.pieces = []
  page.y = 0
}

function placeRest(printer: Printer, page: Page): void {
  const { line } = printer
  for (const part of line.parts) place(page, part)
  if (line.text !== '') place(page, { x: line.start, end: line.x, cell: line.cell, text: line.text })
  resetLine(printer.line)
}

/** FF leaves page mode after printing, ESC S without. */
export function leavePage(printer: Printer): void {
  if (printer.page === null) return
  printer.page = null
  resetLine(printer.line)
}

export function addCode(printer: Printer, symbology: string, data: string, offset: number): void {
  if (!printer.selected) return
  if (printer.page === null) flushLine(printer, offset)
  printer.drafts.code({ symbology, data, offset }, printer.position)
}

/** A picture on its own, or, as a column picture, in the line. */
export function addImage(
  printer: Printer,
  kind: PrintedImage['kind'],
  size: { width: number | null; height: number | null; key?: string },
  offset: number,
): void {
  if (!printer.selected) return
  if (printer.page === null && kind !== 'column') flushLine(printer, offset)
  const { width, height, key = null } = size
  if (kind === 'column') printer.line.picture = true
  printer.drafts.image({ kind, width, height, key, offset }, printer.position)
}

export function cutPaper(printer: Printer, kind: 'full' | 'partial', offset: number): void {
  if (!printer.selected) return
  if (printer.page !== null) printPage(printer, offset)
  flushLine(printer, offset)
  printer.drafts.cut({ kind, offset }, printer.position)
}

export function kickDrawer(printer: Printer, pin: 2 | 5, offset: number, insideData = false): void {
  printer.drafts.kick({ pin, offset, ...(insideData ? { insideData } : {}) }, printer.position)
}

export function askStatus(printer: Printer, command: string, offset: number, insideData = false): void {
  printer.drafts.status({ command, offset, ...(insideData ? { insideData } : {}) }, printer.position)
}
