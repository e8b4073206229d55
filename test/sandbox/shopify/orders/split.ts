import { gid, idOf } from '../graphql/gid.ts'
import type { Shop } from '../shop.ts'
import type { FulfillmentOrder } from '../state/entities.ts'
import { type ChosenLine, chooseLines, type LineInput, withoutLines } from './chosen-lines.ts'
import { newFulfillmentOrder } from './new-fulfillment-order.ts'
import type { CodedUserError } from './prepare.ts'
import { isActive, touchFulfillmentOrder, touchOrder } from './touch.ts'

export interface SplitInput {
  readonly fulfillmentOrderId: string
  readonly fulfillmentOrderLineItems: readonly LineInput[]
}

export interface SplitPayload {
  readonly fulfillmentOrderSplits:
    | readonly {
        readonly fulfillmentOrder: string
        readonly remainingFulfillmentOrder: string
        readonly replacementFulfillmentOrder: null
      }[]
    | null
  readonly userErrors: readonly CodedUserError[]
}

/** `fulfillmentOrderSplit`: the named units leave for a new fulfilment order, the original keeps the rest. */
export function splitFulfillmentOrders(shop: Shop, splits: readonly SplitInput[]): SplitPayload {
  const plans: { held: FulfillmentOrder; lines: readonly ChosenLine[] }[] = []
  for (const [index, wanted] of splits.entries()) {
    const at = ['fulfillmentOrderSplits', String(index)]
    const held = shop.store.get('fulfillmentOrder', idOf(wanted.fulfillmentOrderId, 'FulfillmentOrder') ?? -1)
    if (held === undefined || !isActive(held) || plans.some(plan => plan.held.id === held.id)) {
      return refusal(
        'FULFILLMENT_ORDER_NOT_FOUND',
        [...at, 'fulfillmentOrderId'],
        'Fulfillment order does not exist.',
      )
    }
    if (wanted.fulfillmentOrderLineItems.length === 0) {
      const message = 'The fulfillment order must have at least one line item input to split.'
      return refusal('NO_LINE_ITEMS_PROVIDED_TO_SPLIT', [...at, 'fulfillmentOrderLineItems'], message)
    }
    const choice = chooseLines(held, wanted.fulfillmentOrderLineItems)
    if (!choice.ok) {
      const field = [...at, 'fulfillmentOrderLineItems', String(choice.index), 'quantity']
      if (choice.why === 'not-positive') {
        return refusal('GREATER_THAN', field, 'The line item quantity must be greater than 0.')
      }
      return refusal('INVALID_LINE_ITEM_QUANTITY', field, 'The line item quantity is invalid.')
    }
    const remaining = held.lines.reduce((sum, line) => sum + line.remaining, 0)
    const taken = choice.lines.reduce((sum, { quantity }) => sum + quantity, 0)
    if (taken === remaining) {
      const message = 'The line item quantity is invalid: nothing would remain.'
      return refusal('INVALID_LINE_ITEM_QUANTITY', [...at, 'fulfillmentOrderLineItems'], message)
    }
    plans.push({ held, lines: choice.lines })
  }
  const done = plans.map(({ held, lines }) => ({ held, part: splitOff(shop, held, lines) }))
  return {
    fulfillmentOrderSplits: done.map(({ held, part }) => ({
      fulfillmentOrder: gid('FulfillmentOrder', held.id),
      remainingFulfillmentOrder: gid('FulfillmentOrder', part.id),
      replacementFulfillmentOrder: null,
    })),
    userErrors: [],
  }
}

/** Takes units out of a fulfilment order into a new one at the same location. */
export function splitOff(shop: Shop, held: FulfillmentOrder, lines: readonly ChosenLine[]): FulfillmentOrder {
  const order = shop.store.need('order', held.orderId)
  const part = newFulfillmentOrder(shop, order, {
    group: held.group,
    locationId: held.locationId,
    lines: lines.map(({ line, quantity }) => ({ lineId: line.lineId, quantity })),
  })
  touchFulfillmentOrder(shop, { ...held, lines: withoutLines(held, lines) })
  // A part of something held or already laid out is so too.
  const kept = touchFulfillmentOrder(shop, {
    ...part,
    status: held.status,
    holds: held.holds,
    preparedAt: held.preparedAt,
    progressAt: held.progressAt,
    fulfillAt: held.fulfillAt,
  })
  touchOrder(shop, { ...order, fulfillmentOrderIds: [...order.fulfillmentOrderIds, part.id] })
  shop.emit('FULFILLMENT_ORDERS_SPLIT', { kind: 'split', originalId: held.id, remainingId: part.id })
  return kept
}

function refusal(code: string, field: readonly string[], message: string): SplitPayload {
  return { fulfillmentOrderSplits: null, userErrors: [{ code, field, message }] }
}
