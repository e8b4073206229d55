import { type Cutter, KEPT_OF_TOO_LONG, MOST_RECORD_BYTES, type Piece } from '../file-format.ts'

/** How the file's bytes spell ASCII: one byte a character, or two (UTF-16LE). */
export interface Spelling {
  readonly unit: 1 | 2
  spell(ascii: string): Buffer
}

export const spellings: Readonly<Record<1 | 2, Spelling>> = {
  1: { unit: 1, spell: ascii => Buffer.from(ascii, 'latin1') },
  2: { unit: 2, spell: ascii => Buffer.from(ascii, 'utf16le') },
}

/** Longest prefix before the colon of `<x:Transaction`, and so the most that is kept of a tag that is still to end. */
const LONGEST_PREFIX = 64

type Tag =
  | { readonly is: 'open' | 'close'; readonly start: number; readonly end: number }
  /** None that is whole. What lies before `from` holds none; `isBegun`: there one begins. */
  | { readonly is: 'none'; readonly from: number; readonly isBegun?: boolean }

/**
 * Cuts a POSLog into its Transaction elements by their tags alone, whatever their prefix and whatever surrounds
 * them. A Transaction that begins before the last one ended shows that the last one is broken: it ends there, and
 * reading continues with the new one. Comments and CDATA sections are skipped.
 */
export function transactionCutter(spelling: Spelling): Cutter {
  return {
    state: () => '',
    cut(bytes, from, isEnd, limit) {
      const scan = tagScanner(bytes, spelling, isEnd)
      const pieces: Piece[] = []
      let at = from
      for (;;) {
        if (pieces.length >= limit) return { records: pieces, next: at }
        const first = scan(at)
        if (first.is === 'none') {
          const isTooLong = bytes.length - first.from > MOST_RECORD_BYTES
          if (first.isBegun !== true || !(isTooLong || isEnd)) return { records: pieces, next: first.from }
          pieces.push(pieceOf(first.from, bytes.length, isTooLong, 'unfinished'))
          return { records: pieces, next: isTooLong ? bytes.length : first.from }
        }
        if (first.is === 'close') {
          at = first.end
          continue
        }
        const second = scan(first.end)
        if (second.is === 'none') {
          const isTooLong = bytes.length - first.start > MOST_RECORD_BYTES
          if (!isTooLong && !isEnd) return { records: pieces, next: first.start }
          pieces.push(pieceOf(first.start, bytes.length, isTooLong, 'unfinished'))
          return { records: pieces, next: isTooLong ? second.from : first.start }
        }
        const end = second.is === 'close' ? second.end : second.start
        pieces.push(pieceOf(first.start, end, end - first.start > MOST_RECORD_BYTES, 'whole'))
        at = end
      }
    },
  }
}

function pieceOf(start: number, end: number, isTooLong: boolean, is: 'whole' | 'unfinished'): Piece {
  return isTooLong ? { start, end: start + KEPT_OF_TOO_LONG, is: 'too-long' } : { start, end, is }
}

function tagScanner(bytes: Buffer, { unit, spell }: Spelling, isEnd: boolean): (from: number) => Tag {
  const name = spell('Transaction')
  const bang = spell('<!')
  const ends = [
    [spell('<!--'), spell('-->')],
    [spell('<![CDATA['), spell(']]>')],
  ] as const
  const aligned = (needle: Buffer, from: number): number => {
    let found = bytes.indexOf(needle, from)
    while (found >= 0 && unit === 2 && found % 2 === 1) found = bytes.indexOf(needle, found + 1)
    return found
  }
  const at = (place: number): string =>
    place < 0 || place + unit > bytes.length || (unit === 2 && bytes[place + 1] !== 0)
      ? ''
      : String.fromCharCode(bytes[place] ?? 0)

  /** The start of the tag whose name's last part is at `place`; null: there is no such tag. */
  const tagStart = (place: number): { start: number; is: 'open' | 'close' } | null => {
    let start = place - unit
    if (at(start) === ':') {
      start -= unit
      const first = Math.max(0, place - LONGEST_PREFIX * unit)
      while (start >= first && /[\w.-]/.test(at(start))) start -= unit
    }
    if (at(start) === '/' && at(start - unit) === '<') return { start: start - unit, is: 'close' }
    return at(start) === '<' ? { start, is: 'open' } : null
  }

  /** The last bytes may be the beginning of a tag, even at the end: the file may go on. */
  const keepFrom = (from: number): number => {
    const longest = (LONGEST_PREFIX + 24) * unit
    return Math.max(from, bytes.length - longest - ((bytes.length - longest) % unit))
  }

  let nextBang = -1 // found once and kept until it is passed: searching again for each tag would be quadratic
  return from => {
    let place = from
    for (;;) {
      const found = aligned(name, place)
      if (nextBang < place) nextBang = nextAfter(aligned(bang, place), bytes.length)
      if (nextBang < bytes.length && (found < 0 || nextBang < found)) {
        const pair = ends.find(([start]) => bytes.subarray(nextBang, nextBang + start.length).equals(start))
        const end = pair === undefined ? nextBang : aligned(pair[1], nextBang + pair[0].length)
        const isLost = end < 0 && (isEnd || bytes.length - nextBang > MOST_RECORD_BYTES)
        const isCutOff = !isEnd && bytes.length - nextBang < 9 * unit
        if (isCutOff || (end < 0 && !isLost)) return { is: 'none', from: nextBang }
        place = pair === undefined || isLost ? nextBang + bang.length : end + pair[1].length
        continue
      }
      if (found < 0) return { is: 'none', from: keepFrom(from) }
      const after = found + name.length
      const tag = tagStart(found)
      const isName = tag !== null && /[\s>/]/.test(at(after))
      if (isName) {
        const close = aligned(spell('>'), after)
        // no value of an attribute holds one: a tag that meets it is broken and ends there
        const other = aligned(spell('<'), after)
        if (other >= 0 && (close < 0 || other < close)) return { ...tag, end: other }
        if (close < 0) return { is: 'none', from: tag.start, isBegun: tag.is === 'open' }
        const end = close + unit
        // an empty element says nothing
        if (tag.is === 'close' || at(close - unit) !== '/') return { ...tag, end }
      } else if (tag !== null && at(after) === '' && !isEnd) return { is: 'none', from: tag.start }
      place = after
    }
  }
}

function nextAfter(found: number, end: number): number {
  return found < 0 ? end : found
}
