import { type Kysely, SqliteAdapter, sql } from 'kysely'

/**
 * What Shopify itself did to the stock of a place, by its ids; up to when what the ledger was set to counts it; the orders
 * that were read for it. A receipt's movements for an order get a kind that no other movement has.
 */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const statements = [
    `CREATE TABLE shop_movement (kind bigint NOT NULL, cause ${text} NOT NULL, line ${text} NOT NULL, store ${text} NOT NULL,
       location ${text} NOT NULL, warehouse ${text} NOT NULL, item ${text} NOT NULL, sku ${text} NOT NULL, units bigint NOT NULL,
       made_at bigint NOT NULL, noted_at bigint NOT NULL, order_id ${text}, order_name ${text}, counted bigint NOT NULL,
       PRIMARY KEY (kind, cause, line))`,
    'CREATE INDEX shop_movement_order ON shop_movement (store, order_name)',
    'CREATE INDEX shop_movement_cause ON shop_movement (cause)',
    `CREATE TABLE level_base (store ${text} NOT NULL, location ${text} NOT NULL, item ${text} NOT NULL, at bigint NOT NULL,
       PRIMARY KEY (store, location, item))`,
    `CREATE TABLE followed_order (order_id ${text} NOT NULL PRIMARY KEY, updated_at bigint NOT NULL, since bigint NOT NULL,
       read_at bigint NOT NULL, again bigint NOT NULL)`,
    'CREATE INDEX followed_order_again ON followed_order (order_id) WHERE again = 1',
    'ALTER TABLE shopify_level ADD COLUMN on_hand_at bigint',
    // 10 was given to two kinds; an accepted change has the time in ms as its revision
    ...['movement', 'history_movement', 'due_movement', 'posting', 'recovery_cleared'].map(
      table => `UPDATE ${table} SET kind = 11 WHERE kind = 10 AND revision < 1000000000000`,
    ),
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const shopMovements = { up }
