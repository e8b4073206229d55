import { knownNotice, type PickupNotice } from '../../shared/pickup-notices.ts'
import type { Reads } from '../db/db.ts'
import type { Pickup } from './pickup-row.ts'

/** Whether the hub has asked Shopify to cancel an order that was not collected, and to pay it back: it may be under way, or done. */
export async function isBeingPaidBack(db: Reads, order: string): Promise<boolean> {
  const row = await db
    .selectFrom('shopify_write as w')
    .innerJoin('pickup as p', 'p.pickup', 'w.subject')
    .select('w.id')
    .where('p.order_id', '=', order)
    .where('w.kind', '=', 'refund')
    .where('w.state', 'in', ['sent', 'confirmed'])
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** The same of a pickup's order, which its notice says as well. */
export async function isPaidBack(
  db: Reads,
  { row, body: { notice } }: Pick<Pickup, 'row' | 'body'>,
): Promise<boolean> {
  const isSaid = notice !== null && knownNotice(notice)?.code === 'paid-back'
  return isSaid || isBeingPaidBack(db, row.order_id)
}

/** What staff are told of a pickup whose order is cancelled and paid back because it was not collected. */
export function paidBackNotice({ body: { notice } }: Pick<Pickup, 'body'>): PickupNotice {
  const known = notice === null ? null : knownNotice(notice)
  const isSaid = known?.code === 'not-collected' || known?.code === 'paid-back'
  return { code: 'paid-back', days: isSaid ? known.days : 0 }
}
