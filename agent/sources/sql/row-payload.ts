import { maskCardNumbersIn } from '../../../shared/card-numbers/mask-value.ts'
import { TillbridgeError } from '../../../shared/errors.ts'
import type { SqlRow, SqlValue } from './engine.ts'
import type { Reader } from './row-kind.ts'

/** Columns that hold codes: an item's barcode may look like a card number. */
const CODES: ReadonlySet<string> = new Set([
  'key',
  'session',
  'number',
  'person',
  'receipt',
  'product',
  'found',
  'sku',
  'barcode',
  'location',
])
const LONGEST = 16_000

/** A row and what belongs to it as JSON, for people: card numbers masked, cut to what one record holds. */
export function payloadOf(rows: Readonly<Record<string, SqlRow | readonly SqlRow[]>>): string {
  const whole = JSON.stringify(maskCardNumbersIn(plain(rows), CODES))
  if (whole.length <= LONGEST) return whole
  const parts = Object.entries(rows).map(([name, part]): [string, unknown] =>
    Array.isArray(part)
      ? [name, [...part.slice(0, 5).map(plain), `${part.length} rows`]]
      : [name, plain(part)],
  )
  const cut = JSON.stringify(maskCardNumbersIn(Object.fromEntries(parts), CODES))
  return cut.length <= LONGEST ? cut : JSON.stringify({ cut: cut.slice(0, LONGEST / 3) })
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]))
}

/** A row's time where it can be read; the reason why not is told when the row is interpreted. */
export function wallOrNull(reader: Reader, time: SqlValue): string | null {
  try {
    return reader.wallOf(time, 'time')
  } catch (error) {
    if (error instanceof TillbridgeError) return null
    throw error
  }
}
