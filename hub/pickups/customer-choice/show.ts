import type { CustomerAsked } from '../../../shared/customer-choice.ts'
import { epochMs } from '../../../shared/ids.ts'
import { isEnded } from '../../../shared/pickup-moves.ts'
import type { Reads, Tx } from '../../db/db.ts'
import { dueUnits } from '../line-counts.ts'
import { cleanText } from '../order-text.ts'
import { changePickup, parsePickup, readPickup } from '../pickup-row.ts'
import { type CustomerQuestion, endQuestion, MONEY_NOT_BACK, questionsAbout } from './questions.ts'

/** "2 × Mug, 1 × Tote bag". */
export function itemsText({ items }: Pick<CustomerQuestion, 'items'>): string {
  return cleanText(items.map(({ title, units }) => `${units} × ${title}`).join(', '), 500)
}

/** The name of the store that was chosen; null: none was. */
export function chosenStore({ row, offered }: CustomerQuestion): string | null {
  return offered.find(({ location }) => location === row.location)?.name ?? null
}

/** What a store's tills are told of the newest question about an order; null: its customer is not asked, or the items are not missing any more. */
export async function customerAskedAbout(
  db: Reads,
  order: string,
  store: string,
): Promise<CustomerAsked | null> {
  const all = await questionsAbout(db, order)
  const newest = all.findLast(({ row }) => row.store === store)
  return newest === undefined || newest.row.state === 'over' || isUnanswered(newest) ? null : askedOf(newest)
}

/** Its link expired, and head office decides instead. */
export const isUnanswered = ({ row }: CustomerQuestion) => row.state === 'left' && row.choice === null

function askedOf(question: CustomerQuestion): CustomerAsked {
  const { link, expires_at, choice, state } = question.row
  const how = state === 'done' || state === 'left' ? state : 'under-way'
  const chosen = choice === null ? null : ({ choice, to: chosenStore(question), state: how } as const)
  return { link, until: epochMs(expires_at), goods: itemsText(question), chosen }
}

/** Tells the tills of a store how far the question about an order has come, with each of its pickups that has not ended. */
export async function showAsked(tx: Tx, order: string, store: string, now: number): Promise<void> {
  const asked = await customerAskedAbout(tx, order, store)
  const rows = await tx
    .selectFrom('pickup')
    .selectAll()
    .where('order_id', '=', order)
    .where('store', '=', store)
    .orderBy('pickup')
    .execute()
  for (const pickup of rows.map(parsePickup))
    if (!isEnded(pickup.body.state)) await changePickup(tx, pickup, { body: { asked } }, now)
}

/** Whether the items of a question, missing or found, are still to be handed over by the store that was to prepare them. */
export async function isStillWaitedFor(db: Reads, { row }: CustomerQuestion): Promise<boolean> {
  const part = await readPickup(db, row.part)
  if (part === null || part.row.store !== row.store || isEnded(part.body.state)) return false
  return part.lines.lines.some(line => dueUnits(line) > 0)
}

/** Whether head office was left to do what a customer of an order chose, and the money is not back or the store still has items to hand over. */
export async function isChoiceLeft(db: Reads, order: string): Promise<boolean> {
  for (const question of await questionsAbout(db, order))
    if (
      question.row.state === 'left' &&
      question.row.choice !== null &&
      (question.row.problem === MONEY_NOT_BACK || (await isStillWaitedFor(db, question)))
    )
      return true
  return false
}

/** Nothing of an order is missing any more: its customer is not asked about it. @returns the stores whose tills are told */
export async function endOverQuestions(tx: Tx, order: string, now: number): Promise<readonly string[]> {
  const stores = new Set<string>()
  for (const { row } of await questionsAbout(tx, order)) {
    if (row.state !== 'open' && row.state !== 'left') continue
    await endQuestion(tx, row.id, { state: 'over', problem: row.problem }, now)
    stores.add(row.store)
  }
  for (const store of stores) await showAsked(tx, order, store, now)
  return [...stores]
}
