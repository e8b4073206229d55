import { GraphQLError } from 'graphql'
import { requireScope } from '../graphql/access.ts'
import { connection, type PageArguments } from '../graphql/connection.ts'
import type { Fields } from '../graphql/fields.ts'
import { gid, idOf } from '../graphql/gid.ts'
import { moneyBag } from '../graphql/money.ts'
import { suggestedOutcome } from '../orders/return-outcome.ts'
import type { ReverseLine } from '../orders/return-process.ts'
import { lineAmount } from '../orders/totals.ts'
import { spokenFor } from '../orders/units.ts'
import type { Shop } from '../shop.ts'
import { dateTime } from '../state/clock.ts'
import type { Disposition, Return, ReturnLine, ReverseFulfillmentOrder } from '../state/entities.ts'

export const returnFields: Fields<Return> = {
  id: one => gid('Return', one.id),
  name: one => one.name,
  status: one => one.status,
  decline: one => one.decline,
  order: (one, _, { shop }) => shop.store.need('order', one.orderId),
  staffMember: () => null,
  totalQuantity: one => one.lines.reduce((sum, line) => sum + line.quantity, 0),
  returnShippingFees: () => [],
  exchangeLineItems: (_, args: PageArguments) => connection([], args, () => ({ value: 0, id: 0 })),
  returnLineItems: (one, args: PageArguments) =>
    connection(
      one.lines.map(line => ({ __typename: 'ReturnLineItem', of: one, line })),
      args,
      ({ line }) => ({ value: line.id, id: line.id }),
    ),
  reverseFulfillmentOrders: (one, args: PageArguments, { shop }) =>
    connection(
      one.reverseFulfillmentOrderIds.map(id => shop.store.need('reverseFulfillmentOrder', id)),
      args,
      ({ id }) => ({ value: id, id }),
    ),
  refunds: (one, args: PageArguments, { shop }) => {
    const all = shop.store.need('order', one.orderId).refundIds.map(id => shop.store.need('refund', id))
    const own = all.filter(refund => refund.returnId === one.id)
    return connection(own, args, ({ id }) => ({ value: id, id }))
  },
  suggestedFinancialOutcome: (one, args: Parameters<typeof suggestedOutcome>[2], { shop }) =>
    suggestedOutcome(shop, one, args),
  requestApprovedAt: one => (one.approvedAt === null ? null : dateTime(one.approvedAt)),
  closedAt: one => (one.closedAt === null ? null : dateTime(one.closedAt)),
  createdAt: one => dateTime(one.createdAt),
}

interface ReturnLineOf {
  readonly of: Return
  readonly line: ReturnLine
}

/** A line of a fulfilment, as the table of FulfillmentLineItem takes it. */
function fulfilled(shop: Shop, { fulfillmentId, fulfillmentLineId }: ReturnLine) {
  const of = shop.store.need('fulfillment', fulfillmentId)
  const line = of.lines.find(one => one.id === fulfillmentLineId)
  if (line === undefined) throw new Error(`Fulfilment ${fulfillmentId} lost a line that is on a return`)
  return { of, line }
}

export const returnLineFields: Fields<ReturnLineOf> = {
  id: ({ line }) => gid('ReturnLineItem', line.id),
  fulfillmentLineItem: ({ line }, _, { shop }) => fulfilled(shop, line),
  quantity: ({ line }) => line.quantity,
  processableQuantity: ({ line }) => line.quantity - line.processed,
  processedQuantity: ({ line }) => line.processed,
  unprocessedQuantity: ({ line }) => line.quantity - line.processed,
  refundableQuantity: ({ line }) => line.quantity - line.refunded,
  refundedQuantity: ({ line }) => line.refunded,
  customerNote: ({ line }) => line.customerNote,
  returnReason: ({ line }) => line.reason,
  returnReasonNote: ({ line }) => line.reasonNote,
  restockingFee: () => null,
  withCodeDiscountedTotalPriceSet: ({ of, line }, _, { shop }) => {
    const ordered = shop.store.need('order', of.orderId).lines.find(one => one.id === line.lineId)
    const amount = ordered === undefined ? 0 : lineAmount(ordered, line.quantity)
    return moneyBag(amount, shop.profile.currency)
  },
}

export const reverseFulfillmentOrderFields: Fields<ReverseFulfillmentOrder> = {
  id: one => gid('ReverseFulfillmentOrder', one.id),
  status: one => one.status,
  order: (one, _, { shop }) => shop.store.need('order', one.orderId),
  thirdPartyConfirmation: () => null,
  reverseDeliveries: (_, args: PageArguments) => connection([], args, () => ({ value: 0, id: 0 })),
  lineItems: (one, args: PageArguments) =>
    connection(
      one.lines.map((line): ReverseLine => ({ of: one, line })),
      args,
      ({ line }) => ({ value: line.id, id: line.id }),
    ),
}

export const reverseLineFields: Fields<ReverseLine> = {
  id: ({ line }) => gid('ReverseFulfillmentOrderLineItem', line.id),
  totalQuantity: ({ line }) => line.total,
  dispositions: ({ line }) => line.dispositions,
  fulfillmentLineItem: ({ of, line }, _, { shop }) => {
    const own = shop.store.need('return', of.returnId).lines.find(one => one.id === line.returnLineId)
    return own === undefined ? null : fulfilled(shop, own)
  },
}

export const dispositionFields: Fields<Disposition> = {
  id: one => gid('ReverseFulfillmentOrderDisposition', one.id),
  type: one => one.type,
  quantity: one => one.quantity,
  location: (one, _, { shop }) =>
    one.locationId === null ? null : shop.store.need('location', one.locationId),
  createdAt: one => dateTime(one.at),
}

/** `returnableFulfillments`: what the customer has and did not refund or promise to send back. */
export function returnableFulfillments(shop: Shop, args: PageArguments & { readonly orderId: string }) {
  requireScope(shop, 'read_returns', 'returnableFulfillments')
  const order = shop.store.get('order', idOf(args.orderId, 'Order') ?? -1)
  if (order === undefined) throw new GraphQLError('Order does not exist')
  const spoken = spokenFor(shop, order)
  const shown = order.fulfillmentIds
    .map(id => shop.store.need('fulfillment', id))
    .filter(one => one.status === 'SUCCESS')
    .map(of => ({
      of,
      lines: of.lines
        .map(line => ({ line, quantity: line.quantity - (spoken.get(line.id) ?? 0) }))
        .filter(one => one.quantity > 0),
    }))
    .filter(one => one.lines.length > 0)
  return connection(shown, args, ({ of }) => ({ value: of.id, id: of.id }))
}

type Returnable = ReturnType<typeof returnableFulfillments>['nodes'][number]

export const returnableFields: Fields<Returnable> = {
  id: ({ of }) => gid('ReturnableFulfillment', of.id),
  fulfillment: ({ of }) => of,
  returnableFulfillmentLineItems: ({ of, lines }, args: PageArguments) =>
    connection(
      lines.map(({ line, quantity }) => ({ fulfillmentLineItem: { of, line }, quantity })),
      args,
      ({ fulfillmentLineItem: { line } }) => ({ value: line.id, id: line.id }),
    ),
}
