import type { Reads } from '../db/db.ts'
import { storesThatHold } from '../stock/levels.ts'
import { parsePickup } from './pickup-row.ts'

/**
 * The stores of which a till may have handed over goods of an order: each that was ever told of one of its pickups, also before it was moved or
 * merged away, and each that a restored hub may have told of it.
 * @param since when the order was placed, ms
 */
export async function storesTold(db: Reads, order: string, since: number): Promise<ReadonlySet<string>> {
  const pickups = await db
    .selectFrom('pickup')
    .select(['pickup', 'store'])
    .where('order_id', '=', order)
    .execute()
  const ids = pickups.map(({ pickup }) => pickup)
  const told = await db
    .selectFrom('command as c')
    .innerJoin('device as d', 'd.device', 'c.device')
    .select('d.store')
    .distinct()
    .where('c.pickup', 'in', ids)
    .execute()
  const moved = await db
    .selectFrom('pickup_move')
    .select('store')
    .distinct()
    .where('pickup', 'in', ids)
    .execute()
  const restored = await db.selectFrom('recovery').select('store').where('begun_at', '>=', since).execute()
  return new Set([...pickups, ...told, ...moved, ...restored].map(({ store }) => store))
}

/**
 * The stores whose POS may have rung up goods of an order though it is not to be collected there: each that has one of its items on hand. A customer may
 * have asked for the order in another store than it was sent to.
 */
export async function storesThatMayRingUp(db: Reads, order: string): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom('pickup').selectAll().where('order_id', '=', order).execute()
  const skus = rows.flatMap(row => parsePickup(row).lines.lines.flatMap(({ sku }) => sku ?? []))
  return storesThatHold(db, [...new Set(skus)])
}

/** Whether steps of these stores' staff lie in the hub that came since a moment and have had no effect: one may be a hand-over. */
export async function hasMovesUntaken(
  db: Reads,
  stores: ReadonlySet<string>,
  since: number,
): Promise<boolean> {
  const names = [...stores]
  const waiting = await db
    .selectFrom('pickup_move')
    .select('pickup')
    .where('store', 'in', names)
    .where('state', 'in', ['waiting', 'ended'])
    .where('received_at', '>=', since)
    .limit(1)
    .executeTakeFirst()
  if (waiting !== undefined) return true
  const aside = await db
    .selectFrom('moves_set_aside')
    .select('device')
    .where('store', 'in', names)
    .limit(1)
    .executeTakeFirst()
  return aside !== undefined
}
