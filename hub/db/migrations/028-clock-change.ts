import { type Kysely, sql } from 'kysely'

/** What a till's clock was off by before it was found changed, and when that was found. Null: it was not, or not known when. */
async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('ALTER TABLE device ADD COLUMN clock_before_ms bigint').execute(db)
  await sql.raw('ALTER TABLE device ADD COLUMN clock_changed_at bigint').execute(db)
}

export const clockChange = { up }
