import { type Currency, type Minor, minorFromDecimal, moneyUnreadable } from '../../../shared/money.ts'
import { type Quantity, quantityFromUnits } from '../../../shared/quantity.ts'
import type { SqlRow } from './engine.ts'
import { valueImplausible } from './problems.ts'
import { valueIn } from './values.ts'

/** No till sells more than this: a code was scanned into the field, and a card number would look like an amount. */
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

/** A line's amount without tax, and its discount; null: the POS does not say. */
export interface LineMoney {
  readonly net: Minor
  readonly discount: Minor | null
}

/**
 * Units times a unit price, or the POS's own amount less the tax in it, rounded once. A discount that holds tax is
 * reduced by the share that the amount is.
 * @throws MONEY_UNREADABLE, VALUE_IMPLAUSIBLE naming the field
 */
export function lineMoneyIn(row: SqlRow, quantity: Quantity, currency: Currency, field: string): LineMoney {
  const whole = decimalIn(row, 'amount', field) ?? (demandDecimal(row, 'price', field) * quantity) / 1000
  const included = decimalIn(row, 'included', field) ?? 0
  const taken = decimalIn(row, 'discount', field)
  const net = rounded(whole - included, currency, field)
  if (taken === null || taken === 0) return { net, discount: null }
  const share = whole === 0 ? 1 : (whole - included) / whole
  return { net, discount: rounded(taken * share, currency, field) }
}

function rounded(amount: number, currency: Currency, field: string): Minor {
  return plausible(minorFromDecimal(amount, currency, field), amount, field)
}

function demandDecimal(row: SqlRow, column: string, field: string): number {
  const number = decimalIn(row, column, field)
  if (number === null) throw moneyUnreadable({ field, value: null })
  return number
}

/** A number, or a decimal as text; null for NULL. @throws MONEY_UNREADABLE naming the field */
function decimalIn(row: SqlRow, column: string, field: string): number | null {
  const value = valueIn(row, column)
  if (value === null) return null
  const number = typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isFinite(number)) throw moneyUnreadable({ field, value })
  return number
}

function plausible(amount: Minor, value: unknown, field: string): Minor {
  if (Math.abs(amount) > MOST_MINOR) throw valueImplausible({ field, value })
  return amount
}
