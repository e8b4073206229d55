import { gid, idOf } from '../graphql/gid.ts'
import type { Shop } from '../shop.ts'
import type { FulfillmentOrder } from '../state/entities.ts'
import { type ChosenLine, chooseLines, type LineInput, withoutLines } from './chosen-lines.ts'
import type { CodedUserError } from './prepare.ts'
import { isActive, touchFulfillmentOrder, touchOrder } from './touch.ts'

export interface MergeInput {
  readonly mergeIntents: readonly {
    readonly fulfillmentOrderId: string
    readonly fulfillmentOrderLineItems?: readonly LineInput[] | null
  }[]
}

export interface MergePayload {
  readonly fulfillmentOrderMerges: readonly { readonly fulfillmentOrder: string }[] | null
  readonly userErrors: readonly CodedUserError[]
}

/** `fulfillmentOrderMerge`: the units join the first fulfilment order named; one that is emptied is closed. */
export function mergeFulfillmentOrders(shop: Shop, inputs: readonly MergeInput[]): MergePayload {
  const merged: string[] = []
  for (const [index, { mergeIntents }] of inputs.entries()) {
    const at = ['fulfillmentOrderMergeInputs', String(index), 'mergeIntents']
    const read = readIntents(shop, mergeIntents, at)
    if ('code' in read) return { fulfillmentOrderMerges: null, userErrors: [read] }
    merged.push(gid('FulfillmentOrder', merge(shop, read).id))
  }
  return { fulfillmentOrderMerges: merged.map(fulfillmentOrder => ({ fulfillmentOrder })), userErrors: [] }
}

interface Part {
  readonly held: FulfillmentOrder
  readonly chosen: readonly ChosenLine[]
}

function readIntents(
  shop: Shop,
  intents: MergeInput['mergeIntents'],
  at: readonly string[],
): readonly Part[] | CodedUserError {
  const parts: Part[] = []
  for (const [index, intent] of intents.entries()) {
    const field = [...at, String(index)]
    const held = shop.store.get('fulfillmentOrder', idOf(intent.fulfillmentOrderId, 'FulfillmentOrder') ?? -1)
    if (held === undefined || !mayMerge(held, parts[0]?.held) || parts.some(one => one.held.id === held.id)) {
      const message = 'Fulfillment order does not exist or cannot be merged with the others.'
      return { code: 'FULFILLMENT_ORDER_NOT_FOUND', field: [...field, 'fulfillmentOrderId'], message }
    }
    const choice = chooseLines(held, intent.fulfillmentOrderLineItems)
    if (!choice.ok) {
      const code = choice.why === 'not-positive' ? 'GREATER_THAN' : 'INVALID_LINE_ITEM_QUANTITY'
      return { code, field: [...field, 'fulfillmentOrderLineItems'], message: 'The quantity is invalid.' }
    }
    parts.push({ held, chosen: choice.lines })
  }
  if (parts.length > 1) return parts
  const message = 'At least two fulfillment orders are needed to merge.'
  return { code: 'FULFILLMENT_ORDER_NOT_FOUND', field: at, message }
}

/** Of one order, one location and one way of delivery, and nothing holds them. */
function mayMerge(held: FulfillmentOrder, first: FulfillmentOrder | undefined): boolean {
  if (!isActive(held) || held.status === 'ON_HOLD' || held.status === 'INCOMPLETE') return false
  return (
    first === undefined ||
    (held.orderId === first.orderId && held.locationId === first.locationId && held.group === first.group)
  )
}

/** Other open fulfilment orders that one could be merged with. */
export function mergeable(shop: Shop, held: FulfillmentOrder): readonly FulfillmentOrder[] {
  if (!mayMerge(held, undefined)) return []
  const ids = shop.store.need('order', held.orderId).fulfillmentOrderIds
  return ids
    .map(id => shop.store.need('fulfillmentOrder', id))
    .filter(one => one.id !== held.id && mayMerge(one, held))
}

function merge(shop: Shop, parts: readonly Part[]): FulfillmentOrder {
  const [first, ...others] = parts
  if (first === undefined) throw new Error('A merge without fulfilment orders')
  const lines = new Map(first.held.lines.map(line => [line.lineId, line]))
  for (const { held, chosen } of others) {
    for (const { line, quantity } of chosen) {
      const own = lines.get(line.lineId) ?? {
        id: shop.store.nextId(),
        lineId: line.lineId,
        total: 0,
        remaining: 0,
      }
      lines.set(line.lineId, {
        ...own,
        total: own.total + quantity,
        remaining: own.remaining + quantity,
      })
    }
    const left = withoutLines(held, chosen)
    const done = left.every(line => line.remaining === 0)
    touchFulfillmentOrder(shop, { ...held, lines: left, status: done ? 'CLOSED' : held.status })
  }
  // One part that is not laid out yet makes the whole not ready.
  const prepared = parts.every(one => one.held.preparedAt !== null)
  const merged = touchFulfillmentOrder(shop, {
    ...first.held,
    lines: [...lines.values()],
    preparedAt: prepared ? first.held.preparedAt : null,
  })
  touchOrder(shop, shop.store.need('order', merged.orderId))
  const mergedIds = others.map(one => one.held.id)
  shop.emit('FULFILLMENT_ORDERS_MERGED', { kind: 'merged', id: merged.id, mergedIds })
  return merged
}
