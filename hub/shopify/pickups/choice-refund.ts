import { z } from 'zod'
import type { ChoiceHindrance } from '../../pickups/customer-choice/ask.ts'
import type { ChoiceRequest } from '../../pickups/customer-choice/carry-out.ts'
import { paidByChoices } from '../../pickups/customer-choice/paid-by-choices.ts'
import {
  type CustomerQuestion,
  MONEY_MAY_BE_BACK,
  MONEY_NOT_BACK,
  MONEY_NOT_PAID,
  PAID_BEFORE,
} from '../../pickups/customer-choice/questions.ts'
import { type Mutation, type Operation, UserErrors } from '../api/client.ts'
import { CREATE_REFUND, SUGGESTED_REFUND } from '../api/documents.ts'
import { readOrder } from '../orders/read-order.ts'
import { InShopMoney, shopMoneyOf } from '../returns/shop-money.ts'
import { hasJust, openPart, unitsByOrderLine } from './choice-move.ts'
import { type ChoiceDoubt, proveChoice } from './choice-proof.ts'
import { type OrderStanding, readStanding } from './order-standing.ts'
import { readHolds } from './own-hold.ts'
import type { PickupWriteWork } from './write-steps.ts'

const Suggested = z.object({
  order: z
    .object({
      currencyCode: z.string(),
      presentmentCurrencyCode: z.string(),
      lineItems: z.object({ nodes: z.array(z.object({ id: z.string(), unfulfilledQuantity: z.int() })) }),
      suggestedRefund: z
        .object({
          amountSet: InShopMoney,
          suggestedTransactions: z.array(
            z.object({
              amountSet: InShopMoney,
              gateway: z.string().nullable(),
              parentTransaction: z.object({ id: z.string() }).nullable(),
            }),
          ),
        })
        .nullable(),
    })
    .nullable(),
})
type SuggestedOrder = NonNullable<z.infer<typeof Suggested>['order']>
const suggestedRefund: Operation<z.infer<typeof Suggested>> = {
  name: 'SuggestedRefund',
  capability: 'orders',
  document: SUGGESTED_REFUND,
  answer: Suggested,
  points: { fixed: 40, perRow: 0 },
}

const Refunded = z.object({
  id: z.string(),
  transactions: z.object({ nodes: z.array(z.object({ status: z.string() })) }),
})
/** Whether all of its money has gone back: a payment may be under way, or fail. */
export const isPaid = ({ transactions: { nodes } }: z.infer<typeof Refunded>) =>
  nodes.length > 0 && nodes.every(({ status }) => status === 'SUCCESS')

const Created = z.object({
  refundCreate: z.object({ refund: Refunded.nullable(), userErrors: UserErrors }),
})
/** Takes items off an order that are not handed over, and pays them back. */
export const createRefund: Mutation<z.infer<typeof Created>> = {
  name: 'CreateRefund',
  capability: 'refunds',
  document: CREATE_REFUND,
  answer: Created,
  points: { fixed: 10, perRow: 0 },
  userErrors: data => data.refundCreate.userErrors,
}

type Payment = NonNullable<ChoiceRequest['payment']>

/** What comes next for missing items that are to be paid back. */
export type ChoiceRefundNext =
  | { readonly next: 'pay'; readonly payment: Payment; readonly location: string }
  /** It was sent, and Shopify shows it. */
  | { readonly next: 'done' }
  /** It was sent, and Shopify pays it back. */
  | { readonly next: 'wait'; readonly for: 'payment' }
  | ChoiceDoubt

const leave = (why: ChoiceHindrance): ChoiceRefundNext => ({ next: 'leave', why })
const CHANGED: ChoiceHindrance = 'The items are not as they were when the customer was asked.'

/** What Shopify is asked for, in the same words each time. */
export function refundInput({ row, items }: CustomerQuestion, { transactions }: Payment, location: string) {
  return {
    orderId: row.order_id,
    note: `Not found at ${row.store}. The customer chose to cancel, on the page of Tillbridge.`,
    notify: true,
    refundLineItems: linesOf(items, location),
    transactions: transactions.map(one => ({ ...one, orderId: row.order_id, kind: 'REFUND' })),
  }
}

const linesOf = (items: CustomerQuestion['items'], location: string) =>
  items.map(({ orderLine, units }) => ({
    lineItemId: orderLine,
    quantity: units,
    restockType: 'CANCEL',
    locationId: location,
  }))

