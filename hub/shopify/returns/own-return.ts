import { z } from 'zod'
import { minor, sum } from '../../../shared/money.ts'
import type { ReturnMoney } from '../../../shared/returns.ts'
import type { Operation, ShopifyClient } from '../api/client.ts'
import { NAMED_RETURNS, RETURN_PLACES, RETURN_STANDING } from '../api/documents.ts'
import { type List, page, pagesOf } from '../api/pages.ts'
import type { Lane } from '../api/throttle.ts'
import { InShopMoney, shopMoneyOf } from './shop-money.ts'

const Status = z.enum(['REQUESTED', 'OPEN', 'CLOSED', 'CANCELED', 'DECLINED'])

const Named = z.object({
  id: z.string(),
  status: Status,
  returnLineItems: z.object({ nodes: z.array(z.object({ returnReasonNote: z.string().optional() })) }),
})
type Named = z.infer<typeof Named>
const NamedAnswer = z.object({ order: z.object({ returns: page(Named) }).nullable() })
/** What a till's return is called in Shopify: each reason of its lines ends with it. */
export function returnMark(returnId: string): string {
  return `[${returnId}]`
}

/** What Shopify has of a till's return. `unknown`: it does not show the order, so that it can't be told. */
export type OwnStanding =
  | { readonly is: 'unknown' }
  | { readonly is: 'none' }
  | { readonly is: 'there'; readonly id: string }
  /** It had one, and it was called off there. */
  | { readonly is: 'cancelled' }

/** Whether Shopify has a till's return. Throws as `ShopifyClient.read` does. */
export async function findOwnReturn(
  client: ShopifyClient,
  order: string,
  returnId: string,
): Promise<OwnStanding> {
  const mark = returnMark(returnId)
  const seen = { order: false, cancelled: false }
  const list: List<z.infer<typeof NamedAnswer>, Named> = {
    operation: {
      name: 'NamedReturns',
      capability: 'till-returns',
      document: NAMED_RETURNS,
      answer: NamedAnswer,
      points: { fixed: 3, perRow: 4 },
    },
    pick(answer) {
      seen.order = answer.order !== null
      return answer.order?.returns ?? null
    },
    lane: 'pickup',
    most: 50,
  }
  for await (const returns of pagesOf(client, list, { id: order }))
    for (const { id, status, returnLineItems } of returns) {
      if (!returnLineItems.nodes.some(line => line.returnReasonNote?.endsWith(mark) === true)) continue
      if (status !== 'CANCELED' && status !== 'DECLINED') return { is: 'there', id }
      seen.cancelled = true
    }
  if (!seen.order) return { is: 'unknown' }
  return seen.cancelled ? { is: 'cancelled' } : { is: 'none' }
}

const StandingAnswer = z.object({
  return: z
    .object({
      id: z.string(),
      status: Status,
      returnLineItems: z.object({
        nodes: z.array(
          z.object({
            id: z.string(),
            quantity: z.int(),
            processedQuantity: z.int(),
            refundedQuantity: z.int(),
            withCodeDiscountedTotalPriceSet: InShopMoney,
            fulfillmentLineItem: z.object({ id: z.string(), lineItem: z.object({ id: z.string() }) }),
          }),
        ),
      }),
      refunds: z.object({ nodes: z.array(z.object({ totalRefundedSet: InShopMoney })) }),
    })
    .nullable(),
})
const returnStanding: Operation<z.infer<typeof StandingAnswer>> = {
  name: 'ReturnStanding',
  capability: 'till-returns',
  document: RETURN_STANDING,
  answer: StandingAnswer,
  points: { fixed: 340, perRow: 0 },
}

const ReverseOrder = z.object({
  lineItems: z.object({
    nodes: z.array(
      z.object({
        id: z.string(),
        totalQuantity: z.int(),
        fulfillmentLineItem: z.object({ id: z.string(), lineItem: z.object({ id: z.string() }) }).nullable(),
        dispositions: z.array(
          z.object({
            type: z.string(),
            quantity: z.int(),
            location: z.object({ id: z.string() }).nullable(),
          }),
        ),
      }),
    ),
  }),
})
type ReverseOrder = z.infer<typeof ReverseOrder>
type ReverseLine = ReverseOrder['lineItems']['nodes'][number]
const PlacesAnswer = z.object({
  return: z.object({ reverseFulfillmentOrders: page(ReverseOrder) }).nullable(),
})
const reverseOrders: List<z.infer<typeof PlacesAnswer>, ReverseOrder> = {
  operation: {
    name: 'ReturnPlaces',
    capability: 'till-returns',
    document: RETURN_PLACES,
    answer: PlacesAnswer,
    points: { fixed: 4, perRow: 320 },
  },
  pick: answer => answer.return?.reverseFulfillmentOrders ?? null,
  lane: 'pickup',
  most: 3,
}

