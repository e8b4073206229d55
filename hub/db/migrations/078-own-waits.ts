import { type Kysely, sql } from 'kysely'

/** Since when a till has had an agent.json that is not in use yet. */
async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE settings_report ADD COLUMN own_waits_since bigint`.execute(db)
}

export const ownWaits = { up }
