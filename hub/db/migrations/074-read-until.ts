import { type Kysely, sql } from 'kysely'

/** By when a till had read its POS to the end, as its hub notes it for the others: before that is over no money goes back. */
async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('ALTER TABLE till_word ADD COLUMN read_until bigint').execute(db)
}

export const readUntil = { up }
