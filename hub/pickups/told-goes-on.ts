import type { Tx } from '../db/db.ts'
import {
  type BookedFulfillment,
  followedOf,
  fulfillmentsOfPickup,
  type LineUnits,
  matchTold,
  noteTold,
  takeOffOrder,
  unitsToldUnmatched,
} from './fulfillments.ts'
import { showWarning } from './may-be-gone.ts'
import type { OrderSnapshot } from './order-snapshot.ts'
import { type Pickup, readPickup } from './pickup-row.ts'
import { storesThatTold } from './told-after-move.ts'

/** What a store told after a move and its pickup does not have any more. */
interface Loose {
  readonly order: OrderSnapshot
  readonly held: Pickup
  readonly loose: readonly LineUnits[]
}

/**
 * Shopify has regrouped what a store handed over after a move, or has its hand-over cancelled: a new fulfilment order has the goods. The fulfilment that
 * comes of them, or is there already, is of what the store handed over.
 */
export async function toldGoesOn(tx: Tx, { order, held, loose }: Loose, now: number): Promise<void> {
  const [store] = await storesThatTold(tx, held.row.pickup)
  if (store === undefined) return
  const left = new Map(
    loose.map(({ line, quantity }) => {
      const orderLine = held.lines.lines.find(({ id }) => id === line)?.orderLine
      return [orderLine ?? '', { line, quantity }]
    }),
  )
  for (const { id } of order.pickups) {
    const other = id === held.row.pickup ? null : await readPickup(tx, id)
    if (other === null) continue
    const moved = await takenOver(tx, other, left)
    if (moved.length === 0) continue
    await takeOffOrder(
      tx,
      held.row.pickup,
      moved.map(({ from, quantity }) => ({ line: from, quantity })),
    )
    const units = moved.map(({ line, quantity }) => ({ line, quantity }))
    const { warehouse } = other.lines
    const name = `${held.row.pickup}/${now}`
    await noteTold(tx, followedOf(other), { store, warehouse }, units, now, { name })
    const fulfilled = moved.flatMap(({ line, done }) => (done > 0 ? [{ line, quantity: done }] : []))
    await matchTold(tx, followedOf(other), { store: null, units: fulfilled }, now)
    await showWarning(tx, other, now)
  }
}

interface TakenOver extends LineUnits {
  /** The line that was told. */
  readonly from: string
  /** Of it, what Shopify has as handed over already. */
  readonly done: number
}

/** Takes what a pickup has of goods that were told of another one of its order. */
async function takenOver(tx: Tx, other: Pickup, left: Map<string, LineUnits>): Promise<readonly TakenOver[]> {
  const rows = await fulfillmentsOfPickup(tx, other.row.pickup)
  const told = await unitsToldUnmatched(tx, other.row.pickup)
  const { committed, lines } = other.lines
  return lines.flatMap(({ id, orderLine = '', quantity, handed = 0 }) => {
    const wanted = left.get(orderLine)
    if (wanted === undefined) return []
    const due = committed ? Math.max(0, quantity - handed - (told.get(id) ?? 0)) : 0
    const open = Math.min(wanted.quantity, due)
    const done = Math.min(wanted.quantity - open, freeOf(rows, id))
    const units = open + done
    left.set(orderLine, { ...wanted, quantity: wanted.quantity - units })
    return units > 0 ? [{ line: id, quantity: units, from: wanted.line, done }] : []
  })
}

/** Units of a line that Shopify has as handed over, and that no till or receipt told. */
function freeOf(rows: readonly BookedFulfillment[], line: string): number {
  return rows
    .filter(({ state }) => state === 'booked')
    .flatMap(row => row.lines.filter(one => one.line === line))
    .reduce((sum, { quantity, putBack, byStore = quantity }) => sum + quantity - putBack - byStore, 0)
}
