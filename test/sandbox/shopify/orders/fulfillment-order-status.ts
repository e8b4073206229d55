import { gid, type IdOf, idOf } from '../graphql/gid.ts'
import type { Shop } from '../shop.ts'
import type { FulfillmentOrder } from '../state/entities.ts'
import { newFulfillmentOrder } from './new-fulfillment-order.ts'
import type { CodedUserError } from './prepare.ts'
import { isActive, isWorkable, touchFulfillmentOrder, touchOrder } from './touch.ts'

export interface StatusPayload {
  readonly fulfillmentOrder: IdOf<'FulfillmentOrder'> | null
  readonly userErrors: readonly CodedUserError[]
}

/** `fulfillmentOrderClose`: what is in progress cannot be completed. Its units stay promised, to be moved or taken off. */
export function closeFulfillmentOrder(shop: Shop, id: string): StatusPayload {
  const held = find(shop, id)
  if (held?.status !== 'IN_PROGRESS')
    return refusal(null, 'The fulfillment order is not in progress and cannot be closed.')
  return changed(shop, { ...held, status: 'INCOMPLETE', preparedAt: null, progressAt: null })
}

/** `fulfillmentOrderOpen`: a scheduled one early, or one that progress was reported of. */
export function openFulfillmentOrder(shop: Shop, id: string): StatusPayload {
  const held = find(shop, id)
  if (held?.status === 'SCHEDULED') return changed(shop, { ...held, status: 'OPEN' })
  if (held?.progressAt == null) return refusal(null, 'The fulfillment order cannot be marked as open.')
  const answer = changed(shop, { ...held, status: 'OPEN', progressAt: null })
  shop.emit('FULFILLMENT_ORDERS_MANUALLY_REPORTED_PROGRESS_STOPPED', {
    kind: 'fulfillmentOrder',
    id: held.id,
  })
  return answer
}

/** `fulfillmentOrderReschedule`: only what is scheduled has a day to change. */
export function rescheduleFulfillmentOrder(
  shop: Shop,
  args: { readonly id: string; readonly fulfillAt: string },
): StatusPayload {
  const held = find(shop, args.id)
  const fulfillAt = Date.parse(args.fulfillAt)
  if (held?.status !== 'SCHEDULED' || Number.isNaN(fulfillAt))
    return refusal('FULFILLMENT_ORDER_NOT_FOUND', 'The scheduled fulfillment order does not exist.')
  const answer = changed(shop, { ...held, fulfillAt })
  shop.emit('FULFILLMENT_ORDERS_RESCHEDULED', { kind: 'fulfillmentOrder', id: held.id })
  return answer
}

/** `fulfillmentOrderReportProgress`: staff work on it; until it is opened again it cannot be moved. */
export function reportProgress(shop: Shop, id: string): StatusPayload {
  const held = find(shop, id)
  if (held === undefined)
    return refusal('FULFILLMENT_ORDER_NOT_FOUND', 'The fulfillment order does not exist.')
  if (!isWorkable(held))
    return refusal('FULFILLMENT_ORDER_STATUS_INVALID', 'Progress cannot be reported in this status.')
  if (held.methodType === 'PICK_UP' && shop.settings.progressOnPickup === 'refuse') {
    const message = 'Progress cannot be reported for this delivery method.'
    return refusal('FULFILLMENT_ORDER_INVALID_DELIVERY_METHOD', message)
  }
  const answer = changed(shop, { ...held, status: 'IN_PROGRESS', progressAt: shop.clock.stamp() })
  shop.emit('FULFILLMENT_ORDERS_PROGRESS_REPORTED', { kind: 'fulfillmentOrder', id: held.id })
  return answer
}

export interface CancelFulfillmentOrderPayload extends StatusPayload {
  readonly replacementFulfillmentOrder: IdOf<'FulfillmentOrder'> | null
}

/** `fulfillmentOrderCancel`: made for fulfilment services; a store's own is refused unless the switch says otherwise. */
export function cancelFulfillmentOrder(shop: Shop, id: string): CancelFulfillmentOrderPayload {
  const held = find(shop, id)
  const may = held !== undefined && isActive(held) && shop.settings.cancelFulfillmentOrder === 'replace'
  if (!may) {
    const message = 'The fulfillment order is not in a cancellable request state.'
    return { ...refusal(null, message), replacementFulfillmentOrder: null }
  }
  const order = shop.store.need('order', held.orderId)
  const open = held.lines.filter(line => line.remaining > 0)
  const lines = open.map(line => ({ lineId: line.lineId, quantity: line.remaining }))
  const { group, locationId } = held
  const next = newFulfillmentOrder(shop, order, { group, locationId, lines })
  touchFulfillmentOrder(shop, {
    ...held,
    lines: held.lines.map(line => ({ ...line, remaining: 0 })),
    holds: [],
    status: 'CANCELLED',
  })
  touchOrder(shop, { ...order, fulfillmentOrderIds: [...order.fulfillmentOrderIds, next.id] })
  shop.emit('FULFILLMENT_ORDERS_CANCELLED', { kind: 'fulfillmentOrder', id: held.id })
  return {
    fulfillmentOrder: gid('FulfillmentOrder', held.id),
    replacementFulfillmentOrder: gid('FulfillmentOrder', next.id),
    userErrors: [],
  }
}

function find(shop: Shop, id: string): FulfillmentOrder | undefined {
  return shop.store.get('fulfillmentOrder', idOf(id, 'FulfillmentOrder') ?? -1)
}

function changed(shop: Shop, next: FulfillmentOrder): StatusPayload {
  touchFulfillmentOrder(shop, next)
  touchOrder(shop, shop.store.need('order', next.orderId))
  return { fulfillmentOrder: gid('FulfillmentOrder', next.id), userErrors: [] }
}

function refusal(code: string | null, message: string): StatusPayload {
  return { fulfillmentOrder: null, userErrors: [{ code, field: ['id'], message }] }
}
