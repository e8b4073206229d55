import { connection, type PageArguments } from '../graphql/connection.ts'
import type { Fields } from '../graphql/fields.ts'
import { gid } from '../graphql/gid.ts'
import { decimal, moneyBag } from '../graphql/money.ts'
import { containedTax } from '../orders/totals.ts'
import type { Shop } from '../shop.ts'
import { dateTime } from '../state/clock.ts'
import type { Refund, RefundLine } from '../state/entities.ts'

export const refundFields: Fields<Refund> = {
  id: one => gid('Refund', one.id),
  legacyResourceId: one => String(one.id),
  note: one => one.note,
  order: (one, _, { shop }) => shop.store.need('order', one.orderId),
  return: (one, _, { shop }) => (one.returnId === null ? null : shop.store.need('return', one.returnId)),
  staffMember: () => null,
  duties: () => [],
  refundLineItems: (one, args: PageArguments) =>
    connection(
      one.lines.map(line => ({ of: one, line })),
      args,
      ({ line }) => ({ value: line.id, id: line.id }),
    ),
  orderAdjustments: (one, args: PageArguments, { shop }) =>
    connection(adjustments(shop, one), args, () => ({ value: one.id, id: one.id })),
  transactions: (one, args: PageArguments, { shop }) => {
    const order = shop.store.need('order', one.orderId)
    const own = order.transactions.filter(({ id }) => one.transactionIds.includes(id))
    return connection(
      own.map(transaction => ({ ...transaction, order })),
      args,
      ({ id }) => ({ value: id, id }),
    )
  },
  totalRefundedSet: (one, _, { shop }) => moneyBag(paidBack(shop, one), shop.profile.currency),
  processedAt: one => dateTime(one.processedAt),
  createdAt: one => dateTime(one.createdAt),
  updatedAt: one => dateTime(one.createdAt),
}

/** The money a refund paid back. */
export function paidBack(shop: Shop, refund: Refund): number {
  return shop.store
    .need('order', refund.orderId)
    .transactions.filter(one => refund.transactionIds.includes(one.id))
    .reduce((sum, one) => sum + one.amountMinor, 0)
}

function adjustments(shop: Shop, { id, discrepancyMinor }: Refund) {
  if (discrepancyMinor === 0) return []
  return [
    {
      id: gid('OrderAdjustment', id),
      reason: 'REFUND_DISCREPANCY',
      amountSet: moneyBag(discrepancyMinor, shop.profile.currency),
      taxAmountSet: moneyBag(0, shop.profile.currency),
    },
  ]
}

interface LineOf {
  readonly of: Refund
  readonly line: RefundLine
}

function ordered(shop: Shop, { of, line }: LineOf) {
  const order = shop.store.need('order', of.orderId)
  const found = order.lines.find(one => one.id === line.lineId)
  if (found === undefined) throw new Error(`Refund ${of.id} has a line its order does not`)
  return { order, line: found }
}

const tax = (shop: Shop, one: LineOf): number =>
  containedTax(one.line.amountMinor, ordered(shop, one).line.taxRate)

export const refundLineFields: Fields<LineOf> = {
  id: ({ line }) => gid('RefundLineItem', line.id),
  lineItem: (one, _, { shop }) => ordered(shop, one),
  quantity: ({ line }) => line.quantity,
  restockType: ({ line }) => line.restockType,
  restocked: ({ line }) => line.restockType !== 'NO_RESTOCK',
  location: ({ line }, _, { shop }) =>
    line.locationId === null ? null : shop.store.need('location', line.locationId),
  priceSet: (one, _, { shop }) => moneyBag(ordered(shop, one).line.priceMinor, shop.profile.currency),
  subtotal: ({ line }) => decimal(line.amountMinor),
  subtotalSet: ({ line }, _, { shop }) => moneyBag(line.amountMinor, shop.profile.currency),
  totalTaxSet: (one, _, { shop }) => moneyBag(tax(shop, one), shop.profile.currency),
}
