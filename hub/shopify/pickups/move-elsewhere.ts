import { z } from 'zod'
import { locationsThatHave, storesThatLooked } from '../../pickups/elsewhere.ts'
import type { PickupFulfillmentOrder } from '../../pickups/order-snapshot.ts'
import { type Mutation, type Operation, UserErrors } from '../api/client.ts'
import { LOCATIONS_FOR_MOVE, MOVE_FULFILLMENT_ORDER } from '../api/documents.ts'
import type { PickupWriteWork } from './write-steps.ts'

const Answer = z.object({
  fulfillmentOrder: z
    .object({
      locationsForMove: z.object({
        nodes: z.array(
          z.object({
            movable: z.boolean(),
            location: z.object({
              id: z.string(),
              localPickupSettingsV2: z.object({ pickupTime: z.string() }).nullable(),
            }),
          }),
        ),
      }),
    })
    .nullable(),
})
const locationsForMove: Operation<z.infer<typeof Answer>> = {
  name: 'LocationsForMove',
  capability: 'hand-overs',
  document: LOCATIONS_FOR_MOVE,
  answer: Answer,
  points: { fixed: 60, perRow: 0 },
  spares: { 'fulfillmentOrder.locationsForMove.nodes.location.localPickupSettingsV2': 'pickup-times' },
}

const Moved = z.object({ fulfillmentOrderMove: z.object({ userErrors: UserErrors }) })

/** Has another location prepare a whole fulfilment order. Its id may change. */
export const moveElsewhere: Mutation<z.infer<typeof Moved>> = {
  name: 'MoveFulfillmentOrder',
  capability: 'hand-overs',
  document: MOVE_FULFILLMENT_ORDER,
  answer: Moved,
  points: { fixed: 10, perRow: 0 },
  userErrors: data => data.fulfillmentOrderMove.userErrors,
}

/** Shopify is asked about so many locations at once. */
const MOST_ASKED = 20

/** The location that a part of an order is to be moved to, see `locationsFor`. Null: none is known. */
export async function targetFor(
  work: PickupWriteWork,
  order: string,
  part: PickupFulfillmentOrder,
): Promise<string | null> {
  const [first = null] = await locationsFor(work, order, part)
  return first
}

/**
 * The locations that may prepare a part of an order, the one with the most to spare first: each has all of the part free by the ledger,
 * its store has not looked for the part in vain, and Shopify says that the part may go there and that customers may collect there.
 * Throws as `ShopifyClient.read` does.
 */
export async function locationsFor(
  { db, client, world }: Pick<PickupWriteWork, 'db' | 'client' | 'world'>,
  order: string,
  part: Pick<PickupFulfillmentOrder, 'id' | 'lines'>,
): Promise<readonly string[]> {
  const due = part.lines.filter(({ remaining }) => remaining > 0)
  const wanted = new Map<string, number>()
  for (const { sku, remaining } of due) {
    if (sku === null) return [] // what it is can't be told, so no ledger knows it
    wanted.set(sku, (wanted.get(sku) ?? 0) + remaining * 1_000)
  }
  const looked = await storesThatLooked(db, order)
  const all = await locationsThatHave(db, wanted, looked, world.clock.now())
  const locations = all.slice(0, MOST_ASKED)
  if (locations.length === 0) return []
  const answer = await client.read(
    locationsForMove,
    { id: part.id, lines: due.map(({ id }) => id), locations },
    'pickup',
  )
  const open = new Set(
    answer.fulfillmentOrder?.locationsForMove.nodes
      .filter(({ movable, location }) => movable && location.localPickupSettingsV2 !== null)
      .map(({ location }) => location.id),
  )
  return locations.filter(location => open.has(location))
}
