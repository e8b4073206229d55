import { z } from 'zod'
import { type Cutter, KEPT_OF_TOO_LONG, MOST_RECORD_BYTES, type Piece } from '../file-format.ts'
import { jsonListMissing } from '../problems.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN = new Set([0x7b, 0x5b])
const CLOSE = new Set([0x7d, 0x5d])
const COMMA = 0x2c
const END_OF_LIST = 0x5d
const NEWLINE = 0x0a
const isSpace = (byte: number | undefined) =>
  byte === 0x20 || byte === 0x09 || byte === NEWLINE || byte === 0x0d

/** How far into a value the scan is. */
const Inside = z.object({ depth: z.int(), isString: z.boolean(), isEscaped: z.boolean() })
type Inside = z.infer<typeof Inside>

const State = z.object({
  /** `skip`: within an element that is too long. */
  phase: z.enum(['seek', 'elements', 'skip', 'done']),
  inside: Inside.nullable(),
})
type State = z.infer<typeof State>

export interface ListPlace {
  readonly file: string
  /** The keys that lead to the list; null: the file's values follow each other, in lines or not. */
  readonly path: readonly string[] | null
  readonly pointer: string
  /** Each line is one value, so that a broken one ends with its line. */
  readonly isLines: boolean
}

/** Cuts the elements of one list, or the values of a file of lines, out of JSON without reading what is in them. */
export function elementCutter({ file, path, pointer, isLines }: ListPlace, saved: string | null): Cutter {
  const start: State = { phase: path === null ? 'elements' : 'seek', inside: null }
  let state = saved === null || saved === '' ? start : State.parse(JSON.parse(saved))

  return {
    state: () => JSON.stringify(state),
    cut(bytes, from, isEnd, limit) {
      let at = from
      const pieces: Piece[] = []
      if (state.phase === 'seek') {
        const list = path === null ? 0 : listStart(bytes, at, path)
        if (list === 'missing' || (list === 'more' && (isEnd || bytes.length > MOST_RECORD_BYTES)))
          throw jsonListMissing({ file, list: pointer })
        if (list === 'more') return { records: [], next: from }
        state = { phase: 'elements', inside: null }
        at = list
      }
      while (pieces.length < limit) {
        if (state.phase === 'done') return { records: pieces, next: bytes.length }
        if (state.phase === 'skip') {
          const end = isLines ? lineEnd(bytes, at) : valueEnd(bytes, at, state.inside)
          if (typeof end !== 'number') {
            state = { phase: 'skip', inside: end }
            return { records: pieces, next: bytes.length }
          }
          state = { phase: 'elements', inside: null }
          at = end
          continue
        }
        while (at < bytes.length && (isSpace(bytes[at]) || bytes[at] === COMMA)) at += 1
        if (at >= bytes.length) return { records: pieces, next: at }
        if (path !== null && bytes[at] === END_OF_LIST) {
          state = { phase: 'done', inside: null }
          continue
        }
        const end = isLines ? lineEnd(bytes, at) : valueEnd(bytes, at, null)
        if (typeof end === 'number') {
          const isTooLong = end - at > MOST_RECORD_BYTES
          pieces.push({
            start: at,
            end: isTooLong ? at + KEPT_OF_TOO_LONG : end,
            is: isTooLong ? 'too-long' : 'whole',
          })
          at = end
          continue
        }
        if (bytes.length - at > MOST_RECORD_BYTES) {
          pieces.push({ start: at, end: at + KEPT_OF_TOO_LONG, is: 'too-long' })
          state = { phase: 'skip', inside: end }
          return { records: pieces, next: bytes.length }
        }
        if (isEnd) pieces.push({ start: at, end: bytes.length, is: 'unfinished' })
        return { records: pieces, next: at }
      }
      return { records: pieces, next: at }
    },
  }
}

function lineEnd(bytes: Buffer, at: number): number | Inside {
  const end = bytes.indexOf(NEWLINE, at)
  return end >= 0 ? end : { depth: 0, isString: false, isEscaped: false }
}

/**
 * Where the value that begins at `at` ends, or how far it goes where the bytes end first. Brackets are counted, not
 * matched. No text of JSON goes over the end of a line, so one that does is broken and ends there.
 */
function valueEnd(bytes: Buffer, at: number, from: Inside | null): number | Inside {
  let { depth, isString, isEscaped } = from ?? { depth: 0, isString: false, isEscaped: false }
  const isNested = from !== null || OPEN.has(bytes[at] ?? 0)
  const isText = from === null && bytes[at] === QUOTE
  for (let place = at; place < bytes.length; place += 1) {
    const byte = bytes[place] ?? 0
    if (isString) {
      if (byte === NEWLINE) isString = false
      else if (isEscaped) isEscaped = false
      else if (byte === BACKSLASH) isEscaped = true
      else if (byte === QUOTE) {
        isString = false
        if (isText) return place + 1
      }
    } else if (byte === QUOTE) isString = true
    else if (OPEN.has(byte)) depth += 1
    else if (CLOSE.has(byte)) {
      depth -= 1
      // a bracket that closes nothing is one element: each element takes at least one byte
      if (depth <= 0) return isNested || place === at ? place + 1 : place
    } else if (!isNested && !isText && (byte === COMMA || isSpace(byte))) return place
  }
  return { depth, isString, isEscaped }
}

/** The place behind the `[` of the list at these keys. */
function listStart(bytes: Buffer, from: number, path: readonly string[]): number | 'more' | 'missing' {
  let at = from
  const skipSpaces = () => {
    while (isSpace(bytes[at])) at += 1
  }
  for (const key of path) {
    skipSpaces()
    if (at >= bytes.length) return 'more'
    if (bytes[at] !== 0x7b) return 'missing'
    at += 1
    for (;;) {
      while (isSpace(bytes[at]) || bytes[at] === COMMA) at += 1
      if (at >= bytes.length) return 'more'
      if (bytes[at] !== QUOTE) return 'missing'
      const end = valueEnd(bytes, at, null)
      if (typeof end !== 'number') return 'more'
      const name = bytes.toString('utf8', at + 1, end - 1)
      at = end
      skipSpaces()
      if (at >= bytes.length) return 'more'
      if (bytes[at] !== 0x3a) return 'missing'
      at += 1
      if (name === key) break
      skipSpaces()
      if (at >= bytes.length) return 'more'
      const after = valueEnd(bytes, at, null)
      if (typeof after !== 'number') return 'more'
      at = after
    }
  }
  skipSpaces()
  if (at >= bytes.length) return 'more'
  return bytes[at] === 0x5b ? at + 1 : 'missing'
}
