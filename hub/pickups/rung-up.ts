import type { Reads } from '../db/db.ts'
import { orderSalesOf, type UnitsOfLines, unitsByLine } from './order-sale-row.ts'

/** Whether an order was rung up at a POS of the store that has it: a till that hands it over as well does what was done already. */
export async function isRungUp(db: Reads, pickup: string): Promise<boolean> {
  const row = await db
    .selectFrom('order_sale as s')
    .innerJoin('pickup as p', join =>
      join.onRef('p.pickup', '=', 's.pickup').onRef('p.store', '=', 's.store'),
    )
    .select('s.receipt')
    .where('s.pickup', '=', pickup)
    .where('s.taken_json', '<>', '[]')
    .executeTakeFirst()
  return row !== undefined
}

/** The units of each line that receipts of the store that has a pickup say they have of it. */
export async function unitsRungUp(
  db: Reads,
  { pickup, store }: { readonly pickup: string; readonly store: string },
): Promise<UnitsOfLines> {
  const own = (await orderSalesOf(db, pickup)).filter(sale => sale.store === store)
  return unitsByLine(own.flatMap(({ taken }) => taken))
}
