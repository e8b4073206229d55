import type { WordCode } from '../checks/words/message.ts'
import type { Tx } from '../db/db.ts'
import { nameNotCollected } from './expire.ts'
import { readPickup } from './pickup-row.ts'

/** Why the hub does not have an order paid back, in the words of exceptions. */
export const refundHindrances = {
  'Another exception about the order is open.': 'phrase.refund-open-exception',
  'Money of the order was paid back before.': 'phrase.refund-paid-before',
  'Shopify has not confirmed that the customer was told.': 'phrase.refund-not-told',
  'The customer may have the goods already.': 'phrase.refund-may-be-gone',
  'A receipt names the order.': 'phrase.refund-rung-up',
  'The order has units that Shopify does not show.': 'phrase.refund-hidden-units',
  'The order is on hold.': 'phrase.refund-on-hold',
  'The order was changed after it had expired.': 'phrase.refund-changed',
  'The order was on hold after it had expired.': 'phrase.refund-was-held',
  'What is to be paid of it has changed since it expired.': 'phrase.refund-owed-changed',
  'Shopify’s job for it is done, and the order is open.': 'phrase.refund-job-done',
  'A part of the order was handed over.': 'phrase.refund-part-handed-over',
  'Other parts of the order are open.': 'phrase.refund-others-open',
  'Shopify has not done it for a day.': 'phrase.refund-not-done',
  'It is not agreed any more.': 'phrase.refund-not-agreed',
  'The order has too many parts.': 'phrase.refund-too-many-parts',
  'Shopify does not show the order.': 'phrase.refund-unseen',
  'The tills of its stores are not heard.': 'phrase.refund-tills-unheard',
  'Shopify has cancelled it and not paid it back.': 'phrase.refund-money-kept',
  'One thing after the other kept it back for a day.': 'phrase.refund-kept-back',
} as const satisfies Readonly<Record<string, WordCode>>
export type RefundHindrance = keyof typeof refundHindrances

const isHindrance = (problem: string): problem is RefundHindrance => Object.hasOwn(refundHindrances, problem)

/**
 * Head office is asked about an order that was to be paid back. `problem`: why it was not, a hindrance or Shopify's words.
 * @returns whether there is anything to ask: the pickup has not gone on
 */
export async function askAboutRefund(tx: Tx, id: string, problem: string, now: number): Promise<boolean> {
  const pickup = await readPickup(tx, id)
  if (pickup === null || !['expired', 'cancelled'].includes(pickup.body.state)) return false
  const said = isHindrance(problem) ? { phrase: refundHindrances[problem] } : problem
  await nameNotCollected(tx, pickup, said, now)
  return true
}
