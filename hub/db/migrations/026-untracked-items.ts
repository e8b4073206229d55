import { type Kysely, sql } from 'kysely'

/** Since when, and until when, Shopify was seen not to count an item. What an older version looked at has one moment only. */
async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `CREATE TABLE item_untracked (item bigint NOT NULL, since bigint NOT NULL, until bigint NOT NULL,
       was_counted bigint NOT NULL, PRIMARY KEY (item))`,
    `INSERT INTO item_untracked (item, since, until, was_counted)
       SELECT id, COALESCE(checked_at, 0), COALESCE(checked_at, 0), 0 FROM item WHERE state = 'untracked'`,
    'ALTER TABLE item_tracked ADD COLUMN untracked_since bigint NOT NULL DEFAULT 0',
    'ALTER TABLE item_tracked ADD COLUMN untracked_until bigint NOT NULL DEFAULT 0',
    'ALTER TABLE item_tracked ADD COLUMN was_counted bigint NOT NULL DEFAULT 0',
    'UPDATE item_tracked SET untracked_since = turned_on_at, untracked_until = turned_on_at',
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const untrackedItems = { up }
