import { type Db, transaction } from '../db/db.ts'

/** Requests of one transaction. */
const AT_ONCE = 500

/**
 * Removes requests to hold units back, or to give them back, that Shopify refused before a moment. Nothing is found in them later: what is
 * refused still is noted with its item, and what is wanted is planned from Shopify's levels.
 * @param pause waited for after each transaction; false ends it
 * @returns how many were removed
 */
export async function removeRefusedHolds(
  db: Db,
  { before }: { readonly before: number },
  pause: () => Promise<boolean>,
): Promise<number> {
  let removed = 0
  for (;;) {
    const ids = await db
      .selectFrom('shopify_write')
      .select('id')
      .where('kind', '=', 'hold')
      .where('state', '=', 'refused')
      .where('settled_at', '<', before)
      .orderBy('id')
      .limit(AT_ONCE)
      .execute()
    if (ids.length === 0) return removed
    const some = ids.map(({ id }) => id)
    await transaction(db, tx => tx.deleteFrom('shopify_write').where('id', 'in', some).execute())
    removed += some.length
    if (!(await pause())) return removed
  }
}
