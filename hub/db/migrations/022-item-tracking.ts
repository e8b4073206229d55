import { type Kysely, SqliteAdapter, sql } from 'kysely'

/**
 * When Shopify began to count items that it had not counted, and from when on what each place sold of them is missing from
 * its level.
 */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const statements = [
    'CREATE TABLE item_tracked (item bigint NOT NULL, turned_on_at bigint NOT NULL, PRIMARY KEY (item))',
    `CREATE TABLE item_counted (item bigint NOT NULL, location ${text} NOT NULL, counted_until bigint NOT NULL,
       missing_since bigint NOT NULL, PRIMARY KEY (item, location))`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const itemTracking = { up }
