import { isDue } from '../../../shared/back-off.ts'
import { isOnHold } from '../../../shared/pickup-notices.ts'
import { contractOf } from '../../contract/contract.ts'
import type { Db } from '../../db/db.ts'
import type { RefundHindrance } from '../../pickups/close-write.ts'
import { REFUND_AFTER_MS } from '../../pickups/expire.ts'
import { type Pickup, readPickup } from '../../pickups/pickup-row.ts'
import { openWriteDueAt } from '../../pickups/write-plan.ts'
import { isJudged } from '../../stock/recovery.ts'
import type { OrderStanding } from './order-standing.ts'
import type { PickupWriteWork } from './write-steps.ts'

/** What comes next for an order that is to be paid back. */
export type RefundNext =
  | { readonly next: 'cancel' }
  /** `tills`: one may have handed it over. `others`: its other parts may still be collected. */
  | { readonly next: 'wait'; readonly for: 'tills' | 'others' }
  | { readonly next: 'ask'; readonly problem: RefundHindrance }

const waitFor = (what: 'tills' | 'others'): RefundNext => ({ next: 'wait', for: what })
const ask = (problem: RefundHindrance): RefundNext => ({ next: 'ask', problem })

/**
 * An order is cancelled as a whole: each open part of it must have expired under the same rule, its time to be reopened must be over, none
 * may have been handed over, and the hub must have heard all that the tills of its stores did.
 */
export async function refundNext(
  { db, isAllTold, world }: Pick<PickupWriteWork, 'db' | 'isAllTold' | 'world'>,
  pickup: Pickup,
  standing: OrderStanding,
): Promise<RefundNext> {
  if (!(await isAgreed(db, pickup.row.store))) return ask('It is not agreed any more.')
  if (standing.hasLeft) return ask('A part of the order was handed over.')
  if (standing.hasMore) return ask('The order has too many parts.')
  const parts: Pickup[] = [pickup]
  for (const id of standing.openParts.filter(part => part !== pickup.row.pickup)) {
    const part = await readPickup(db, id)
    if (part === null || !(await isAgreed(db, part.row.store)))
      return ask('Other parts of the order are open.')
    parts.push(part)
  }
  const [, ...others] = parts
  if (others.some(part => !isExpired(part) && !mayExpire(part)))
    return ask('Other parts of the order are open.')
  for (const part of others)
    if (!isExpired(part) || (await mayBeReopened(db, part, world.clock.now()))) return waitFor('others')
  for (const { row } of parts)
    if ((await isJudged(db, row.store)) || !(await isAllTold(row.store, row.placed_at)))
      return waitFor('tills')
  return { next: 'cancel' }
}

const isAgreed = async (db: Db, store: string) =>
  (await contractOf(db, store))?.terms.notCollected === 'refund'

const isExpired = ({ body }: Pickup) => body.state === 'expired'

/** It waits for its customer, and its days count. */
const mayExpire = ({ body }: Pickup) => body.state === 'ready' && !isOnHold(body.notice)

/** Its own half hour is not over. */
async function mayBeReopened(db: Db, { row }: Pickup, now: number): Promise<boolean> {
  const dueAt = await openWriteDueAt(db, row.pickup, 'refund')
  return dueAt !== null && !isDue(dueAt, now, REFUND_AFTER_MS)
}
