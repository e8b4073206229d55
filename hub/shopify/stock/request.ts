import { z } from 'zod'
import type { Write } from '../../outbox/writes.ts'
import type { KnownLevel } from '../../stock/known-levels.ts'
import type { StockPlace } from '../../stock/places.ts'
import type { ItemLevel } from '../../stock/shop-level.ts'
import type { Mutation, Operation } from '../api/client.ts'
import { UserErrors } from '../api/client.ts'
import { ADJUST_QUANTITIES, ADJUSTMENT_GROUP } from '../api/documents.ts'

/** One change as decided: `delta` in whole units, and the level that it starts from, as Shopify was last known to have it. */
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
  /** By how much the hub's clock was ahead of Shopify's when it was planned, in ms; left out: not known. */
  clockAheadMs: z.number().optional(),
})
export type FrozenRequest = z.infer<typeof FrozenRequest>

/** A change of so many units against a level. */
export function changeFrom(what: ChangedItem, level: KnownLevel): Change {
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
  clockAheadMs: number | null | undefined,
): FrozenRequest {
  return {
    ...(clockAheadMs === null || clockAheadMs === undefined ? {} : { clockAheadMs }),
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
        createdAt: z.iso.datetime({ offset: true }).transform(text => Date.parse(text)),
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
  isCarriedOut: data => data.inventoryAdjustQuantities.inventoryAdjustmentGroup !== null,
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

/** Shopify's own record of the change; null: the answer names none. */
export function groupOf(answer: AdjustAnswer) {
  return answer.inventoryAdjustQuantities.inventoryAdjustmentGroup
}

/**
 * The levels after a change that Shopify has made: it makes none of a request unless each level is what the request
 * starts from, so the answer need not list them. `madeAt`: Shopify's clock.
 */
export function levelsAfter(changes: readonly Change[], madeAt: number): ReadonlyMap<string, KnownLevel> {
  return new Map(
    changes.map(({ item, delta, available, onHand, committed, inactive }) => [
      item,
      {
        active: inactive !== true,
        available: available + delta,
        onHand: onHand + delta,
        committed,
        onHandAt: madeAt,
      },
    ]),
  )
}

/** What is kept of an answer for a trace: Shopify's own record of the change, and what each item has after it. */
export function proofOf(group: string, changes: readonly Change[]): object {
  return {
    by: 'answer',
    group,
    available: Object.fromEntries(changes.map(({ item, available, delta }) => [item, available + delta])),
  }
}

export type Verdict = 'applied' | 'not-applied' | 'unclear'

/** When a request left the hub, by its clock in ms: the first time, and the last. */
export interface Sends {
  readonly first: number | null
  readonly last: number | null
  /** Whether the hub's clock was right when the request was planned, and is. */
  readonly isClockRight: boolean
}

/** Further apart the clocks of the hub and of Shopify prove nothing. */
const CLOCK_MS = 60_000
/** What Shopify did so long before a request left was not that request. */
const LONG_BEFORE_MS = 5 * 60_000

/** The sends of a request, judged with by how much the hub's clock is ahead of Shopify's now. */
export function sendsOf(
  { first_sent_at, last_sent_at }: Pick<Write, 'first_sent_at' | 'last_sent_at'>,
  { clockAheadMs: then }: FrozenRequest,
  now: number | null,
): Sends {
  const isRight = (ahead: number | null | undefined) =>
    ahead !== null && ahead !== undefined && Math.abs(ahead) <= CLOCK_MS
  return { first: first_sent_at, last: last_sent_at, isClockRight: isRight(then) && isRight(now) }
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
  if (onHand === 0 && isUntouched(change, now, sends)) return 'not-applied'
  return 'unclear'
}

/** Whether on hand has not changed since the request left: it changed last when it was known to, or long before. */
function isUntouched(change: Change, now: ItemLevel, { first, isClockRight }: Sends): boolean {
  if (now.onHandAt === change.onHandAt) return true
  return isClockRight && first !== null && now.onHandAt !== null && now.onHandAt < first - LONG_BEFORE_MS
}

/**
 * Whether every level is what the request compares with, so that Shopify would take it, though one of them has changed
 * meanwhile: the request may have been carried out and undone.
 */
export function mayBeHidden(
  changes: readonly Change[],
  levels: ReadonlyMap<string, ItemLevel>,
  sends: Sends,
): boolean {
  const shown = changes.map(change => ({ change, now: levels.get(change.item) }))
  const isTaken = shown.every(({ change, now }) => now?.available === change.available)
  return isTaken && shown.some(({ change, now }) => now === undefined || !isUntouched(change, now, sends))
}

function isOfSend(at: number | null, { first, last }: Sends): boolean {
  const isNear = (sent: number | null) =>
    sent !== null && at !== null && at + CUT_MS >= sent - BEFORE_SEND_MS && at <= sent + AFTER_SEND_MS
  return isNear(first) || isNear(last)
}
