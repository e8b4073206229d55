import type { PrintedLine } from './decoded.ts'

/** A printer's line buffer: what waits for the line feed. Positions in dots from the left margin. */
export interface LineBuffer {
  /** Stretches of text with a gap before them. */
  parts: Part[]
  text: string
  /** Where `text` starts, and its cell, which says what column that is. */
  start: number
  cell: number
  /** Where the next character goes. */
  x: number
  offset: number
  align: PrintedLine['align']
  bold: boolean
  width: number
  height: number
  empty: boolean
  /** A band of a picture is in it. */
  picture: boolean
}

interface Part {
  readonly x: number
  readonly end: number
  readonly cell: number
  readonly text: string
}

/** A line that never ends is printed in pieces of this length. */
export const MOST_LINE_CHARACTERS = 4_096
const MOST_PARTS = 256
/** A column beyond the widest paper. Text further right than this follows without a gap. */
const LAST_COLUMN = 400

export const newLine = (): LineBuffer => ({
  parts: [],
  text: '',
  start: 0,
  cell: 12,
  x: 0,
  offset: 0,
  align: 'left',
  bold: false,
  width: 1,
  height: 1,
  empty: true,
  picture: false,
})

/** Empties the buffer for the next line. */
export function resetLine(line: LineBuffer): void {
  if (line.parts.length > 0) line.parts = []
  line.text = ''
  line.start = 0
  line.x = 0
  line.bold = false
  line.width = 1
  line.height = 1
  line.empty = true
  line.picture = false
}

export function isFull(line: LineBuffer): boolean {
  return line.text.length >= MOST_LINE_CHARACTERS || line.parts.length >= MOST_PARTS
}

/** Moves the print position. `cell`: the plain width of the current font. */
export function moveTo(line: LineBuffer, x: number, cell: number): void {
  const to = Math.max(0, x)
  if (line.text !== '') {
    if (to === line.x) return
    line.parts.push({ x: line.start, end: line.x, cell: line.cell, text: line.text })
    line.text = ''
  }
  line.start = line.x = to
  line.cell = cell
}

/**
 * The line's text with its stretches in the order and about the columns in which they stand on paper. A stretch printed
 * twice on the same spot (how some drivers make bold) is there once; what would overlap follows after a blank.
 */
export function lineText(line: LineBuffer): string {
  if (line.parts.length === 0 && line.start === 0) return clean(line.text)
  const parts = [...line.parts, { x: line.start, end: line.x, cell: line.cell, text: line.text }]
  return joinParts(parts)
}

export function joinParts(parts: readonly Part[]): string {
  const sorted = parts.filter(part => part.text !== '').toSorted((a, b) => a.x - b.x)
  let text = ''
  let before: Part | undefined
  for (const part of sorted) {
    if (before !== undefined && part.x === before.x && part.text === before.text) continue
    const column = Math.min(LAST_COLUMN, Math.round(part.x / part.cell))
    const touches = before !== undefined && Math.abs(part.x - before.end) < part.cell / 2
    if (before !== undefined && !touches && text.length >= column) text += ' '
    text = touches ? text + part.text : text.padEnd(column) + part.text
    before = part
  }
  return clean(text)
}

/** Without blanks at the end, and without DEL, which prints nothing. */
function clean(text: string): string {
  const visible = text.includes('\x7f') ? text.replaceAll('\x7f', '') : text
  return visible.endsWith(' ') ? visible.trimEnd() : visible
}
