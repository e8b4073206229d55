import type { Reads } from '../db/db.ts'
import { orderSalesOf, type UnitsOfLines, unitsByLine } from './order-sale-row.ts'

/** Whether an order was rung up at a POS: a till that hands it over as well does what was done already. */
export async function isRungUp(db: Reads, pickup: string): Promise<boolean> {
  const row = await db
    .selectFrom('order_sale')
    .select('receipt')
    .where('pickup', '=', pickup)
    .where('taken_json', '<>', '[]')
    .executeTakeFirst()
  return row !== undefined
}

/** The units of each line that receipts say they have of an order. */
export async function unitsRungUp(db: Reads, pickup: string): Promise<UnitsOfLines> {
  return unitsByLine((await orderSalesOf(db, pickup)).flatMap(({ taken }) => taken))
}
