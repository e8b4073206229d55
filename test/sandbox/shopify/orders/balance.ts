import type { Shop } from '../shop.ts'
import type { Order, Transaction } from '../state/entities.ts'
import { currentTotals, orderTotals } from './totals.ts'

export type FinancialStatus =
  | 'AUTHORIZED'
  | 'EXPIRED'
  | 'PAID'
  | 'PARTIALLY_PAID'
  | 'PARTIALLY_REFUNDED'
  | 'PENDING'
  | 'REFUNDED'
  | 'VOIDED'

/** How long a card's authorisation lasts. */
export const authorizationLastsMs = 7 * 24 * 60 * 60 * 1000

/** Money that came in. */
export function received(order: Order): number {
  return summed(order, 'SALE') + summed(order, 'CAPTURE')
}

/** Money that went back. */
export function refunded(order: Order): number {
  return summed(order, 'REFUND')
}

/** What the customer still owes; below zero what the shop owes the customer. */
export function outstanding(order: Order): number {
  return currentTotals(order).total - received(order) + refunded(order)
}

/** What may still be captured of the order's authorisations. */
export function capturable(shop: Shop, order: Order): number {
  return order.transactions
    .filter(one => one.kind === 'AUTHORIZATION' && !isExpired(shop, one))
    .reduce((sum, one) => sum + authorizationLeft(order, one), 0)
}

/** `Order.displayFinancialStatus`: it follows from the transactions and the current total. */
export function financialStatus(shop: Shop, order: Order): FinancialStatus {
  const got = received(order)
  const owed = outstanding(order)
  if (got === 0) {
    if (order.cancelledAt !== null && orderTotals(order).total > 0) return 'VOIDED'
    const held = order.transactions.find(
      one => one.kind === 'AUTHORIZATION' && authorizationLeft(order, one) > 0,
    )
    if (held !== undefined) return isExpired(shop, held) ? 'EXPIRED' : 'AUTHORIZED'
    return owed > 0 ? 'PENDING' : 'PAID'
  }
  if (refunded(order) >= got) return 'REFUNDED'
  if (owed > 0) return 'PARTIALLY_PAID'
  return refunded(order) > 0 ? 'PARTIALLY_REFUNDED' : 'PAID'
}

/** What of an authorisation was neither captured nor voided. */
export function authorizationLeft(order: Order, authorization: Transaction): number {
  return order.transactions
    .filter(one => one.parentId === authorization.id)
    .reduce((left, one) => left - one.amountMinor, authorization.amountMinor)
}

/** Whether an authorisation has run out. */
export function isExpired(shop: Shop, one: Transaction): boolean {
  return one.expiresAt !== null && one.expiresAt <= shop.clock.now()
}

function summed(order: Order, kind: Transaction['kind']): number {
  return order.transactions
    .filter(one => one.kind === kind && one.status === undefined)
    .reduce((sum, one) => sum + one.amountMinor, 0)
}
