import { z } from 'zod'
import { closeException, openException } from '../../checks/exceptions.ts'
import { type Db, transaction } from '../../db/db.ts'
import { readPlaces } from '../../stock/places.ts'
import type { ShopifyClient } from '../api/client.ts'
import { LOCATIONS } from '../api/documents.ts'
import { type List, page, pagesOf } from '../api/pages.ts'

const Location = z.object({ id: z.string(), name: z.string(), isActive: z.boolean() })
type Location = z.infer<typeof Location>

const Answer = z.object({ locations: page(Location) })
const locationList: List<z.infer<typeof Answer>, Location> = {
  operation: { name: 'Locations', document: LOCATIONS, answer: Answer, points: { fixed: 2, perRow: 1 } },
  pick: answer => answer.locations,
  priority: 'read',
  most: 100,
}

/** Shopify's active locations. Throws as `ShopifyClient.read` does. */
export async function readLocations(client: ShopifyClient): Promise<readonly Location[]> {
  const all: Location[] = []
  for await (const nodes of pagesOf(client, locationList)) all.push(...nodes)
  return all
}

/**
 * Checks that every warehouse is mapped to a location that Shopify has, and opens or closes `location-unmapped`, whose
 * sentence lists the locations to choose from.
 */
export async function checkLocations(db: Db, locations: readonly Location[], now: number): Promise<void> {
  const active = new Set(locations.filter(one => one.isActive).map(one => one.id))
  const choice = locations.map(one => `${one.name} (${one.id.replace(/^.*\//, '')})`).join(', ')
  await transaction(db, async tx => {
    const warehouses = await tx.selectFrom('warehouse').selectAll().execute()
    const { unclear } = await readPlaces(tx)
    for (const { store, code, location_id: location } of warehouses) {
      const subject = `${store}/${code}`
      const why = whyUnmapped(location, active, unclear)
      if (why === null) {
        await closeException(tx, 'location-unmapped', subject, now)
        continue
      }
      const sentence = `Warehouse ${code} of store ${store} ${why}, so its stock does not reach Shopify. Map it to one of Shopify's locations: ${choice === '' ? 'none is visible to the app' : choice}. Its sales are kept and follow by themselves.`
      const evidence = { location, locations: locations.map(({ id, name }) => ({ id, name })) }
      await openException(tx, { kind: 'location-unmapped', subject, store, sentence, evidence }, now)
    }
  })
}

function whyUnmapped(
  location: string | null,
  active: ReadonlySet<string>,
  unclear: ReadonlySet<string>,
): string | null {
  if (location === null) return 'is mapped to no Shopify location'
  if (!active.has(location)) return `is mapped to ${location}, which Shopify does not have or has deactivated`
  if (unclear.has(location)) return `is mapped to ${location}, which another store claims too`
  return null
}
