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
