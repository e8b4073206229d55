import { gid, type IdOf, idOf } from '../graphql/gid.ts'
import type { Shop } from '../shop.ts'
import type { Fulfillment, FulfillmentOrder, Order } from '../state/entities.ts'
import type { PlainUserError } from '../stock/activate.ts'
import { type Movement, moveStock } from '../stock/ledger.ts'
import { outstanding } from './balance.ts'
import { type ChosenLine, chooseLines, type LineInput } from './chosen-lines.ts'
import { fulfillmentOrdersOf, isActive, isWorkable, touchFulfillmentOrder, touchOrder } from './touch.ts'

export interface FulfillmentInput {
  readonly lineItemsByFulfillmentOrder: readonly {
    readonly fulfillmentOrderId: string
    readonly fulfillmentOrderLineItems?: readonly LineInput[] | null
  }[]
  readonly notifyCustomer?: boolean | null
  readonly trackingInfo?: {
    readonly number?: string | null
    readonly url?: string | null
    readonly company?: string | null
  } | null
}

export interface FulfillmentPayload {
  readonly fulfillment: IdOf<'Fulfillment'> | null
  readonly userErrors: readonly PlainUserError[]
}

interface Part {
  readonly order: FulfillmentOrder
  readonly chosen: readonly ChosenLine[]
}

/** `fulfillmentCreate`: the customer has the goods. One order and one location a call; its errors have no code. */
export function createFulfillment(shop: Shop, input: FulfillmentInput): FulfillmentPayload {
  const parts: Part[] = []
  for (const [index, wanted] of input.lineItemsByFulfillmentOrder.entries()) {
    const at = ['fulfillment', 'lineItemsByFulfillmentOrder', String(index)]
    const held = shop.store.get('fulfillmentOrder', idOf(wanted.fulfillmentOrderId, 'FulfillmentOrder') ?? -1)
    if (held === undefined) return refusal([...at, 'fulfillmentOrderId'], 'Fulfillment order does not exist.')
    const refused = whyNot(held)
    if (refused !== undefined) return refusal(at, refused)
    const choice = chooseLines(held, wanted.fulfillmentOrderLineItems)
    if (!choice.ok) {
      const line = [...at, 'fulfillmentOrderLineItems', String(choice.index)]
      const message =
        choice.why === 'unknown'
          ? 'Fulfillment order line item does not exist.'
          : 'Invalid fulfillment order line item quantity requested.'
      return refusal(line, message)
    }
    if (parts.some(part => part.order.id === held.id)) return refusal(at, 'Fulfillment order is given twice.')
    parts.push({ order: held, chosen: choice.lines })
  }
  const first = parts[0]?.order
  if (first === undefined) return refusal(['fulfillment'], 'There are no fulfillment orders to fulfill.')
  if (parts.some(part => part.order.orderId !== first.orderId)) {
    return refusal(['fulfillment'], 'All fulfillment orders must belong to the same order.')
  }
  if (parts.some(part => part.order.locationId !== first.locationId)) {
    return refusal(['fulfillment'], 'All fulfillment orders must be assigned to the same location.')
  }
  return { fulfillment: gid('Fulfillment', fulfil(shop, parts, input).id), userErrors: [] }
}

function whyNot(order: FulfillmentOrder): string | undefined {
  if (order.status === 'ON_HOLD') return 'Fulfillment order is on hold and cannot be fulfilled.'
  if (order.status === 'SCHEDULED') return 'Fulfillment order is scheduled and cannot be fulfilled.'
  if (!isWorkable(order)) return 'Fulfillment order is closed and cannot be fulfilled.'
  return undefined
}

/** Hands over the chosen units. */
export function fulfil(
  shop: Shop,
  parts: readonly Part[],
  input: Pick<FulfillmentInput, 'trackingInfo'>,
): Fulfillment {
  const { store } = shop
  const at = shop.clock.stamp()
  const orderId = parts[0]?.order.orderId ?? -1
  const locationId = parts[0]?.order.locationId ?? -1
  const order = store.need('order', orderId)
  const { number = null, url = null, company = null } = input.trackingInfo ?? {}
  const made = store.put('fulfillment', {
    id: store.nextId(),
    orderId,
    locationId,
    name: `${order.name}-F${order.fulfillmentIds.length + 1}`,
    status: 'SUCCESS',
    lines: parts.flatMap(part =>
      part.chosen.map(({ line, quantity }) => ({
        id: store.nextId(),
        lineId: line.lineId,
        fulfillmentOrderId: part.order.id,
        fulfillmentOrderLineId: line.id,
        quantity,
      })),
    ),
    tracking: number === null && url === null && company === null ? null : { number, url, company },
    createdAt: at,
    updatedAt: at,
  })
  for (const part of parts) takeFromFulfillmentOrder(shop, part)
  moveStock(shop, committed(order, made, -1))
  shop.emit('FULFILLMENTS_CREATE', { kind: 'fulfillment', id: made.id })
  const done = fulfillmentOrdersOf(shop, order).every(one => !isActive(one))
  touchOrder(shop, {
    ...order,
    fulfillmentIds: [...order.fulfillmentIds, made.id],
    // The shop setting "automatically archive the order", on by default.
    closedAt: done && outstanding(order) <= 0 ? at : order.closedAt,
  })
  shop.emit(done ? 'ORDERS_FULFILLED' : 'ORDERS_PARTIALLY_FULFILLED', { kind: 'order', id: order.id })
  return made
}

function takeFromFulfillmentOrder(shop: Shop, { order, chosen }: Part): void {
  const lines = order.lines.map(line => {
    const quantity = chosen.find(one => one.line.id === line.id)?.quantity ?? 0
    return { ...line, remaining: line.remaining - quantity }
  })
  const done = lines.every(line => line.remaining === 0)
  touchFulfillmentOrder(shop, { ...order, lines, status: done ? 'CLOSED' : 'IN_PROGRESS' })
}

/** What a fulfilment takes out of committed (−1), or its cancellation puts back (+1). */
export function committed(order: Order, fulfillment: Fulfillment, sign: 1 | -1): readonly Movement[] {
  return fulfillment.lines.flatMap(({ lineId, quantity }): readonly Movement[] => {
    const line = order.lines.find(held => held.id === lineId)
    if (line?.claimed !== true || line.itemId === null) return []
    const { itemId } = line
    return [{ name: 'committed', delta: sign * quantity, itemId, locationId: fulfillment.locationId }]
  })
}

function refusal(field: readonly string[], message: string): FulfillmentPayload {
  return { fulfillment: null, userErrors: [{ field, message }] }
}
