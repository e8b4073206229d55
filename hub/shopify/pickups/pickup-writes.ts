import { z } from 'zod'
import { isDue } from '../../../shared/back-off.ts'
import { isOnHold } from '../../../shared/pickup-notices.ts'
import { type Db, transaction } from '../../db/db.ts'
import { openWrite, postpone, type Write } from '../../outbox/writes.ts'
import type { PickupOutcome } from '../../pickups/close-write.ts'
import { fulfilledUnits, fulfillmentStatuses } from '../../pickups/order-snapshot.ts'
import { readPickup } from '../../pickups/pickup-row.ts'
import { openWriteDueAt, PickupRequest } from '../../pickups/write-plan.ts'
import { type Mutation, type ShopifyClient, type UserError, UserErrors } from '../api/client.ts'
import { CREATE_FULFILLMENT, PREPARED_FOR_PICKUP } from '../api/documents.ts'
import { type FulfillmentState, readFulfillmentOrder } from '../orders/read-order.ts'
import { sendChoice } from './choice-write.ts'
import { sendRefund } from './refund-write.ts'
import { sendShort } from './short-write.ts'
import { waitsForOwnHold } from './waits-for-hold.ts'
import { close, conclude, mark, type PickupWriteWork, problemOf, refreeze, retryAt } from './write-steps.ts'

const Prepared = z.object({
  fulfillmentOrderLineItemsPreparedForPickup: z.object({ userErrors: UserErrors }),
})
const preparedForPickup: Mutation<z.infer<typeof Prepared>> = {
  name: 'PreparedForPickup',
  capability: 'hand-overs',
  document: PREPARED_FOR_PICKUP,
  answer: Prepared,
  points: { fixed: 10, perRow: 0 },
  userErrors: data => data.fulfillmentOrderLineItemsPreparedForPickup.userErrors,
}

const shopifyTime = z.iso.datetime({ offset: true }).transform(text => Date.parse(text))
const Created = z.object({
  fulfillmentCreate: z.object({
    fulfillment: z
      .object({
        id: z.string(),
        status: z.enum(fulfillmentStatuses),
        createdAt: shopifyTime,
        updatedAt: shopifyTime,
        location: z.object({ id: z.string() }).nullable(),
      })
      .nullable(),
    userErrors: UserErrors,
  }),
})
type Created = z.infer<typeof Created>
const createFulfillment: Mutation<Created> = {
  name: 'CreateFulfillment',
  capability: 'hand-overs',
  document: CREATE_FULFILLMENT,
  answer: Created,
  points: { fixed: 10, perRow: 0 },
  userErrors: data => data.fulfillmentCreate.userErrors,
}

/** Shopify takes no longer list; the rest goes with another call. */
const MOST_LINES = 250
/** So long after a send without an answer Shopify may still be at work on it. */
const AT_WORK_MS = 60_000

/**
 * Carries one pickup write as far as it goes now. Shopify knows no idempotency here: after a lost answer it is asked
 * what it has before anything is sent again. Throws as `ShopifyClient.read` does; the write then stays as it is.
 */
export async function sendPickupWrite(work: PickupWriteWork, id: number): Promise<void> {
  const write = await openWrite(work.db, id)
  if (write === null) return
  if (write.kind === 'short') return sendShort(work, write)
  if (write.kind === 'refund') return sendRefund(work, write)
  if (write.kind === 'choice') return sendChoice(work, write)
  const request = PickupRequest.parse(JSON.parse(write.request_json))
  if (write.kind === 'ready') await sendReady(work, write, request)
  else await sendCollected(work, write, request)
}

async function sendReady(work: PickupWriteWork, write: Write, request: PickupRequest): Promise<void> {
  const { client, db } = work
  const pickup = await readPickup(db, write.subject)
  if (pickup?.body.state !== 'ready') {
    // A customer who holds the goods already must not be told to come for them.
    await close(work, write, {
      kind: 'overtaken',
      problem: 'The pickup went on before Shopify heard of it.',
    })
    return
  }
  // the customer is told of what was found only once the rest is no longer part of it
  if (await waitsForShort(work, write)) return
  // what Shopify has refused may be held since the hub looked
  const mayBeHeld = isOnHold(pickup.body.notice) || write.attempts > 0
  if (mayBeHeld && (await waitsForOwnHold(work, write))) return
  if (write.first_sent_at !== null && (await wasPrepared(db, write))) {
    await close(work, write, readyBy({ by: 'webhook' }))
    return
  }
  const resent = write.first_sent_at !== null
  const sent = await mark(work, write)
  if (sent === null) return
  const input = { lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: request.fulfillmentOrder }] }
  const result = await client.write(preparedForPickup, { input }, 'pickup')
  if (
    result.kind === 'user-errors' &&
    isPrepared(result.errors) &&
    (resent || (await waitsForCustomer(client, request)))
  ) {
    await close(work, sent, readyBy({ by: 'refusal-of-repeat', errors: result.errors }))
    return
  }
  await conclude(work, sent, result, { resent, outcome: data => readyBy({ by: 'answer', answer: data }) })
}

