import { z } from 'zod'
import {
  type Mutation,
  type Operation,
  type ShopifyClient,
  UserErrors,
  type WriteResult,
} from '../api/client.ts'
import { FULFILLMENT_HOLDS, HOLD_FULFILLMENT_ORDER, RELEASE_HOLD } from '../api/documents.ts'

/** Our hold's name among those of a fulfilment order: Shopify takes it once. */
const HANDLE = 'tillbridge-short'

const Held = z.object({ fulfillmentOrderHold: z.object({ userErrors: UserErrors }) })
type Held = z.infer<typeof Held>
const holdBack: Mutation<Held> = {
  name: 'HoldFulfillmentOrder',
  capability: 'hand-overs',
  document: HOLD_FULFILLMENT_ORDER,
  answer: Held,
  points: { fixed: 10, perRow: 0 },
  userErrors: data => data.fulfillmentOrderHold.userErrors,
}

/** Our hold of items that staff could not find: what is sent for it. `note`: for the people who see it. */
export function ownHold(fulfillmentOrder: string, note: string) {
  const hold = { reason: 'INVENTORY_OUT_OF_STOCK', reasonNotes: note, handle: HANDLE }
  return { mutation: holdBack, variables: { id: fulfillmentOrder, hold } }
}

/** Holds items again that could not go where they were to go. */
export function holdAgain(client: ShopifyClient, fulfillmentOrder: string): Promise<WriteResult<Held>> {
  const { mutation, variables } = ownHold(
    fulfillmentOrder,
    'They could not be moved to the store that the customer chose.',
  )
  return client.write(mutation, variables, 'pickup')
}

const Released = z.object({ fulfillmentOrderReleaseHold: z.object({ userErrors: UserErrors }) })

/** Releases the holds that are named, and no others. */
export const releaseHolds: Mutation<z.infer<typeof Released>> = {
  name: 'ReleaseHold',
  capability: 'hand-overs',
  document: RELEASE_HOLD,
  answer: Released,
  points: { fixed: 10, perRow: 0 },
  userErrors: data => data.fulfillmentOrderReleaseHold.userErrors,
}

const Holds = z.object({
  fulfillmentOrder: z
    .object({
      fulfillmentHolds: z.array(
        z.object({ id: z.string(), handle: z.string().nullable(), heldByRequestingApp: z.boolean() }),
      ),
    })
    .nullable(),
})
const fulfillmentHolds: Operation<z.infer<typeof Holds>> = {
  name: 'FulfillmentHolds',
  capability: 'orders',
  document: FULFILLMENT_HOLDS,
  answer: Holds,
  points: { fixed: 15, perRow: 0 },
}

/** Our holds of a fulfilment order by their ids, and whether it has others. Throws as `ShopifyClient.read` does. */
export async function readHolds(
  client: ShopifyClient,
  fulfillmentOrder: string,
): Promise<{ readonly own: readonly string[]; readonly hasOthers: boolean }> {
  const answer = await client.read(fulfillmentHolds, { id: fulfillmentOrder }, 'pickup')
  const holds = answer.fulfillmentOrder?.fulfillmentHolds ?? []
  const own = holds.filter(one => one.heldByRequestingApp && one.handle === HANDLE)
  return { own: own.map(({ id }) => id), hasOthers: own.length < holds.length }
}
