import { firstFour } from './candidates.ts'
import { classOf, Loose } from './characters.ts'
import { cardLengths, isIssued } from './issuers.ts'
import { isLuhnValid } from './luhn.ts'

/**
 * Numbers wrapped within one of several print columns, so that another column's text is between their parts:
 *
 *     4111 1111    TOTAL
 *     1111 1111    12.00
 */
interface Cell {
  /** Column of its first character in its line. */
  readonly left: number
  /** The digits that end it and those that begin it, with their offsets in the text; both are all of it, perhaps. */
  readonly tail: Piece
  readonly head: Piece
  readonly isAllDigits: boolean
}
interface Piece {
  readonly values: readonly number[]
  readonly at: readonly number[]
  readonly groups: readonly number[]
}

const MOST_LINES = 5
/** Whole lines of so many digits between the first and the last are longer than any number. */
const LONGEST_CHAIN = 3 * cardLengths.longest
const CELL = /[^\s|]+(?:[^\S\n\r][^\s|]+)*/g
const PIECE_HEAD = /^[\p{Nd} .-]+/u
const PIECE_TAIL = /[\p{Nd} .-]+$/u

interface Line {
  readonly content: string
  readonly offset: number
  readonly digits: number
  /** Looked for once they are needed. */
  cells: readonly Cell[] | null
}

/** Calls `found` with the offsets of the digits of each such number. Linear in the text's length. */
export function findInColumns(text: string, found: (at: readonly number[]) => void): void {
  if (!text.includes('\n')) return
  const above: Line[] = []
  let offset = 0
  for (const content of text.split('\n')) {
    above.push({ content, offset, digits: digitsIn(content), cells: null })
    if (above.length > MOST_LINES) above.shift()
    offset += content.length + 1
    const digits = above.reduce((sum, line) => sum + line.digits, 0)
    if (digits < cardLengths.shortest || above.at(-1)?.digits === 0) continue
    const cells = above.map(line => {
      line.cells ??= cellsOf(line)
      return line.cells
    })
    for (const cell of cells.at(-1) ?? []) if (cell.head.values.length > 0) chain(cells, cell, found)
  }
}

function digitsIn(content: string): number {
  let digits = 0
  for (let i = 0; i < content.length; i += 1) if (isDigitUnit(content.charCodeAt(i))) digits += 1
  return digits
}

/** A digit, or half of a character that may be one. */
const isDigitUnit = (unit: number): boolean =>
  unit < 128 ? unit >= 48 && unit < 58 : (unit >= 0xd800 && unit < 0xdc00) || classOf(unit) >= 0

function cellsOf({ content, offset, digits }: Line): Cell[] {
  if (digits === 0) return []
  const cells: Cell[] = []
  for (const match of content.matchAll(CELL)) {
    const text = match[0]
    if (cells.length >= 8) break // no receipt has more columns
    if (text.length > 64) continue
    const head = PIECE_HEAD.exec(text)?.[0] ?? ''
    const tail = PIECE_TAIL.exec(text)?.[0] ?? ''
    const at = offset + match.index
    const cell: Cell = {
      left: match.index,
      head: pieceOf(head, at),
      tail: head === text ? pieceOf(text, at) : pieceOf(tail, at + text.length - tail.length),
      isAllDigits: head === text,
    }
    if (cell.head.values.length + cell.tail.values.length > 0) cells.push(cell)
  }
  return cells
}

function pieceOf(text: string, offset: number): Piece {
  const values: number[] = []
  const at: number[] = []
  const groups: number[] = []
  let inGroup = false
  let place = 0
  for (const character of text) {
    const value = classOf(character.codePointAt(0) ?? 0)
    if (value >= 0) {
      values.push(value)
      at.push(offset + place)
      if (inGroup) groups[groups.length - 1] = (groups.at(-1) ?? 0) + 1
      else groups.push(1)
    } else if (value > Loose) return { values: [], at: [], groups: [] }
    inGroup = value >= 0
    place += character.length
  }
  return { values, at, groups }
}

/** Tries the numbers that end in `last`, the newest line's cell, and begin in a cell right above it. */
function chain(
  above: readonly (readonly Cell[])[],
  last: Cell,
  found: (at: readonly number[]) => void,
): void {
  const pieces: Piece[] = [last.head]
  let digits = last.head.values.length
  for (let back = above.length - 2; back >= 0; back -= 1) {
    const cell = above[back]?.find(({ left }) => Math.abs(left - last.left) <= 1)
    if (cell === undefined || cell.tail.values.length === 0) return
    pieces.unshift(cell.tail)
    digits += cell.tail.values.length
    if (digits >= cardLengths.shortest) tryPieces(pieces, found)
    if (!cell.isAllDigits || digits >= LONGEST_CHAIN) return
  }
}

function tryPieces(pieces: readonly Piece[], found: (at: readonly number[]) => void): void {
  const values = pieces.flatMap(piece => piece.values)
  const at = pieces.flatMap(piece => piece.at)
  const first = pieces[0]
  const last = pieces.at(-1)
  if (first === undefined || last === undefined) return
  const inner = values.length - first.values.length - last.values.length
  for (let skip = 0, g = 0; g < first.groups.length; skip += first.groups[g] ?? 0, g += 1)
    for (let taken = 0, h = 0; h < last.groups.length; h += 1) {
      taken += last.groups[h] ?? 0
      const length = first.values.length - skip + inner + taken
      if (length < cardLengths.shortest || length > cardLengths.longest) continue
      const digits = values.slice(skip, skip + length)
      if (!isIssued(firstFour(digits, 0), length) || !isLuhnValid(digits)) continue
      const groups = [
        first.groups.slice(g),
        ...pieces.slice(1, -1).map(p => p.groups),
        last.groups.slice(0, h + 1),
      ]
      if (isCardLike(groups)) found(at.slice(skip, skip + length))
    }
}

/** Each line holds one unbroken part, of 3 digits at least but the last; or groups of four, wrapped anywhere. */
function isCardLike(lines: readonly (readonly number[])[]): boolean {
  if (lines.every((groups, i) => groups.length === 1 && ((groups[0] ?? 0) >= 3 || i === lines.length - 1)))
    return true
  const joined: number[] = []
  let open = 0 // digits of a group of four that the line's end has cut
  for (const groups of lines)
    for (const [i, size] of groups.entries()) {
      const whole: number = i === 0 ? open + size : size
      if (i === 0 && open > 0) joined.pop()
      joined.push(whole)
      open = i === groups.length - 1 && whole < 4 ? whole : 0
    }
  const end = joined.pop() ?? 0
  return (
    (joined.every(size => size === 4) && end <= 4) || (joined.join() === '4,6' && (end === 5 || end === 4))
  )
}
