import { type Db, transaction } from '../db/db.ts'
import { endedStates } from './counts.ts'

/** Removed in one transaction: live events wait no longer than for this many. */
const PICKUPS_A_STEP = 100

/**
 * Removes reminders from before a moment whose pickups have ended, or are not known.
 * @param pause waited for after each step; false ends it
 * @returns how many were removed
 */
export async function forgetReminders(
  db: Db,
  { before }: { readonly before: number },
  pause: () => Promise<boolean>,
): Promise<number> {
  let removed = 0
  let last = ''
  for (;;) {
    const rows = await db
      .selectFrom('pickup_reminder as r')
      .leftJoin('pickup as p', 'p.pickup', 'r.pickup')
      .select(['r.pickup', 'p.state'])
      .distinct()
      .where('r.pickup', '>', last)
      .orderBy('r.pickup')
      .limit(PICKUPS_A_STEP)
      .execute()
    last = rows.at(-1)?.pickup ?? last
    const over = rows
      .filter(({ state }) => state === null || endedStates.some(ended => ended === state))
      .map(({ pickup }) => pickup)
    if (over.length > 0) removed += await removeOf(db, over, before)
    if (rows.length < PICKUPS_A_STEP || !(await pause())) return removed
  }
}

function removeOf(db: Db, pickups: readonly string[], before: number): Promise<number> {
  return transaction(db, async tx => {
    const gone = await tx
      .deleteFrom('pickup_reminder')
      .where('pickup', 'in', pickups)
      .where('made_at', '<', before)
      .returning('number')
      .execute()
    return gone.length
  })
}
