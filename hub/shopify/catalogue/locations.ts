import { z } from 'zod'
import { reconcileExceptions } from '../../checks/exceptions.ts'
import type { SubjectProblem } from '../../checks/problem.ts'
import { type Db, type Tx, transaction } from '../../db/db.ts'
import { readPlaces } from '../../stock/places.ts'
import type { ShopifyClient } from '../api/client.ts'
import { LOCATIONS } from '../api/documents.ts'
import { type List, page, pagesOf } from '../api/pages.ts'

const Location = z.object({ id: z.string(), name: z.string(), isActive: z.boolean() })
type Location = z.infer<typeof Location>

const Answer = z.object({ locations: page(Location) })
const locationList: List<z.infer<typeof Answer>, Location> = {
  operation: {
    name: 'Locations',
    capability: 'locations',
    document: LOCATIONS,
    answer: Answer,
    points: { fixed: 2, perRow: 1 },
  },
  pick: answer => answer.locations,
  lane: 'read',
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
    const lasting = await lastingProblems(tx)
    const found = warehouses.flatMap(
      ({ store, code: warehouse, location_id: location }): SubjectProblem[] => {
        const code = whyUnmapped(location, active, unclear)
        if (code === null) return lasting.filter(isAbout(`${store}/${warehouse}`, location))
        const fields = {
          store,
          warehouse,
          location: location ?? '',
          choice: choice === '' ? ({ phrase: 'phrase.no-locations' } as const) : choice,
        }
        const evidence = { location, locations: locations.map(({ id, name }) => ({ id, name })) }
        return [{ code, subject: `${store}/${warehouse}`, store, fields, evidence }]
      },
    )
    const subjects = warehouses.map(({ store, code }) => `${store}/${code}`)
    const kind = 'location-unmapped'
    await reconcileExceptions(tx, { kind, scope: { subjects }, found, at: now, seen: 'still' })
  })
}

type Lasting = Extract<
  SubjectProblem,
  { readonly code: 'location-unmapped.refused' | 'location-unmapped.restored' }
>

/**
 * Places at whose location Shopify refused stock: that it lists the location as active does not end that, a stock change does. And those
 * whose mapping a restored hub doubts: a person's mapping ends that.
 */
async function lastingProblems(tx: Tx): Promise<readonly Lasting[]> {
  const rows = await tx
    .selectFrom('exception')
    .select(['code', 'subject', 'store', 'fields_json', 'evidence_json'])
    .where('code', 'in', lastingCodes)
    .where('closed_at', 'is', null)
    .execute()
  return rows.map(({ code, subject, store, fields_json, evidence_json }) => ({
    ...LastingProblem.parse({ code, fields: JSON.parse(fields_json) }),
    subject,
    store,
    evidence: z.record(z.string(), z.unknown()).parse(JSON.parse(evidence_json)),
  }))
}

const lastingCodes = ['location-unmapped.refused', 'location-unmapped.restored'] as const
const RefusedFields = z.object({ warehouse: z.string(), store: z.string(), location: z.string() })
const LastingProblem = z.discriminatedUnion('code', [
  z.object({ code: z.literal('location-unmapped.refused'), fields: RefusedFields }),
  z.object({
    code: z.literal('location-unmapped.restored'),
    fields: RefusedFields.extend({ sent: z.string() }),
  }),
])

const isAbout = (subject: string, location: string | null) => (one: Lasting) =>
  one.subject === subject && one.fields.location === location

function whyUnmapped(
  location: string | null,
  active: ReadonlySet<string>,
  unclear: ReadonlySet<string>,
): `location-unmapped.${'none' | 'gone' | 'claimed-twice'}` | null {
  if (location === null) return 'location-unmapped.none'
  if (!active.has(location)) return 'location-unmapped.gone'
  if (unclear.has(location)) return 'location-unmapped.claimed-twice'
  return null
}
