import type { Shop } from '../shop.ts'
import type { Order } from '../state/entities.ts'
import { fulfillmentOrdersOf, isActive } from './touch.ts'

export type DisplayStatus =
  | 'UNFULFILLED'
  | 'PARTIALLY_FULFILLED'
  | 'FULFILLED'
  | 'IN_PROGRESS'
  | 'ON_HOLD'
  | 'RESTOCKED'

/** `Order.displayFulfillmentStatus`: what the admin shows on the order. */
export function displayStatus(shop: Shop, order: Order): DisplayStatus {
  if (order.restocked) return 'RESTOCKED'
  const ordered = order.lines.reduce((sum, line) => sum + line.quantity, 0)
  const done = fulfilledUnits(shop, order)
  if (done >= ordered) return 'FULFILLED'
  const open = fulfillmentOrdersOf(shop, order).filter(isActive)
  if (open.some(one => one.status === 'ON_HOLD')) return 'ON_HOLD'
  if (done > 0) return 'PARTIALLY_FULFILLED'
  return open.some(one => one.status === 'IN_PROGRESS') ? 'IN_PROGRESS' : 'UNFULFILLED'
}

/** Units handed over, of one line or of the whole order. */
export function fulfilledUnits(shop: Shop, order: Order, lineId?: number): number {
  return order.fulfillmentIds
    .map(id => shop.store.need('fulfillment', id))
    .filter(fulfillment => fulfillment.status === 'SUCCESS')
    .flatMap(fulfillment => fulfillment.lines)
    .filter(line => lineId === undefined || line.lineId === lineId)
    .reduce((sum, line) => sum + line.quantity, 0)
}
