import { isDue } from '../../../shared/back-off.ts'
import { openWrites } from '../../outbox/writes.ts'
import { owedReturns } from '../../returns/store-return.ts'
import { LONGEST_WAIT_MS, orPutOff } from '../guarded-write.ts'
import { type ReturnWork, sendReturn } from './return-writes.ts'

/**
 * Carries the goods that tills took back as far as it goes now, one after the other: two of one order must not both take its last
 * unit. All its memory is the database. @throws SHOPIFY_UNREACHABLE, SHOPIFY_REFUSES when Shopify cannot be worked with at all
 */
export async function runReturnWrites(work: ReturnWork): Promise<void> {
  const rows = await openWrites(work.db, { kinds: ['return'] })
  const now = work.world.clock.now()
  const due = rows.filter(row => isDue(row.due_at, now, LONGEST_WAIT_MS))
  // those that only wait for head office to pay come last: no customer waits at the counter for them
  const owed = due.length > 1 ? await owedReturns(work.db) : new Set<string>()
  const isLate = (subject: string) => Number(owed.has(subject))
  const turns = due.toSorted((one, other) => isLate(one.subject) - isLate(other.subject) || one.id - other.id)
  for (const { id } of turns) await orPutOff(work, id, () => sendReturn(work, id))
}
