import { z } from 'zod'
import { defineError } from './errors.ts'

/**
 * A signed quantity of goods as an integer count of thousandths of a unit, so that 0.42 kg and 3 shirts add up
 * exactly: one shirt is 1000. Shopify counts whole units only; see `unitsWithin`. A million units at most: beyond that a
 * code was scanned into the field.
 */
export const Quantity = z.int().min(-1e9).max(1e9).brand<'Quantity'>()
export type Quantity = z.infer<typeof Quantity>

const PER_UNIT = 1000
/** Stricter than Number(), which also accepts `0x10`. */
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

export const quantityUnreadable = defineError(
  'QUANTITY_UNREADABLE',
  (f: { field: string; value: unknown }) =>
    `"${f.field}" should be a quantity with at most three decimals but holds ${JSON.stringify(f.value)}. Correct it in the POS; the row is read again.`,
)

/** A POS's number of units as a `Quantity`. @throws QUANTITY_UNREADABLE naming the field */
export function quantityFromUnits(value: unknown, field: string): Quantity {
  const units = typeof value === 'string' && DECIMAL.test(value.trim()) ? Number(value) : value
  if (typeof units !== 'number' || !Number.isFinite(units)) throw quantityUnreadable({ field, value })
  const thousandths = Math.round(units * PER_UNIT)
  // no more room than the binary tail of a few sums takes: a fourth decimal must not pass as one
  const room = 1e-6 + Math.abs(thousandths) * 8 * Number.EPSILON
  const exact = Math.abs(units * PER_UNIT - thousandths) < room
  if (!exact || !Number.isSafeInteger(thousandths)) throw quantityUnreadable({ field, value })
  return (thousandths === 0 ? 0 : thousandths) as Quantity
}

/** Whole units as a `Quantity`. */
export function units(count: number): Quantity {
  if (!Number.isSafeInteger(count * PER_UNIT)) throw new RangeError(`not a whole number of units: ${count}`)
  return (count * PER_UNIT) as Quantity
}

/** The whole units of a quantity; its fraction is left out. */
export function unitsWithin(quantity: number): number {
  const whole = Math.trunc(quantity / PER_UNIT)
  return whole === 0 ? 0 : whole // never -0
}

/** Units with their fraction, for people: 420 is 0.42. */
export function unitsForPeople(quantity: number): number {
  return quantity / PER_UNIT
}
