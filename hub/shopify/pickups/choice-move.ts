import type { ChoiceHindrance } from '../../pickups/customer-choice/ask.ts'
import type { ChoiceRequest } from '../../pickups/customer-choice/carry-out.ts'
import { type CustomerQuestion, ITEMS_GONE } from '../../pickups/customer-choice/questions.ts'
import type { OrderSnapshot, PickupFulfillmentOrder } from '../../pickups/order-snapshot.ts'
import { placeOf } from '../../stock/places.ts'
import { readOrder } from '../orders/read-order.ts'
import { proveChoice } from './choice-proof.ts'
import { locationsFor } from './move-elsewhere.ts'
import { readHolds } from './own-hold.ts'
import type { PickupWriteWork } from './write-steps.ts'

/** What comes next so that the store that a customer chose prepares the items. */
export type MoveStep =
  | {
      readonly do: 'release'
      readonly part: string
      readonly holds: readonly string[]
      readonly there: Readonly<Record<string, number>>
    }
  | { readonly do: 'move'; readonly part: string; readonly location: string }
  /** `holds`: the hub's own, with which others have moved the part. */
  | { readonly do: 'done'; readonly holds: readonly string[] }
  | { readonly do: 'wait'; readonly for: 'tills' | 'unseen' }
  /** `released`: the part that the hub itself has released, and is to hold again; null: none is. */
  | { readonly do: 'leave'; readonly why: ChoiceHindrance; readonly released: string | null }

const leave = (why: ChoiceHindrance, released: string | null = null): MoveStep => ({
  do: 'leave',
  why,
  released,
})

/**
 * Decided by what Shopify has now. Items move only if everything is proven as for a refund: they are missing, held by the hub alone or
 * released by this choice, and the tills are heard. Throws as `ShopifyClient.read` does.
 */
export async function nextForMove(
  work: PickupWriteWork,
  question: CustomerQuestion,
  { released, there }: Pick<ChoiceRequest, 'released' | 'there'>,
): Promise<MoveStep> {
  const { order_id, part: id, location } = question.row
  const order = await readOrder(work.client, order_id)
  if (order === null) return { do: 'wait', for: 'unseen' }
  const part = openPart(order, id)
  if (location !== null && hasArrived(order, question, released === undefined ? null : (there ?? {}))) {
    const isHeldThere = part?.status === 'ON_HOLD' && part.location === location
    return { do: 'done', holds: isHeldThere ? (await readHolds(work.client, id)).own : [] }
  }
  // the hub may be a little behind Shopify, and still wait for them
  if (part === null || !(await isAtStore(work, part, question))) return leave(ITEMS_GONE)
  if (location === null || !hasJust(part, question))
    return leave('The items are not as they were when the customer was asked.')
  const isHeld = part.status === 'ON_HOLD'
  // a person has released it: the store may have the items again
  if (!isHeld && released === undefined)
    return leave('The items are not as they were when the customer was asked.')
  const holds = await readHolds(work.client, id)
  if (holds.hasOthers || (isHeld && holds.own.length === 0))
    return leave('Another hold is on the items in Shopify.')
  const ownReleased = !isHeld && released === 'answered' ? id : null
  const doubt = await proveChoice(work, question)
  if (doubt?.next === 'leave') return leave(doubt.why, ownReleased)
  if (doubt !== null) return { do: 'wait', for: doubt.for }
  const free = await locationsFor(work, order_id, part)
  if (!free.includes(location)) return leave('The store that was chosen no longer has them.', ownReleased)
  if (!isHeld) return { do: 'move', part: id, location }
  return { do: 'release', part: id, holds: holds.own, there: unitsAt(order, question) }
}

/** Whether a part is with the store that was to prepare it. */
async function isAtStore(
  { db }: PickupWriteWork,
  { location }: PickupFulfillmentOrder,
  { row }: CustomerQuestion,
): Promise<boolean> {
  return location !== null && (await placeOf(db, location))?.store === row.store
}

/** A fulfilment order that still has something to do; null: it has not, or is not there. */
export function openPart(order: OrderSnapshot, id: string): PickupFulfillmentOrder | null {
  const part = order.pickups.find(one => one.id === id)
  const isOpen = part !== undefined && part.status !== 'CLOSED' && part.status !== 'CANCELLED'
  return isOpen && order.cancelledAt === null ? part : null
}

/** Whether a fulfilment order has the items that are missing, all of them, and nothing else to do. */
export function hasJust({ lines }: PickupFulfillmentOrder, question: CustomerQuestion): boolean {
  const due = lines.filter(({ remaining }) => remaining > 0)
  const wanted = unitsByOrderLine(question)
  return (
    wanted !== null &&
    due.length === wanted.size &&
    due.every(({ orderLine, remaining }) => wanted.get(orderLine) === remaining)
  )
}

/**
 * Whether the store that was chosen has the items now, under whichever fulfilment order, beside what it had of their lines already, and the one that
 * was held has not. @param before what it had before this choice was sent; null: it was not sent, and only the held part itself tells
 */
function hasArrived(
  order: OrderSnapshot,
  question: CustomerQuestion,
  before: Readonly<Record<string, number>> | null,
): boolean {
  const { part: id, location } = question.row
  const wanted = unitsByOrderLine(question)
  const held = openPart(order, id)
  if (wanted === null || (held !== null && held.location !== location && hasDue(held))) return false
  if (before === null) return held !== null && held.location === location && hasJust(held, question)
  const now = unitsAt(order, question)
  return [...wanted].every(([line, units]) => (now[line] ?? 0) >= (before[line] ?? 0) + units)
}

/** How many units of the items' lines the store that was chosen has to hand over. */
function unitsAt(order: OrderSnapshot, question: CustomerQuestion): Readonly<Record<string, number>> {
  const { location } = question.row
  const there = order.pickups.filter(one => one.location === location && openPart(order, one.id) !== null)
  const lines = [...(unitsByOrderLine(question)?.keys() ?? [])]
  return Object.fromEntries(lines.map(line => [line, dueOf(there, line)]))
}

const hasDue = ({ lines }: PickupFulfillmentOrder) => lines.some(({ remaining }) => remaining > 0)

const dueOf = (some: readonly PickupFulfillmentOrder[], orderLine: string) =>
  some
    .flatMap(({ lines }) => lines)
    .reduce((sum, line) => (line.orderLine === orderLine ? sum + line.remaining : sum), 0)

/** Missing units by the order's line; null: of one it is not known. */
export function unitsByOrderLine({ items }: CustomerQuestion): ReadonlyMap<string, number> | null {
  const units = new Map<string, number>()
  for (const { orderLine, units: count } of items) {
    if (orderLine === null) return null
    units.set(orderLine, (units.get(orderLine) ?? 0) + count)
  }
  return units
}