/** Where units of a return's line are disposed of. */
export interface ReversePlace {
  readonly id: string
  /** So many are not disposed of yet. */
  readonly units: number
}

/** A line of a return, as Shopify has it. */
export interface OpenLine {
  readonly id: string
  /** The order's. */
  readonly line: string
  /** Not taken in yet. */
  readonly units: number
  readonly places: readonly ReversePlace[]
  /** As many as Shopify has places for, those that are disposed of already too. */
  readonly placed: number
}

export interface OwnReturn {
  readonly id: string
  readonly isOpen: boolean
  /** Lines of which units are still to be taken in. */
  readonly open: readonly OpenLine[]
  readonly refunded: ReturnMoney | null
  /** What the units that were taken in and not paid back cost, by the prices of the order; null: all were paid back. */
  readonly unpaid: ReturnMoney | null
}

/** How far Shopify is with one return; null: it does not show one of this id. Throws as `ShopifyClient.read` does. */
export async function readOwnReturn(
  client: ShopifyClient,
  id: string,
  lane: Lane = 'pickup',
): Promise<OwnReturn | null> {
  const { return: found } = await client.read(returnStanding, { id }, lane)
  if (found === null) return null
  const lines = found.returnLineItems.nodes
  const reverse: ReverseLine[] = []
  if (lines.some(line => line.quantity > line.processedQuantity))
    for await (const orders of pagesOf(client, reverseOrders, { id }))
      reverse.push(...orders.flatMap(one => one.lineItems.nodes))
  return {
    id: found.id,
    isOpen: found.status === 'OPEN',
    open: lines.flatMap(({ id: own, quantity, processedQuantity, fulfillmentLineItem }) => {
      const units = quantity - processedQuantity
      if (units <= 0) return []
      const waiting = reverse.filter(one => one.fulfillmentLineItem?.id === fulfillmentLineItem.id)
      const places = waiting.map(one => ({ id: one.id, units: undisposedOf(one) }))
      const placed = sum(waiting.map(one => one.totalQuantity))
      return [{ id: own, line: fulfillmentLineItem.lineItem.id, units, places, placed }]
    }),
    refunded: paidBack(found.refunds.nodes),
    unpaid: unpaidOf(lines),
  }
}

type StandingLine = NonNullable<z.infer<typeof StandingAnswer>['return']>['returnLineItems']['nodes'][number]

function unpaidOf(lines: readonly StandingLine[]): ReturnMoney | null {
  const amounts = lines.flatMap(line => {
    const units = line.processedQuantity - line.refundedQuantity
    if (units <= 0) return []
    const { shopMoney } = line.withCodeDiscountedTotalPriceSet
    const whole = shopMoneyOf(shopMoney, 'withCodeDiscountedTotalPriceSet')
    return [{ ...whole, minor: Math.round((whole.minor * units) / line.quantity) }]
  })
  const [first] = amounts
  const total = sum(amounts.map(one => one.minor))
  return first === undefined || total <= 0 ? null : { minor: minor(total), currency: first.currency }
}

/** Goods that were set aside for processing may still be disposed of for good. */
function undisposedOf({ totalQuantity, dispositions }: ReverseLine): number {
  const gone = dispositions
    .filter(({ type }) => type !== 'PROCESSING_REQUIRED')
    .map(({ quantity }) => quantity)
  return Math.max(0, totalQuantity - sum(gone))
}

function paidBack(refunds: readonly { readonly totalRefundedSet: z.infer<typeof InShopMoney> }[]) {
  const amounts = refunds.map(({ totalRefundedSet }) =>
    shopMoneyOf(totalRefundedSet.shopMoney, 'totalRefundedSet'),
  )
  const [first] = amounts
  if (first === undefined) return null
  return { minor: minor(sum(amounts.map(one => one.minor))), currency: first.currency }
}

/** Units of a return by the order's line that Shopify has back in the stock of a location. Throws as `ShopifyClient.read` does. */
export async function readRestocked(
  client: ShopifyClient,
  id: string,
  location: string,
): Promise<Record<string, number>> {
  const units = new Map<string, number>()
  for await (const orders of pagesOf(client, reverseOrders, { id }))
    for (const { fulfillmentLineItem, dispositions } of orders.flatMap(one => one.lineItems.nodes)) {
      if (fulfillmentLineItem === null) continue
      const { id: line } = fulfillmentLineItem.lineItem
      const here = dispositions.filter(one => one.type === 'RESTOCKED' && one.location?.id === location)
      units.set(line, (units.get(line) ?? 0) + sum(here.map(one => one.quantity)))
    }
  return Object.fromEntries(units)
}
