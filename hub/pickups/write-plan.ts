import { z } from 'zod'
import { TOLD_AFTER_MS } from '../../shared/pickup-moves.ts'
import { type ShortLineRule, shortLineRules } from '../contract/contract.ts'
import type { Reads, Tx } from '../db/db.ts'
import { pickupWriteKinds, planWrite, refuseWrite, shrinkRequest, type WriteKind } from '../outbox/writes.ts'
import { PreparedQuestion } from './customer-choice/questions.ts'
import type { LineUnits } from './fulfillments.ts'
import type { HandOverOrigin } from './hand-over.ts'
import { dueUnits, missingUnits } from './line-counts.ts'
import { type Pickup, parsePickup } from './pickup-row.ts'

const Lines = z.array(z.object({ id: z.string(), quantity: z.int().min(1) }))

/** What Shopify is asked for a pickup, as planned. Quantities in whole units. */
export const PickupRequest = z.object({
  fulfillmentOrder: z.string(),
  lines: Lines,
  /** Units of these lines that Shopify had as handed over before; older versions did not note it. */
  before: Lines.default([]),
  /** Units that were asked for, and that Shopify turned out to have cancelled, refunded or moved meanwhile. */
  lost: Lines.default([]),
  /** Of `lost`, what the pickup's lines have as gone beyond the order since it was planned; older versions did not note it. */
  noted: Lines.default([]),
  /** What handed them over, see `HandOverOrigin`; older versions did not note it. */
  of: z.object({ revision: z.int(), movedAt: z.int().nullable() }).optional(),
})
export type PickupRequest = z.infer<typeof PickupRequest>

/** What Shopify is asked when a part of a pickup was not found: those units leave its fulfilment order, and are held. */
export const ShortRequest = z.object({
  fulfillmentOrder: z.string(),
  order: z.string(),
  /** What was not found. */
  lines: Lines,
  /** What was found, and stays. */
  kept: Lines,
  /** Units of these lines that Shopify had as handed over before. */
  before: Lines,
  /** The order's lines of which those are, by their ids: once all units of one are split off, Shopify's answer does not say it. Older versions did not note it. */
  orderLines: z.record(z.string(), z.string()).default({}),
  /** The order's fulfilment orders that were known before: one that is new is of these units. */
  known: z.array(z.string()),
  /** For the people who see the hold. */
  note: z.string(),
  /** What is agreed with the store. */
  rule: z.enum(shortLineRules).default('hold'),
  /** What the customer is asked once the units are held; left out: nothing, or it is not prepared yet. */
  ask: PreparedQuestion.optional(),
})
export type ShortRequest = z.infer<typeof ShortRequest>

/** Whether Shopify is still to hear of a hand-over. */
export function isBeingTold(tx: Tx, pickup: string): Promise<boolean> {
  return hasOpenWrite(tx, pickup, ['collected'])
}

/** Whether a request of some kinds for a pickup has not ended. */
export async function hasOpenWrite(
  db: Reads,
  pickup: string,
  kinds: readonly (typeof pickupWriteKinds)[number][],
): Promise<boolean> {
  const row = await db
    .selectFrom('shopify_write')
    .select('id')
    .where('settled_at', 'is', null)
    .where('kind', 'in', kinds)
    .where('subject', '=', pickup)
    .executeTakeFirst()
  return row !== undefined
}

/** Whether a pickup is ready, and Shopify was not asked to say so yet. */
export async function isUntoldReady(db: Reads, pickup: string): Promise<boolean> {
  const row = await db
    .selectFrom('shopify_write')
    .select('id')
    .where('settled_at', 'is', null)
    .where('kind', '=', 'ready')
    .where('subject', '=', pickup)
    .where('attempts', '=', 0)
    .executeTakeFirst()
  return row !== undefined
}

/** When the next request that is held back for an undo may leave; null: none is. */
export async function nextHeldWrite(db: Reads, now: number): Promise<number | null> {
  const row = await db
    .selectFrom('shopify_write')
    .select('due_at')
    .where('settled_at', 'is', null)
    .where('kind', 'in', pickupWriteKinds)
    .where('state', '=', 'planned')
    .where('due_at', '>', now)
    .where('due_at', '<=', now + TOLD_AFTER_MS)
    .orderBy('due_at')
    .limit(1)
    .executeTakeFirst()
  return row?.due_at ?? null
}

/** When the open request of a kind for a pickup goes next; null without one. */
export async function openWriteDueAt(db: Reads, pickup: string, kind: WriteKind): Promise<number | null> {
  const row = await db
    .selectFrom('shopify_write')
    .select('due_at')
    .where('settled_at', 'is', null)
    .where('kind', '=', kind)
    .where('subject', '=', pickup)
    .executeTakeFirst()
  return row?.due_at ?? null
}

