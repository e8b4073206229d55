import type { Shop } from '../shop.ts'
import type { FulfilledUnits, FulfillmentOrder, Order } from '../state/entities.ts'
import { type Movement, moveStock } from '../stock/ledger.ts'
import { fulfillmentOrdersOf, isActive, touchFulfillmentOrder } from './touch.ts'

/** Units of a line that are still to be handed over. */
export function openUnits(shop: Shop, order: Order, lineId: number): number {
  const planned = order.plan.filter(one => one.lineId === lineId)
  return fulfillmentOrdersOf(shop, order)
    .filter(isActive)
    .flatMap(one => one.lines)
    .filter(line => line.lineId === lineId)
    .reduce(
      (sum, line) => sum + line.remaining,
      planned.reduce((sum, one) => sum + one.quantity, 0),
    )
}

export interface TakenUnits {
  readonly lineId: number
  readonly quantity: number
  /** Where the goods go: back to where they were promised, to a named location, or out of the books. */
  readonly restock: 'where-promised' | 'lost' | { readonly locationId: number }
}

/**
 * Takes units that were not handed over out of the open fulfilment orders, the newest first, and lets go of
 * their stock. A fulfilment order that is left with nothing to do is closed. The caller has routed the order
 * and checked that the units are there.
 */
export function takeOpenUnits(shop: Shop, order: Order, wanted: readonly TakenUnits[]): void {
  const movements: Movement[] = []
  for (const { lineId, quantity, restock } of wanted) {
    let open = quantity
    for (const held of openOnes(shop, order, lineId)) {
      const there = held.lines
        .filter(line => line.lineId === lineId)
        .reduce((sum, line) => sum + line.remaining, 0)
      const taken = Math.min(open, there)
      if (taken === 0) continue
      open -= taken
      shrink(shop, held, lineId, taken)
      movements.push(...release(order, lineId, taken, held.locationId, restock))
    }
    if (open > 0) throw new Error(`Order ${order.name} has ${open} units of line ${lineId} too few`)
  }
  moveStock(shop, movements)
}

/** What is easiest to give up first: held and waiting ones, then the newest. */
function openOnes(shop: Shop, order: Order, lineId: number): readonly FulfillmentOrder[] {
  const rank = ({ status }: FulfillmentOrder): number =>
    status === 'ON_HOLD' || status === 'INCOMPLETE' ? 0 : status === 'IN_PROGRESS' ? 2 : 1
  return fulfillmentOrdersOf(shop, order)
    .filter(one => isActive(one) && one.lines.some(line => line.lineId === lineId && line.remaining > 0))
    .toSorted((a, b) => rank(a) - rank(b) || b.id - a.id)
}

function shrink(shop: Shop, held: FulfillmentOrder, lineId: number, units: number): void {
  let left = units
  const lines = held.lines.flatMap(line => {
    if (line.lineId !== lineId) return [line]
    const taken = Math.min(left, line.remaining)
    left -= taken
    const total = shop.settings.removedUnits === 'leave-total' ? line.total - taken : line.total
    return total === 0 ? [] : [{ ...line, total, remaining: line.remaining - taken }]
  })
  const done = lines.every(line => line.remaining === 0)
  touchFulfillmentOrder(shop, done ? { ...held, lines, holds: [], status: 'CLOSED' } : { ...held, lines })
}

function release(
  order: Order,
  lineId: number,
  quantity: number,
  promisedAt: number,
  restock: TakenUnits['restock'],
): readonly Movement[] {
  const line = order.lines.find(one => one.id === lineId)
  if (line?.claimed !== true || line.itemId === null) return []
  const { itemId } = line
  const freed: Movement = { name: 'committed', delta: -quantity, itemId, locationId: promisedAt }
  if (restock === 'lost') return [freed]
  const locationId = restock === 'where-promised' ? promisedAt : restock.locationId
  return [freed, { name: 'available', delta: quantity, itemId, locationId }]
}

/** A fulfilled line and how much of it is neither refunded nor on a return. */
export interface FreeUnits {
  readonly fulfillmentId: number
  readonly fulfillmentLineId: number
  readonly locationId: number
  readonly free: number
}

/** The units of a line that the customer has and that nothing was done about, the oldest fulfilment first. */
export function freeFulfilled(shop: Shop, order: Order, lineId: number): readonly FreeUnits[] {
  const spoken = spokenFor(shop, order)
  return order.fulfillmentIds
    .map(id => shop.store.need('fulfillment', id))
    .filter(one => one.status === 'SUCCESS')
    .flatMap(one =>
      one.lines
        .filter(line => line.lineId === lineId)
        .map(line => ({
          fulfillmentId: one.id,
          fulfillmentLineId: line.id,
          locationId: one.locationId,
          free: line.quantity - (spoken.get(line.id) ?? 0),
        })),
    )
}

/** Picks fulfilled units; undefined when there are not so many. */
export function pickFulfilled(
  shop: Shop,
  order: Order,
  lineId: number,
  quantity: number,
): readonly (FulfilledUnits & { readonly locationId: number })[] | undefined {
  let open = quantity
  const picked = freeFulfilled(shop, order, lineId).flatMap(one => {
    const taken = Math.min(open, one.free)
    open -= taken
    return taken === 0 ? [] : [{ ...one, quantity: taken }]
  })
  return open === 0 ? picked : undefined
}

/** Units of fulfilment lines that were refunded or are on a return that was not called off. */
export function spokenFor(shop: Shop, order: Order): ReadonlyMap<number, number> {
  const units = new Map<number, number>()
  const add = (id: number, quantity: number): void => void units.set(id, (units.get(id) ?? 0) + quantity)
  for (const id of order.refundIds) {
    const refund = shop.store.need('refund', id)
    if (refund.returnId !== null) continue // its units are counted by the return
    for (const one of refund.lines.flatMap(line => line.fulfilled)) add(one.fulfillmentLineId, one.quantity)
  }
  for (const id of order.returnIds) {
    const one = shop.store.need('return', id)
    if (one.status === 'CANCELED' || one.status === 'DECLINED') continue
    for (const line of one.lines)
      add(line.fulfillmentLineId, one.status === 'CLOSED' ? line.processed : line.quantity)
  }
  return units
}

/** Goods that come back from a customer: of every tracked item, claimed by its order or not. */
export function restockMovements(
  shop: Shop,
  order: Order,
  lineId: number,
  quantity: number,
  locationId: number,
): readonly Movement[] {
  const itemId = order.lines.find(line => line.id === lineId)?.itemId ?? null
  if (itemId === null) return []
  const item = shop.store.need('item', itemId)
  return item.tracked && !item.bundle ? [{ name: 'available', delta: quantity, itemId, locationId }] : []
}
