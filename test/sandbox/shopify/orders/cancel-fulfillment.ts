import { gid, idOf } from '../graphql/gid.ts'
import type { Shop } from '../shop.ts'
import type { Fulfillment } from '../state/entities.ts'
import { levelOf, moveStock } from '../stock/ledger.ts'
import { committed, type FulfillmentPayload } from './fulfil.ts'
import { newFulfillmentOrder } from './route.ts'
import { isActive, touchFulfillmentOrder, touchOrder } from './touch.ts'

/**
 * `fulfillmentCancel`: the goods are back at the counter. A fulfilment order that is still open gets its
 * units back; for one that was closed Shopify makes a new one, elsewhere when its location no longer stocks
 * the goods.
 */
export function cancelFulfillment(shop: Shop, id: string): FulfillmentPayload {
  const held = shop.store.get('fulfillment', idOf(id, 'Fulfillment') ?? -1)
  if (held === undefined)
    return { fulfillment: null, userErrors: [{ field: ['id'], message: 'Fulfillment not found.' }] }
  if (held.status === 'CANCELLED') {
    return {
      fulfillment: null,
      userErrors: [{ field: ['id'], message: 'Fulfillment is already cancelled.' }],
    }
  }
  const order = shop.store.need('order', held.orderId)
  const made: number[] = []
  for (const [fulfillmentOrderId, lines] of Map.groupBy(held.lines, line => line.fulfillmentOrderId)) {
    const source = shop.store.need('fulfillmentOrder', fulfillmentOrderId)
    if (isActive(source)) {
      const giveBack = source.lines.map(line => {
        const quantity = lines.find(one => one.fulfillmentOrderLineId === line.id)?.quantity ?? 0
        return { ...line, remaining: line.remaining + quantity }
      })
      touchFulfillmentOrder(shop, {
        ...source,
        lines: giveBack,
        status: source.status === 'ON_HOLD' ? 'ON_HOLD' : 'OPEN',
      })
    } else {
      made.push(newFulfillmentOrder(shop, order, whereStocked(shop, held), lines).id)
    }
  }
  moveStock(shop, committed(order, held, 1))
  const target =
    made[0] === undefined ? held.locationId : shop.store.need('fulfillmentOrder', made[0]).locationId
  if (target !== held.locationId) moveStock(shop, relocation(shop, held, target))
  shop.store.put('fulfillment', { ...held, status: 'CANCELLED', updatedAt: shop.clock.stamp() })
  shop.emit('FULFILLMENTS_UPDATE', { kind: 'fulfillment', id: held.id })
  touchOrder(shop, {
    ...order,
    fulfillmentOrderIds: [...order.fulfillmentOrderIds, ...made],
    closedAt: null,
  })
  for (const id of made)
    shop.emit('FULFILLMENT_ORDERS_ORDER_ROUTING_COMPLETE', { kind: 'fulfillmentOrder', id })
  return { fulfillment: gid('Fulfillment', held.id), userErrors: [] }
}

/** The original location while it stocks the goods, else the first that does. */
function whereStocked(shop: Shop, fulfillment: Fulfillment): number {
  const order = shop.store.need('order', fulfillment.orderId)
  const items = fulfillment.lines.flatMap(
    ({ lineId }) => order.lines.find(line => line.id === lineId)?.itemId ?? [],
  )
  const stocks = (locationId: number): boolean =>
    items.every(itemId => levelOf(shop, itemId, locationId)?.isActive === true)
  if (stocks(fulfillment.locationId)) return fulfillment.locationId
  for (const location of shop.store.all('location'))
    if (location.isActive && stocks(location.id)) return location.id
  return fulfillment.locationId
}

/** The goods lie at the old location, the promise moves to the new one. */
function relocation(shop: Shop, fulfillment: Fulfillment, target: number) {
  const order = shop.store.need('order', fulfillment.orderId)
  return committed(order, fulfillment, 1).flatMap(({ itemId, delta: quantity }) => [
    { name: 'committed' as const, delta: -quantity, itemId, locationId: fulfillment.locationId },
    { name: 'available' as const, delta: quantity, itemId, locationId: fulfillment.locationId },
    { name: 'available' as const, delta: -quantity, itemId, locationId: target },
    { name: 'committed' as const, delta: quantity, itemId, locationId: target },
  ])
}
