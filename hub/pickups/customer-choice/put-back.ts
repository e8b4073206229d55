import type { Reads } from '../../db/db.ts'
import { recoveryOf } from '../../stock/recovery.ts'
import type { CustomerQuestion } from './questions.ts'

/** Why a choice is left to head office that another one, of which the database knows nothing any more, may have come before. */
export const PUT_BACK = 'The hub was put back to a backup after the customer was asked.'

/**
 * Whether the database became older after it had asked: the customer may have chosen something else that it does not know of. A hub whose record was
 * put back with the database hears of it from its tills, perhaps after the customer has chosen again: a choice from before the backup is not
 * meant.
 */
export async function isPutBackSince(db: Reads, { row }: CustomerQuestion): Promise<boolean> {
  const { store, asked_at, chosen_at } = row
  const recovery = await recoveryOf(db, store)
  return (
    recovery !== null && recovery.begun_at >= asked_at && (chosen_at === null || chosen_at > recovery.since)
  )
}
