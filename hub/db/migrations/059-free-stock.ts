import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** Free units of each item in the stores whose tills show them, and where each change of them is in their order. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const statements = [
    `CREATE TABLE free_stock (store ${text} NOT NULL, item ${text} NOT NULL, free bigint, version bigint NOT NULL,
       PRIMARY KEY (store, item))`,
    'CREATE INDEX free_stock_changes ON free_stock (version, store, item)',
    'CREATE INDEX free_stock_items ON free_stock (item, store)',
    'CREATE TABLE free_stock_head (id integer PRIMARY KEY, version bigint NOT NULL)',
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const freeStock = { up }
