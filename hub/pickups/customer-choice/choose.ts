import { customerChoices } from '../../../shared/customer-choice.ts'
import type { Reads, Tx } from '../../db/db.ts'
import { locationsThatHave, storesThatLooked } from '../elsewhere.ts'
import { type ChoiceHindrance, nameQuestion } from './ask.ts'
import { planChoice } from './carry-out.ts'
import { isPutBackSince, PUT_BACK } from './put-back.ts'
import {
  type ChosenOption,
  type CustomerQuestion,
  endQuestion,
  isLinkExpired,
  noteChoice,
  type OfferedStore,
  readQuestion,
} from './questions.ts'
import { showAsked } from './show.ts'

/** The offered stores that still have all of the items free, by the ledger. */
export async function storesThatHave(
  db: Reads,
  { row, items, offered }: CustomerQuestion,
  now: number,
): Promise<readonly OfferedStore[]> {
  const wanted = new Map<string, number>()
  for (const { sku, units } of items) {
    if (sku === null) return []
    wanted.set(sku, (wanted.get(sku) ?? 0) + units * 1_000)
  }
  if (offered.length === 0 || wanted.size === 0) return []
  const looked = await storesThatLooked(db, row.order_id)
  const having = new Set(await locationsThatHave(db, wanted, looked, now))
  return offered.filter(({ location }) => having.has(location))
}

/** What became of a customer's answer. */
export type Answered =
  | { readonly is: 'noted'; readonly question: CustomerQuestion }
  /** The link was answered before, and this answer changes nothing; or the items are not missing any more. */
  | { readonly is: 'answered' | 'expired'; readonly question: CustomerQuestion }
  /** This question does not offer it, or the store no longer has the items. */
  | { readonly is: 'not-offered'; readonly question: CustomerQuestion }
  | { readonly is: 'unknown' }

/**
 * Takes a customer's answer, once. @param text `cancel`, `deliver`, or `move:` and the location. After commit, where it was noted, say
 * `commands`, `pickup-writes` and `now` for the store.
 */
export async function chooseOption(tx: Tx, id: string, text: string, now: number): Promise<Answered> {
  const question = await readQuestion(tx, id)
  if (question === null) return { is: 'unknown' }
  if (question.row.state !== 'open') return { is: 'answered', question }
  if (isLinkExpired(question, now)) return { is: 'expired', question }
  const choice = await choiceOf(tx, question, text, now)
  if (choice === null) return { is: 'not-offered', question }
  const noted = await noteChoice(tx, id, choice, now)
  if (noted === null) return { is: 'answered', question: (await readQuestion(tx, id)) ?? question }
  return { is: 'noted', question: await carryOut(tx, noted, now) }
}

async function choiceOf(
  db: Reads,
  question: CustomerQuestion,
  text: string,
  now: number,
): Promise<ChosenOption | null> {
  const [word = '', ...rest] = text.split(':')
  const choice = customerChoices.find(one => one === word)
  if (choice === undefined) return null
  if (choice !== 'move') return text === choice ? { choice, location: null } : null
  const location = rest.join(':')
  const having = await storesThatHave(db, question, now)
  return having.some(one => one.location === location) ? { choice, location } : null
}

/** The hub has Shopify move or pay back the items; what Shopify lets no app do is left to head office. */
async function carryOut(tx: Tx, question: CustomerQuestion, now: number): Promise<CustomerQuestion> {
  if (await isPutBackSince(tx, question)) return leaveToOffice(tx, question, PUT_BACK, now)
  if (question.row.choice === 'deliver')
    return leaveToOffice(tx, question, 'Shopify lets no app turn a pickup into a delivery.', now)
  await planChoice(tx, question, now)
  await nameQuestion(tx, question, now)
  await showAsked(tx, question.row.order_id, question.row.store, now)
  return question
}

async function leaveToOffice(
  tx: Tx,
  question: CustomerQuestion,
  problem: ChoiceHindrance,
  now: number,
): Promise<CustomerQuestion> {
  const { id, order_id, store } = question.row
  const left = (await endQuestion(tx, id, { state: 'left', problem }, now)) ?? question
  await nameQuestion(tx, left, now)
  await showAsked(tx, order_id, store, now)
  return left
}
