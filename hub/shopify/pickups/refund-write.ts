import { z } from 'zod'
import { isDue } from '../../../shared/back-off.ts'
import { describeError } from '../../../shared/errors.ts'
import { knownNotice } from '../../../shared/pickup-notices.ts'
import { transaction } from '../../db/db.ts'
import { markSent, openWrite, postpone, shrinkRequest, type Write } from '../../outbox/writes.ts'
import { askAboutWorking, askNothingLeft } from '../../pickups/ask-expired.ts'
import type { PickupOutcome } from '../../pickups/close-write.ts'
import { isBeingPaidBack } from '../../pickups/paid-back.ts'
import { type Pickup, readPickup } from '../../pickups/pickup-row.ts'
import { MONEY_KEPT, type RefundHindrance } from '../../pickups/refund-hindrances.ts'
import { isOtherSent, isReopenAsked, PlannedRefund } from '../../pickups/write-plan.ts'
import {
  type Mutation,
  type Operation,
  shopifyRefuses,
  shopifyUnreachable,
  UserErrors,
} from '../api/client.ts'
import { CANCEL_ORDER, JOB } from '../api/documents.ts'
import { isAboutOneThing } from '../one-thing.ts'
import { type OrderStanding, readStanding } from './order-standing.ts'
import { hubSays, refundNext } from './refund-next.ts'
import { close, type PickupWriteWork, problemOf } from './write-steps.ts'

const DAY_MS = 24 * 3_600_000

interface Wait {
  readonly problem: string
  /** What head office is told once it has waited for just that for too long. */
  readonly hindrance: RefundHindrance
}

/** What a refund waits for. */
const waits = {
  tills: {
    problem: 'The tills of its stores are not heard.',
    hindrance: 'The tills of its stores are not heard.',
  },
  others: {
    problem: 'Other parts of the order are open.',
    hindrance: 'Other parts of the order are open.',
  },
  unseen: {
    problem: 'Shopify does not show the order.',
    hindrance: 'Shopify does not show the order.',
  },
  shopify: {
    problem: 'Shopify does not show it as cancelled yet.',
    hindrance: 'Shopify has not done it for a day.',
  },
  money: {
    problem: 'Shopify does not show it as paid back yet.',
    hindrance: MONEY_KEPT,
  },
} as const satisfies Readonly<Record<string, Wait>>
type WaitFor = keyof typeof waits

/** After so long head office is asked. What takes turns shares a time: before Shopify is asked, and since. */
const longestMs = { unsent: DAY_MS, sent: DAY_MS, money: DAY_MS, others: 14 * DAY_MS } as const
type Time = keyof typeof longestMs

/** `for`: what it waited for in this time; null: for several things in turn. */
const Waited = z.object({ since: z.int(), for: z.string().nullable() })

const RefundRequest = PlannedRefund.extend({
  /** Since when it waits, by the time that it counts towards; hub clock, ms. Older versions noted it otherwise, and it begins again. */
  waited: z
    .object({
      unsent: Waited.optional(),
      sent: Waited.optional(),
      money: Waited.optional(),
      others: Waited.optional(),
    })
    .optional(),
  /** Head office is asked about it: it is followed, and not sent again. */
  isAsked: z.boolean().optional(),
  /** Why Shopify refused it. */
  refused: z.string().optional(),
})
type RefundRequest = z.infer<typeof RefundRequest>

const requestOf = ({ request_json }: Write): RefundRequest => RefundRequest.parse(JSON.parse(request_json))

/** The order that a write has paid back. */
export const refundedOrder = (write: Write): string => requestOf(write).order

const Cancelled = z.object({
  orderCancel: z.object({
    job: z.object({ id: z.string() }).nullable(),
    orderCancelUserErrors: UserErrors,
  }),
})
const cancelOrder: Mutation<z.infer<typeof Cancelled>> = {
  name: 'CancelOrder',
  capability: 'refunds',
  document: CANCEL_ORDER,
  answer: Cancelled,
  points: { fixed: 10, perRow: 0 },
  userErrors: data => data.orderCancel.orderCancelUserErrors,
}

