import type { Order, OrderLine } from '../state/entities.ts'

export interface Totals {
  readonly total: number
  readonly subtotal: number
  readonly tax: number
  readonly shipping: number
  readonly discount: number
}

/** What some units of a line cost after its discount, in minor units; the tax is contained. */
export function lineAmount(line: OrderLine, units: number): number {
  return line.priceMinor * units - lineDiscount(line, units)
}

/** The discount that falls on the first units of a line: parts of it add up to the whole, to the cent. */
export function lineDiscount({ discountMinor, orderedQuantity }: OrderLine, units: number): number {
  if (discountMinor === 0) return 0
  return Math.round((discountMinor * Math.min(units, orderedQuantity)) / orderedQuantity)
}

/** What all shipping lines cost together. */
export function shippingPrice(order: Order): number {
  return order.groups.reduce((sum, { shipping }) => sum + (shipping?.priceMinor ?? 0), 0)
}

/** What an order came to when it was placed. */
export function originalTotals(order: Order): Totals {
  return sums(order, line => line.orderedQuantity, shippingPrice(order))
}

/** What an order came to with the units that edits added, before returns. */
export function orderTotals(order: Order): Totals {
  return sums(order, line => line.quantity, shippingPrice(order))
}

/** What the customer has to pay in the end: without removed and refunded units, with what refunds settled. */
export function currentTotals(order: Order): Totals {
  const now = sums(order, line => line.currentQuantity, shippingPrice(order) - order.shippingRefundedMinor)
  return { ...now, total: now.total + order.discrepancyMinor }
}

/** The tax contained in an amount, in minor units. */
export function containedTax(amountMinor: number, ratePercent: number): number {
  return Math.round(amountMinor - amountMinor / (1 + ratePercent / 100))
}

function sums(order: Order, quantityOf: (line: OrderLine) => number, shipping: number): Totals {
  let [subtotal, tax, discount] = [0, 0, 0]
  for (const line of order.lines) {
    const amount = lineAmount(line, quantityOf(line))
    subtotal += amount
    tax += containedTax(amount, line.taxRate)
    discount += lineDiscount(line, quantityOf(line))
  }
  return { total: subtotal + shipping, subtotal, tax, shipping, discount }
}
