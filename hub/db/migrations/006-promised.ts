import { type Kysely, sql } from 'kysely'

/** What is promised to customers is little beside all levels, and is compared with the stock every few minutes. */
async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE INDEX level_promised ON level (store, warehouse, item) WHERE state = 1 AND quantity > 0`.execute(
    db,
  )
}

export const promised = { up }
