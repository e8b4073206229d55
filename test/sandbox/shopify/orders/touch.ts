import type { Shop } from '../shop.ts'
import type { FulfillmentOrder, Order } from '../state/entities.ts'

/** Stores a changed order with its new `updatedAt`, and notifies subscribers of orders/updated. */
export function touchOrder(shop: Shop, order: Order): Order {
  const touched = shop.store.put('order', { ...order, updatedAt: shop.clock.stamp() })
  shop.emit('ORDERS_UPDATED', { kind: 'order', id: order.id })
  return touched
}

/** Stores a changed fulfilment order with its new `updatedAt`. */
export function touchFulfillmentOrder(shop: Shop, order: FulfillmentOrder): FulfillmentOrder {
  return shop.store.put('fulfillmentOrder', { ...order, updatedAt: shop.clock.stamp() })
}

/** The fulfilment orders of an order, oldest first. */
export function fulfillmentOrdersOf(shop: Shop, order: Order): readonly FulfillmentOrder[] {
  return order.fulfillmentOrderIds.map(id => shop.store.need('fulfillmentOrder', id))
}

/** Open work: neither done nor given up. */
export function isActive(order: FulfillmentOrder): boolean {
  return order.status !== 'CLOSED' && order.status !== 'CANCELLED'
}

/** Whether it can be prepared and handed over now. */
export function isWorkable(order: FulfillmentOrder): boolean {
  return order.status === 'OPEN' || order.status === 'IN_PROGRESS'
}

/** The status that fits a fulfilment order which nothing holds: IN_PROGRESS once it is laid out, begun or reported. */
export function freeStatus(shop: Shop, order: FulfillmentOrder): 'OPEN' | 'IN_PROGRESS' {
  const begun = order.preparedAt !== null || order.progressAt !== null || hasFulfilled(shop, order)
  return begun ? 'IN_PROGRESS' : 'OPEN'
}

/** Whether units of it were handed over and not taken back. */
export function hasFulfilled(shop: Shop, held: FulfillmentOrder): boolean {
  return shop.store
    .need('order', held.orderId)
    .fulfillmentIds.map(id => shop.store.need('fulfillment', id))
    .some(one => one.status === 'SUCCESS' && one.lines.some(line => line.fulfillmentOrderId === held.id))
}
