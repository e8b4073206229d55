import { type Kysely, sql } from 'kysely'

/** Whether a receipt that names an order was voided. */
async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE order_sale ADD COLUMN is_void integer`.execute(db)
}

export const voidedOrderSales = { up }
