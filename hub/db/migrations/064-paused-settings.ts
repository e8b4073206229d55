import { type Kysely, sql } from 'kysely'

/** The settings that wait for a person after a restore are found without a look at all that were ever set. */
async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`CREATE INDEX settings_version_paused ON settings_version (version) WHERE state = 'paused'`)
    .execute(db)
}

export const pausedSettings = { up }
