import { type Kysely, sql } from 'kysely'

/** Whether a till that can't use its agent.json goes on without any source. */
async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE settings_report ADD COLUMN reads_no_sales integer NOT NULL DEFAULT 0`.execute(db)
}

export const readsNoSalesColumn = { up }
