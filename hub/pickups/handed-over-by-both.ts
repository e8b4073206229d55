import { openException } from '../checks/exceptions.ts'
import type { Tx } from '../db/db.ts'
import { fulfillmentsOfPickup, type LineUnits, unitsToldUnmatched } from './fulfillments.ts'
import { goodsOf } from './goods-text.ts'
import { dueUnits } from './line-counts.ts'
import type { Pickup } from './pickup-row.ts'
import { byOtherStores, storesThatTold } from './told-after-move.ts'

/** Opens `handed-over-twice` for goods that a store handed over after a move, and that the store of the order handed over as well. */
export async function nameHandedOverByBoth(
  tx: Tx,
  { row, body, lines }: Pickup,
  what: {
    /** The store from which the order had been moved. */
    readonly store: string
    readonly device: string | null
    readonly units: readonly LineUnits[]
    readonly evidence: object
  },
  now: number,
): Promise<void> {
  const { store, device, units, evidence } = what
  const fields = { order: row.order_name, store, owner: row.store, items: goodsOf({ body, lines }, units) }
  const about = { subject: row.pickup, store, device, evidence: { ...evidence } }
  await openException(tx, { code: 'handed-over-twice.both-stores', ...about, fields }, now)
}

/** A store has handed goods of its pickup over, and Shopify has heard of it: what another store told before is named. */
export async function nameToldBesides(tx: Tx, pickup: Pickup, now: number): Promise<void> {
  const { row, lines } = pickup
  const [store] = (await storesThatTold(tx, row.pickup)).filter(one => one !== row.store)
  if (store === undefined) return
  const told = await unitsToldUnmatched(tx, row.pickup)
  const own = byOtherStores(await fulfillmentsOfPickup(tx, row.pickup), pickup, store)
  const units = lines.lines.flatMap(line => {
    const due = lines.committed ? dueUnits(line) : 0
    const quantity = Math.min((told.get(line.id) ?? 0) - due, own.get(line.id) ?? 0)
    return quantity > 0 ? [{ line: line.id, quantity }] : []
  })
  if (units.length > 0)
    await nameHandedOverByBoth(
      tx,
      pickup,
      { store, device: null, units, evidence: { pickup: row.pickup } },
      now,
    )
}
