import { z } from 'zod'
import type { StockPlace } from '../../stock/places.ts'
import type { ItemLevel } from '../../stock/shop-level.ts'
import type { Mutation, Operation } from '../api/client.ts'
import { UserErrors } from '../api/client.ts'
import { ADJUST_QUANTITIES, ADJUSTMENT_GROUP } from '../api/documents.ts'

/** One change as decided: `delta` in whole units, the levels as read just before. */
const Change = z.object({
  sku: z.string(),
  item: z.string(),
  delta: z.int(),
  available: z.int(),
  onHand: z.int(),
  committed: z.int(),
  onHandAt: z.number().nullable(),
  /** When a request first carried it; left out: when this write was planned. */
  since: z.int().optional(),
  /** Thousandths of a unit that its movements have and `delta` has not; left out: none. See outbox/remainders.ts. */
  rest: z.int().optional(),
  /** The item is not stocked there, so that customers can't buy what is written. */
  inactive: z.literal(true).optional(),
})
export type Change = z.infer<typeof Change>

/** What a stock write asks of Shopify, frozen before its first send. `variables` are the bytes sent. */
const FrozenRequest = z.object({
  location: z.string(),
  warehouses: z.tuple([z.string()], z.string()),
  changes: z.array(Change),
  variables: z.object({ key: z.string(), input: z.unknown() }),
})
export type FrozenRequest = z.infer<typeof FrozenRequest>

/** A change of so many units against a level as read. */
export function changeFrom(what: ChangedItem, level: ItemLevel): Change {
  const { sku, item, delta, since, rest } = what
  const { available, onHand, committed, onHandAt } = level
  return {
    sku,
    item,
    delta,
    available,
    onHand,
    committed,
    onHandAt,
    ...(since === undefined ? {} : { since }),
    ...(rest === undefined || rest === 0 ? {} : { rest }),
    ...(level.active ? {} : { inactive: true as const }),
  }
}

type ChangedItem = Pick<Change, 'sku' | 'item' | 'delta' | 'since' | 'rest'>

export function parseRequest(json: string): FrozenRequest {
  return FrozenRequest.parse(JSON.parse(json))
}

/**
 * A document URI shows in Shopify's admin history and leads back to the write and its movements. The key keeps it
 * unlike any other, also after the database was restored from a backup and numbers its writes from an earlier point again.
 */
export function postingUri(write: number, key: string): string {
  return `gid://tillbridge/Posting/${write}-${key}`
}

/** Freezes one request. `reference` is its write's document; `changes` must not be empty; each pair of item and location comes once. */
export function freeze(
  reference: string,
  place: StockPlace,
  key: string,
  changes: readonly Change[],
): FrozenRequest {
  return {
    location: place.location,
    warehouses: [...place.warehouses],
    changes: [...changes],
    variables: {
      key,
      input: {
        name: 'available', // takes on_hand with it
        reason: 'correction', // Shopify has none that means "sold"
        referenceDocumentUri: reference,
        changes: changes.map(change => ({
          inventoryItemId: change.item,
          locationId: place.location,
          delta: change.delta,
          changeFromQuantity: change.available,
        })),
      },
    },
  }
}

/** What is kept of a request once Shopify shows it: enough for a trace. The bytes are no longer needed. */
export function traceOf(request: FrozenRequest): object {
  const changes = request.changes.map(({ sku, item, delta, available, rest }) => ({
    sku,
    item,
    delta,
    available,
    ...(rest === undefined ? {} : { rest }),
  }))
  return { location: request.location, changes }
}

const Payload = z.object({
  inventoryAdjustQuantities: z.object({
    inventoryAdjustmentGroup: z
      .object({
        id: z.string(),
        changes: z.array(
          z.object({
            name: z.string(),
            delta: z.int(),
            quantityAfterChange: z.int().nullable(),
            item: z.object({ id: z.string() }).nullable(),
            location: z.object({ id: z.string() }).nullable(),
          }),
        ),
      })
      .nullable(),
    userErrors: UserErrors,
  }),
})
export type AdjustAnswer = z.infer<typeof Payload>

export const adjustQuantities: Mutation<AdjustAnswer> = {
  name: 'AdjustQuantities',
  capability: 'stock',
  document: ADJUST_QUANTITIES,
  answer: Payload,
  points: { fixed: 30, perRow: 0 },
  userErrors: data => data.inventoryAdjustQuantities.userErrors,
}

