import { closeException, isExceptionOpen } from '../checks/exceptions.ts'
import type { Tx } from '../db/db.ts'
import { nameCancelledButCollected } from './cancelled-but-collected.ts'
import {
  type BookedFulfillment,
  fulfillmentsOfOrder,
  fulfillmentsOfPickup,
  type LineUnits,
  takeOffOrder,
  unitsToldUnmatched,
} from './fulfillments.ts'
import { dueUnits } from './line-counts.ts'
import { showWarning } from './may-be-gone.ts'
import type { OrderSnapshot } from './order-snapshot.ts'
import type { PickupPart, Shifts } from './packed.ts'
import { type Pickup, readPickup } from './pickup-row.ts'
import { byOtherStores, storesThatTold } from './told-after-move.ts'
import { toldGoesOn } from './told-goes-on.ts'

/** An order as it was read, and its pickups as they were before. */
interface Looked {
  readonly order: OrderSnapshot
  readonly parts: readonly PickupPart[]
  readonly shifts: Shifts
}

/**
 * An order was read. Of what stores handed over after it had been moved away from there: what its order does not have any more is asked about, because its
 * customer has the goods and gets the money; what goes on in another fulfilment order is awaited there; and what Shopify has as handed over is dealt with.
 */
export async function lookAfterMoves(tx: Tx, looked: Looked, now: number): Promise<void> {
  const { order } = looked
  const take = takerOf(looked.shifts)
  const done: string[] = []
  for (const pickup of await pickupsTold(tx, order.id)) {
    const held = await readPickup(tx, pickup)
    if (held === null || order.updatedAt < held.row.shopify_updated_at) return
    const rows = await fulfillmentsOfPickup(tx, pickup)
    if (hasUnbooked(looked, pickup, rows)) return
    const lines = await linesLeft(tx, { ...looked, held, take }, rows)
    await nameLost(tx, looked, { held, lost: unitsOf(lines, 'lost') }, now)
    if (order.cancelledAt === null) await toldGoesOn(tx, { order, held, loose: unitsOf(lines, 'loose') }, now)
    done.push(pickup)
  }
  const isDone = order.cancelledAt !== null || !(await isAwaited(tx, looked, done))
  if (isDone) for (const pickup of done) await closeException(tx, 'handed-over-after-move', pickup, now)
}

async function pickupsTold(tx: Tx, order: string): Promise<readonly string[]> {
  const told = (await fulfillmentsOfOrder(tx, order)).filter(({ state }) => state === 'told')
  return [...new Set(told.map(({ pickup }) => pickup))]
}

/** Each unit that is off an order's line is so once. */
function takerOf(shifts: Shifts) {
  const left = new Map<string, number>()
  return (orderLine: string, wanted: number): number => {
    const there = left.get(orderLine) ?? shifts.off(orderLine)
    const units = Math.min(wanted, there)
    left.set(orderLine, there - units)
    return units
  }
}

/** Whether Shopify is still to hear of some of it, in whichever fulfilment order of the order. */
async function isAwaited(tx: Tx, looked: Looked, before: readonly string[]): Promise<boolean> {
  for (const pickup of new Set([...before, ...(await pickupsTold(tx, looked.order.id))])) {
    const held = await readPickup(tx, pickup)
    if (held === null) continue
    const lines = await linesLeft(
      tx,
      { ...looked, held, take: () => 0 },
      await fulfillmentsOfPickup(tx, pickup),
    )
    if (lines.some(({ open }) => open > 0)) return true
  }
  return false
}

async function nameLost(
  tx: Tx,
  { order }: Looked,
  { held, lost }: { readonly held: Pickup; readonly lost: readonly LineUnits[] },
  now: number,
): Promise<void> {
  if (lost.length === 0) return
  const { pickup } = held.row
  await takeOffOrder(tx, pickup, lost)
  const [store = held.row.store] = await storesThatTold(tx, pickup)
  const isPart = order.cancelledAt === null
  await nameCancelledButCollected(tx, held, { lost, store, evidence: { order: order.id }, isPart }, now)
  await showWarning(tx, held, now)
}

interface LineLeft {
  readonly line: string
  /** The order does not have it any more. */
  readonly lost: number
  /** It is due as another fulfilment order of the order. */
  readonly loose: number
  /** What Shopify is still to be told of. */
  readonly open: number
}

const unitsOf = (lines: readonly LineLeft[], what: 'lost' | 'loose'): readonly LineUnits[] =>
  lines.flatMap(line => (line[what] > 0 ? [{ line: line.line, quantity: line[what] }] : []))

/** Shopify has some of it as handed over, at a location that no store has: it is booked once that is mapped. */
function hasUnbooked({ parts }: Looked, pickup: string, rows: readonly BookedFulfillment[]): boolean {
  const part = parts.find(({ fulfillment }) => fulfillment.id === pickup)
  const known = new Set(rows.map(({ fulfillment }) => fulfillment))
  return (
    part?.fulfillment.fulfillments.some(({ id, status }) => status === 'SUCCESS' && !known.has(id)) === true
  )
}

interface LookedAt extends Looked {
  readonly held: Pickup
  /** Takes units of an order's line that are off it. */
  take(orderLine: string, wanted: number): number
}

async function linesLeft(
  tx: Tx,
  { order, parts, held, take }: LookedAt,
  rows: readonly BookedFulfillment[],
): Promise<readonly LineLeft[]> {
  const { pickup, store } = held.row
  const told = await unitsToldUnmatched(tx, pickup)
  const [from = store] = await storesThatTold(tx, pickup)
  const own = byOtherStores(rows, held, from)
  const part = parts.find(({ fulfillment }) => fulfillment.id === pickup)
  const remaining = part === undefined || part.isOver ? [] : part.fulfillment.lines
  const isAsked = await isExceptionOpen(tx, 'handed-over-after-move', pickup)
  const before = part?.held ?? held
  const hasJustEnded = before.body.state !== 'cancelled' || before.lines.committed
  const isOff = order.cancelledAt !== null && (isAsked || hasJustEnded)
  return held.lines.lines.map(line => {
    const units = told.get(line.id) ?? 0
    const asRead = (remaining.find(({ id }) => id === line.id)?.remaining ?? 0) - (line.handed ?? 0)
    const due = part === undefined && held.lines.committed ? dueUnits(line) : Math.max(0, asRead)
    const byStore = own.get(line.id) ?? 0
    const beyond = Math.max(0, units - due)
    const cancelled = isOff ? Math.max(0, beyond - byStore) : 0
    const lost = order.cancelledAt === null ? take(line.orderLine ?? line.id, beyond) : cancelled
    const loose = Math.max(0, units - lost - due - byStore)
    return { line: line.id, lost, loose, open: Math.min(units - lost, due) + loose }
  })
}
