import { type Kysely, sql } from 'kysely'

/** Closed exceptions are removed after a time, the oldest first. */
async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE INDEX exception_closed ON exception (closed_at) WHERE closed_at IS NOT NULL`.execute(db)
}

export const closedExceptions = { up }
