import { type Db, transaction } from '../db/db.ts'

/** Removed in one transaction: live events wait no longer than for this many. */
const ROWS_A_STEP = 100

/**
 * Removes exceptions that were closed before a moment, the oldest first; open ones stay for as long as they are open.
 * @param pause waited for after each step; false ends it
 * @returns how many were removed
 */
export async function forgetClosed(
  db: Db,
  { before }: { readonly before: number },
  pause: () => Promise<boolean>,
): Promise<number> {
  let removed = 0
  for (;;) {
    const step = await removeSome(db, before)
    removed += step
    if (step < ROWS_A_STEP || !(await pause())) return removed
  }
}

function removeSome(db: Db, before: number): Promise<number> {
  return transaction(db, async tx => {
    const rows = await tx
      .selectFrom('exception')
      .select('id')
      .where('closed_at', '<', before)
      .orderBy('closed_at')
      .limit(ROWS_A_STEP)
      .execute()
    if (rows.length === 0) return 0
    const ids = rows.map(({ id }) => id)
    await tx.deleteFrom('exception').where('id', 'in', ids).execute()
    return rows.length
  })
}
