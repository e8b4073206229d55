import type { Order, OrderLine } from '../state/entities.ts'

export interface Totals {
  readonly total: number
  readonly subtotal: number
  readonly tax: number
  readonly shipping: number
}

/** What an order came to, in minor units; prices contain their tax. */
export function orderTotals(order: Order): Totals {
  return sums(order, line => line.quantity, order.shipping?.priceMinor ?? 0)
}

/** What is still owed or kept of it: zero for a cancelled order. */
export function currentTotals(order: Order): Totals {
  return sums(
    order,
    line => line.currentQuantity,
    order.cancelledAt === null ? (order.shipping?.priceMinor ?? 0) : 0,
  )
}

/** The tax contained in an amount, in minor units. */
function containedTax(amountMinor: number, ratePercent: number): number {
  return Math.round(amountMinor - amountMinor / (1 + ratePercent / 100))
}

function sums(order: Order, quantityOf: (line: OrderLine) => number, shipping: number): Totals {
  const amounts = order.lines.map(line => ({
    amount: line.priceMinor * quantityOf(line),
    rate: line.taxRate,
  }))
  const subtotal = amounts.reduce((sum, { amount }) => sum + amount, 0)
  const tax = amounts.reduce((sum, { amount, rate }) => sum + containedTax(amount, rate), 0)
  return { total: subtotal + shipping, subtotal, tax, shipping }
}
