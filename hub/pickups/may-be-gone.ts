import type { PickupNotice } from '../../shared/pickup-notices.ts'
import type { Reads } from '../db/db.ts'
import { mayBeCollected } from './cancelled-hand-over.ts'
import { toldUnmatched } from './fulfillments.ts'
import { receiptNotice } from './named-besides.ts'
import type { Pickup } from './pickup-row.ts'

/** What staff must know of a pickup as long as it is open: its customer may have the goods already, by any word that the hub has. Null: nothing says so. */
export async function warningOf(
  db: Reads,
  pickup: Pick<Pickup, 'row' | 'body' | 'lines'>,
): Promise<PickupNotice | null> {
  return (await mayBeGone(db, pickup)) ?? receiptNotice(db, pickup)
}

/** The same by the word of tills and of Shopify alone. */
export async function mayBeGone(
  db: Reads,
  pickup: Pick<Pickup, 'row' | 'body' | 'lines'>,
): Promise<PickupNotice | null> {
  return (await handedOverUntold(db, pickup.row)) ?? mayBeCollected(db, pickup)
}

/** A till has handed it over after it was moved away from there, and Shopify still wants it handed over: it must not be once more. */
async function handedOverUntold(
  db: Reads,
  { pickup, order_id }: Pickup['row'],
): Promise<PickupNotice | null> {
  const store = await toldUnmatched(db, pickup)
  if (store === null) return null
  const move = await db
    .selectFrom('pickup_move as m')
    .innerJoin('pickup as p', 'p.pickup', 'm.pickup')
    .select('m.staff')
    .where('p.order_id', '=', order_id)
    .where('m.store', '=', store)
    .where('m.move', '=', 'collect')
    .orderBy('m.received_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return { code: 'handed-over-elsewhere', store, staff: move?.staff ?? '?' }
}
