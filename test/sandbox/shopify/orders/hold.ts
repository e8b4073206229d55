import { gid, idOf } from '../graphql/gid.ts'
import type { Shop } from '../shop.ts'
import type { Hold } from '../state/entities.ts'
import { chooseLines, type LineInput, withoutLines } from './chosen-lines.ts'
import type { CodedUserError } from './prepare.ts'
import { splitOff } from './split.ts'
import { freeStatus, isActive, touchFulfillmentOrder, touchOrder } from './touch.ts'

export interface HoldInput {
  readonly reason: string
  readonly reasonNotes?: string | null
  readonly handle?: string | null
  readonly externalId?: string | null
  readonly fulfillmentOrderLineItems?: readonly LineInput[] | null
}

export interface HoldPayload {
  readonly fulfillmentHold: { readonly fulfillmentOrder: string; readonly hold: number } | null
  readonly fulfillmentOrder: string | null
  readonly remainingFulfillmentOrder: string | null
  readonly userErrors: readonly CodedUserError[]
}

const holdsPerApp = 10

/** `fulfillmentOrderHold`. Named lines are held; what is left over goes on in a new fulfilment order. */
export function holdFulfillmentOrder(shop: Shop, id: string, input: HoldInput): HoldPayload {
  const held = shop.store.get('fulfillmentOrder', idOf(id, 'FulfillmentOrder') ?? -1)
  if (held === undefined || !isActive(held)) {
    return refusal('FULFILLMENT_ORDER_NOT_FOUND', ['id'], 'The fulfillment order could not be found.')
  }
  const handle = input.handle ?? ''
  const ours = held.holds.filter(hold => hold.ours)
  if (ours.length >= holdsPerApp) {
    const message =
      'The maximum number of fulfillment holds for this fulfillment order has been reached for this app.'
    return refusal('FULFILLMENT_ORDER_HOLD_LIMIT_REACHED', ['id'], message)
  }
  if (ours.some(hold => hold.handle === handle)) {
    const message =
      'The handle provided for the fulfillment hold is already in use by this app for another hold.'
    return refusal('DUPLICATE_FULFILLMENT_HOLD_HANDLE', ['fulfillmentHold', 'handle'], message)
  }
  const field = ['fulfillmentHold', 'fulfillmentOrderLineItems']
  const choice = chooseLines(held, input.fulfillmentOrderLineItems)
  if (!choice.ok) {
    const at = [...field, String(choice.index), 'quantity']
    if (choice.why === 'twice') {
      return refusal('DUPLICATED_FULFILLMENT_ORDER_LINE_ITEMS', field, 'The line items are not unique.')
    }
    if (choice.why === 'not-positive')
      return refusal('GREATER_THAN_ZERO', at, 'Quantity must be greater than 0.')
    return refusal('INVALID_LINE_ITEM_QUANTITY', at, 'The line item quantity is invalid.')
  }
  const named = (input.fulfillmentOrderLineItems ?? []).length > 0
  const left = named ? withoutLines(held, choice.lines).filter(line => line.remaining > 0) : []
  if (left.length > 0 && held.holds.length > 0) {
    return refusal('FULFILLMENT_ORDER_NOT_SPLITTABLE', ['id'], 'The fulfillment order cannot be split.')
  }
  const remainder =
    left.length === 0
      ? undefined
      : splitOff(
          shop,
          held,
          left.map(line => ({ line, quantity: line.remaining })),
        )
  const hold = addHold(shop, held.id, {
    reason: input.reason,
    reasonNotes: input.reasonNotes ?? null,
    handle,
    externalId: input.externalId ?? null,
    ours: true,
  })
  return {
    fulfillmentHold: { fulfillmentOrder: gid('FulfillmentOrder', held.id), hold: hold.id },
    fulfillmentOrder: gid('FulfillmentOrder', held.id),
    remainingFulfillmentOrder: remainder === undefined ? null : gid('FulfillmentOrder', remainder.id),
    userErrors: [],
  }
}

/** Puts a hold on, for any caller. */
export function addHold(shop: Shop, fulfillmentOrderId: number, wanted: Omit<Hold, 'id'>): Hold {
  const order = shop.store.need('fulfillmentOrder', fulfillmentOrderId)
  const hold: Hold = { ...wanted, id: shop.store.nextId() }
  touchFulfillmentOrder(shop, { ...order, status: 'ON_HOLD', holds: [...order.holds, hold] })
  touchOrder(shop, shop.store.need('order', order.orderId))
  shop.emit('FULFILLMENT_HOLDS_ADDED', { kind: 'hold', fulfillmentOrderId: order.id, holdId: hold.id })
  shop.emit('FULFILLMENT_ORDERS_PLACED_ON_HOLD', { kind: 'fulfillmentOrder', id: order.id })
  return hold
}

/** `fulfillmentOrderReleaseHold`. Without ids it releases everybody's holds. */
export function releaseHold(
  shop: Shop,
  args: {
    readonly id: string
    readonly holdIds?: readonly string[] | null
    readonly externalId?: string | null
  },
): { readonly fulfillmentOrder: string | null; readonly userErrors: readonly CodedUserError[] } {
  const order = shop.store.get('fulfillmentOrder', idOf(args.id, 'FulfillmentOrder') ?? -1)
  if (order === undefined) {
    const message = 'The fulfillment order could not be found.'
    return {
      fulfillmentOrder: null,
      userErrors: [{ code: 'FULFILLMENT_ORDER_NOT_FOUND', field: ['id'], message }],
    }
  }
  const named = args.holdIds?.map(id => idOf(id, 'FulfillmentHold'))
  const released = order.holds.filter(
    hold =>
      (named === undefined || named.includes(hold.id)) &&
      (args.externalId == null || hold.externalId === args.externalId),
  )
  const holds = order.holds.filter(hold => !released.includes(hold))
  for (const { id } of released)
    shop.emit('FULFILLMENT_HOLDS_RELEASED', { kind: 'hold', fulfillmentOrderId: order.id, holdId: id })
  if (order.status === 'ON_HOLD' && holds.length === 0) {
    touchFulfillmentOrder(shop, { ...order, holds, status: freeStatus(shop, order) })
    touchOrder(shop, shop.store.need('order', order.orderId))
    shop.emit('FULFILLMENT_ORDERS_HOLD_RELEASED', { kind: 'fulfillmentOrder', id: order.id })
  } else {
    touchFulfillmentOrder(shop, { ...order, holds })
  }
  return { fulfillmentOrder: gid('FulfillmentOrder', order.id), userErrors: [] }
}

function refusal(code: string, field: readonly string[], message: string): HoldPayload {
  return {
    fulfillmentHold: null,
    fulfillmentOrder: null,
    remainingFulfillmentOrder: null,
    userErrors: [{ code, field, message }],
  }
}
