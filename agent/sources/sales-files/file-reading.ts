import { createHash, type Hash } from 'node:crypto'
import { z } from 'zod'
import type { Assembly, CutRecord, Cutter, FileFormat, OpenedFile, SalesEntry } from './file-format.ts'
import type { SalesFiles } from './sales-files.ts'

/** How far a file has been read, and what shows that the bytes before are still the same. */
export const FilePosition = z.object({
  offset: z.int().min(0),
  line: z.int().min(1),
  state: z.string(),
  /** SHA-256 of the first bytes, up to HEAD_BYTES, and of the last ones before `offset`. */
  head: z.object({ length: z.int().min(0), hash: z.string() }),
  tail: z.object({ length: z.int().min(0), hash: z.string() }),
})
export type FilePosition = z.infer<typeof FilePosition>

const CHUNK = 128 * 1024
const FORMAT_HEAD = 64 * 1024
const HEAD_BYTES = 1024 * 1024
const TAIL_BYTES = 64 * 1024
/** Entries of one step: each costs a look into the memory and maybe an event. */
const MOST_RECORDS = 250

export interface Step {
  readonly entries: readonly SalesEntry[]
  /** `end`: nothing is left for now. `gone`: the file is not the one that was begun, or is no more. */
  readonly is: 'more' | 'end' | 'gone'
}

/** A file that is being read: one bounded piece a step. */
export interface FileReading {
  /** That it goes on where it was left, the bytes before being the same. */
  readonly isContinued: boolean
  step(): Promise<Step>
  position(): FilePosition
}

export interface ReadingParts {
  readonly files: SalesFiles
  readonly path: string
  readonly name: string
  readonly identity: string
  readonly format: FileFormat
  /** Where it was left; null: from the beginning. */
  readonly from: FilePosition | null
  /** The file rests: what its end holds is all there is. */
  readonly isFinal: boolean
}

/**
 * Opens a file where it was left if its bytes up to there are the same, else at its beginning.
 * Null: gone, or too short to begin.
 * @throws why the file as a whole can't be read
 */
export async function openReading(parts: ReadingParts): Promise<FileReading | null> {
  const { files, path, identity, from } = parts
  const wanted = Math.max(FORMAT_HEAD, from?.head.length ?? 0)
  const head = await readAll(files, path, 0, wanted)
  if (head === null || head.identity !== identity) return null
  const opened = parts.format.open(
    parts.name,
    head.bytes.subarray(0, FORMAT_HEAD),
    head.bytes.length < FORMAT_HEAD,
  )
  if (opened === null) return null
  const before = from === null ? null : await sameBefore(parts, from, head.bytes)
  return readingOf(parts, opened, before, 1 + newlines(head.bytes, 0, opened.start))
}

interface Before {
  readonly position: FilePosition
  readonly hash: Hash
  readonly tail: Buffer
}

async function sameBefore(
  { files, path, identity }: ReadingParts,
  position: FilePosition,
  head: Buffer,
): Promise<Before | null> {
  const { offset } = position
  if (head.length < position.head.length) return null
  const hash = createHash('sha256').update(head.subarray(0, position.head.length))
  if (digest(hash) !== position.head.hash) return null
  const tail = await readAll(files, path, offset - position.tail.length, position.tail.length)
  if (tail === null || tail.identity !== identity || tail.bytes.length < position.tail.length) return null
  if (digest(createHash('sha256').update(tail.bytes)) !== position.tail.hash) return null
  return { position, hash, tail: tail.bytes }
}

async function readAll(files: SalesFiles, path: string, offset: number, length: number) {
  const into = Buffer.allocUnsafe(length)
  const piece = await files.read(path, offset, into)
  return piece === null ? null : { identity: piece.identity, bytes: into.subarray(0, piece.filled) }
}

