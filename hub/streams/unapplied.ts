import { sql } from 'kysely'
import { knownCodes } from '../db/codes.ts'
import type { Reads } from '../db/db.ts'

/** Whether records of a store's tills lie in the hub that came since a moment (hub clock) and have had no effect. */
export async function hasUnapplied(db: Reads, store: string, since: number): Promise<boolean> {
  const code = (await knownCodes(db, [store])).get(store)
  if (code === undefined) return false
  const row = await db
    .selectFrom('event')
    .select('seq')
    .where('store', '=', code)
    .where('state', 'in', ['deferred', 'quarantined'])
    // written out, not as a parameter: only so does the planner use the index of what is not applied
    .where(sql<boolean>`state <> 'applied'`)
    .where('received_at', '>=', since)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
