import { z } from 'zod'
import { isDue } from '../../../shared/back-off.ts'
import { describeError } from '../../../shared/errors.ts'
import { transaction } from '../../db/db.ts'
import { markSent, postpone, shrinkRequest, type Write } from '../../outbox/writes.ts'
import type { PickupOutcome, RefundHindrance } from '../../pickups/close-write.ts'
import { readPickup } from '../../pickups/pickup-row.ts'
import { type Mutation, shopifyRefuses, shopifyUnreachable, UserErrors } from '../api/client.ts'
import { CANCEL_ORDER } from '../api/documents.ts'
import { isAboutOneThing } from '../one-thing.ts'
import { type OrderStanding, readStanding } from './order-standing.ts'
import { refundNext } from './refund-next.ts'
import { close, type PickupWriteWork, problemOf } from './write-steps.ts'

const DAY_MS = 24 * 3_600_000

interface Wait {
  readonly problem: string
  /** After so long head office is asked to do it. */
  readonly longestMs: number
  /** What it is told then. */
  readonly hindrance: RefundHindrance
}

/** What a refund waits for. */
const waits = {
  tills: {
    problem: 'The tills of its stores are not heard.',
    longestMs: DAY_MS,
    hindrance: 'The tills of its stores are not heard.',
  },
  others: {
    problem: 'Other parts of the order are open.',
    longestMs: 14 * DAY_MS,
    hindrance: 'Other parts of the order are open.',
  },
  unseen: {
    problem: 'Shopify does not show the order.',
    longestMs: DAY_MS,
    hindrance: 'Shopify does not show the order.',
  },
  shopify: {
    problem: 'Shopify does not show it as cancelled yet.',
    longestMs: DAY_MS,
    hindrance: 'Shopify has not done it for a day.',
  },
  money: {
    problem: 'Shopify does not show it as paid back yet.',
    longestMs: DAY_MS,
    hindrance: 'Shopify has cancelled it and not paid it back.',
  },
} as const satisfies Readonly<Record<string, Wait>>
type WaitFor = keyof typeof waits

const RefundRequest = z.object({
  order: z.string(),
  /** What it waits for, and since when it waits for just that; hub clock, ms. */
  waits: z.object({ for: z.string(), since: z.int() }).optional(),
  /** Why Shopify refused it. */
  refused: z.string().optional(),
})
type RefundRequest = z.infer<typeof RefundRequest>

const requestOf = ({ request_json }: Write): RefundRequest => RefundRequest.parse(JSON.parse(request_json))

/** The order that a write has paid back. */
export const refundedOrder = (write: Write): string => requestOf(write).order

const Cancelled = z.object({ orderCancel: z.object({ orderCancelUserErrors: UserErrors }) })
const cancelOrder: Mutation<z.infer<typeof Cancelled>> = {
  name: 'CancelOrder',
  capability: 'refunds',
  document: CANCEL_ORDER,
  answer: Cancelled,
  points: { fixed: 10, perRow: 0 },
  userErrors: data => data.orderCancel.orderCancelUserErrors,
}

/** So long after a send Shopify may still be at work on it. What is waited for is looked at as often. */
const AT_WORK_MS = 60_000

/**
 * Has Shopify cancel an order that its customer did not collect, and pay it back to the original payment. A cancelled order can't be
 * cancelled again, so it is paid back once whatever is lost or repeated; it ends here once Shopify shows it as cancelled and its money as
 * paid back. While a till may have handed it over that the hub does not hear, it waits. What can't be done is left to head office.
 * Throws as `ShopifyClient.read` does where all of Shopify fails; the write then stays as it is.
 */
export async function sendRefund(work: PickupWriteWork, write: Write): Promise<void> {
  const pickup = await readPickup(work.db, write.subject)
  if (pickup?.body.state !== 'expired')
    return close(work, write, {
      kind: 'overtaken',
      problem: 'The pickup went on before Shopify heard of it.',
    })
  const request = requestOf(write)
  const standing = await look(work, write, request)
  if (standing === 'unread') return
  if (standing === null) return wait(work, write, request, 'unseen')
  if (standing.isCancelled)
    return standing.kept > 0
      ? wait(work, write, request, 'money')
      : close(work, write, done({ by: 'read-back', standing }))
  if (isAtWork(write, work.world.clock.now())) return wait(work, write, request, 'shopify')
  if (request.refused !== undefined) return leaveToOffice(work, write, request.refused)
  const next = await refundNext(work, pickup, standing)
  if (next.next === 'wait') return wait(work, write, request, next.for)
  if (next.next === 'ask') return leaveToOffice(work, write, next.problem)
  await cancel(work, write, pickup.row.store)
}

/** Reads the order. `unread`: what fails is this order alone, and it waits. */
async function look(
  work: PickupWriteWork,
  write: Write,
  request: RefundRequest,
): Promise<OrderStanding | null | 'unread'> {
  try {
    return await readStanding(work.client, request.order)
  } catch (error) {
    if (shopifyRefuses.is(error)) throw error
    if (shopifyUnreachable.is(error) && !(await isAboutOneThing(work.client, error))) throw error
    const { code, sentence } = describeError(error)
    work.world.log.warn({ write: write.id, code, sentence }, 'an order that is to be paid back can’t be read')
    await wait(work, write, request, 'shopify')
    return 'unread'
  }
}

async function cancel(work: PickupWriteWork, write: Write, store: string): Promise<void> {
  const { client, db, world } = work
  const isFirst = write.first_sent_at === null
  // a till may have reopened it, or handed it over, since it was read
  const sent = await transaction(db, async tx =>
    (await readPickup(tx, write.subject))?.body.state === 'expired'
      ? markSent(tx, write.id, world.clock.now())
      : null,
  )
  if (sent === null) return
  const request = requestOf(sent)
  const note = `Not collected at ${store}. Cancelled by Tillbridge, as agreed for this store.`
  const result = await client.write(cancelOrder, { id: request.order, note }, 'pickup')
  switch (result.kind) {
    case 'answered':
      return wait(work, sent, request, 'shopify')
    case 'user-errors':
      // it may be under way, or someone may have cancelled it just before
      return wait(work, sent, { ...request, refused: problemOf(result.errors) }, 'shopify')
    case 'invalid':
    case 'denied':
      return leaveToOffice(work, sent, result.problem)
    case 'unknown':
    case 'refused':
    case 'not-sent':
      return wait(work, sent, request, 'shopify', {
        problem: result.problem,
        firstSendFailed: isFirst && result.kind !== 'unknown',
      })
  }
}

/** Puts it off, or leaves it to head office once it has waited for the same thing for too long. */
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
  const { longestMs, hindrance } = waits[what]
  const since = request.waits?.for === what ? request.waits.since : now
  if (isDue(since + longestMs, now, longestMs)) return leaveToOffice(work, write, hindrance)
  await transaction(work.db, async tx => {
    await shrinkRequest(tx, write.id, { ...request, waits: { for: what, since } })
    await postpone(tx, write.id, { dueAt: now + AT_WORK_MS, ...said })
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

function isAtWork({ last_sent_at: sentAt }: Write, now: number): boolean {
  return sentAt !== null && !isDue(sentAt + AT_WORK_MS, now, AT_WORK_MS)
}