function readingOf(
  parts: ReadingParts,
  opened: OpenedFile,
  before: Before | null,
  firstLine: number,
): FileReading {
  const { files, path, identity, isFinal } = parts
  const cutter: Cutter = opened.cutter(before === null ? null : before.position.state)
  const assembly: Assembly = opened.assembly()
  const hash = before?.hash ?? createHash('sha256')
  let hashed = before?.position.head.length ?? 0
  const tail = lastBytes(TAIL_BYTES)
  if (before !== null) tail.push(before.tail)
  let base = before?.position.offset ?? 0
  let baseLine = before?.position.line ?? 1
  /** Room for the file's bytes from `base` on, made once: new buffers for each piece would hold a hundred MB by turns. */
  let room = Buffer.allocUnsafe(2 * CHUNK)
  /** The part of it that is filled. */
  let buffer = room.subarray(0, 0)
  let cutAt = Math.max(base, opened.start)
  let cutLine = base === cutAt ? baseLine : firstLine
  let isAtEnd = false
  let isFull = false
  let isFlushed = false

  /** What lies before `offset` will not be needed again. */
  const leave = (offset: number, line: number): void => {
    const bytes = buffer.subarray(0, offset - base)
    if (bytes.length === 0) return
    const rest = HEAD_BYTES - hashed
    if (rest > 0) {
      const part = bytes.subarray(0, rest)
      hash.update(part)
      hashed += part.length
    }
    tail.push(bytes)
    buffer = buffer.subarray(offset - base)
    base = offset
    baseLine = line
  }

  const take = async (): Promise<boolean> => {
    const held = buffer.length
    const larger = held + CHUNK > room.length ? Buffer.allocUnsafe(2 * (held + CHUNK)) : room
    buffer.copy(larger)
    room = larger
    const piece = await files.read(path, base + held, room.subarray(held, held + CHUNK))
    buffer = room.subarray(0, held + (piece?.filled ?? 0))
    if (piece === null || piece.identity !== identity) return false
    isAtEnd = piece.filled < CHUNK
    return true
  }

  const cut = (): readonly CutRecord[] => {
    if (buffer.length <= cutAt - base) return []
    const found = cutter.cut(buffer, cutAt - base, isAtEnd && isFinal, MOST_RECORDS)
    isFull = found.records.length >= MOST_RECORDS
    let counted = cutAt - base
    const records = found.records.map((piece): CutRecord => {
      cutLine += newlines(buffer, counted, piece.start)
      const line = cutLine
      counted = piece.start
      return {
        ...piece,
        start: base + piece.start,
        end: base + piece.end,
        line,
        bytes: buffer.subarray(piece.start, piece.end),
      }
    })
    if (found.next > counted) cutLine += newlines(buffer, counted, found.next)
    cutAt = base + found.next
    return records
  }

  return {
    isContinued: before !== null,
    async step() {
      if (!isFull && !(await take())) return { entries: [], is: 'gone' }
      const entries = [...assembly.add(cut())]
      const isDone = isAtEnd && !isFull
      if (isDone && isFinal && !isFlushed) {
        isFlushed = true
        entries.push(...assembly.flush())
      }
      const held = assembly.held()
      if (held === null) leave(cutAt, cutLine)
      else leave(held.offset, held.line)
      return { entries, is: isDone ? 'end' : 'more' }
    },
    position: () => ({
      offset: base,
      line: baseLine,
      state: base === cutAt ? cutter.state() : '',
      head: { length: hashed, hash: digest(hash) },
      tail: { length: tail.bytes().length, hash: digest(createHash('sha256').update(tail.bytes())) },
    }),
  }
}

function digest(hash: Hash): string {
  return hash.copy().digest('base64url')
}

/** The last bytes of all that were pushed, at most `most`, in room that is made once. */
function lastBytes(most: number) {
  const room = Buffer.allocUnsafe(2 * most)
  let end = 0
  return {
    push(bytes: Buffer): void {
      const added = bytes.subarray(-most)
      if (end + added.length > room.length) {
        const kept = Math.min(end, most - added.length)
        room.copyWithin(0, end - kept, end)
        end = kept
      }
      end += added.copy(room, end)
    },
    bytes: () => room.subarray(Math.max(0, end - most), end),
  }
}

function newlines(bytes: Buffer, from: number, to: number): number {
  const range = bytes.subarray(from, to)
  let count = 0
  for (let at = range.indexOf(10); at >= 0; at = range.indexOf(10, at + 1)) count += 1
  return count
}