const Job = z.object({ job: z.object({ done: z.boolean() }).nullable() })
const readJob: Operation<z.infer<typeof Job>> = {
  name: 'Job',
  capability: 'refunds',
  document: JOB,
  answer: Job,
  points: { fixed: 1, perRow: 0 },
}

/** What head office is told where it is not sent again. */
const JOB_DONE: RefundHindrance = 'Shopify’s job for it is done, and the order is open.'

const PART_OUT: RefundHindrance = 'A part of the order was handed over.'
const REOPENED: RefundHindrance = 'Staff reopened it after Shopify was asked.'

/** What is waited for is looked at so often; what head office is asked about, for so long. */
const LOOK_AGAIN_MS = 60_000
const FOLLOW_EVERY_MS = 900_000
const FOLLOW_MS = 14 * DAY_MS
/** So long Shopify may be at work: on a send without an answer; on one that is done or refused, or what else it had in mind then. */
const AT_WORK_MS = { unanswered: 3_600_000, answered: 900_000 } as const

/**
 * Has Shopify cancel an order that its customer did not collect, and pay it back to the original payment. It is not asked again while it may
 * be at work on it; it ends here once Shopify shows the order as cancelled and its money as paid back, whatever staff did meanwhile. What is
 * not proven, and what can't be done, is left to head office; while a till may have handed it over that the hub does not hear, it waits.
 * Throws as `ShopifyClient.read` does where all of Shopify fails; the write then stays as it is.
 */
export async function sendRefund(work: PickupWriteWork, write: Write): Promise<void> {
  const pickup = await readPickup(work.db, write.subject)
  const expired = pickup?.body.state === 'expired' ? pickup : null
  const hasEnded = pickup?.body.state === 'cancelled'
  if (expired === null && write.first_sent_at === null && !hasEnded) return close(work, write, wentOn.unsent)
  const request = requestOf(write)
  // asked first: what it has done by then, the order shows
  const isUnderWay = await mayBeUnderWay(work, write, request)
  const standing = isUnderWay === 'unread' ? 'unread' : await look(work, write, request)
  if (standing === 'unread') return
  if (standing === null) return wait(work, write, request, 'unseen')
  // who has cancelled it, if it was not the hub for another pickup of it, has decided about its money
  const isOfOthers =
    write.first_sent_at === null && (expired === null || !(await isBeingPaidBack(work.db, request.order)))
  if (standing.isCancelled && isOfOthers) return close(work, write, wentOn.unsent)
  if (standing.isCancelled) return concludeCancelled(work, write, request, standing)
  if (isUnderWay) return wait(work, write, request, 'shopify')
  if (expired === null) return concludeGoneOn(work, write, request, standing)
  if (request.refused !== undefined) return leaveToOffice(work, write, request.refused)
  if (typeof request.job === 'string')
    return leaveToOffice(work, write, standing.hasLeft ? PART_OUT : JOB_DONE)
  if (request.isReopened === true && write.first_sent_at !== null) return leaveToOffice(work, write, REOPENED)
  if (request.isAsked === true) return leaveToOffice(work, write, waits.shopify.hindrance)
  if (await isOtherSent(work.db, write, request.order)) return wait(work, write, request, 'shopify')
  if (request.isReopened === true) return leaveToOffice(work, write, REOPENED)
  const next = await orUnread(work, write, request, () => refundNext(work, expired, standing))
  if (next === 'unread') return
  if (next.next === 'wait') return wait(work, write, request, next.for)
  if (next.next === 'ask') return leaveToOffice(work, write, next.problem)
  await cancel(work, write, { pickup: expired, standing })
}

