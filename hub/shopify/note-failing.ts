import { type Db, transaction } from '../db/db.ts'
import { endTrouble, noteTrouble } from '../outbox/trouble.ts'
import type { Failing } from './read-apart.ts'

/**
 * Notes that Shopify fails on some things of a part of the work, such as one variant of the catalogue, or that it fails on none any
 * more: for hub/checks/shopify-work-fails.ts. All else of that part is done.
 */
export async function noteFailing(db: Db, part: string, failing: Failing, now: number): Promise<void> {
  const [first] = failing
  await transaction(db, async tx => {
    if (first === undefined) return endTrouble(tx, 'thing', part)
    const [id, why] = first
    const others = failing.size === 1 ? '' : ` (${failing.size} in all)`
    return noteTrouble(tx, { part: 'thing', subject: part, problem: `${id}${others}: ${why}`, now })
  })
}
