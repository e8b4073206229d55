import type { Shop } from '../shop.ts'
import type { FulfillmentOrder, Order } from '../state/entities.ts'
import { touchOrder } from './touch.ts'

/** What Shopify's background router does: gives the order its fulfilment order. */
export function routeOrder(shop: Shop, order: Order): Order {
  const lines = order.lines.map(line => ({ lineId: line.id, quantity: line.quantity }))
  const made = newFulfillmentOrder(shop, order, order.locationId, lines)
  const routed = touchOrder(shop, { ...order, routeAt: null, fulfillmentOrderIds: [made.id] })
  shop.emit('FULFILLMENT_ORDERS_ORDER_ROUTING_COMPLETE', { kind: 'fulfillmentOrder', id: made.id })
  return routed
}

/** An open fulfilment order over these lines. The caller puts its id on the order. */
export function newFulfillmentOrder(
  shop: Shop,
  order: Order,
  locationId: number,
  lines: readonly { readonly lineId: number; readonly quantity: number }[],
): FulfillmentOrder {
  const at = shop.clock.stamp()
  return shop.store.put('fulfillmentOrder', {
    id: shop.store.nextId(),
    orderId: order.id,
    locationId,
    locationName: shop.store.need('location', locationId).name,
    deliveryMethodId: shop.store.nextId(),
    methodType: order.methodType,
    status: 'OPEN',
    preparedAt: null,
    lines: lines.map(({ lineId, quantity }) => ({
      id: shop.store.nextId(),
      lineId,
      total: quantity,
      remaining: quantity,
    })),
    holds: [],
    createdAt: at,
    updatedAt: at,
  })
}

/** Routes every order whose moment has come. */
export function routeDueOrders(shop: Shop): void {
  for (const order of [...shop.store.all('order')]) {
    if (order.routeAt === null || order.routeAt > shop.clock.now()) continue
    shop.store.transaction(() => routeOrder(shop, order))
  }
}
