import { type Kysely, sql } from 'kysely'

/**
 * When the goods of a receipt that rang up an order moved, by the hub's clock in ms, and when instead if its till's clock was changed.
 * When a person found that Shopify does not have a movement.
 */
async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    'ALTER TABLE order_sale ADD COLUMN moved_at bigint',
    'ALTER TABLE order_sale ADD COLUMN or_moved_at bigint',
    'ALTER TABLE recovery_cleared ADD COLUMN cleared_at bigint NOT NULL DEFAULT 0',
    // those of a recovery that is under way were found during it
    `UPDATE recovery_cleared SET cleared_at = (SELECT r.begun_at FROM recovery AS r WHERE r.store = recovery_cleared.store)
       WHERE EXISTS (SELECT 1 FROM recovery AS r WHERE r.store = recovery_cleared.store)`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const moments = { up }
