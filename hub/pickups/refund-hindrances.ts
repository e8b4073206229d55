import type { WordCode } from '../checks/words/message.ts'

/** All that keeps the hub from having an order paid back, in the words of exceptions. */
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
  'More is to be paid of it than when it expired.': 'phrase.refund-owed-more',
  'Money was received since it expired.': 'phrase.refund-received',
  'Shopify owes money of the order.': 'phrase.refund-owes',
  'Staff reopened it after Shopify was asked.': 'phrase.refund-reopened',
  'Shopify’s job for it is done, and the order is open.': 'phrase.refund-job-done',
  'A part of the order was handed over.': 'phrase.refund-part-handed-over',
  'Other parts of the order are open.': 'phrase.refund-others-open',
  'Shopify has not done it for a day.': 'phrase.refund-not-done',
  'It is not agreed any more.': 'phrase.refund-not-agreed',
  'The order has too many parts.': 'phrase.refund-too-many-parts',
  'Shopify does not show the order.': 'phrase.refund-unseen',
  'The tills of its stores are not heard.': 'phrase.refund-tills-unheard',
  'Shopify has cancelled it and not paid it back.': 'phrase.refund-money-kept',
  'A hand-over of it was undone while head office was asked.': 'phrase.refund-undone',
  'Unusually many orders expired at once.': 'phrase.refund-too-many',
  'Head office is asked about another part of it.': 'phrase.refund-asked-of-another',
  'One thing after the other kept it back for a day.': 'phrase.refund-kept-back',
} as const satisfies Readonly<Record<string, WordCode>>
export type RefundHindrance = keyof typeof refundHindrances

export const isHindrance = (problem: string): problem is RefundHindrance =>
  Object.hasOwn(refundHindrances, problem)

/** What is asked about another pickup of the order says why. */
export const ASKED_OF_ANOTHER: RefundHindrance = 'Head office is asked about another part of it.'
/** Its order is cancelled. */
export const MONEY_KEPT: RefundHindrance = 'Shopify has cancelled it and not paid it back.'
