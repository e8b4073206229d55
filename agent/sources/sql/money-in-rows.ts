import { type Currency, type Minor, minorFromDecimal, moneyUnreadable } from '../../../shared/money.ts'
import { type Quantity, quantityFromUnits } from '../../../shared/quantity.ts'
import type { SqlRow } from './engine.ts'
import { valueImplausible } from './problems.ts'
import { valueIn } from './values.ts'

/** Above these no till sells: a code was scanned into the field, and a card number would pass as an amount. */
const MOST_MINOR = 1e11
const MOST_THOUSANDTHS = 1e9

/** @throws MONEY_UNREADABLE, VALUE_IMPLAUSIBLE naming the field */
export function amountIn(row: SqlRow, column: string, currency: Currency, field: string): Minor {
  const value = valueIn(row, column)
  return plausible(minorFromDecimal(value, currency, field), value, field)
}

/** @throws QUANTITY_UNREADABLE, VALUE_IMPLAUSIBLE naming the field */
export function quantityIn(row: SqlRow, column: string, field: string): Quantity {
  const value = valueIn(row, column)
  const quantity = quantityFromUnits(value, field)
  if (Math.abs(quantity) > MOST_THOUSANDTHS) throw valueImplausible({ field, value })
  return quantity
}

/** Units times a unit price, rounded once. @throws MONEY_UNREADABLE, VALUE_IMPLAUSIBLE naming the field */
export function netIn(row: SqlRow, quantity: Quantity, currency: Currency, field: string): Minor {
  const value = valueIn(row, 'price')
  const price = typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value
  if (typeof price !== 'number' || !Number.isFinite(price)) throw moneyUnreadable({ field, value })
  return plausible(minorFromDecimal((price * quantity) / 1000, currency, field), value, field)
}

function plausible(amount: Minor, value: unknown, field: string): Minor {
  if (Math.abs(amount) > MOST_MINOR) throw valueImplausible({ field, value })
  return amount
}
