import { shownMinute } from '../../../shared/shown-minute.ts'
import { isExceptionOpen, openException } from '../../checks/exceptions.ts'
import type { FieldValue, WordCode } from '../../checks/words/message.ts'
import type { Tx } from '../../db/db.ts'
import type { Write } from '../../outbox/writes.ts'
import { recoveryOf } from '../../stock/recovery.ts'
import { goodsOf } from '../goods-text.ts'
import { type Pickup, parsePickup } from '../pickup-row.ts'
import { customerOf, missingOf, nameOthersShort, shortPickups } from '../short.ts'
import { PUT_BACK } from './put-back.ts'
import {
  addQuestion,
  type CustomerQuestion,
  FOUND,
  ITEMS_GONE,
  MONEY_MAY_BE_BACK,
  MONEY_NOT_BACK,
  MONEY_NOT_PAID,
  PAID_BEFORE,
  type PreparedQuestion,
  questionSubject,
} from './questions.ts'
import { chosenStore, itemsText, showAsked } from './show.ts'

/**
 * Asks a customer, now that Shopify holds what their store could not find: the tills of the store and head office get the link. Nothing is
 * asked where the items were found meanwhile. After commit, say `commands` and `now` for the store.
 */
export async function askCustomer(
  tx: Tx,
  { row }: Pickup,
  prepared: PreparedQuestion,
  now: number,
): Promise<void> {
  const { order_id, order_name, store, pickup } = row
  const asked = [pickup, prepared.part]
  if (!(await shortPickups(tx, order_id)).some(one => asked.includes(one.row.pickup))) return
  const question = await addQuestion(tx, { order_id, order_name, store, pickup }, prepared, now)
  await nameQuestion(tx, question, now)
  await nameOthersShort(tx, order_id, pickup, now)
  await showAsked(tx, order_id, store, now)
}

/**
 * Shopify held the items already when the hub, which was put back to a backup, asked for it: the lost hub may have asked the customer, who may have
 * chosen. Head office asks them before it decides.
 */
export async function nameLostQuestion(tx: Tx, pickup: Pickup, write: Write, now: number): Promise<void> {
  const { order_id: subject, order_name: order, store } = pickup.row
  const recovery = await recoveryOf(tx, store)
  const isOpen = await isExceptionOpen(tx, 'pickup-short', subject)
  // Shopify had them held before this hub sent anything: its record may have been put back as well
  const isPutBack = recovery !== null && recovery.begun_at >= write.planned_at
  const isKnown = !isPutBack && write.first_sent_at !== null
  if (isKnown || !isOpen) return
  const items = goodsOf(pickup, missingOf(pickup))
  const fields = { order, store, items, customer: customerOf(pickup) }
  const evidence = { pickup: pickup.row.pickup }
  await openException(tx, { code: 'pickup-short.lost', subject, store, device: null, fields, evidence }, now)
}

/** Tells head office how far a question has come, in the exception about it. */
export async function nameQuestion(tx: Tx, question: CustomerQuestion, now: number): Promise<void> {
  const { id, order_id, order_name: order, store, state, link, expires_at, choice, problem } = question.row
  const customer = await customerOfOrder(tx, order_id)
  const about = { subject: questionSubject(question), store, device: null, evidence: { question: id } }
  const fields = { order, store, items: itemsText(question), customer }
  if (choice === null && state === 'left') {
    const unanswered = { ...fields, why: whyLeft(problem) }
    await openException(tx, { ...about, code: 'pickup-short.unanswered', fields: unanswered }, now)
    return
  }
  if (choice === null) {
    const asked = { ...fields, link, until: shownMinute(expires_at) }
    await openException(tx, { ...about, code: 'pickup-short.asked', fields: asked }, now)
    return
  }
  const chosen = { ...fields, choice: choiceWords(question) }
  if (state === 'left') {
    const left = { ...chosen, why: whyLeft(problem) }
    await openException(tx, { ...about, code: 'pickup-short.left', fields: left }, now)
  } else await openException(tx, { ...about, code: 'pickup-short.chosen', fields: chosen }, now)
}

async function customerOfOrder(tx: Tx, order: string): Promise<FieldValue> {
  const row = await tx
    .selectFrom('pickup')
    .selectAll()
    .where('order_id', '=', order)
    .orderBy('updated_at', 'desc')
    .orderBy('pickup')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? { phrase: 'phrase.no-name' } : customerOf(parsePickup(row))
}

function choiceWords(question: CustomerQuestion): FieldValue {
  switch (question.row.choice) {
    case 'move':
      return { phrase: 'phrase.choice-move', fields: { to: chosenStore(question) ?? '?' } }
    case 'cancel':
      return { phrase: 'phrase.choice-cancel' }
    default:
      return { phrase: 'phrase.choice-deliver' }
  }
}

/** Why the hub does not carry a choice out, in the words of exceptions. */
export const choiceHindrances = {
  'Shopify lets no app turn a pickup into a delivery.': 'phrase.choice-no-delivery',
  'The items are not as they were when the customer was asked.': 'phrase.choice-changed',
  [FOUND]: 'phrase.choice-found',
  'It is not agreed any more.': 'phrase.refund-not-agreed',
  [MONEY_NOT_BACK]: 'phrase.choice-gone',
  [PUT_BACK]: 'phrase.choice-put-back',
  'The customer did not choose in time.': 'phrase.choice-too-late',
  'Another hold is on the items in Shopify.': 'phrase.choice-held',
  'The store that was chosen no longer has them.': 'phrase.choice-store-gone',
  'Other units of an item are not handed over yet.': 'phrase.choice-other-units',
  'Shopify suggests no refund to the original payment.': 'phrase.choice-no-payment',
  'The order was paid in another currency.': 'phrase.choice-currency',
  'Something of the order is still to be paid.': 'phrase.choice-owed',
  'Another exception about the order is open.': 'phrase.refund-open-exception',
  [PAID_BEFORE]: 'phrase.refund-paid-before',
  [MONEY_MAY_BE_BACK]: 'phrase.choice-paid-elsewhere',
  [ITEMS_GONE]: 'phrase.choice-items-gone',
  [MONEY_NOT_PAID]: 'phrase.choice-not-paid',
  'The items could not be held again.': 'phrase.choice-not-held',
  'The customer may have the goods already.': 'phrase.refund-may-be-gone',
  'A receipt names the order.': 'phrase.refund-rung-up',
  'The order has too many parts.': 'phrase.refund-too-many-parts',
  'Shopify does not show the order.': 'phrase.refund-unseen',
  'Shopify has not done it for a day.': 'phrase.refund-not-done',
  'The tills of its stores are not heard.': 'phrase.refund-tills-unheard',
} as const satisfies Readonly<Record<string, WordCode>>
export type ChoiceHindrance = keyof typeof choiceHindrances

const isHindrance = (problem: string): problem is ChoiceHindrance => Object.hasOwn(choiceHindrances, problem)

function whyLeft(problem: string | null): FieldValue {
  if (problem === null) return { phrase: 'phrase.choice-changed' }
  return isHindrance(problem) ? { phrase: choiceHindrances[problem] } : problem
}
