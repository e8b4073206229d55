import { z } from 'zod'
import { isOnHold } from '../../../shared/pickup-notices.ts'
import { isOpenAbout } from '../../checks/open-about.ts'
import type { Reads } from '../../db/db.ts'
import type { ChoiceHindrance } from '../../pickups/customer-choice/ask.ts'
import type { ChoiceRequest } from '../../pickups/customer-choice/carry-out.ts'
import type { CustomerQuestion } from '../../pickups/customer-choice/questions.ts'
import { isAllMissing } from '../../pickups/line-counts.ts'
import { mayBeGone } from '../../pickups/may-be-gone.ts'
import { namesOfOrder } from '../../pickups/named-order.ts'
import { isNamedByReceipt } from '../../pickups/order-sale-row.ts'
import { parsePickup, readPickup } from '../../pickups/pickup-row.ts'
import { hasMovesUntaken, storesTold } from '../../pickups/stores-told.ts'
import { isJudged } from '../../stock/recovery.ts'
import { type Mutation, type Operation, UserErrors } from '../api/client.ts'
import { CREATE_REFUND, SUGGESTED_REFUND } from '../api/documents.ts'
import { readOrder } from '../orders/read-order.ts'
import { InShopMoney, shopMoneyOf } from '../returns/shop-money.ts'
import { hasJust, openPart, unitsByOrderLine } from './choice-move.ts'
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

const Created = z.object({
  refundCreate: z.object({ refund: z.object({ id: z.string() }).nullable(), userErrors: UserErrors }),
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
  | { readonly next: 'wait'; readonly for: 'tills' | 'unseen' }
  | { readonly next: 'leave'; readonly why: ChoiceHindrance }

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
 * the missing items, held by us alone and with no other unit of their lines open, no money was paid back before, and what Shopify suggests goes
 * to the original payments whole. Throws as `ShopifyClient.read` does.
 */
export async function nextForRefund(
  work: PickupWriteWork,
  question: CustomerQuestion,
  { payment }: ChoiceRequest,
): Promise<ChoiceRefundNext> {
  const { client, db } = work
  const { order_id, part: id } = question.row
  const standing = await readStanding(client, order_id)
  const order = standing === null ? null : await readOrder(client, order_id)
  if (standing === null || order === null) return { next: 'wait', for: 'unseen' }
  const part = openPart(order, id)
  if (standing.paidBack > 0) {
    const isOurs = payment !== undefined && standing.paidBack === payment.amount && part === null
    return isOurs ? { next: 'done' } : leave('Money of the order was paid back before.')
  }
  const { location } = part ?? { location: null }
  if (part === null || location === null || part.status !== 'ON_HOLD' || !hasJust(part, question))
    return leave(CHANGED)
  const holds = await readHolds(client, id)
  if (holds.hasOthers || holds.own.length === 0) return leave('Another hold is on the items in Shopify.')
  const hindrance = moneyHindrance(standing)
  if (hindrance !== null) return leave(hindrance)
  const said = await whatHubSays(db, question)
  if (said !== null) return said
  if (!(await isHeard(work, question))) return { next: 'wait', for: 'tills' }
  const lines = linesOf(question.items, location)
  const { order: suggested } = await client.read(suggestedRefund, { id: order_id, lines }, 'pickup')
  if (suggested === null) return { next: 'wait', for: 'unseen' }
  const paid = paymentOf(suggested, question, standing)
  return typeof paid === 'string' ? leave(paid) : { next: 'pay', payment: paid, location }
}

function moneyHindrance({ hasMore, owed }: OrderStanding): ChoiceHindrance | null {
  if (hasMore) return 'The order has too many parts.'
  return owed > 0 ? 'Something of the order is still to be paid.' : null
}

/** What the hub's own rows say against it: the items must be held and missing, and nothing may say that goods are elsewhere. Null: nothing. */
export async function whatHubSays(
  db: Reads,
  { row }: CustomerQuestion,
): Promise<Exclude<ChoiceRefundNext, { next: 'pay' | 'done' }> | null> {
  const { order_id: order, order_name: name, part } = row
  const held = await readPickup(db, part)
  // the hub is a little behind Shopify, which holds them
  if (held === null || !isOnHold(held.body.notice)) return { next: 'wait', for: 'unseen' }
  // staff have found them since
  if (!isAllMissing(held.lines.lines)) return { next: 'leave', why: CHANGED }
  const rows = await db.selectFrom('pickup').selectAll().where('order_id', '=', order).execute()
  const leaveAs = (why: ChoiceHindrance) => ({ next: 'leave', why }) as const
  for (const one of rows)
    if ((await mayBeGone(db, parsePickup(one))) !== null)
      return leaveAs('The customer may have the goods already.')
  const pickups = rows.map(({ pickup }) => pickup)
  const names = namesOfOrder(name, pickups)
  if (await isNamedByReceipt(db, { names, pickups })) return leaveAs('A receipt names the order.')
  const isAsked = await isOpenAbout(db, { order, names, pickups }, ['pickup-short'])
  return isAsked ? leaveAs('Another exception about the order is open.') : null
}

/** Whether the hub has all that the tills did of each store that was ever told of the order: one may have found the items and handed them over. */
async function isHeard({ db, isAllTold }: PickupWriteWork, { row }: CustomerQuestion): Promise<boolean> {
  const placed = await db
    .selectFrom('pickup')
    .select('placed_at')
    .where('order_id', '=', row.order_id)
    .orderBy('placed_at')
    .limit(1)
    .executeTakeFirst()
  const since = placed?.placed_at ?? 0
  const stores = await storesTold(db, row.order_id, since)
  const readFrom = row.chosen_at ?? row.asked_at
  for (const store of stores)
    if ((await isJudged(db, store)) || !(await isAllTold({ store, since, readFrom }))) return false
  return !(await hasMovesUntaken(db, stores, since))
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
