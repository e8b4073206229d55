import { connection, type PageArguments } from '../graphql/connection.ts'
import type { Fields } from '../graphql/fields.ts'
import { gid } from '../graphql/gid.ts'
import { moneyBag } from '../graphql/money.ts'
import { lineAmount } from '../orders/totals.ts'
import type { Shop } from '../shop.ts'
import { dateTime } from '../state/clock.ts'
import type { Fulfillment, FulfillmentLine } from '../state/entities.ts'

export const fulfillmentFields: Fields<Fulfillment> = {
  id: one => gid('Fulfillment', one.id),
  legacyResourceId: one => String(one.id),
  name: one => one.name,
  status: one => one.status,
  displayStatus: (one, _, { shop }) => {
    if (one.status === 'CANCELLED') return 'CANCELED'
    const [line] = one.lines
    const from = line === undefined ? undefined : shop.store.need('fulfillmentOrder', line.fulfillmentOrderId)
    return from?.methodType === 'PICK_UP' ? 'PICKED_UP' : 'FULFILLED'
  },
  order: (one, _, { shop }) => shop.store.need('order', one.orderId),
  location: (one, _, { shop }) => shop.store.need('location', one.locationId),
  requiresShipping: () => true,
  totalQuantity: one => one.lines.reduce((sum, line) => sum + line.quantity, 0),
  trackingInfo: one => (one.tracking === null ? [] : [one.tracking]),
  fulfillmentLineItems: (one, args: PageArguments) =>
    connection(
      one.lines.map(line => ({ of: one, line })),
      args,
      ({ line }) => ({ value: line.id, id: line.id }),
    ),
  fulfillmentOrders: (one, args: PageArguments, { shop }) =>
    connection(
      [...new Set(one.lines.map(line => line.fulfillmentOrderId))].map(id =>
        shop.store.need('fulfillmentOrder', id),
      ),
      args,
      ({ id }) => ({ value: id, id }),
    ),
  createdAt: one => dateTime(one.createdAt),
  updatedAt: one => dateTime(one.updatedAt),
  deliveredAt: () => null,
  inTransitAt: () => null,
  estimatedDeliveryAt: () => null,
}

interface LineOf {
  readonly of: Fulfillment
  readonly line: FulfillmentLine
}

function ordered(shop: Shop, { of, line }: LineOf) {
  const order = shop.store.need('order', of.orderId)
  const found = order.lines.find(one => one.id === line.lineId)
  if (found === undefined) throw new Error(`Fulfilment ${of.id} has a line its order does not`)
  return { order, line: found }
}

export const fulfillmentLineFields: Fields<LineOf> = {
  id: ({ line }) => gid('FulfillmentLineItem', line.id),
  quantity: ({ line }) => line.quantity,
  lineItem: (one, _, { shop }) => ordered(shop, one),
  originalTotalSet: (one, _, { shop }) =>
    moneyBag(ordered(shop, one).line.priceMinor * one.line.quantity, shop.profile.currency),
  discountedTotalSet: (one, _, { shop }) =>
    moneyBag(lineAmount(ordered(shop, one).line, one.line.quantity), shop.profile.currency),
}
