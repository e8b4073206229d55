import { isExceptionOpen } from '../../checks/exceptions.ts'
import { type Db, transaction } from '../../db/db.ts'
import { type ChoiceHindrance, nameQuestion } from './ask.ts'
import { endQuestion, questionSubject, readQuestion } from './questions.ts'
import { showAsked } from './show.ts'

/**
 * Leaves to head office the questions that no customer answered while their links worked. After commit, say `commands` and `now`.
 * @returns the stores that it concerns
 */
export async function leaveUnanswered(db: Db, now: number): Promise<ReadonlySet<string>> {
  const due = await db
    .selectFrom('customer_question')
    .select('id')
    .where('state', '=', 'open')
    .where('expires_at', '<=', now)
    .execute()
  const stores = new Set<string>()
  const problem: ChoiceHindrance = 'The customer did not choose in time.'
  for (const { id } of due)
    await transaction(db, async tx => {
      const isOpen = (await readQuestion(tx, id))?.row.state === 'open'
      const left = isOpen ? await endQuestion(tx, id, { state: 'left', problem }, now) : null
      if (left === null) return
      await nameQuestion(tx, left, now)
      await showAsked(tx, left.row.order_id, left.row.store, now)
      stores.add(left.row.store)
    })
  return stores
}

/** What became of a question is shown for so long after its end. */
const KEEP_MS = 90 * 24 * 3_600_000

/** Forgets the questions that ended long ago, and that head office is not asked about. */
export async function forgetEndedQuestions(db: Db, now: number): Promise<void> {
  const old = await db
    .selectFrom('customer_question')
    .select(['id', 'order_id'])
    .where('ended_at', '<=', now - KEEP_MS)
    .execute()
  for (const row of old)
    if (!(await isExceptionOpen(db, 'pickup-short', questionSubject({ row }))))
      await transaction(db, tx => tx.deleteFrom('customer_question').where('id', '=', row.id).execute())
}
