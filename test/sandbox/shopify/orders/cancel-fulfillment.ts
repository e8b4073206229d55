import { gid, idOf } from '../graphql/gid.ts'
import type { Shop } from '../shop.ts'
import type { Fulfillment, FulfillmentLine, FulfillmentOrder, Order } from '../state/entities.ts'
import { levelOf, type Movement, moveStock } from '../stock/ledger.ts'
import { committed, type FulfillmentPayload } from './fulfil.ts'
import { newFulfillmentOrder } from './new-fulfillment-order.ts'
import { freeStatus, isActive, touchFulfillmentOrder, touchOrder } from './touch.ts'
import { spokenFor } from './units.ts'

/**
 * `fulfillmentCancel`: the goods are back at the counter. A fulfilment order that is still open gets its
 * units back; for one that was closed Shopify makes a new one, elsewhere when its location no longer stocks
 * the goods. What was refunded or is on a return cannot be taken back like this.
 */
export function cancelFulfillment(shop: Shop, id: string): FulfillmentPayload {
  const held = shop.store.get('fulfillment', idOf(id, 'Fulfillment') ?? -1)
  if (held === undefined) return refusal('Fulfillment not found.')
  if (held.status === 'CANCELLED') return refusal('Fulfillment is already cancelled.')
  const order = shop.store.need('order', held.orderId)
  const spoken = spokenFor(shop, order)
  if (held.lines.some(line => (spoken.get(line.id) ?? 0) > 0))
    return refusal('Fulfillment has refunded or returned items and cannot be cancelled.')
  shop.store.put('fulfillment', { ...held, status: 'CANCELLED', updatedAt: shop.clock.stamp() })
  moveStock(shop, committed(order, held, 1))
  const made: number[] = []
  for (const [fulfillmentOrderId, lines] of Map.groupBy(held.lines, line => line.fulfillmentOrderId)) {
    const source = shop.store.need('fulfillmentOrder', fulfillmentOrderId)
    if (isActive(source)) giveBack(shop, source, lines)
    else made.push(startAgain(shop, order, held, source, lines).id)
  }
  shop.emit('FULFILLMENTS_UPDATE', { kind: 'fulfillment', id: held.id })
  touchOrder(shop, {
    ...order,
    fulfillmentOrderIds: [...order.fulfillmentOrderIds, ...made],
    closedAt: null,
  })
  for (const one of made)
    shop.emit('FULFILLMENT_ORDERS_ORDER_ROUTING_COMPLETE', { kind: 'fulfillmentOrder', id: one })
  return { fulfillment: gid('Fulfillment', held.id), userErrors: [] }
}

function giveBack(shop: Shop, source: FulfillmentOrder, taken: readonly FulfillmentLine[]): void {
  const lines = source.lines.map(line => {
    const quantity = taken.find(one => one.fulfillmentOrderLineId === line.id)?.quantity ?? 0
    return { ...line, remaining: line.remaining + quantity }
  })
  const stays = source.status === 'ON_HOLD' || source.status === 'INCOMPLETE'
  const status = stays ? source.status : freeStatus(shop, source)
  touchFulfillmentOrder(shop, { ...source, lines, status })
}

function startAgain(
  shop: Shop,
  order: Order,
  held: Fulfillment,
  source: FulfillmentOrder,
  lines: readonly FulfillmentLine[],
): FulfillmentOrder {
  const locationId = whereStocked(shop, order, held.locationId, lines)
  if (locationId !== held.locationId) moveStock(shop, relocation(order, held, lines, locationId))
  return newFulfillmentOrder(shop, order, { group: source.group, locationId, lines })
}

/** The original location while it stocks the goods, else the first that does. */
function whereStocked(shop: Shop, order: Order, original: number, lines: readonly FulfillmentLine[]): number {
  const items = lines.flatMap(({ lineId }) => order.lines.find(line => line.id === lineId)?.itemId ?? [])
  const stocks = (locationId: number): boolean =>
    items.every(itemId => levelOf(shop, itemId, locationId)?.isActive === true)
  if (stocks(original)) return original
  for (const location of shop.store.all('location'))
    if (location.isActive && stocks(location.id)) return location.id
  return original
}

/** The goods lie at the old location, the promise moves to the new one. */
function relocation(
  order: Order,
  held: Fulfillment,
  lines: readonly FulfillmentLine[],
  target: number,
): readonly Movement[] {
  return committed(order, { ...held, lines }, 1).flatMap(({ itemId, delta: quantity }) => [
    { name: 'committed' as const, delta: -quantity, itemId, locationId: held.locationId },
    { name: 'available' as const, delta: quantity, itemId, locationId: held.locationId },
    { name: 'available' as const, delta: -quantity, itemId, locationId: target },
    { name: 'committed' as const, delta: quantity, itemId, locationId: target },
  ])
}

function refusal(message: string): FulfillmentPayload {
  return { fulfillment: null, userErrors: [{ field: ['id'], message }] }
}
