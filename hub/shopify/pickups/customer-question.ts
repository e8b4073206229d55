import { z } from 'zod'
import { LINK_MS, type PreparedQuestion } from '../../pickups/customer-choice/questions.ts'
import { itemText } from '../../pickups/item-text.ts'
import type { PickupFulfillmentOrder } from '../../pickups/order-snapshot.ts'
import type { ShortRequest } from '../../pickups/write-plan.ts'
import { readPlaces } from '../../stock/places.ts'
import type { Operation } from '../api/client.ts'
import { CUSTOMER_LOCALE } from '../api/documents.ts'
import { locationsFor } from './move-elsewhere.ts'
import type { PickupWriteWork } from './write-steps.ts'

const Locale = z.object({ order: z.object({ customerLocale: z.string().nullable() }).nullable() })
const customerLocale: Operation<z.infer<typeof Locale>> = {
  name: 'CustomerLocale',
  capability: 'orders',
  document: CUSTOMER_LOCALE,
  answer: Locale,
  points: { fixed: 1, perRow: 0 },
}

/**
 * A request with what its customer is asked about the part that is to be held: the items, the stores that may have them, and the link.
 * What was prepared before stays; nothing is prepared where customers don't reach the hub. Throws as `ShopifyClient.read` does.
 */
export async function withQuestion(
  work: PickupWriteWork,
  request: ShortRequest,
  part: PickupFulfillmentOrder,
): Promise<ShortRequest> {
  if (request.ask?.part === part.id) return request
  const { client, links, world } = work
  const offered = await offeredStores(work, request.order, part)
  const { order } = await client.read(customerLocale, { id: request.order }, 'pickup')
  const until = world.clock.now() + LINK_MS
  const items = part.lines.flatMap(line => {
    const { sku, title, variantTitle } = itemText(line)
    return line.remaining === 0
      ? []
      : [{ orderLine: line.orderLine, sku, title, variantTitle, units: line.remaining }]
  })
  const made = await links.make(until)
  if (made === null) return request
  const ask = { ...made, until, locale: order?.customerLocale ?? null, part: part.id, items, offered }
  return { ...request, ask }
}

/** The stores that may have the items, by name, each once. */
async function offeredStores(
  work: PickupWriteWork,
  order: string,
  part: PickupFulfillmentOrder,
): Promise<PreparedQuestion['offered']> {
  const locations = await locationsFor(work, order, part)
  const { places } = await readPlaces(work.db)
  const stores = await work.db.selectFrom('store').select(['code', 'name']).execute()
  const found = new Map<string, PreparedQuestion['offered'][number]>()
  for (const location of locations) {
    const store = places.find(place => place.location === location)?.store
    const name = stores.find(({ code }) => code === store)?.name
    if (store !== undefined && name !== undefined && !found.has(store))
      found.set(store, { location, store, name })
  }
  return [...found.values()]
}
