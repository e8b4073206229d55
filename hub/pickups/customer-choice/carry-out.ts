import { z } from 'zod'
import { closeException } from '../../checks/exceptions.ts'
import type { Reads, Tx } from '../../db/db.ts'
import { planWrite, type Write } from '../../outbox/writes.ts'
import { nameQuestion } from './ask.ts'
import {
  type CustomerQuestion,
  endQuestion,
  ITEMS_GONE,
  isItemsGone,
  MONEY_MAY_BE_BACK,
  PAID_BEFORE,
  questionSubject,
  readQuestion,
} from './questions.ts'
import { isStillWaitedFor, showAsked } from './show.ts'

/** What Shopify is asked for a customer's choice. */
export const ChoiceRequest = z.object({
  question: z.string(),
  /** The hub's hold: its release was sent, or Shopify said that it released it. Absent: it was not sent. */
  released: z.enum(['sent', 'answered']).optional(),
  /** Units of the items that the chosen store had to hand over already, by the order's lines. Absent: nothing was sent, or an older version sent it. */
  there: z.record(z.string(), z.int()).optional(),
  /** What is paid back, as it was sent first; it is sent again with the same words, or not at all. */
  payment: z
    .object({
      /** Minor units. */
      amount: z.int().min(1),
      transactions: z.array(z.object({ parentId: z.string(), gateway: z.string(), amount: z.string() })),
    })
    .optional(),
})
export type ChoiceRequest = z.infer<typeof ChoiceRequest>

/** Plans that a choice is carried out, in the transaction in which it is noted. */
export async function planChoice(tx: Tx, { row }: CustomerQuestion, now: number): Promise<void> {
  const request: ChoiceRequest = { question: row.id }
  const key = `choice/${row.id}`
  await planWrite(tx, { kind: 'choice', store: row.store, subject: row.part, key, request, now })
}

/** The question that a write carries out, as long as it is to be carried out; null: it has ended meanwhile. */
export async function choiceOfWrite(db: Reads, write: Write): Promise<CustomerQuestion | null> {
  const { question: id } = ChoiceRequest.parse(JSON.parse(write.request_json))
  const question = await readQuestion(db, id)
  return question?.row.state === 'chosen' ? question : null
}

/**
 * What became of a choice: it is done, or head office is asked to do it, and told why. After commit, say `commands` and `now` for its
 * store.
 * @param problem why it was not carried out; null: it was
 */
export async function closeChoice(tx: Tx, write: Write, problem: string | null, now: number): Promise<void> {
  const question = await choiceOfWrite(tx, write)
  if (question === null) return
  const { id, order_id: order, store } = question.row
  const state = problem === null ? 'done' : 'left'
  const why = problem === null || (await isStillWaitedFor(tx, question)) ? problem : whyGone(problem)
  const ended = await endQuestion(tx, id, { state, problem: why }, now)
  if (ended === null) return
  if (state === 'left') await nameQuestion(tx, ended, now)
  else await closeException(tx, 'pickup-short', questionSubject(ended), now)
  await showAsked(tx, order, store, now)
}

/** The store has nothing of it to hand over any more, so that only a person can tell whether the customer got what they chose. */
function whyGone(problem: string): string {
  if (isItemsGone(problem)) return problem
  return problem === PAID_BEFORE ? MONEY_MAY_BE_BACK : ITEMS_GONE
}
