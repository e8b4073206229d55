import { isEnded } from '../../shared/pickup-moves.ts'
import { knownNotice, type PickupNotice } from '../../shared/pickup-notices.ts'
import type { Reads, Tx } from '../db/db.ts'
import { mayBeCollected } from './cancelled-hand-over.ts'
import { toldUnmatched, unitsToldUnmatched } from './fulfillments.ts'
import { goodsOf } from './goods-text.ts'
import { dueUnits } from './line-counts.ts'
import { receiptNotice } from './named-besides.ts'
import { changePickup, type Pickup } from './pickup-row.ts'

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
  return (await handedOverUntold(db, pickup)) ?? mayBeCollected(db, pickup)
}

/** A till has handed it over after it was moved away from there, and Shopify still wants it handed over: it must not be once more. */
export async function handedOverUntold(
  db: Reads,
  { row, body, lines }: Pick<Pickup, 'row' | 'body' | 'lines'>,
): Promise<PickupNotice | null> {
  const { pickup, order_id } = row
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
  const by = { code: 'handed-over-elsewhere', store, staff: move?.staff ?? '?' } as const
  const told = await unitsToldUnmatched(db, pickup)
  const isPart = lines.lines.some(line => dueUnits(line) > (told.get(line.id) ?? 0))
  if (!isPart) return by
  const goods = goodsOf(
    { body, lines },
    [...told].map(([line, quantity]) => ({ line, quantity })),
  )
  return { ...by, goods }
}

/** What other stores told of a pickup has changed: its tills are told, as long as it is open. */
export async function showWarning(tx: Tx, pickup: Pickup, now: number): Promise<void> {
  const { state, notice: before } = pickup.body
  if (isEnded(state) && state !== 'expired') return
  const fresh = await warningOf(tx, pickup)
  const wasTold = before !== null && knownNotice(before)?.code === 'handed-over-elsewhere'
  if (fresh !== null || wasTold) await changePickup(tx, pickup, { body: { notice: fresh } }, now)
}
