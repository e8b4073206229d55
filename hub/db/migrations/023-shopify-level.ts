import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** The last level of each item and place that was seen in Shopify, beside what the ledger had then; see stock/seen-levels.ts. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const statements = [
    `CREATE TABLE shopify_level (store ${text} NOT NULL, location ${text} NOT NULL, item ${text} NOT NULL, sku ${text} NOT NULL,
       available bigint, on_hand bigint, expected bigint, seen_at bigint, differs_since bigint, dirty bigint NOT NULL,
       PRIMARY KEY (store, location, item))`,
    'CREATE INDEX shopify_level_dirty ON shopify_level (location) WHERE dirty = 1',
    'CREATE INDEX shopify_level_differs ON shopify_level (store, location) WHERE differs_since IS NOT NULL',
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const shopifyLevel = { up }
