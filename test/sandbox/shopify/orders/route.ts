import type { Shop } from '../shop.ts'
import type { FulfillmentOrder, Order } from '../state/entities.ts'
import { outstanding } from './balance.ts'
import { fulfilGiftCards } from './gift-cards.ts'
import { newFulfillmentOrder } from './new-fulfillment-order.ts'
import { touchFulfillmentOrder, touchOrder } from './touch.ts'

/** What Shopify's background router does: one fulfilment order for each delivery group and location. */
export function routeOrder(shop: Shop, order: Order): Order {
  const groups = Map.groupBy(order.plan, ({ group, locationId }) => `${group}:${locationId}`)
  const made = [...groups.values()].flatMap((units): readonly FulfillmentOrder[] => {
    const [first] = units
    return first === undefined
      ? []
      : [newFulfillmentOrder(shop, order, { group: first.group, locationId: first.locationId, lines: units })]
  })
  const ids = made.map(one => one.id)
  const routed = touchOrder(shop, { ...order, routeAt: null, plan: [], fulfillmentOrderIds: ids })
  for (const id of ids)
    shop.emit('FULFILLMENT_ORDERS_ORDER_ROUTING_COMPLETE', { kind: 'fulfillmentOrder', id })
  return outstanding(routed) > 0 ? routed : fulfilGiftCards(shop, routed)
}

/** Routes every order whose moment has come. */
export function routeDueOrders(shop: Shop): void {
  for (const order of [...shop.store.all('order')]) {
    if (order.routeAt === null || order.routeAt > shop.clock.now()) continue
    shop.store.transaction(() => routeOrder(shop, order))
  }
}

/** The order with its fulfilment orders: what changes an order before the router came makes it come at once. */
export function routedOrder(shop: Shop, order: Order): Order {
  return order.routeAt === null ? order : routeOrder(shop, order)
}

/** Opens the scheduled fulfilment orders whose day has come. */
export function openDueFulfillmentOrders(shop: Shop): void {
  for (const held of [...shop.store.all('fulfillmentOrder')]) {
    if (held.status !== 'SCHEDULED' || held.fulfillAt > shop.clock.now()) continue
    shop.store.transaction(() => {
      touchFulfillmentOrder(shop, { ...held, status: 'OPEN' })
      touchOrder(shop, shop.store.need('order', held.orderId))
      const subject = { kind: 'fulfillmentOrder', id: held.id } as const
      shop.emit('FULFILLMENT_ORDERS_SCHEDULED_FULFILLMENT_ORDER_READY', subject)
    })
  }
}
