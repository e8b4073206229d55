import { knownNotice, type PickupNotice } from '../../shared/pickup-notices.ts'
import type { Reads } from '../db/db.ts'
import { daysWaited } from './ask-expired.ts'
import { pickupsNamed } from './named-order.ts'
import { type Pickup, parsePickup } from './pickup-row.ts'
import { MONEY_KEPT } from './refund-hindrances.ts'
import { PlannedRefund } from './write-plan.ts'

/** The refunds of an order that this hub, or one that was lost, may have sent; Shopify may be at work on them, or have done them. */
async function refundsOf(db: Reads, order: string) {
  const rows = await db
    .selectFrom('shopify_write as w')
    .innerJoin('pickup as p', 'p.pickup', 'w.subject')
    .select(['w.state', 'w.request_json'])
    .where('p.order_id', '=', order)
    .where('w.kind', '=', 'refund')
    .where(e =>
      e.or([
        e('w.state', 'in', ['sent', 'confirmed']),
        // head office is asked about the money of an order that is cancelled
        e.and([e('w.state', '=', 'refused'), e('w.problem', '=', MONEY_KEPT)]),
      ]),
    )
    .execute()
  return rows.map(({ state, request_json }) => ({ state, ...PlannedRefund.parse(JSON.parse(request_json)) }))
}

/**
 * Whether this hub has asked Shopify to cancel an order that was not collected, and to pay it back, or Shopify shows that as done. What
 * only a hub that was lost may have sent does not count: the order may be reopened until Shopify shows it as cancelled.
 */
export async function isBeingPaidBack(db: Reads, order: string): Promise<boolean> {
  const refunds = await refundsOf(db, order)
  return refunds.some(({ state, isOfLostHub }) => state === 'confirmed' || isOfLostHub !== true)
}

/** Whether a pickup's order, which is cancelled, was paid back because it was not collected; not if nothing had been received for it. */
export async function isPaidBack(
  db: Reads,
  { row, body: { notice } }: Pick<Pickup, 'row' | 'body'>,
): Promise<boolean> {
  if (notice !== null && knownNotice(notice)?.code === 'paid-back') return true
  return (await refundsOf(db, row.order_id)).some(({ received }) => received !== 0)
}

/** What staff are told who want to reopen a pickup whose order Shopify was asked to cancel, because it was not collected. */
export async function cancellingNotice(db: Reads, pickup: Pickup): Promise<PickupNotice> {
  const refunds = await refundsOf(db, pickup.row.order_id)
  // Shopify has taken it on, or shows it as done
  const isTakenOn = refunds.some(({ state, job }) => state !== 'sent' || typeof job === 'string')
  if (!isTakenOn) return { code: 'cancel-asked' }
  return (await isPaidBack(db, pickup)) ? paidBackNotice(pickup) : { code: 'order-cancelled' }
}

/** What staff are told of a pickup whose order is cancelled and paid back because it was not collected. */
export const paidBackNotice = (pickup: Pick<Pickup, 'body' | 'lines'>): PickupNotice => ({
  code: 'paid-back',
  days: daysWaited(pickup),
})

/** Whether a receipt names an order that was paid back because it was not collected. */
export async function isNamedPaidBack(db: Reads, named: string): Promise<boolean> {
  const pickups = (await pickupsNamed(db, named)).filter(({ state }) => state === 'cancelled')
  for (const row of pickups) if (await isPaidBack(db, parsePickup(row))) return true
  return false
}
