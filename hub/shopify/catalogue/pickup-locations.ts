import { z } from 'zod'
import type { ShopifyClient } from '../api/client.ts'
import { PICKUP_LOCATIONS } from '../api/documents.ts'
import { type List, page, pagesOf } from '../api/pages.ts'

const Location = z.object({
  id: z.string(),
  name: z.string(),
  isActive: z.boolean(),
  localPickupSettingsV2: z.object({ pickupTime: z.string() }).nullable(),
})
type Answered = z.infer<typeof Location>

const Answer = z.object({ locations: page(Location) })
const pickupLocations: List<z.infer<typeof Answer>, Answered> = {
  operation: {
    name: 'PickupLocations',
    capability: 'locations',
    document: PICKUP_LOCATIONS,
    answer: Answer,
    points: { fixed: 2, perRow: 2 },
    spares: { 'locations.nodes.localPickupSettingsV2': 'pickup-times' },
  },
  pick: answer => answer.locations,
  lane: 'read',
  most: 100,
}

export interface PickupLocation {
  readonly id: string
  readonly name: string
  readonly isActive: boolean
  /** Whether customers may choose it for pickup; null: Shopify does not say so to this app. */
  readonly offersPickup: boolean | null
}

/** The shop's locations by name, inactive ones too. Throws as `ShopifyClient.read` does. */
export async function readPickupLocations(client: ShopifyClient): Promise<readonly PickupLocation[]> {
  const all: Answered[] = []
  for await (const nodes of pagesOf(client, pickupLocations)) all.push(...nodes)
  const isWithheld = typeof client.withheld().get('pickup-times') === 'string'
  return all
    .map(({ id, name, isActive, localPickupSettingsV2: settings }) => ({
      id,
      name,
      isActive,
      offersPickup: settings === null && isWithheld ? null : settings !== null,
    }))
    .sort((one, other) => one.name.localeCompare(other.name))
}
