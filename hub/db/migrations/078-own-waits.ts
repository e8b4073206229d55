import { type Kysely, sql } from 'kysely'

/** Since when a till has had an agent.json that is not in use yet; and the tills that can't use theirs, found without the others. */
async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE settings_report ADD COLUMN own_waits_since bigint`.execute(db)
  await sql`CREATE INDEX settings_report_broken ON settings_report (device) WHERE own_problem IS NOT NULL`.execute(
    db,
  )
}

export const ownWaits = { up }
