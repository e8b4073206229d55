import { type Kysely, SqliteAdapter, sql } from 'kysely'

/**
 * The contract with each store, version by version, and what a store sold before it went live: those movements count in
 * receipts and takings, and Shopify's stock counts them already. What an older version has posted or has due stays as it is.
 */
async function up(db: Kysely<unknown>): Promise<void> {
  const isSqlite = db.getExecutor().adapter instanceof SqliteAdapter
  // texts are compared by their bytes on both engines
  const text = isSqlite ? 'text' : 'text COLLATE "C"'
  const statements = [
    `CREATE TABLE contract (store ${text} NOT NULL, version bigint NOT NULL, terms_json ${text} NOT NULL,
       changed_at bigint NOT NULL, changed_by ${text} NOT NULL, why ${text} NOT NULL, PRIMARY KEY (store, version))`,
    'ALTER TABLE movement ADD COLUMN moved_at bigint',
    `CREATE TABLE history_movement (store bigint NOT NULL, warehouse bigint NOT NULL, item bigint NOT NULL, kind bigint NOT NULL,
       cause bigint NOT NULL, line bigint NOT NULL, revision bigint NOT NULL, quantity bigint NOT NULL,
       PRIMARY KEY (store, warehouse, item, kind, cause, line, revision))${isSqlite ? ' WITHOUT ROWID' : ''}`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const contract = { up }