/**
 * Money goes back only if everything is proven: the hub knows of nothing that speaks against it and has heard all tills, Shopify shows just
 * the missing items, held by us alone and with no other unit of their lines open, no money was paid back before but for other questions, and what Shopify suggests goes
 * to the original payments whole. Throws as `ShopifyClient.read` does.
 */
export async function nextForRefund(
  work: PickupWriteWork,
  question: CustomerQuestion,
  { payment }: ChoiceRequest,
): Promise<ChoiceRefundNext> {
  const { client } = work
  const { order_id, part: id } = question.row
  const standing = await readStanding(client, order_id)
  const order = standing === null ? null : await readOrder(client, order_id)
  if (standing === null || order === null) return { next: 'wait', for: 'unseen' }
  const part = openPart(order, id)
  const paidBack = standing.paidBack - (await paidByChoices(work.db, order_id))
  if (payment !== undefined && part === null) {
    const said = ofPayment(standing, paidBack, payment)
    if (said !== null) return said
  }
  if (paidBack !== 0 || standing.payingBack.open > 0)
    return leave(part === null ? MONEY_MAY_BE_BACK : PAID_BEFORE)
  if (part === null) return leave(MONEY_NOT_BACK)
  const { location } = part
  if (location === null || part.status !== 'ON_HOLD' || !hasJust(part, question)) return leave(CHANGED)
  const holds = await readHolds(client, id)
  if (holds.hasOthers || holds.own.length === 0) return leave('Another hold is on the items in Shopify.')
  const hindrance = moneyHindrance(standing)
  if (hindrance !== null) return leave(hindrance)
  const doubt = await proveChoice(work, question)
  if (doubt !== null) return doubt
  const lines = linesOf(question.items, location)
  const { order: suggested } = await client.read(suggestedRefund, { id: order_id, lines }, 'pickup')
  if (suggested === null) return { next: 'wait', for: 'unseen' }
  const paid = paymentOf(suggested, question, standing)
  return typeof paid === 'string' ? leave(paid) : { next: 'pay', payment: paid, location }
}

/** What Shopify has of a refund that was sent, and whose items are off the order; null: nothing. */
function ofPayment(
  { payingBack: { open, failed } }: OrderStanding,
  paidBack: number,
  { amount }: Payment,
): ChoiceRefundNext | null {
  if (open > 0) return { next: 'wait', for: 'payment' }
  if (paidBack === amount) return { next: 'done' }
  return paidBack === 0 && failed > 0 ? leave(MONEY_NOT_PAID) : null
}

function moneyHindrance({ hasMore, owed }: OrderStanding): ChoiceHindrance | null {
  if (hasMore) return 'The order has too many parts.'
  return owed > 0 ? 'Something of the order is still to be paid.' : null
}

/** What goes back to which payment; a text: why that can't be told. */
function paymentOf(
  { currencyCode, presentmentCurrencyCode, lineItems, suggestedRefund: suggested }: SuggestedOrder,
  question: CustomerQuestion,
  { kept }: OrderStanding,
): Payment | ChoiceHindrance {
  if (currencyCode !== presentmentCurrencyCode) return 'The order was paid in another currency.'
  const open = new Map(lineItems.nodes.map(line => [line.id, line.unfulfilledQuantity]))
  // of a line that is in several parts, Shopify would say which of them loses the units
  for (const [line, units] of unitsByOrderLine(question) ?? [])
    if (open.get(line) !== units) return 'Other units of an item are not handed over yet.'
  const amount = suggested === null ? 0 : shopMoneyOf(suggested.amountSet.shopMoney, 'amountSet').minor
  const transactions: Payment['transactions'] = []
  let sum = 0
  for (const { amountSet, gateway, parentTransaction } of suggested?.suggestedTransactions ?? []) {
    const { minor } = shopMoneyOf(amountSet.shopMoney, 'suggestedTransactions')
    if (minor === 0) continue
    if (minor < 0 || gateway === null || parentTransaction === null)
      return 'Shopify suggests no refund to the original payment.'
    sum += minor
    transactions.push({ parentId: parentTransaction.id, gateway, amount: amountSet.shopMoney.amount })
  }
  const isWhole = amount > 0 && sum === amount && amount <= kept
  return isWhole ? { amount, transactions } : 'Shopify suggests no refund to the original payment.'
}
