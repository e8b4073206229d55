import { notSimulated } from '../graphql/fields.ts'
import { gid, type IdOf, idOf } from '../graphql/gid.ts'
import { log, type Shop } from '../shop.ts'
import type { Order, Return, ReturnLine } from '../state/entities.ts'
import { touchOrder } from './touch.ts'
import { spokenFor } from './units.ts'

export interface ReturnUserError {
  readonly code: string
  readonly field: readonly string[] | null
  readonly message: string
}

export interface ReturnPayload {
  readonly return: IdOf<'Return'> | null
  readonly userErrors: readonly ReturnUserError[]
}

export interface ReturnDraft {
  readonly orderId: string
  readonly returnLineItems: readonly {
    readonly fulfillmentLineItemId: string
    readonly quantity: number
    readonly returnReason?: string | null
    readonly returnReasonNote?: string | null
    readonly customerNote?: string | null
    readonly restockingFee?: object | null
  }[]
  readonly exchangeLineItems?: readonly object[] | null
  readonly returnShippingFee?: object | null
}

/** `returnRequest` (the customer asks) and `returnCreate` (staff open one at once). */
export function openReturn(shop: Shop, draft: ReturnDraft, status: 'REQUESTED' | 'OPEN'): ReturnPayload {
  if ((draft.exchangeLineItems ?? []).length > 0) throw notSimulated('An exchange')
  if (draft.returnShippingFee != null) throw notSimulated('A return shipping fee')
  const order = shop.store.get('order', idOf(draft.orderId, 'Order') ?? -1)
  if (order === undefined) return refusal('NOT_FOUND', ['orderId'], 'Order does not exist')
  const lines = readLines(shop, order, draft)
  if ('code' in lines) return { return: null, userErrors: [lines] }
  const at = shop.clock.stamp()
  const made = shop.store.put('return', {
    id: shop.store.nextId(),
    orderId: order.id,
    name: `${order.name}-R${order.returnIds.length + 1}`,
    status,
    lines,
    reverseFulfillmentOrderIds: [],
    decline: null,
    approvedAt: null,
    closedAt: null,
    createdAt: at,
  })
  touchOrder(shop, { ...order, returnIds: [...order.returnIds, made.id] })
  log(shop, 'return', { name: made.name, status })
  if (status === 'OPEN') approve(shop, made)
  else shop.emit('RETURNS_REQUEST', { kind: 'return', id: made.id })
  return { return: gid('Return', made.id), userErrors: [] }
}

function readLines(
  shop: Shop,
  order: Order,
  { returnLineItems }: ReturnDraft,
): readonly ReturnLine[] | ReturnUserError {
  if (returnLineItems.length === 0)
    return { code: 'BLANK', field: ['returnLineItems'], message: "Return line items can't be blank" }
  const spoken = new Map(spokenFor(shop, order))
  const lines: ReturnLine[] = []
  for (const [index, wanted] of returnLineItems.entries()) {
    if (wanted.restockingFee != null) throw notSimulated('A restocking fee')
    const field = ['returnLineItems', String(index)]
    const found = fulfilledLine(shop, order, idOf(wanted.fulfillmentLineItemId, 'FulfillmentLineItem'))
    if (found === undefined)
      return { code: 'NOT_FOUND', field: [...field, 'fulfillmentLineItemId'], message: 'Line does not exist' }
    const taken = spoken.get(found.line.id) ?? 0
    if (wanted.quantity < 1 || wanted.quantity > found.line.quantity - taken) {
      const message = 'Return line item has an invalid quantity.'
      return { code: 'INVALID', field: [...field, 'quantity'], message }
    }
    spoken.set(found.line.id, taken + wanted.quantity)
    lines.push({
      id: shop.store.nextId(),
      lineId: found.line.lineId,
      fulfillmentId: found.fulfillmentId,
      fulfillmentLineId: found.line.id,
      quantity: wanted.quantity,
      processed: 0,
      refunded: 0,
      reason: wanted.returnReason ?? 'OTHER',
      reasonNote: wanted.returnReasonNote ?? '',
      customerNote: wanted.customerNote ?? null,
    })
  }
  return lines
}

function fulfilledLine(shop: Shop, order: Order, id: number | undefined) {
  for (const fulfillmentId of order.fulfillmentIds) {
    const held = shop.store.need('fulfillment', fulfillmentId)
    const line = held.status === 'SUCCESS' ? held.lines.find(one => one.id === id) : undefined
    if (line !== undefined) return { fulfillmentId, line }
  }
  return undefined
}

/** `returnApproveRequest`. */
export function approveReturn(shop: Shop, id: string): ReturnPayload {
  const held = found(shop, id)
  if (held?.status !== 'REQUESTED') return wrongState(held, 'approved')
  approve(shop, held)
  return done(shop, held)
}

