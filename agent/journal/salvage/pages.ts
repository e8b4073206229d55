import type { FileBytes, Files } from '../../../shared/world.ts'

/** The pages of an SQLite file as its last commit left them, its log included, read without SQLite. */
export interface Pages extends Disposable {
  /** Bytes of a page. */
  readonly size: number
  readonly count: number
  /** Pages are numbered from 1. Null: the disk can't read it. */
  page(number: number): Uint8Array | null
}

const DEFAULT_PAGE = 4_096
const LOG_HEADER = 32
const FRAME_HEADER = 24
const MAGIC = 0x377f0682

/** Null when there is no such file. */
export function openPages(files: Pick<Files, 'openBytes'>, path: string): Pages | null {
  const main = files.openBytes(path)
  if (main === null) return null
  const log = files.openBytes(`${path}-wal`)
  const header = main.read(0, 100)
  const framed = log === null ? null : readLog(log)
  const size = pageSizeIn(header) ?? framed?.pageSize ?? DEFAULT_PAGE
  const places = framed?.pageSize === size ? framed.places : new Map<number, number>()
  return {
    size,
    count: Math.max(Math.ceil(main.size / size), ...places.keys()),
    page(number) {
      const at = places.get(number)
      const bytes = at === undefined ? main.read((number - 1) * size, size) : (log?.read(at, size) ?? null)
      return bytes?.length === size ? bytes : null
    },
    [Symbol.dispose]() {
      main[Symbol.dispose]()
      log?.[Symbol.dispose]()
    },
  }
}

function pageSizeIn(header: Uint8Array | null): number | null {
  if (header === null || header.length < 100) return null
  if (new TextDecoder('latin1').decode(header.subarray(0, 15)) !== 'SQLite format 3') return null
  const said = numberAt(header, 16, 2)
  const size = said === 1 ? 65_536 : said
  return size >= 512 && (size & (size - 1)) === 0 ? size : null
}

interface Log {
  readonly pageSize: number
  /** Where the newest committed content of each page is. */
  readonly places: ReadonlyMap<number, number>
}

/**
 * The frames of a write-ahead log, up to its last commit. A frame is checked against the sum that the frame before it
 * names, so that those behind a damaged frame still count.
 */
function readLog(log: FileBytes): Log | null {
  const header = log.read(0, LOG_HEADER)
  if (header === null || header.length < LOG_HEADER) return null
  const magic = numberAt(header, 0, 4)
  if ((magic & 0xfffffffe) >>> 0 !== MAGIC) return null
  const isBig = (magic & 1) === 1
  const pageSize = numberAt(header, 8, 4)
  if (pageSize < 512 || pageSize > 65_536) return null
  const salts = header.subarray(16, 24)
  const committed = new Map<number, number>()
  const waiting = new Map<number, number>()
  let before: Sum | null = [numberAt(header, 24, 4), numberAt(header, 28, 4)]
  for (let at = LOG_HEADER; at + FRAME_HEADER + pageSize <= log.size; at += FRAME_HEADER + pageSize) {
    const frame = log.read(at, FRAME_HEADER + pageSize)
    const previous = before
    before = null
    if (frame === null || !isSame(frame.subarray(8, 16), salts)) continue // damaged, or of the log's former round
    const said: Sum = [numberAt(frame, 16, 4), numberAt(frame, 20, 4)]
    before = said
    if (previous === null) continue
    const found = sumOf(frame.subarray(FRAME_HEADER), sumOf(frame.subarray(0, 8), previous, isBig), isBig)
    if (found[0] !== said[0] || found[1] !== said[1]) continue
    waiting.set(numberAt(frame, 0, 4), at + FRAME_HEADER)
    if (numberAt(frame, 4, 4) === 0) continue
    for (const [page, place] of waiting) committed.set(page, place)
    waiting.clear()
  }
  return { pageSize, places: committed }
}

type Sum = readonly [number, number]

/** SQLite's checksum of a log: two sums over pairs of 32-bit words. */
function sumOf(bytes: Uint8Array, [first, second]: Sum, isBig: boolean): Sum {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let [a, b] = [first, second]
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    a = (a + view.getUint32(at, !isBig) + b) >>> 0
    b = (b + view.getUint32(at + 4, !isBig) + a) >>> 0
  }
  return [a, b]
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.every((byte, index) => byte === other[index])
}

/** A big-endian whole number of 1, 2 or 4 bytes. */
export function numberAt(bytes: Uint8Array, at: number, length: 1 | 2 | 4): number {
  let value = 0
  for (let index = at; index < at + length; index += 1) value = value * 256 + (bytes[index] ?? 0)
  return value
}
