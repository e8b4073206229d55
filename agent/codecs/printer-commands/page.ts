import { joinParts } from './line-buffer.ts'

/** Page mode: text waits at places of the page until the page is printed (Epson ESC/POS reference, ESC L, ESC W, ESC T). */
export interface Page {
  pieces: Piece[]
  /** Of the print area, in dots. */
  originX: number
  originY: number
  height: number
  direction: number
  /** The print position's height within the area. */
  y: number
}

interface Piece {
  /** Text printed in one direction reads together; `block` orders those that are turned. */
  readonly block: number
  readonly x: number
  readonly y: number
  readonly end: number
  readonly cell: number
  readonly text: string
}

const MOST_PIECES = 2_000
/** Pieces less apart than this stand on the same line. */
const SAME_LINE_DOTS = 12

export const newPage = (): Page => ({ pieces: [], originX: 0, originY: 0, height: 0, direction: 0, y: 0 })

export function isPageFull(page: Page): boolean {
  return page.pieces.length >= MOST_PIECES
}

/** Puts a stretch of text at `x` (in dots, within the area) of the current height. */
export function place(
  page: Page,
  part: { readonly x: number; readonly end: number; readonly cell: number; readonly text: string },
): void {
  const upright = page.direction === 0
  const dx = upright ? page.originX : 0
  page.pieces.push({
    block: upright ? 0 : 1 + page.originY * 8 + page.direction,
    x: part.x + dx,
    end: part.end + dx,
    y: page.y + (upright ? page.originY : 0),
    cell: part.cell,
    text: part.text,
  })
}

/** The page's lines from top to bottom; turned text after the upright, each area in its own reading order. */
export function linesOf(page: Page): string[] {
  const sorted = page.pieces.toSorted((a, b) => a.block - b.block || a.y - b.y)
  const lines: string[] = []
  let row: Piece[] = []
  for (const piece of sorted) {
    const first = row[0]
    if (first !== undefined && (first.block !== piece.block || piece.y - first.y >= SAME_LINE_DOTS)) {
      lines.push(joinParts(row))
      row = []
    }
    row.push(piece)
  }
  if (row.length > 0) lines.push(joinParts(row))
  return lines
}
