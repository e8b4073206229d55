import { hash } from 'node:crypto'
import type { SqlRow, SqlValue } from './engine.ts'
import { wholeNumberUnreadable } from './problems.ts'

/** A column's text, a number's digits; null for NULL and for nothing but blanks. */
export function textIn(row: SqlRow, column: string): string | null {
  const value = row[column] ?? null
  if (value === null) return null
  const text = value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value)
  return text.trim() === '' ? null : text
}

/** A column's value, for the readers that report it when they can't read it; bytes count as their text. */
export function valueIn(row: SqlRow, column: string): string | number | null {
  const value = row[column] ?? null
  if (value === null || typeof value === 'number' || typeof value === 'string') return value
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : Number(value)
}

/** @throws WHOLE_NUMBER_UNREADABLE naming the field */
export function wholeNumberIn(row: SqlRow, column: string, field: string): number {
  const value = valueIn(row, column)
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isSafeInteger(number))
    throw wholeNumberUnreadable({ field, value })
  return number
}

/** A hash of values in their order: 43 characters. */
export function fingerprintOf(values: readonly unknown[]): string {
  const text = JSON.stringify(values, (_, value: unknown) =>
    typeof value === 'bigint'
      ? String(value)
      : value instanceof Uint8Array
        ? Buffer.from(value).toString('hex')
        : value,
  )
  return hash('sha256', text, 'base64url')
}

/** The named columns' values, for a fingerprint. */
export function pick(row: SqlRow, columns: readonly string[]): SqlValue[] {
  return columns.map(column => row[column] ?? null)
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
