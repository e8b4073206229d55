import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** What each POS counts of an item, and what it told of the item's moves besides, see stock/pos-counts.ts. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const statements = [
    `CREATE TABLE pos_count (store bigint NOT NULL, warehouse bigint NOT NULL, item bigint NOT NULL, told_by ${text} NOT NULL,
       device ${text} NOT NULL, newest_at bigint NOT NULL, newest_quantity bigint NOT NULL, received_at bigint NOT NULL,
       origin_at bigint, origin_quantity bigint, told bigint NOT NULL, decided bigint NOT NULL, judged_at bigint,
       compared_at bigint, decided_at bigint, due_at bigint, PRIMARY KEY (store, warehouse, item))`,
    'CREATE INDEX pos_count_due ON pos_count (store, due_at) WHERE due_at IS NOT NULL',
    `CREATE TABLE pos_told (store bigint NOT NULL, warehouse bigint NOT NULL, item bigint NOT NULL, kind bigint NOT NULL,
       cause bigint NOT NULL, line bigint NOT NULL, revision bigint NOT NULL, quantity bigint NOT NULL, moved_at bigint NOT NULL,
       told_at bigint NOT NULL, counted bigint NOT NULL, PRIMARY KEY (store, warehouse, item, kind, cause, line, revision))`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const posCounts = { up }
