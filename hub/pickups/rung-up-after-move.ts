import type { Tx } from '../db/db.ts'
import { namesOfOrder, pickupNamed } from './named-order.ts'
import { parseOrderSale, writeOrderSale } from './order-sale-row.ts'
import type { Pickup } from './pickup-row.ts'
import { shareOutGone } from './receipt-share.ts'

/**
 * A till has told of a hand-over after a move: receipts of its store that name the order are of these goods, and they leave once. What was asked of a receipt
 * that came first, and that this answers, closes.
 */
export async function shareToldAfterMove(
  tx: Tx,
  { row }: Pick<Pickup, 'row'>,
  store: string,
  now: number,
): Promise<void> {
  const pickups = await tx
    .selectFrom('pickup')
    .select('pickup')
    .where('order_id', '=', row.order_id)
    .execute()
  const names = namesOfOrder(
    row.order_name,
    pickups.map(({ pickup }) => pickup),
  )
  const rows = await tx
    .selectFrom('order_sale')
    .selectAll()
    .where('store', '=', store)
    .where('pickup', 'is', null)
    .where('named', 'in', names)
    .orderBy('source')
    .orderBy('receipt')
    .execute()
  for (const sale of rows.map(parseOrderSale)) {
    const { pickup } = await pickupNamed(tx, store, sale.named, sale.sold_at)
    if (pickup === row.pickup) await writeOrderSale(tx, { ...sale, pickup })
  }
  await shareOutGone(tx, row.pickup, {}, now)
}
