import { type Kysely, sql } from 'kysely'

/** The moves of each till that wait for their orders are counted, and their orders are asked for in turns; see pickups/move-log.ts. */
async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE INDEX pickup_move_waiting_of ON pickup_move (device, pickup) WHERE state = 'waiting'`.execute(
    db,
  )
}

export const waitingMovesIndex = { up }
