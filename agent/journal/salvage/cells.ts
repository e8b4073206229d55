import { numberAt, type Pages } from './pages.ts'

/** SQLite's b-tree pages and records, read from their bytes (sqlite.org/fileformat2.html). */

export type Value = null | number | bigint | string | Uint8Array
export interface RawRow {
  /** Null in a table without row ids. */
  readonly rowid: number | null
  readonly values: readonly Value[]
}

const kinds = {
  2: { isLeaf: false, isTable: false },
  5: { isLeaf: false, isTable: true },
  10: { isLeaf: true, isTable: false },
  13: { isLeaf: true, isTable: true },
} as const

/** One page of a tree. `lost`: cells on it that can't be read. */
export interface TreePage {
  readonly isLeaf: boolean
  readonly isTable: boolean
  readonly children: readonly number[]
  readonly rows: readonly RawRow[]
  /** Pages that hold what of its rows has no room on it. */
  readonly overflow: readonly number[]
  readonly lost: number
}

/** Null: it is not a page of a tree, or not any more. */
export function readTreePage(pages: Pages, number: number): TreePage | null {
  const page = pages.page(number)
  if (page === null) return null
  const start = number === 1 ? 100 : 0
  const kind = kindOf(page[start])
  if (kind === null) return null
  const count = numberAt(page, start + 3, 2)
  const pointers = start + (kind.isLeaf ? 8 : 12)
  if (pointers + count * 2 > page.length) return null
  const found = { children: [] as number[], rows: [] as RawRow[], overflow: [] as number[], lost: 0 }
  for (let cell = 0; cell < count; cell += 1) {
    const at = numberAt(page, pointers + cell * 2, 2)
    if (at < pointers + count * 2 || at >= page.length) found.lost += 1
    else readCell({ pages, page, at, ...kind }, found)
  }
  if (!kind.isLeaf) found.children.push(numberAt(page, start + 8, 4))
  return { ...kind, ...found }
}

function kindOf(byte: number | undefined): (typeof kinds)[keyof typeof kinds] | null {
  return byte === 2 || byte === 5 || byte === 10 || byte === 13 ? kinds[byte] : null
}

interface Cell {
  readonly pages: Pages
  readonly page: Uint8Array
  readonly at: number
  readonly isLeaf: boolean
  readonly isTable: boolean
}

function readCell(
  cell: Cell,
  found: { children: number[]; rows: RawRow[]; overflow: number[]; lost: number },
): void {
  let { at } = cell
  if (!cell.isLeaf) {
    found.children.push(numberAt(cell.page, at, 4))
    at += 4
    if (cell.isTable) return
  }
  const length = varint(cell.page, at)
  at = length.next
  const key = cell.isTable ? varint(cell.page, at) : null
  const payload = payloadOf(cell, key?.next ?? at, Number(length.value))
  if (payload !== null) found.overflow.push(...payload.overflow)
  const values = payload === null ? null : recordIn(payload.bytes)
  if (values === null) found.lost += 1
  else found.rows.push({ rowid: key === null ? null : Number(key.value), values })
}

const MOST_PAYLOAD = 64 * 1024 * 1024

function payloadOf(
  { pages, page, isTable }: Cell,
  at: number,
  length: number,
): { bytes: Uint8Array; overflow: number[] } | null {
  if (length > MOST_PAYLOAD) return null
  const usable = pages.size
  const most = isTable ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23
  const least = Math.floor(((usable - 12) * 32) / 255) - 23
  const fitting = least + ((length - least) % (usable - 4))
  const local = length <= most ? length : fitting <= most ? fitting : least
  if (at + local > page.length) return null
  const bytes = new Uint8Array(length)
  bytes.set(page.subarray(at, at + local))
  const overflow: number[] = []
  let next = local === length ? 0 : numberAt(page, at + local, 4)
  for (let have = local; have < length; ) {
    const more = next < 1 || next > pages.count || overflow.includes(next) ? null : pages.page(next)
    if (more === null) return null
    overflow.push(next)
    const piece = more.subarray(4, 4 + Math.min(length - have, usable - 4))
    bytes.set(piece, have)
    have += piece.length
    next = numberAt(more, 0, 4)
  }
  return { bytes, overflow }
}

const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The values of a record; null when its bytes are not one. */
function recordIn(bytes: Uint8Array): Value[] | null {
  const header = varint(bytes, 0)
  const end = Number(header.value)
  if (end > bytes.length || end < header.next) return null
  const values: Value[] = []
  let at = end
  for (let place = header.next; place < end; ) {
    const serial = varint(bytes, place)
    place = serial.next
    const value = storedValue(bytes, at, Number(serial.value))
    if (value === null || place > end) return null
    values.push(value.value)
    at += value.length
  }
  return at === bytes.length ? values : null
}

const wholeLengths = [0, 1, 2, 3, 4, 6, 8] as const

function storedValue(bytes: Uint8Array, at: number, serial: number): { value: Value; length: number } | null {
  if (serial === 8 || serial === 9) return { value: serial - 8, length: 0 }
  if (serial === 10 || serial === 11) return null
  if (serial === 0) return { value: null, length: 0 }
  const length = serial === 7 ? 8 : serial < 7 ? (wholeLengths[serial] ?? 0) : Math.floor((serial - 12) / 2)
  if (at + length > bytes.length) return null
  const piece = bytes.subarray(at, at + length)
  if (serial === 7) return { value: new DataView(piece.buffer, piece.byteOffset).getFloat64(0), length }
  if (serial < 7) return { value: wholeIn(piece), length }
  if (serial % 2 === 0) return { value: piece.slice(), length }
  try {
    const value = text.decode(piece)
    return value.includes('\0') ? null : { value, length } // zeroes were written over it
  } catch {
    return null // not text: the page was overwritten
  }
}

function wholeIn(bytes: Uint8Array): number | bigint {
  let value = 0n
  for (const byte of bytes) value = value * 256n + BigInt(byte)
  const whole = BigInt.asIntN(bytes.length * 8, value)
  return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole
}

function varint(bytes: Uint8Array, at: number): { value: bigint; next: number } {
  let value = 0n
  for (let index = 0; index < 9; index += 1) {
    const byte = bytes[at + index] ?? 0
    if (index === 8) return { value: (value << 8n) | BigInt(byte), next: at + 9 }
    value = (value << 7n) | BigInt(byte & 0x7f)
    if (byte < 0x80) return { value, next: at + index + 1 }
  }
  return { value, next: at + 9 }
}
