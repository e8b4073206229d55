import { type Kysely, sql } from 'kysely'

/** Since when an item has been due: of what waits and is equally near to zero, the oldest goes first. 0: since before this was kept. */
async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('ALTER TABLE due ADD COLUMN since bigint NOT NULL DEFAULT 0').execute(db)
}

export const dueSince = { up }
