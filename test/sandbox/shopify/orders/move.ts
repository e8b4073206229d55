import { gid, idOf } from '../graphql/gid.ts'
import type { Shop } from '../shop.ts'
import type { FulfillmentOrder, Order } from '../state/entities.ts'
import { levelOf, type Movement, moveStock } from '../stock/ledger.ts'
import { type ChosenLine, chooseLines, isWholeOrder, type LineInput, withoutLines } from './chosen-lines.ts'
import { newFulfillmentOrder } from './new-fulfillment-order.ts'
import type { CodedUserError } from './prepare.ts'
import { fulfillmentOrdersOf, hasFulfilled, isActive, touchFulfillmentOrder, touchOrder } from './touch.ts'

export interface MoveArguments {
  readonly id: string
  readonly newLocationId: string
  readonly fulfillmentOrderLineItems?: readonly LineInput[] | null
}

export interface MovePayload {
  readonly movedFulfillmentOrder: string | null
  readonly originalFulfillmentOrder: string | null
  readonly remainingFulfillmentOrder: string | null
  readonly userErrors: readonly CodedUserError[]
}

/** Whether a location can take these lines: it is active and stocks every one of them. */
export function canTake(shop: Shop, order: Order, lineIds: readonly number[], locationId: number): boolean {
  if (!shop.store.need('location', locationId).isActive) return false
  return lineIds.every(lineId => {
    const itemId = order.lines.find(line => line.id === lineId)?.itemId ?? null
    return itemId === null || levelOf(shop, itemId, locationId)?.isActive === true
  })
}

/**
 * `fulfillmentOrderMove`. A whole, untouched fulfilment order keeps its id at the new location. Part of one,
 * or one the location already has a sibling of, ends in a new fulfilment order; that sibling is closed.
 */
export function moveFulfillmentOrder(shop: Shop, args: MoveArguments): MovePayload {
  const held = shop.store.get('fulfillmentOrder', idOf(args.id, 'FulfillmentOrder') ?? -1)
  if (held === undefined) return refusal(['id'], 'Fulfillment order not found.')
  const target = shop.store.get('location', idOf(args.newLocationId, 'Location') ?? -1)
  if (target === undefined) return refusal(['newLocationId'], 'Location not found.')
  if (!isActive(held) || target.id === held.locationId) return refusal(null, 'Cannot change location.')
  if (hasProgress(shop, held)) {
    const code = 'CANNOT_MOVE_FULFILLMENT_ORDER_WITH_REPORTED_PROGRESS'
    return refusal(['id'], 'Cannot move a fulfillment order that has reported progress.', code)
  }
  const choice = chooseLines(held, args.fulfillmentOrderLineItems)
  if (!choice.ok)
    return refusal(['fulfillmentOrderLineItems', String(choice.index)], 'Invalid line item quantity.')
  const order = shop.store.need('order', held.orderId)
  const lineIds = choice.lines.map(({ line }) => line.lineId)
  if (!canTake(shop, order, lineIds, target.id)) return refusal(null, 'Cannot change location.')

  const sibling = fulfillmentOrdersOf(shop, order).find(
    other =>
      other.id !== held.id &&
      other.locationId === target.id &&
      other.group === held.group &&
      isActive(other) &&
      other.status !== 'ON_HOLD' &&
      other.status !== 'SCHEDULED',
  )
  const moved = relocate(shop, order, held, choice.lines, target.id, sibling)
  moveStock(
    shop,
    choice.lines.flatMap(chosen => promise(order, chosen, held.locationId, target.id)),
  )
  const known = new Set(order.fulfillmentOrderIds)
  touchOrder(shop, { ...order, fulfillmentOrderIds: [...known.add(moved.id)] })
  shop.emit('FULFILLMENT_ORDERS_MOVED', { kind: 'moved', originalId: held.id, movedId: moved.id })
  return {
    movedFulfillmentOrder: gid('FulfillmentOrder', moved.id),
    originalFulfillmentOrder: gid('FulfillmentOrder', held.id),
    remainingFulfillmentOrder: moved.id === held.id ? null : gid('FulfillmentOrder', held.id),
    userErrors: [],
  }
}

/** Reported progress always blocks a move; whether "ready" and a part handed over do is not known of Shopify: a switch. */
export function hasProgress(shop: Shop, held: FulfillmentOrder): boolean {
  if (held.progressAt !== null) return true
  return shop.settings.moveStarted === 'refuse' && (held.preparedAt !== null || hasFulfilled(shop, held))
}

function relocate(
  shop: Shop,
  order: Order,
  held: FulfillmentOrder,
  chosen: readonly ChosenLine[],
  locationId: number,
  sibling: FulfillmentOrder | undefined,
): FulfillmentOrder {
  const locationName = shop.store.need('location', locationId).name
  if (sibling === undefined && isWholeOrder(held, chosen)) {
    // What was laid out at the old counter is not ready at the new one.
    const status = held.status === 'ON_HOLD' || held.status === 'SCHEDULED' ? held.status : 'OPEN'
    return touchFulfillmentOrder(shop, { ...held, locationId, locationName, status, preparedAt: null })
  }
  const lines = withoutLines(held, chosen)
  const done = lines.every(line => line.remaining === 0)
  touchFulfillmentOrder(shop, { ...held, lines, status: done ? 'CLOSED' : held.status })
  const moving = new Map(chosen.map(({ line, quantity }) => [line.lineId, quantity]))
  if (sibling !== undefined) {
    for (const { lineId, remaining } of sibling.lines)
      moving.set(lineId, (moving.get(lineId) ?? 0) + remaining)
    const left = sibling.lines.map(line => ({ ...line, total: line.total - line.remaining, remaining: 0 }))
    touchFulfillmentOrder(shop, { ...sibling, lines: left.filter(line => line.total > 0), status: 'CLOSED' })
  }
  const wanted = [...moving].filter(([, quantity]) => quantity > 0)
  const made = newFulfillmentOrder(shop, order, {
    group: held.group,
    locationId,
    lines: wanted.map(([lineId, quantity]) => ({ lineId, quantity })),
  })
  const { holds, fulfillAt } = held
  const status = held.status === 'ON_HOLD' || held.status === 'SCHEDULED' ? held.status : 'OPEN'
  return touchFulfillmentOrder(shop, { ...made, holds, fulfillAt, status })
}

/** The promise leaves one shelf and lies on another. */
function promise(
  order: Order,
  { line, quantity }: ChosenLine,
  from: number,
  to: number,
): readonly Movement[] {
  const ordered = order.lines.find(one => one.id === line.lineId)
  if (ordered?.claimed !== true || ordered.itemId === null) return []
  const { itemId } = ordered
  return [
    { name: 'committed', delta: -quantity, itemId, locationId: from },
    { name: 'available', delta: quantity, itemId, locationId: from },
    { name: 'available', delta: -quantity, itemId, locationId: to },
    { name: 'committed', delta: quantity, itemId, locationId: to },
  ]
}

function refusal(field: readonly string[] | null, message: string, code: string | null = null): MovePayload {
  return {
    movedFulfillmentOrder: null,
    originalFulfillmentOrder: null,
    remainingFulfillmentOrder: null,
    userErrors: [{ code, field, message }],
  }
}