/** Puts "ready" off behind the request that splits off what is missing. @returns whether it waits */
async function waitsForShort({ db, world }: PickupWriteWork, write: Write): Promise<boolean> {
  const dueAt = await openWriteDueAt(db, write.subject, 'short')
  if (dueAt === null) return false
  const problem = 'The missing items are split off first.'
  const later = { dueAt: Math.max(dueAt, world.clock.now() + 1_000), problem, firstSendFailed: false }
  await transaction(db, tx => postpone(tx, write.id, later))
  return true
}

const readyBy = (proof: object): PickupOutcome => ({
  kind: 'confirmed',
  proof,
  fulfillments: [],
  lost: [],
  told: [],
})

/** The webhook is the only proof that Shopify gives. */
async function wasPrepared(db: Db, write: Write): Promise<boolean> {
  const row = await db
    .selectFrom('webhook')
    .select('event_id')
    .where('topic', '=', 'fulfillment_orders/line_items_prepared_for_pickup')
    .where('subject', '=', write.subject)
    .where('received_at', '>=', write.first_sent_at ?? 0)
    .executeTakeFirst()
  return row !== undefined
}

/** Whether Shopify still owes all of it: "nothing left to prepare" then says that all is prepared. */
async function waitsForCustomer(client: ShopifyClient, request: PickupRequest): Promise<boolean> {
  const { owed } = standingOf(request, await readFulfillmentOrder(client, request.fulfillmentOrder))
  return isWhole(owed, request)
}

/**
 * "Nothing left to prepare": an earlier request was carried out, be it ours before the hub was put back to a backup, or
 * one that staff made in the admin.
 */
function isPrepared(errors: readonly UserError[]): boolean {
  return errors.some(error => error.code === 'NO_LINE_ITEMS_TO_PREPARE_FOR_FULFILLMENT_ORDER')
}

async function sendCollected(work: PickupWriteWork, write: Write, request: PickupRequest): Promise<void> {
  const { client, db } = work
  const resent = write.first_sent_at !== null
  if (await isHeldByHub(work, write)) return
  const mayBeDone = resent || request.lines.length === 0 || (await isPart(db, request))
  if (mayBeDone && (await concludeByReading(work, write, 'lost'))) return
  if (resent && (await waitsForLastSend(work, write))) return
  const sent = await mark(work, write)
  if (sent === null) return
  const { fulfillmentOrder, lines: all, lost } = PickupRequest.parse(JSON.parse(sent.request_json))
  const lines = all.slice(0, MOST_LINES)
  const fulfillment = {
    notifyCustomer: false,
    lineItemsByFulfillmentOrder: [
      {
        fulfillmentOrderId: fulfillmentOrder,
        fulfillmentOrderLineItems: lines.map(({ id, quantity }) => ({ id, quantity })),
      },
    ],
  }
  const result = await client.write(createFulfillment, { fulfillment }, 'pickup')
  if (result.kind === 'user-errors') {
    const why = problemOf(result.errors)
    if (await concludeByReading(work, sent, why)) return
    await close(work, sent, { kind: 'refused', problem: problemOf(result.errors), retryAt: retryAt(work) })
    return
  }
  if (result.kind === 'answered' && lines.length < all.length) {
    if (await concludeByReading(work, sent, 'one of several parts')) return
    const rest = await openWrite(db, sent.id)
    return rest === null ? undefined : sendCollected(work, rest, request)
  }
  const outcome = (answer: Created): PickupOutcome => {
    const made = answer.fulfillmentCreate.fulfillment
    const units = lines.map(({ id, quantity }) => ({ line: id, quantity }))
    // it may have been moved to another store: then Shopify has the goods taken from there
    const fulfillments = made === null ? [] : [{ ...made, location: made.location?.id ?? null, lines: units }]
    const proof = { by: 'answer', answer }
    return { kind: 'confirmed', proof, fulfillments, lost: unitsOf(lost), told: units }
  }
  await conclude(work, sent, result, { resent, outcome })
}

/** Shopify takes no hand-over of what is on hold: where the hub held it and it has left all the same, the hold comes off first. @returns whether it waits */
async function isHeldByHub(work: PickupWriteWork, write: Write): Promise<boolean> {
  const pickup = await readPickup(work.db, write.subject)
  const mayBeHeld = pickup?.body.asked != null || write.attempts > 0
  return mayBeHeld && (await waitsForOwnHold(work, write, { isGone: true }))
}

