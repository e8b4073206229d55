import { openException } from '../checks/exceptions.ts'
import type { Tx } from '../db/db.ts'
import type { LineUnits } from './fulfillments.ts'
import { goodsOf } from './goods-text.ts'
import { isPaidBack } from './paid-back.ts'
import type { Pickup } from './pickup-row.ts'

/** Opens `cancelled-but-collected` for goods that are with the customer and that the order does not have any more. */
export async function nameCancelledButCollected(
  tx: Tx,
  pickup: Pickup,
  what: {
    readonly lost: readonly LineUnits[]
    readonly evidence: object
    /** Whose move it was; left out: Shopify's word. */
    readonly device?: string
    /** The store that handed them over, if it is not the one that has the pickup. */
    readonly store?: string
    /** The order itself is not cancelled. Left out: that follows from what was handed over of it before. */
    readonly isPart?: boolean
  },
  now: number,
): Promise<void> {
  if (what.lost.length === 0) return
  const { row, lines } = pickup
  const { isPart = lines.lines.some(line => line.fulfilled > 0) } = what
  const whole = (await isPaidBack(tx, pickup))
    ? 'cancelled-but-collected.paid-back'
    : 'cancelled-but-collected'
  const code = isPart ? 'cancelled-but-collected.part' : whole
  const { store = row.store, device = null, evidence } = what
  const fields = { order: row.order_name, store, items: goodsOf(pickup, what.lost) }
  const { pickup: subject } = row
  await openException(tx, { code, subject, store, device, fields, evidence: { ...evidence } }, now)
}