/** Staff went on with it, or Shopify has ended it without cancelling the order: then its money is asked about if Shopify keeps it. */
async function concludeGoneOn(
  work: PickupWriteWork,
  write: Write,
  { lines = [] }: RefundRequest,
  { openParts, hasLeft, kept, owed }: OrderStanding,
): Promise<void> {
  const now = work.world.clock.now()
  // beside other parts of the order, Shopify owes the money of what was taken off
  if ((openParts.length === 0 && !hasLeft && kept > 0) || owed < 0)
    await transaction(work.db, async tx => {
      const pickup = await readPickup(tx, write.subject)
      const units = lines.map(({ id, quantity }) => ({ line: id, quantity }))
      if (pickup !== null && isTakenOff(pickup)) await askNothingLeft(tx, pickup, units, now)
    })
  await close(work, write, write.first_sent_at === null ? wentOn.unsent : wentOn.sent)
}

/** It has ended, and not because it was handed over or goes on as another pickup. */
function isTakenOff({ body: { state, notice } }: Pickup): boolean {
  const code = notice === null ? undefined : knownNotice(notice)?.code
  return (
    state === 'cancelled' && code !== 'continues' && code !== 'fulfilled-at-shopify' && code !== 'moved-away'
  )
}

async function concludeCancelled(
  work: PickupWriteWork,
  write: Write,
  request: RefundRequest,
  standing: OrderStanding,
): Promise<void> {
  if (standing.kept > 0) return wait(work, write, request, 'money')
  const { received = standing.paidBack } = request
  await transaction(work.db, tx => shrinkRequest(tx, write.id, { ...request, received }))
  await close(work, write, done({ by: 'read-back', standing }))
}

const wentOn = {
  unsent: { kind: 'overtaken', problem: 'The pickup went on before Shopify heard of it.' },
  sent: { kind: 'overtaken', problem: 'The pickup went on, and Shopify has not cancelled the order.' },
} as const satisfies Readonly<Record<string, PickupOutcome>>

/** Whether Shopify may still be at work on the last send, or on what it had in mind when it refused it. */
async function mayBeUnderWay(
  work: PickupWriteWork,
  write: Write,
  request: RefundRequest,
): Promise<boolean | 'unread'> {
  const { job, refused } = request
  const { first_sent_at, last_sent_at: sentAt } = write
  if (first_sent_at === null || sentAt === null || job === null) return false
  let isAnswered = refused !== undefined
  if (job !== undefined) {
    const found = await orUnread(work, write, request, () => work.client.read(readJob, { id: job }, 'pickup'))
    if (found === 'unread') return found
    if (found.job?.done === false) return true
    isAnswered = found.job !== null // the order may show it a little after the job is done
  }
  const longestMs = AT_WORK_MS[isAnswered ? 'answered' : 'unanswered']
  return !isDue(sentAt + longestMs, work.world.clock.now(), longestMs)
}

const look = (work: PickupWriteWork, write: Write, request: RefundRequest) =>
  orUnread(work, write, request, () => readStanding(work.client, request.order))

/** `unread`: what fails is this order alone, and it waits. */
async function orUnread<T>(
  work: PickupWriteWork,
  write: Write,
  request: RefundRequest,
  read: () => Promise<T>,
): Promise<T | 'unread'> {
  try {
    return await read()
  } catch (error) {
    if (shopifyRefuses.is(error)) throw error
    if (shopifyUnreachable.is(error) && !(await isAboutOneThing(work.client, error))) throw error
    const { code, sentence } = describeError(error)
    work.world.log.warn({ write: write.id, code, sentence }, 'an order that is to be paid back can’t be read')
    await wait(work, write, request, 'shopify')
    return 'unread'
  }
}

async function cancel(
  work: PickupWriteWork,
  write: Write,
  of: { readonly pickup: Pickup; readonly standing: OrderStanding },
): Promise<void> {
  const { client } = work
  const { row } = of.pickup
  const isFirst = write.first_sent_at === null
  const sent = await markIfStill(work, write, of)
  if (sent === null) return
  const request = requestOf(sent)
  const note = `Not collected at ${row.store}. Cancelled by Tillbridge, as agreed for this store.`
  const result = await client.write(cancelOrder, { id: request.order, note }, 'pickup')
  switch (result.kind) {
    case 'answered': {
      const job = result.data.orderCancel.job?.id
      return wait(work, sent, { ...request, job }, 'shopify')
    }
    case 'user-errors':
      // it may be under way, or someone may have cancelled it just before
      return wait(work, sent, { ...request, refused: problemOf(result.errors) }, 'shopify')
    case 'invalid':
    case 'denied':
      return leaveToOffice(work, sent, result.problem)
    case 'unknown':
      return wait(work, sent, request, 'shopify', { problem: result.problem, firstSendFailed: false })
    case 'refused':
    case 'not-sent': {
      const said = { problem: result.problem, firstSendFailed: isFirst }
      return wait(work, sent, { ...request, job: null }, 'shopify', said)
    }
  }
}

