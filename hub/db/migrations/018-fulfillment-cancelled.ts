import { type Kysely, sql } from 'kysely'

/** When Shopify cancelled a fulfilment, by its clock in ms. Null: it is not cancelled, or an older version did not ask. */
async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('ALTER TABLE pickup_fulfillment ADD COLUMN cancelled_at bigint').execute(db)
}

export const fulfillmentCancelled = { up }
