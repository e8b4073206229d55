import { z } from 'zod'
import { fulfillmentOrderStatuses, fulfillmentStatuses } from '../../pickups/order-snapshot.ts'
import type { Operation, ShopifyClient } from '../api/client.ts'
import { ORDER_STANDING } from '../api/documents.ts'
import { InShopMoney, shopMoneyOf } from '../returns/shop-money.ts'

/** So many of each the document asks for. */
const MOST_PARTS = 50

const Answer = z.object({
  order: z
    .object({
      cancelledAt: z.string().nullable(),
      netPaymentSet: InShopMoney,
      totalRefundedSet: InShopMoney,
      totalOutstandingSet: InShopMoney,
      totalCapturableSet: InShopMoney,
      transactions: z.array(z.object({ kind: z.string(), status: z.string(), createdAt: z.iso.datetime() })),
      lineItems: z.object({
        nodes: z.array(z.object({ unfulfilledQuantity: z.int() })),
        pageInfo: z.object({ hasNextPage: z.boolean() }),
      }),
      fulfillments: z.array(z.object({ status: z.enum(fulfillmentStatuses) })),
      fulfillmentOrders: z.object({
        nodes: z.array(z.object({ id: z.string(), status: z.enum(fulfillmentOrderStatuses) })),
        pageInfo: z.object({ hasNextPage: z.boolean() }),
      }),
    })
    .nullable(),
})

/** How Shopify has an order that is to be paid back. */
export interface OrderStanding {
  readonly isCancelled: boolean
  /** What was received for it, less what was paid back; minor units. */
  readonly kept: number
  /** What was paid back of it; minor units. */
  readonly paidBack: number
  /** What its customer is still to pay, without what is authorised; minor units. Below 0: so much Shopify has too much of. */
  readonly owed: number
  /** When money of it was received or captured last, by Shopify's clock in ms; null: none was. */
  readonly receivedAt: number | null
  /** Payments back that are under way, and those that failed. */
  readonly payingBack: { readonly open: number; readonly failed: number }
  /** Units of its lines that are neither handed over nor sent, also those in parts that the app is not shown. */
  readonly unfulfilled: number
  /** Some of its goods are handed over, or sent. */
  readonly hasLeft: boolean
  /** Its fulfilment orders that are neither closed nor cancelled. */
  readonly openParts: readonly string[]
  /** There are more parts or lines than were read. */
  readonly hasMore: boolean
}

const operation: Operation<z.infer<typeof Answer>> = {
  name: 'OrderStanding',
  capability: 'orders',
  document: ORDER_STANDING,
  answer: Answer,
  points: { fixed: 30, perRow: 0 },
}

/** Null: Shopify does not show it. Throws as `ShopifyClient.read` does. */
export async function readStanding(client: ShopifyClient, id: string): Promise<OrderStanding | null> {
  const { order } = await client.read(operation, { id }, 'pickup')
  if (order === null) return null
  const { fulfillments, fulfillmentOrders, lineItems, transactions } = order
  const open = fulfillmentOrders.nodes.filter(({ status }) => status !== 'CLOSED' && status !== 'CANCELLED')
  return {
    isCancelled: order.cancelledAt !== null,
    kept: shopMoneyOf(order.netPaymentSet.shopMoney, 'netPaymentSet').minor,
    paidBack: shopMoneyOf(order.totalRefundedSet.shopMoney, 'totalRefundedSet').minor,
    owed: owedOf(order),
    receivedAt: lastReceived(order),
    payingBack: payingBackOf(order),
    unfulfilled: lineItems.nodes.reduce((sum, line) => sum + line.unfulfilledQuantity, 0),
    hasLeft: fulfillments.some(({ status }) => status === 'SUCCESS'),
    openParts: open.map(one => one.id),
    hasMore:
      fulfillments.length >= MOST_PARTS ||
      transactions.length >= MOST_PARTS ||
      fulfillmentOrders.pageInfo.hasNextPage ||
      lineItems.pageInfo.hasNextPage,
  }
}

/** As `outstanding` of an order that is taken in, with what Shopify has too much. */
function owedOf({ totalOutstandingSet, totalCapturableSet }: NonNullable<z.infer<typeof Answer>['order']>) {
  const outstanding = shopMoneyOf(totalOutstandingSet.shopMoney, 'totalOutstandingSet').minor
  // what is authorised and not due is not received yet
  if (outstanding < 0) return outstanding
  return Math.max(0, outstanding - shopMoneyOf(totalCapturableSet.shopMoney, 'totalCapturableSet').minor)
}

function lastReceived({ transactions }: NonNullable<z.infer<typeof Answer>['order']>): number | null {
  const received = transactions.filter(
    ({ kind, status }) => status === 'SUCCESS' && (kind === 'SALE' || kind === 'CAPTURE'),
  )
  return received.length === 0 ? null : Math.max(...received.map(({ createdAt }) => Date.parse(createdAt)))
}

function payingBackOf({
  transactions,
}: NonNullable<z.infer<typeof Answer>['order']>): OrderStanding['payingBack'] {
  const back = transactions.filter(({ kind }) => kind === 'REFUND').map(({ status }) => status)
  const failed = back.filter(status => status === 'FAILURE' || status === 'ERROR').length
  return { open: back.filter(status => status !== 'SUCCESS').length - failed, failed }
}
