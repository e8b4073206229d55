import type { Shop } from '../shop.ts'
import type { FulfillmentOrder, Order } from '../state/entities.ts'

/** A fulfilment order over these units: open, or scheduled where its delivery group is. The caller puts its id on the order. */
export function newFulfillmentOrder(
  shop: Shop,
  order: Order,
  wanted: {
    readonly group: number
    readonly locationId: number
    readonly lines: readonly { readonly lineId: number; readonly quantity: number }[]
  },
): FulfillmentOrder {
  const at = shop.clock.stamp()
  const { group, locationId, lines } = wanted
  const fulfillAt = order.groups[group]?.fulfillAt ?? null
  return shop.store.put('fulfillmentOrder', {
    id: shop.store.nextId(),
    orderId: order.id,
    locationId,
    locationName: shop.store.need('location', locationId).name,
    deliveryMethodId: shop.store.nextId(),
    methodType: order.groups[group]?.methodType ?? 'NONE',
    group,
    fulfillAt: fulfillAt ?? at,
    status: fulfillAt !== null && fulfillAt > shop.clock.now() ? 'SCHEDULED' : 'OPEN',
    progressAt: null,
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