/** Opens a return: the goods may come, one reverse fulfilment order waits for them. */
function approve(shop: Shop, held: Return): void {
  const waiting = shop.store.put('reverseFulfillmentOrder', {
    id: shop.store.nextId(),
    returnId: held.id,
    orderId: held.orderId,
    status: 'OPEN',
    lines: held.lines.map(line => ({
      id: shop.store.nextId(),
      returnLineId: line.id,
      total: line.quantity,
      dispositions: [],
    })),
  })
  shop.store.put('return', {
    ...held,
    status: 'OPEN',
    approvedAt: shop.clock.stamp(),
    reverseFulfillmentOrderIds: [waiting.id],
  })
  shop.emit('RETURNS_APPROVE', { kind: 'return', id: held.id })
}

/** `returnDeclineRequest`. */
export function declineReturn(
  shop: Shop,
  input: { readonly id: string; readonly declineReason: string; readonly declineNote?: string | null },
): ReturnPayload {
  const held = found(shop, input.id)
  if (held?.status !== 'REQUESTED') return wrongState(held, 'declined')
  const decline = { reason: input.declineReason, note: input.declineNote ?? null }
  shop.store.put('return', { ...held, status: 'DECLINED', decline })
  shop.emit('RETURNS_DECLINE', { kind: 'return', id: held.id })
  return done(shop, held)
}

/** `returnCancel`: before anything of it was processed. */
export function cancelReturn(shop: Shop, id: string): ReturnPayload {
  const held = found(shop, id)
  const begun = held?.lines.some(line => line.processed > 0) ?? false
  const disposed = held !== undefined && hasDispositions(shop, held)
  if (held === undefined || begun || disposed || (held.status !== 'OPEN' && held.status !== 'REQUESTED'))
    return wrongState(held, 'cancelled')
  shop.store.put('return', { ...held, status: 'CANCELED', closedAt: shop.clock.stamp() })
  for (const one of held.reverseFulfillmentOrderIds)
    shop.store.put('reverseFulfillmentOrder', {
      ...shop.store.need('reverseFulfillmentOrder', one),
      status: 'CANCELED',
    })
  shop.emit('RETURNS_CANCEL', { kind: 'return', id: held.id })
  return done(shop, held)
}

/** `returnClose`: what was not processed by then may be returned another time. */
export function closeReturn(shop: Shop, id: string): ReturnPayload {
  const held = found(shop, id)
  if (held?.status !== 'OPEN') return wrongState(held, 'closed')
  shop.store.put('return', { ...held, status: 'CLOSED', closedAt: shop.clock.stamp() })
  shop.emit('RETURNS_CLOSE', { kind: 'return', id: held.id })
  return done(shop, held)
}

/** `returnReopen`: not when its units were refunded or promised to another return meanwhile. */
export function reopenReturn(shop: Shop, id: string): ReturnPayload {
  const held = found(shop, id)
  if (held?.status !== 'CLOSED') return wrongState(held, 'reopened')
  const order = shop.store.need('order', held.orderId)
  const spoken = spokenFor(shop, order)
  const gone = held.lines.some(line => {
    const whole = fulfilledLine(shop, order, line.fulfillmentLineId)?.line.quantity ?? 0
    return (spoken.get(line.fulfillmentLineId) ?? 0) + line.quantity - line.processed > whole
  })
  if (gone) return wrongState(held, 'reopened')
  shop.store.put('return', { ...held, status: 'OPEN', closedAt: null })
  shop.emit('RETURNS_REOPEN', { kind: 'return', id: held.id })
  return done(shop, held)
}

function hasDispositions(shop: Shop, held: Return): boolean {
  return held.reverseFulfillmentOrderIds.some(id =>
    shop.store.need('reverseFulfillmentOrder', id).lines.some(line => line.dispositions.length > 0),
  )
}

function found(shop: Shop, id: string): Return | undefined {
  return shop.store.get('return', idOf(id, 'Return') ?? -1)
}

function done(shop: Shop, held: Return): ReturnPayload {
  touchOrder(shop, shop.store.need('order', held.orderId))
  return { return: gid('Return', held.id), userErrors: [] }
}

function wrongState(held: Return | undefined, what: string): ReturnPayload {
  if (held === undefined) return refusal('NOT_FOUND', ['id'], 'Return does not exist')
  return refusal('INVALID_STATE', ['id'], `Return cannot be ${what} in its current state`)
}

function refusal(code: string, field: readonly string[], message: string): ReturnPayload {
  return { return: null, userErrors: [{ code, field, message }] }
}
