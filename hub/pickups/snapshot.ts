import type { Tx } from '../db/db.ts'
import { sendToDevice } from '../streams/command-log.ts'
import { endedStates, startOfToday } from './counts.ts'
import { parsePickup } from './pickup-row.ts'
import { sendReserved } from './reserved.ts'

/**
 * Sends a newly enrolled device its store's open pickups, those that ended today (the store's day), oldest first, and its reserved items,
 * in the transaction of its enrolment. After commit, say `commands`.
 */
export async function sendOpenPickups(tx: Tx, device: string, now: number): Promise<void> {
  const home = await tx
    .selectFrom('device as d')
    .innerJoin('store as s', 's.code', 'd.store')
    .select(['d.store', 's.zone'])
    .where('d.device', '=', device)
    .executeTakeFirst()
  if (home === undefined) return
  const rows = await tx
    .selectFrom('pickup')
    .selectAll()
    .where('store', '=', home.store)
    .where(e =>
      e.or([e('state', 'not in', endedStates), e('updated_at', '>=', startOfToday(now, home.zone))]),
    )
    .orderBy('placed_at')
    .execute()
  for (const row of rows) await sendToDevice(tx, device, parsePickup(row).body)
  await sendReserved(tx, device, home.store, now)
}
