import type { Shop } from '../shop.ts'
import type { Order } from '../state/entities.ts'
import { fulfillmentOrdersOf, isActive } from './touch.ts'
import { openUnits } from './units.ts'

export type DisplayStatus =
  | 'UNFULFILLED'
  | 'PARTIALLY_FULFILLED'
  | 'FULFILLED'
  | 'IN_PROGRESS'
  | 'ON_HOLD'
  | 'SCHEDULED'
  | 'RESTOCKED'

/** `Order.displayFulfillmentStatus`: what the admin shows on the order. */
export function displayStatus(shop: Shop, order: Order): DisplayStatus {
  if (order.restocked) return 'RESTOCKED'
  const left = order.lines.reduce((sum, line) => sum + openUnits(shop, order, line.id), 0)
  const done = fulfilledUnits(shop, order)
  if (left === 0) {
    if (done > 0) return 'FULFILLED'
    return wasRestocked(shop, order) ? 'RESTOCKED' : 'UNFULFILLED'
  }
  const open = fulfillmentOrdersOf(shop, order).filter(isActive)
  if (open.some(one => one.status === 'ON_HOLD')) return 'ON_HOLD'
  if (done > 0) return 'PARTIALLY_FULFILLED'
  if (open.length > 0 && open.every(one => one.status === 'SCHEDULED')) return 'SCHEDULED'
  return open.some(one => one.status === 'IN_PROGRESS') ? 'IN_PROGRESS' : 'UNFULFILLED'
}

function wasRestocked(shop: Shop, order: Order): boolean {
  return order.refundIds
    .flatMap(id => shop.store.need('refund', id).lines)
    .some(line => line.restockType === 'CANCEL')
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

export type ReturnStatus =
  | 'NO_RETURN'
  | 'RETURN_REQUESTED'
  | 'IN_PROGRESS'
  | 'INSPECTION_COMPLETE'
  | 'RETURNED'

/** `Order.returnStatus`. */
export function returnStatus(shop: Shop, order: Order): ReturnStatus {
  const all = order.returnIds.map(id => shop.store.need('return', id))
  if (all.some(one => one.status === 'REQUESTED')) return 'RETURN_REQUESTED'
  const open = all.filter(one => one.status === 'OPEN')
  if (open.length > 0) {
    const inspected = open.every(one => one.lines.every(line => line.processed === line.quantity))
    return inspected ? 'INSPECTION_COMPLETE' : 'IN_PROGRESS'
  }
  return all.some(one => one.status === 'CLOSED') ? 'RETURNED' : 'NO_RETURN'
}
