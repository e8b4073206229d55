import { type Kysely, sql } from 'kysely'

/** To which end of a left epoch a device came back last, and what the hub held then: an image comes back to it again, a copy goes on. */
async function up(db: Kysely<unknown>): Promise<void> {
  for (const column of ['end_epoch', 'end_seq', 'held_epoch'])
    await sql`ALTER TABLE stream_return ADD COLUMN ${sql.ref(column)} bigint`.execute(db)
}

export const returnedEnds = { up }
