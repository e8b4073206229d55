import type { SqlRow, SqlValue } from './engine.ts'
import { wholeNumberUnreadable } from './problems.ts'

/** A column's text, a number's digits; null for NULL and for nothing but blanks. */
export function textIn(row: SqlRow, column: string): string | null {
  const value = row[column] ?? null
  if (value === null) return null
  const text = value instanceof Uint8Array ? textOf(value) : String(value)
  return text.trim() === '' ? null : text
}

/** Bytes as the UTF-8 they are in every database that is read, without a copy of them. */
function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8')
}

/** A column's value, for the readers that report it when they can't read it; bytes count as their text. */
export function valueIn(row: SqlRow, column: string): string | number | null {
  const value = row[column] ?? null
  if (value === null || typeof value === 'number' || typeof value === 'string') return value
  return value instanceof Uint8Array ? textOf(value) : Number(value)
}

/** @throws WHOLE_NUMBER_UNREADABLE naming the field */
export function wholeNumberIn(row: SqlRow, column: string, field: string): number {
  const value = valueIn(row, column)
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isSafeInteger(number))
    throw wholeNumberUnreadable({ field, value })
  return number
}

/** The named columns' values, for a fingerprint. Bytes count as their text: products differ in what they give. */
export function pick(row: SqlRow, columns: readonly string[]): (string | number | null)[] {
  return columns.map(column => plain(row[column] ?? null))
}

function plain(value: SqlValue): string | number | null {
  if (value instanceof Uint8Array) return textOf(value)
  return typeof value === 'bigint' ? String(value) : value
}

/** Rows by the text of one of their columns. */
export function groupBy(rows: readonly SqlRow[], column: string): Map<string, SqlRow[]> {
  const groups = new Map<string, SqlRow[]>()
  for (const row of rows) {
    const key = String(row[column])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  return groups
}

/** What a POS's own code means; undefined: the mapping does not list it. */
export function meaningIn<Meaning>(
  table: Readonly<Record<string, Meaning>>,
  code: string,
): Meaning | undefined {
  return Object.hasOwn(table, code) ? table[code] : undefined
}
