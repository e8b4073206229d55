import type { Clock } from '../../shared/world.ts'
import type { Db } from '../db/db.ts'

/** Whatever was missed is found so much later. */
const LONGEST_MS = 60_000

/** Work of a loop that has nothing to do until something is committed. */
export interface Rest {
  /** The loop's work. */
  readonly round: () => Promise<void>
  /** The last round found nothing open, and nothing was committed since it began: another one would find the same. */
  isDue(): boolean
}

/**
 * Spares a loop the rounds that can find nothing.
 * @param hasNothing whether no row is left that becomes due when time passes; asked after each round
 */
export function restBetween(
  { db, clock }: { readonly db: Pick<Db, 'changes'>; readonly clock: Clock },
  work: () => Promise<void>,
  hasNothing: () => Promise<boolean>,
): Rest {
  let found: { readonly changes: string; readonly at: number } | null = null
  return {
    async round() {
      found = null
      // before the work: what is committed meanwhile calls for another round
      const [changes, at] = [db.changes(), clock.monotonicMs()]
      await work()
      if (changes !== null && (await hasNothing())) found = { changes, at }
    },
    isDue() {
      if (found === null || clock.monotonicMs() - found.at >= LONGEST_MS) return false
      try {
        return db.changes() === found.changes
      } catch {
        return false // the round meets the same fault, and names it
      }
    },
  }
}
