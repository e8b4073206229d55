import { type Kysely, sql } from 'kysely'

/**
 * Whether an event took effect after an upgrade gets a column of its own. Until now a note in `problem` said so, the
 * only one that an applied event could have.
 */
async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE event ADD COLUMN applied_late bigint NOT NULL DEFAULT 0`.execute(db)
  await sql`UPDATE event SET applied_late = 1, problem = NULL WHERE state = 'applied' AND problem IS NOT NULL`.execute(
    db,
  )
}

export const appliedLate = { up }