/** Notes that it leaves, unless a part of the order, or what was agreed, has changed since it was looked at. */
function markIfStill(
  { db, world }: PickupWriteWork,
  write: Write,
  { pickup, standing }: { readonly pickup: Pickup; readonly standing: OrderStanding },
): Promise<Write | null> {
  return transaction(db, async tx => {
    const now = world.clock.now()
    // another look may have sent it
    const open = await openWrite(tx, write.id)
    if (open === null || open.attempts !== write.attempts) return null
    if ((await hubSays(tx, pickup.row, standing, now)).next !== 'cancel') return null
    if (await isReopenAsked(tx, write.id)) return null
    const { job: _, isOfLostHub: __, ...request } = requestOf(write)
    await shrinkRequest(tx, write.id, { ...request, received: standing.kept })
    return markSent(tx, write.id, now)
  })
}

/** Puts it off, or asks head office once it has waited for too long. */
async function wait(
  work: PickupWriteWork,
  write: Write,
  request: RefundRequest,
  what: WaitFor,
  said: { readonly problem: string; readonly firstSendFailed: boolean } = {
    problem: waits[what].problem,
    firstSendFailed: false,
  },
): Promise<void> {
  const now = work.world.clock.now()
  const isSent = write.first_sent_at !== null && !said.firstSendFailed
  const time = timeOf(what, isSent)
  const known = request.waited?.[time]
  const { since } = known ?? { since: now }
  const isSame = known === undefined || known.for === what
  const { unsent: _, ...others } = request.waited ?? {}
  // whatever else it waited for was there when it came to the other parts
  const kept = what === 'others' ? others : request.waited
  const next = { ...request, waited: { ...kept, [time]: { since, for: isSame ? what : null } } }
  const later = { dueAt: now + LOOK_AGAIN_MS, ...said }
  if (!isDue(since + longestMs[time], now, longestMs[time])) return putOff(work, write, next, later)
  const hindrance = isSame ? waits[what].hindrance : 'One thing after the other kept it back for a day.'
  const mayCome = isSent && request.job !== null && (what === 'shopify' || what === 'unseen')
  if (!mayCome || isDue(since + FOLLOW_MS, now, FOLLOW_MS)) return leaveToOffice(work, write, hindrance)
  if (request.isAsked !== true)
    await transaction(work.db, tx => askAboutWorking(tx, write.subject, hindrance, now))
  await putOff(work, write, { ...next, isAsked: true }, { ...later, dueAt: now + FOLLOW_EVERY_MS })
}

function timeOf(what: WaitFor, isSent: boolean): Time {
  if (what === 'others' || what === 'money') return what
  return isSent ? 'sent' : 'unsent'
}

function putOff(
  { db }: PickupWriteWork,
  write: Write,
  request: RefundRequest,
  later: Parameters<typeof postpone>[2],
): Promise<void> {
  return transaction(db, async tx => {
    // staff may have pressed it while Shopify was asked
    const reopened = (await isReopenAsked(tx, write.id)) ? { isReopened: true } : {}
    await shrinkRequest(tx, write.id, { ...request, ...reopened })
    await postpone(tx, write.id, later)
  })
}

const done = (proof: object): PickupOutcome => ({
  kind: 'confirmed',
  proof,
  fulfillments: [],
  lost: [],
  told: [],
})

const leaveToOffice = (work: PickupWriteWork, write: Write, problem: string) =>
  close(work, write, { kind: 'refused', problem, retryAt: null })