/**
 * Plans what Shopify must hear of a staff move, in the transaction of the move. After commit, say `writes`. Shopify
 * knows no idempotency here: the key only names the write. `units`: what was handed over, and what of it the order does not have;
 * left out: all that is due.
 */
export async function planPickupWrite(
  tx: Tx,
  kind: 'ready' | 'collected',
  pickup: Pickup,
  when: When,
  units?: {
    readonly handed: readonly LineUnits[]
    readonly beyond: readonly LineUnits[]
    readonly of: HandOverOrigin
  },
): Promise<void> {
  const due = pickup.lines.lines.flatMap(line => linesOf(line.id, dueUnits(line) - missingUnits(line)))
  const request: PickupRequest = {
    fulfillmentOrder: pickup.row.pickup,
    lines: units === undefined ? due : asLines(units.handed),
    before: toldBefore(pickup, units?.handed ?? []),
    lost: asLines(units?.beyond ?? []),
    noted: asLines(units?.beyond ?? []),
    ...(units === undefined ? {} : { of: units.of }),
  }
  await planWrite(tx, {
    kind,
    store: pickup.row.store,
    subject: pickup.row.pickup,
    key: keyOf(kind, pickup.row.pickup, pickup.row.version),
    request,
    ...when,
  })
}

/** When a request is planned, and when Shopify may hear of it, by the hub's clock. */
export interface When {
  readonly now: number
  readonly dueAt: number
}

const keyOf = (kind: WriteKind, pickup: string, version: number) => `${kind}/${pickup}/${version}`
const asLines = (some: readonly LineUnits[]) => some.map(({ line, quantity }) => ({ id: line, quantity }))
const linesOf = (id: string, quantity: number) => (quantity > 0 ? [{ id, quantity }] : [])

/** What Shopify has as handed over, or will have by requests before this one, which hands over `now`. */
function toldBefore({ lines }: Pickup, now: readonly LineUnits[]): PickupRequest['before'] {
  const own = new Map(now.map(({ line, quantity }) => [line, quantity]))
  return lines.lines.flatMap(({ id, fulfilled, handed = 0 }) =>
    linesOf(id, fulfilled + Math.max(0, handed - (own.get(id) ?? 0))),
  )
}

/** Plans that what was not found of a pickup is split off, and held or moved to another store. */
export async function planShortWrite(
  tx: Tx,
  pickup: Pickup,
  what: { readonly missing: readonly LineUnits[]; readonly note: string; readonly rule: ShortLineRule },
  when: When,
): Promise<void> {
  const { row, lines } = pickup
  const known = await tx.selectFrom('pickup').select('pickup').where('order_id', '=', row.order_id).execute()
  const request: ShortRequest = {
    fulfillmentOrder: row.pickup,
    order: row.order_id,
    lines: asLines(what.missing),
    kept: lines.lines.flatMap(line => linesOf(line.id, line.quantity - missingUnits(line))),
    before: lines.lines.flatMap(({ id, fulfilled }) => linesOf(id, fulfilled)),
    orderLines: Object.fromEntries(
      lines.lines.flatMap(({ id, orderLine }) => (orderLine === undefined ? [] : [[id, orderLine]])),
    ),
    known: known.map(one => one.pickup),
    note: what.note,
    rule: what.rule,
  }
  const key = keyOf('short', row.pickup, row.version)
  await planWrite(tx, { kind: 'short', store: row.store, subject: row.pickup, key, request, ...when })
}

/** What is planned of an order that is to be paid back. */
export const PlannedRefund = z.object({
  order: z.string(),
  /** What was due of the pickup when it expired; older versions did not note it. */
  lines: Lines.optional(),
  /** What its customer was still to pay when it expired, minor units; older versions did not note it. */
  owed: z.int().optional(),
  /** The pickups of the order that were open or had expired then, this one among them; older versions did not note it. */
  parts: z.array(z.string()).optional(),
  /** Shopify's job for the last send; null: that one was not carried out. Left out: nothing was sent, or what became of it is not known. */
  job: z.string().nullable().optional(),
  /** Staff wanted to reopen the order when Shopify had been asked: it is not asked again. */
  isReopened: z.boolean().optional(),
  /** This hub has not sent it; one that was lost may have. */
  isOfLostHub: z.boolean().optional(),
  /** What was received for the order and is paid back; minor units. Left out: Shopify was not asked yet, or by an older version. */
  received: z.int().optional(),
})
export type PlannedRefund = z.infer<typeof PlannedRefund>

/** Plans that the order of a pickup that was not collected is cancelled and paid back. */
export async function planRefund(tx: Tx, { row, body, lines }: Pickup, when: When): Promise<void> {
  const { pickup: subject, store } = row
  const key = keyOf('refund', subject, row.version)
  const due = lines.lines.flatMap(({ id, quantity }) => linesOf(id, quantity))
  const owed = body.outstanding?.minor ?? 0
  const parts = await partsDue(tx, row.order_id)
  const request: PlannedRefund = { order: row.order_id, lines: due, owed, parts }
  await planWrite(tx, { kind: 'refund', store, subject, key, request, ...when })
}

