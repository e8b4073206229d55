import { z } from 'zod'
import type { Reads } from '../../db/db.ts'
import { openWrites, type Write } from '../../outbox/writes.ts'
import type { HoldPlace } from '../../stock/hold-back.ts'
import { type Mutation, type Operation, type ShopifyClient, UserErrors } from '../api/client.ts'
import { MOVE_QUANTITIES, SAFETY_LEVELS } from '../api/documents.ts'
import { type Failing, readApart } from '../read-apart.ts'

/** Requests that move units between what can be sold online and safety stock: on hand stays as it is. */

const UnitMove = z.object({
  sku: z.string(),
  item: z.string(),
  /** To safety stock; back when negative. */
  units: z.int(),
  /** What Shopify had before. */
  available: z.int(),
  safety: z.int(),
})
export type UnitMove = z.infer<typeof UnitMove>

/** Such a request, frozen before its first send. `variables` are the bytes sent. */
const HoldRequest = z.object({
  location: z.string(),
  /** Since when the store was silent, hub clock. */
  silentSince: z.int(),
  changes: z.array(UnitMove),
  variables: z.object({ key: z.string(), input: z.unknown() }),
})
export type HoldRequest = z.infer<typeof HoldRequest>

export function parseHold(json: string): HoldRequest {
  return HoldRequest.parse(JSON.parse(json))
}

/**
 * Freezes one request. Shopify makes it only if safety stock is what it starts from, so that no two of them are ever made from one
 * state; and takes units only from what is available as it was read.
 */
export function freezeHold(
  place: HoldPlace,
  given: { readonly key: string; readonly reference: string; readonly silentSince: number },
  moves: readonly UnitMove[],
): HoldRequest {
  const { key, reference, silentSince } = given
  const location = place.location
  return {
    location,
    silentSince,
    changes: [...moves],
    variables: {
      key,
      input: {
        reason: 'safety_stock',
        referenceDocumentUri: reference,
        changes: moves.map(({ item, units, available, safety }) => {
          const isHeld = units > 0
          const sold = {
            locationId: location,
            name: 'available',
            ledgerDocumentUri: null,
            // an order that comes in meanwhile must not stop units from coming back
            changeFromQuantity: isHeld ? available : null,
          }
          const kept = {
            locationId: location,
            name: 'safety_stock',
            ledgerDocumentUri: reference,
            changeFromQuantity: safety,
          }
          const [from, to] = isHeld ? [sold, kept] : [kept, sold]
          return { inventoryItemId: item, quantity: Math.abs(units), from, to }
        }),
      },
    },
  }
}

/** The open requests of this kind, of every place. */
export async function openHolds(
  db: Reads,
): Promise<readonly { readonly write: Write; readonly request: HoldRequest }[]> {
  const open = await openWrites(db, { kinds: ['hold'] })
  return open.map(write => ({ write, request: parseHold(write.request_json) }))
}

/** Items of a place whose units are on the move: what is available of them is not known until that has ended. */
export async function itemsMoving(db: Reads, place: HoldPlace): Promise<ReadonlySet<string>> {
  const open = (await openHolds(db)).filter(({ request }) => request.location === place.location)
  return new Set(open.flatMap(({ request }) => request.changes.map(({ item }) => item)))
}

const Payload = z.object({
  inventoryMoveQuantities: z.object({
    inventoryAdjustmentGroup: z.object({ id: z.string() }).nullable(),
    userErrors: UserErrors,
  }),
})

export const moveQuantities: Mutation<z.infer<typeof Payload>> = {
  name: 'MoveQuantities',
  capability: 'stock',
  document: MOVE_QUANTITIES,
  answer: Payload,
  points: { fixed: 30, perRow: 0 },
  userErrors: data => data.inventoryMoveQuantities.userErrors,
  isCarriedOut: data => data.inventoryMoveQuantities.inventoryAdjustmentGroup !== null,
}

/** What Shopify has of an item at a location: for sale online, and as safety stock. */
export interface SafetyLevel {
  readonly available: number
  readonly safety: number
}

const Levels = z.object({
  nodes: z.array(
    z
      .object({
        id: z.string(),
        tracked: z.boolean(),
        inventoryLevel: z
          .object({
            isActive: z.boolean(),
            quantities: z.array(z.object({ name: z.enum(['available', 'safety_stock']), quantity: z.int() })),
          })
          .nullable(),
      })
      .nullable(),
  ),
})
const safetyLevels: Operation<z.infer<typeof Levels>> = {
  name: 'SafetyLevels',
  capability: 'stock',
  document: SAFETY_LEVELS,
  answer: Levels,
  points: { fixed: 0, perRow: 4 },
}

/**
 * The levels of some items. Of what it does not stock there it has none. Left out are those that it does not show or does not count. Throws as `ShopifyClient.read` does.
 * @returns `failing`: items that Shopify fails on, of which that says nothing
 */
export async function readSafetyLevels(
  client: ShopifyClient,
  location: string,
  items: readonly string[],
): Promise<{ readonly levels: ReadonlyMap<string, SafetyLevel>; readonly failing: Failing }> {
  const levels = new Map<string, SafetyLevel>()
  const failing = await readApart(client, items, async some => {
    for (let start = 0; start < some.length; ) {
      const ids = some.slice(start, start + client.rowsThatFit(safetyLevels, 100))
      start += ids.length
      const { nodes } = await client.read(safetyLevels, { ids, location }, 'bulk')
      for (const node of nodes) {
        const level = levelIn(node)
        if (node !== null && level !== null) levels.set(node.id, level)
      }
    }
  })
  return { levels, failing }
}

function levelIn(node: z.infer<typeof Levels>['nodes'][number]): SafetyLevel | null {
  if (node?.tracked !== true) return null
  if (node.inventoryLevel === null) return { available: 0, safety: 0 }
  const { isActive, quantities } = node.inventoryLevel
  const of = (name: 'available' | 'safety_stock') => quantities.find(one => one.name === name)?.quantity ?? 0
  // units that are kept from sale come back where the item is not stocked any more, too
  if (!isActive && of('safety_stock') <= 0) return { available: 0, safety: 0 }
  return { available: of('available'), safety: of('safety_stock') }
}