const Group = z.object({ node: z.object({ referenceDocumentUri: z.string().nullish() }).nullable() })
/** Whose change an adjustment group is: its reference document. */
export const adjustmentGroup: Operation<z.infer<typeof Group>> = {
  name: 'AdjustmentGroup',
  capability: 'stock',
  document: ADJUSTMENT_GROUP,
  answer: Group,
  points: { fixed: 2, perRow: 0 },
}

/** Whether an answer without errors shows every change of the request. */
export function showsAll(answer: AdjustAnswer, changes: readonly Change[]): boolean {
  const shown = answer.inventoryAdjustQuantities.inventoryAdjustmentGroup?.changes ?? []
  return changes.every(change =>
    shown.some(one => one.name === 'available' && one.item?.id === change.item && one.delta === change.delta),
  )
}

/** Shopify's own record of the change. */
export function groupOf(answer: AdjustAnswer): string | null {
  return answer.inventoryAdjustQuantities.inventoryAdjustmentGroup?.id ?? null
}

/** What is kept of an answer for a trace: Shopify's own record of the change, and what each item has after it. */
export function proofOf(answer: AdjustAnswer): object {
  const group = answer.inventoryAdjustQuantities.inventoryAdjustmentGroup
  const available = (group?.changes ?? []).filter(change => change.name === 'available')
  return {
    by: 'answer',
    group: group?.id ?? null,
    available: Object.fromEntries(
      available.map(({ item, quantityAfterChange }) => [item?.id ?? '', quantityAfterChange]),
    ),
  }
}

export type Verdict = 'applied' | 'not-applied' | 'unclear'

/** When a request left the hub, by its clock in ms: the first time, and the last. */
export interface Sends {
  readonly first: number | null
  readonly last: number | null
}

/** Shopify makes a change within seconds of its request, and its clock and the hub's may differ by a little. */
const BEFORE_SEND_MS = 1_000
const AFTER_SEND_MS = 5_000
/** Shopify's moments are cut to the second. */
const CUT_MS = 999

/**
 * Whether a request whose answer was lost has been carried out, told by the levels as they are now. A request is
 * carried out whole or not at all, so one change that tells is enough, and two that contradict each other tell nothing.
 */
export function decideByLevel(
  changes: readonly Change[],
  levels: ReadonlyMap<string, ItemLevel>,
  sends: Sends,
): Verdict {
  const told = new Set(changes.map(change => verdictOf(change, levels.get(change.item), sends)))
  told.delete('unclear')
  const [only] = told
  return told.size === 1 && only !== undefined ? only : 'unclear'
}

/**
 * Our change moves `available` and `on_hand` together at one moment. Orders move `available` into `committed` and leave
 * `on_hand`. Another app may make the same change, so ours is only one that Shopify made when ours was sent. An order and a
 * fulfilment together look like our change but for the moments. Quantities that are as they were prove nothing: an opposite
 * change may have hidden ours. Only the moment of the last change of `on_hand` proves that ours was not made. What else is
 * possible is not guessed.
 */
function verdictOf(change: Change, now: ItemLevel | undefined, sends: Sends): Verdict {
  if (now === undefined) return 'unclear'
  const available = now.available - change.available
  const onHand = now.onHand - change.onHand
  const committed = now.committed - change.committed
  if (available === change.delta && onHand === change.delta && committed === 0)
    return now.availableAt === now.onHandAt && isOfSend(now.onHandAt, sends) ? 'applied' : 'unclear'
  if (onHand === 0 && now.onHandAt === change.onHandAt) return 'not-applied'
  return 'unclear'
}

/**
 * Whether every level is what the request compares with, so that Shopify would take it, though one of them has changed
 * meanwhile: the request may have been carried out and undone.
 */
export function mayBeHidden(changes: readonly Change[], levels: ReadonlyMap<string, ItemLevel>): boolean {
  const shown = changes.map(change => ({ change, now: levels.get(change.item) }))
  const isTaken = shown.every(({ change, now }) => now?.available === change.available)
  return isTaken && shown.some(({ change, now }) => now?.onHandAt !== change.onHandAt)
}

function isOfSend(at: number | null, { first, last }: Sends): boolean {
  const isNear = (sent: number | null) =>
    sent !== null && at !== null && at + CUT_MS >= sent - BEFORE_SEND_MS && at <= sent + AFTER_SEND_MS
  return isNear(first) || isNear(last)
}