/** The pickups of an order of which something is due. */
async function partsDue(tx: Tx, order: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('pickup')
    .selectAll()
    .where('order_id', '=', order)
    .orderBy('pickup')
    .execute()
  return rows.flatMap(row => (parsePickup(row).lines.committed ? [row.pickup] : []))
}

/** The refund that is planned or under way for a pickup; null: none is. */
export async function openRefund(
  db: Reads,
  pickup: string,
): Promise<(PlannedRefund & { readonly plannedAt: number; readonly dueAt: number }) | null> {
  const row = await db
    .selectFrom('shopify_write')
    .select(['due_at', 'planned_at', 'request_json'])
    .where('settled_at', 'is', null)
    .where('kind', '=', 'refund')
    .where('subject', '=', pickup)
    .executeTakeFirst()
  if (row === undefined) return null
  const planned = PlannedRefund.parse(JSON.parse(row.request_json))
  return { ...planned, plannedAt: row.planned_at, dueAt: row.due_at }
}

/** The refunds of an order that have not ended. */
const openRefundsOf = (db: Reads, order: string) =>
  db
    .selectFrom('shopify_write as w')
    .innerJoin('pickup as p', 'p.pickup', 'w.subject')
    .select(['w.id', 'w.last_sent_at', 'w.request_json'])
    .where('p.order_id', '=', order)
    .where('w.kind', '=', 'refund')
    .where('w.settled_at', 'is', null)
    .execute()

/** Whether another refund of the same order was sent, and later than this one if it was too. */
export async function isOtherSent(
  db: Reads,
  { id, last_sent_at: own }: { readonly id: number; readonly last_sent_at: number | null },
  order: string,
): Promise<boolean> {
  const others = (await openRefundsOf(db, order)).filter(one => one.id !== id)
  return others.some(({ last_sent_at: at }) => at !== null && (own === null || at > own))
}

/** Staff wanted to reopen an order that Shopify was asked to cancel: its refunds are followed, and Shopify is not asked again. */
export async function noteReopenAsked(tx: Tx, order: string): Promise<void> {
  for (const { id, request_json } of await openRefundsOf(tx, order)) {
    const request = PlannedRefund.loose().parse(JSON.parse(request_json))
    await shrinkRequest(tx, id, { ...request, isReopened: true })
  }
}

/** Whether staff wanted to reopen the order of a refund since it was sent. */
export async function isReopenAsked(db: Reads, id: number): Promise<boolean> {
  const row = await db
    .selectFrom('shopify_write')
    .select('request_json')
    .where('id', '=', id)
    .executeTakeFirst()
  return row !== undefined && PlannedRefund.parse(JSON.parse(row.request_json)).isReopened === true
}

/**
 * Takes back what was planned with one version of a pickup. @returns false, with nothing changed, when Shopify may have heard of
 * any of it
 */
export async function unplanPickupWrites(
  tx: Tx,
  pickup: string,
  version: number,
  now: number,
): Promise<boolean> {
  const writes = await writesOfVersion(tx, pickup, version)
  if (writes.some(isHeard)) return false
  for (const { id } of writes) await refuseWrite(tx, id, { problem: 'Staff took the step back.', now })
  return true
}

/** Whether Shopify may have heard of anything that was planned with one version of a pickup. */
export async function isVersionHeard(db: Reads, pickup: string, version: number): Promise<boolean> {
  return (await writesOfVersion(db, pickup, version)).some(isHeard)
}

const isHeard = (write: { readonly state: string; readonly first_sent_at: number | null }) =>
  write.state !== 'planned' || write.first_sent_at !== null

function writesOfVersion(db: Reads, pickup: string, version: number) {
  return db
    .selectFrom('shopify_write')
    .select(['id', 'state', 'first_sent_at'])
    .where('subject', '=', pickup)
    .where(
      'idempotency_key',
      'in',
      pickupWriteKinds.map(kind => keyOf(kind, pickup, version)),
    )
    .execute()
}

/** A pickup goes back to picking: what Shopify has not heard of "ready", of missing items and of a refund is not told any more. */
export async function unplanUntold(tx: Tx, pickup: string, now: number): Promise<void> {
  const writes = await tx
    .selectFrom('shopify_write')
    .select('id')
    .where('subject', '=', pickup)
    .where('kind', 'in', ['ready', 'short', 'refund'])
    .where('state', '=', 'planned')
    .where('first_sent_at', 'is', null)
    .execute()
  for (const { id } of writes) await refuseWrite(tx, id, { problem: 'Staff took the step back.', now })
}
