import { z } from 'zod'
import { minor, sum } from '../../../shared/money.ts'
import type { ReturnMoney } from '../../../shared/returns.ts'
import type { Operation, ShopifyClient } from '../api/client.ts'
import { NAMED_RETURNS, RETURN_STANDING } from '../api/documents.ts'
import { type List, page, pagesOf } from '../api/pages.ts'
import { InShopMoney, shopMoneyOf } from './shop-money.ts'

const Status = z.enum(['REQUESTED', 'OPEN', 'CLOSED', 'CANCELED', 'DECLINED'])

const Named = z.object({
  id: z.string(),
  status: Status,
  returnLineItems: z.object({ nodes: z.array(z.object({ returnReasonNote: z.string().optional() })) }),
})
type Named = z.infer<typeof Named>
const NamedAnswer = z.object({ order: z.object({ returns: page(Named) }).nullable() })
const namedReturns: List<z.infer<typeof NamedAnswer>, Named> = {
  operation: {
    name: 'NamedReturns',
    capability: 'till-returns',
    document: NAMED_RETURNS,
    answer: NamedAnswer,
    points: { fixed: 3, perRow: 4 },
  },
  pick: answer => answer.order?.returns ?? null,
  lane: 'pickup',
  most: 50,
}

/** What a till's return is called in Shopify: each reason of its lines ends with it. */
export function returnMark(returnId: string): string {
  return `[${returnId}]`
}

/**
 * Whether Shopify has a till's return. `null`: it has none. `cancelled`: it had one, and it was called off there.
 * Throws as `ShopifyClient.read` does.
 */
export async function findOwnReturn(
  client: ShopifyClient,
  order: string,
  returnId: string,
): Promise<{ readonly id: string; readonly cancelled: boolean } | null> {
  const mark = returnMark(returnId)
  let found: { readonly id: string; readonly cancelled: boolean } | null = null
  for await (const returns of pagesOf(client, namedReturns, { id: order }))
    for (const { id, status, returnLineItems } of returns) {
      if (!returnLineItems.nodes.some(line => line.returnReasonNote?.endsWith(mark) === true)) continue
      if (status !== 'CANCELED' && status !== 'DECLINED') return { id, cancelled: false }
      found = { id, cancelled: true }
    }
  return found
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
            fulfillmentLineItem: z.object({ id: z.string(), lineItem: z.object({ id: z.string() }) }),
          }),
        ),
      }),
      reverseFulfillmentOrders: z.object({
        nodes: z.array(
          z.object({
            lineItems: z.object({
              nodes: z.array(
                z.object({
                  id: z.string(),
                  totalQuantity: z.int(),
                  fulfillmentLineItem: z.object({ id: z.string() }).nullable(),
                  dispositions: z.array(z.object({ type: z.string(), quantity: z.int() })),
                }),
              ),
            }),
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
  points: { fixed: 480, perRow: 0 },
}

/** A line of a return, as Shopify has it. */
export interface OpenLine {
  readonly id: string
  /** The order's. */
  readonly line: string
  /** Not taken in yet. */
  readonly units: number
  /** Where the goods are disposed of, and how many of them are still to come; null: Shopify shows none. */
  readonly reverse: { readonly id: string; readonly units: number } | null
}

export interface OwnReturn {
  readonly id: string
  readonly isOpen: boolean
  /** Lines of which units are still to be taken in. */
  readonly open: readonly OpenLine[]
  readonly refunded: ReturnMoney | null
}

/** How far Shopify is with one return; null: it has none of this id. Throws as `ShopifyClient.read` does. */
export async function readOwnReturn(client: ShopifyClient, id: string): Promise<OwnReturn | null> {
  const { return: found } = await client.read(returnStanding, { id }, 'pickup')
  if (found === null) return null
  const reverse = found.reverseFulfillmentOrders.nodes.flatMap(one => one.lineItems.nodes)
  const open = found.returnLineItems.nodes.flatMap(
    ({ id: own, quantity, processedQuantity, fulfillmentLineItem }) => {
      const units = quantity - processedQuantity
      if (units <= 0) return []
      const waiting = reverse.find(one => one.fulfillmentLineItem?.id === fulfillmentLineItem.id)
      const left = waiting === undefined ? null : { id: waiting.id, units: undisposedOf(waiting) }
      return [{ id: own, line: fulfillmentLineItem.lineItem.id, units, reverse: left }]
    },
  )
  return { id: found.id, isOpen: found.status === 'OPEN', open, refunded: paidBack(found.refunds.nodes) }
}

type ReverseLine = NonNullable<
  z.infer<typeof StandingAnswer>['return']
>['reverseFulfillmentOrders']['nodes'][number]['lineItems']['nodes'][number]

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
