import { z } from 'zod'
import type { Operation, ShopifyClient } from '../api/client.ts'
import { RETURNABLE } from '../api/documents.ts'
import { page } from '../api/pages.ts'
import type { Lane } from '../api/throttle.ts'

/** Units of a fulfilment's line that may still be returned. */
export interface ReturnableUnits {
  readonly fulfillmentLine: string
  readonly line: string
  readonly units: number
}

const Line = z.object({
  quantity: z.int(),
  fulfillmentLineItem: z.object({ id: z.string(), lineItem: z.object({ id: z.string() }) }),
})
const Answer = z.object({
  returnableFulfillments: page(z.object({ returnableFulfillmentLineItems: page(Line) })),
})
const returnable: Operation<z.infer<typeof Answer>> = {
  name: 'Returnable',
  capability: 'till-returns',
  document: RETURNABLE,
  answer: Answer,
  points: { fixed: 4, perRow: 3 },
}
const MOST_LINES = 100

/** What of an order may still be returned, by Shopify's word. Throws as `ShopifyClient.read` does. */
export async function readReturnable(
  client: ShopifyClient,
  order: string,
  lane: Lane,
): Promise<readonly ReturnableUnits[]> {
  const found: ReturnableUnits[] = []
  let after: string | null = null
  let afterLine: string | null = null
  for (;;) {
    const first = client.rowsThatFit(returnable, MOST_LINES)
    const answer: z.infer<typeof Answer> = await client.read(
      returnable,
      { order, first, after, afterLine },
      lane,
    )
    const { nodes, pageInfo } = answer.returnableFulfillments
    const lines = nodes[0]?.returnableFulfillmentLineItems
    for (const { quantity, fulfillmentLineItem } of lines?.nodes ?? [])
      if (quantity > 0)
        found.push({
          fulfillmentLine: fulfillmentLineItem.id,
          line: fulfillmentLineItem.lineItem.id,
          units: quantity,
        })
    // the rest of this fulfilment's lines, then the next one
    if (lines?.pageInfo.hasNextPage === true) afterLine = lines.pageInfo.endCursor
    else if (!pageInfo.hasNextPage) return found
    else {
      after = pageInfo.endCursor
      afterLine = null
    }
  }
}