/** Whether Shopify would take a hand-over though it has the same goods as handed over by now: it refuses one of all that is open. */
async function isPart(db: Db, { fulfillmentOrder, lines, before }: PickupRequest): Promise<boolean> {
  const pickup = await readPickup(db, fulfillmentOrder)
  const known = new Map(pickup?.lines.lines.map(line => [line.id, line.quantity + line.fulfilled]))
  return lines.some(({ id, quantity }) => (known.get(id) ?? 0) - quantityOf(before, id) > quantity)
}

/**
 * Puts a hand-over that has not been carried out off while Shopify may still be at work on it, where Shopify would take it
 * twice: a part, of which enough is open for both. What it would refuse the second time goes at once. @returns whether it waits
 */
async function waitsForLastSend({ db, client, world }: PickupWriteWork, { id }: Write): Promise<boolean> {
  const write = await openWrite(db, id)
  if (write === null || write.last_sent_at === null) return false
  const dueAt = write.last_sent_at + AT_WORK_MS
  if (isDue(dueAt, world.clock.now(), AT_WORK_MS)) return false
  const { fulfillmentOrder, lines } = PickupRequest.parse(JSON.parse(write.request_json))
  const open = (await readFulfillmentOrder(client, fulfillmentOrder))?.lines ?? []
  const isTwice = lines.every(
    line => (open.find(one => one.id === line.id)?.remainingQuantity ?? 0) >= 2 * line.quantity,
  )
  if (!isTwice) return false
  const later = { dueAt, problem: 'Shopify may still be at work on it.', firstSendFailed: false }
  await transaction(db, tx => postpone(tx, id, later))
  return true
}

const unitsOf = (lines: PickupRequest['lines']) => lines.map(({ id, quantity }) => ({ line: id, quantity }))

/**
 * Looks what the fulfilment order says of the hand-over, line by line. What is open is still to be sent; what is neither
 * open nor handed over was cancelled, refunded or moved meanwhile. What Shopify has as handed over since is of the same goods. @returns whether that ends the write
 */
async function concludeByReading(work: PickupWriteWork, write: Write, why: string): Promise<boolean> {
  const request = PickupRequest.parse(JSON.parse(write.request_json))
  const state = await readFulfillmentOrder(work.client, request.fulfillmentOrder)
  const { owed, done, lost } = standingOf(request, state)
  const fulfillments = state?.fulfillments ?? []
  if (owed.length > 0) {
    const before = request.lines.flatMap(({ id }) => linesOf(id, fulfilledUnits(fulfillments, id)))
    if (!isWhole(owed, request)) await refreeze(work, write, { ...request, lines: owed, before, lost })
    return false
  }
  const isOpen = state !== null && isOrderOpen(state)
  const found = { fulfillments, lost: unitsOf(lost), told: unitsOf(done), isOpen }
  if (lost.length > 0 && done.length === 0) {
    const problem = 'The order was cancelled, refunded or moved in Shopify.'
    await close(work, write, { kind: 'cancelled', problem, ...found })
  } else await close(work, write, { kind: 'confirmed', proof: { by: 'read-back', why }, ...found })
  return true
}

type Lines = PickupRequest['lines']

const quantityOf = (lines: Lines, id: string) => lines.find(line => line.id === id)?.quantity ?? 0
const linesOf = (id: string, quantity: number): Lines => (quantity > 0 ? [{ id, quantity }] : [])

const isOrderOpen = ({ status }: FulfillmentState) => status !== 'CANCELLED' && status !== 'CLOSED'

/** How far Shopify is with a request's lines. `lost`: of this and of earlier looks. */
function standingOf(
  request: PickupRequest,
  state: FulfillmentState | null,
): { readonly owed: Lines; readonly done: Lines; readonly lost: Lines } {
  const isOpen = state !== null && isOrderOpen(state)
  const remaining = new Map(isOpen ? state.lines.map(line => [line.id, line.remainingQuantity]) : [])
  const owed: Lines = []
  const done: Lines = []
  const lost = new Map(request.lost.map(({ id, quantity }) => [id, quantity]))
  for (const { id, quantity } of request.lines) {
    const since = fulfilledUnits(state?.fulfillments ?? [], id) - quantityOf(request.before, id)
    const finished = Math.min(quantity, Math.max(0, since))
    const open = Math.min(quantity - finished, remaining.get(id) ?? 0)
    done.push(...linesOf(id, finished))
    owed.push(...linesOf(id, open))
    lost.set(id, (lost.get(id) ?? 0) + quantity - finished - open)
  }
  return { owed, done, lost: [...lost].flatMap(([id, quantity]) => linesOf(id, quantity)) }
}

const isWhole = (owed: Lines, request: PickupRequest) =>
  JSON.stringify(owed) === JSON.stringify(request.lines)
