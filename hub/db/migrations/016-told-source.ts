import { type Kysely, sql } from 'kysely'

/** Under which sources' names each device has told receipts, entries and cash: one of them may be another's new name. */
async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `CREATE TABLE told_source (store bigint NOT NULL, source bigint NOT NULL, device bigint NOT NULL,
       PRIMARY KEY (store, source, device))`,
    ...['sale', 'stock_entry', 'cash'].map(
      table => `INSERT INTO told_source SELECT DISTINCT store, source, device FROM ${table}
         WHERE store > 0 AND device IS NOT NULL ON CONFLICT DO NOTHING`,
    ),
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const toldSource = { up }
