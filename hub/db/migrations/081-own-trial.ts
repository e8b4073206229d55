import { type Kysely, sql } from 'kysely'

/** What a changed agent.json of a till has not shown yet, and since when it is on trial. */
async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE settings_report ADD COLUMN own_trial_json text`.execute(db)
  await sql`ALTER TABLE settings_report ADD COLUMN own_trial_since bigint`.execute(db)
}

export const ownTrialColumns = { up }
