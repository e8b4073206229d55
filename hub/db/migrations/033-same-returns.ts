import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** Whether goods that a till took back are those that Shopify put back into stock: what was decided, of each pair. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const statements = [
    `CREATE TABLE same_return (kind bigint NOT NULL, cause ${text} NOT NULL, line ${text} NOT NULL, sale bigint NOT NULL,
       sale_line bigint NOT NULL, store ${text} NOT NULL, units bigint NOT NULL, revision bigint NOT NULL, sale_revision bigint NOT NULL,
       decided_by ${text} NOT NULL, why ${text} NOT NULL, decided_at bigint NOT NULL,
       PRIMARY KEY (kind, cause, line, store, sale, sale_line))`,
    'CREATE INDEX same_return_sale ON same_return (store, sale)',
    'CREATE INDEX same_return_counts ON same_return (store) WHERE units > 0',
    'CREATE INDEX order_sale_place ON order_sale (device, epoch, seq)',
    'CREATE INDEX shop_movement_restock ON shop_movement (made_at) WHERE kind IN (14, 15)',
    'CREATE INDEX sale_line_returned ON sale_line (store, item) WHERE quantity < 0',
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const sameReturns = { up }
