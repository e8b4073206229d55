import type { PickupNotice } from '../../shared/pickup-notices.ts'
import type { Reads } from '../db/db.ts'
import { goodsOf } from './goods-text.ts'
import { dueUnits } from './line-counts.ts'
import { namesOfOrder } from './named-order.ts'
import { hasHad, type OrderSale, parseOrderSale } from './order-sale-row.ts'
import type { Pickup } from './pickup-row.ts'

/** A POS may note whole minutes, and its clock and Shopify's differ by a little. */
const CLOCKS_APART_MS = 2 * 60_000

/**
 * Receipts that name an order and are not known to be of a hand-over of it: of another store, with other items or without item numbers, for example. Not one
 * that was voided, and not one of before the order was placed.
 */
export async function namedBesides(
  db: Reads,
  { row: { order_id, order_name, placed_at } }: Pick<Pickup, 'row'>,
): Promise<readonly OrderSale[]> {
  const pickups = await db.selectFrom('pickup').select('pickup').where('order_id', '=', order_id).execute()
  const ids = pickups.map(({ pickup }) => pickup)
  const names = namesOfOrder(order_name, ids)
  const rows = await db
    .selectFrom('order_sale')
    .selectAll()
    .where(e =>
      e.or([
        e.and([e('pickup', 'is', null), e('named', 'in', names)]),
        ...(ids.length === 0 ? [] : [e('pickup', 'in', ids)]),
      ]),
    )
    .orderBy('store')
    .orderBy('source')
    .orderBy('receipt')
    .execute()
  return rows
    .map(parseOrderSale)
    .filter(sale => sale.is_void !== 1 && !hasHad(sale))
    .filter(({ sold_at }) => sold_at === null || placed_at <= sold_at + CLOCKS_APART_MS)
}

/** What staff must know of a pickup whose order such a receipt names. Null: none does. */
export async function receiptNotice(
  db: Reads,
  pickup: Pick<Pickup, 'row' | 'body' | 'lines'>,
): Promise<PickupNotice | null> {
  const [sale] = await namedBesides(db, pickup)
  if (sale === undefined) return null
  const due = pickup.lines.lines.map(line => ({ line: line.id, quantity: dueUnits(line) }))
  const goods = goodsOf(
    pickup,
    due.filter(({ quantity }) => quantity > 0),
  )
  const receipt = { store: sale.store, number: sale.receipt.slice(0, 100) }
  return goods === '' ? null : { code: 'may-be-collected', by: null, goods: goods.slice(0, 500), receipt }
}
