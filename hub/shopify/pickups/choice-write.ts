import { isDue } from '../../../shared/back-off.ts'
import { transaction } from '../../db/db.ts'
import { markSent, openWrite, postpone, shrinkRequest, type Write } from '../../outbox/writes.ts'
import type { ChoiceHindrance } from '../../pickups/customer-choice/ask.ts'
import { ChoiceRequest, choiceOfWrite } from '../../pickups/customer-choice/carry-out.ts'
import { type CustomerQuestion, MONEY_NOT_PAID } from '../../pickups/customer-choice/questions.ts'
import { type MoveStep, nextForMove } from './choice-move.ts'
import { isStillMissing, whatHubSays } from './choice-proof.ts'
import { type ChoiceRefundNext, createRefund, isPaid, nextForRefund, refundInput } from './choice-refund.ts'
import { moveElsewhere } from './move-elsewhere.ts'
import { holdAgain, releaseHolds } from './own-hold.ts'
import { close, type PickupWriteWork, problemOf, refreeze } from './write-steps.ts'

const DAY_MS = 24 * 3_600_000
const LOOK_AGAIN_MS = 60_000
/** So long after a send without an answer Shopify may still be at work on it. */
const AT_WORK_MS = 60_000
/** Shopify knows the key of a refund for a day: after this it is not sent again. */
const KEY_GOOD_MS = 23 * 3_600_000
/** Steps that one look may take: a release, a move, and a look at what they did. */
const MOST_STEPS = 4

/** What a choice waits for, and what head office is told if it still does a day after the customer chose. */
const waits = {
  tills: 'The tills of its stores are not heard.',
  unseen: 'Shopify does not show the order.',
  shopify: 'Shopify has not done it for a day.',
  payment: MONEY_NOT_PAID,
} as const satisfies Readonly<Record<string, ChoiceHindrance>>
type WaitFor = keyof typeof waits

/**
 * Carries out what a customer chose for missing items, as far as it goes now: another store prepares them, or they are cancelled and paid
 * back. Each step is decided by what Shopify has, so that a lost answer, a kill, a restore or a repeat does nothing twice. What is not
 * proven, what Shopify refuses, and what is not done a day after the customer chose, is left to head office with its reason. Throws as
 * `ShopifyClient.read` does; the write then stays until that day is over.
 */
export async function sendChoice(work: PickupWriteWork, write: Write): Promise<void> {
  const question = await choiceOfWrite(work.db, write)
  if (question === null)
    return close(work, write, { kind: 'overtaken', problem: 'The choice was taken care of meanwhile.' })
  try {
    await (question.row.choice === 'cancel' ? payBack : move)(work, write, question)
  } catch (error) {
    const isReleased = requestOf(write).released !== undefined
    if (isDayOver(work, question)) await leave(work, write, isReleased ? NOT_HELD : waits.shopify)
    throw error
  }
}

async function move(work: PickupWriteWork, write: Write, question: CustomerQuestion): Promise<void> {
  let sent = write
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const request = requestOf(sent)
    const next = await nextForMove(work, question, request)
    if (next.do === 'done') {
      // a hold that could not be released is asked about where the part is now
      if (next.holds.length > 0)
        await work.client.write(releaseHolds, { id: question.row.part, holds: next.holds }, 'pickup')
      return close(work, sent, done({ by: 'read-back', location: question.row.location }))
    }
    if (next.do === 'leave') return leaveHeld(work, sent, { part: next.released, why: next.why })
    const part = request.released === 'answered' ? question.row.part : null
    const waitsFor = next.do === 'wait' ? next.for : 'shopify'
    // what has just been read is held again, and no answer to a move is open
    if (next.do !== 'release' && isDayOver(work, question))
      return leaveHeld(work, sent, { part, why: waits[waitsFor] })
    if (next.do === 'wait') return wait(work, sent, question, next.for)
    const moved = await sendStep(work, sent, { question, request, step: next })
    if (moved === null) return
    sent = moved
  }
  return wait(work, sent, question, 'shopify')
}

/**
 * Leaves items to head office that were to move. The part that the hub itself has released is held again, as the store's tills would show its
 * items as work; not once staff have found them.
 */
async function leaveHeld(
  work: PickupWriteWork,
  write: Write,
  { part, why }: { readonly part: string | null; readonly why: string },
): Promise<void> {
  const question = await choiceOfWrite(work.db, write)
  if (part === null || question === null || !(await isStillMissing(work.db, question)))
    return leave(work, write, why)
  const held = await holdAgain(work.client, part)
  return leave(work, write, held.kind === 'answered' ? why : NOT_HELD)
}

const NOT_HELD: ChoiceHindrance = 'The items could not be held again.'

const requestOf = ({ request_json }: Write) => ChoiceRequest.parse(JSON.parse(request_json))

/** @returns the write as it is after the step was answered; null: it has ended or waits */
async function sendStep(
  work: PickupWriteWork,
  write: Write,
  of: {
    readonly question: CustomerQuestion
    readonly request: ChoiceRequest
    readonly step: Extract<MoveStep, { do: 'release' | 'move' }>
  },
): Promise<Write | null> {
  const { question, request, step } = of
  const isRelease = step.do === 'release'
  const noted: ChoiceRequest =
    step.do === 'release' ? { ...request, released: 'sent', there: step.there } : request
  const sent = await markIfStill(work, write, { question, request: noted })
  if (sent === null) return null
  const { client } = work
  const result = isRelease
    ? await client.write(releaseHolds, { id: step.part, holds: step.holds }, 'pickup')
    : await client.write(moveElsewhere, { id: step.part, location: step.location }, 'pickup')
  switch (result.kind) {
    case 'answered':
      if (isRelease) await refreeze(work, sent, { ...noted, released: 'answered' })
      return openWrite(work.db, sent.id)
    case 'user-errors':
    case 'invalid': {
      const problem = result.kind === 'invalid' ? result.problem : problemOf(result.errors)
      await leaveHeld(work, sent, {
        part: request.released === 'answered' ? step.part : null,
        why: problem,
      })
      return null
    }
    default:
      await wait(work, sent, question, 'shopify')
      return null
  }
}

async function payBack(work: PickupWriteWork, write: Write, question: CustomerQuestion): Promise<void> {
  const request = requestOf(write)
  const next = await nextForRefund(work, question, request)
  switch (next.next) {
    case 'done':
      return close(work, write, done({ by: 'read-back', amount: request.payment?.amount }))
    case 'wait':
      return wait(work, write, question, next.for)
    case 'leave':
      return leave(work, write, next.why)
    case 'pay':
      return pay(work, write, { question, request, next })
  }
}

async function pay(
  work: PickupWriteWork,
  write: Write,
  of: {
    readonly question: CustomerQuestion
    readonly request: ChoiceRequest
    readonly next: Extract<ChoiceRefundNext, { next: 'pay' }>
  },
): Promise<void> {
  const { client, world } = work
  const { question, request, next } = of
  const { first_sent_at: firstAt, last_sent_at: lastAt } = write
  const now = world.clock.now()
  if (firstAt !== null && lastAt !== null) {
    if (!isDue(lastAt + AT_WORK_MS, now, AT_WORK_MS)) return wait(work, write, question, 'shopify')
    if (isDue(firstAt + KEY_GOOD_MS, now, KEY_GOOD_MS)) return leave(work, write, waits.shopify)
  }
  const payment = request.payment ?? next.payment
  const isSame = payment.amount === next.payment.amount
  if (!isSame) return leave(work, write, 'The items are not as they were when the customer was asked.')
  const sent = await markIfStill(work, write, { question, request: { ...request, payment } })
  if (sent === null) return
  const variables = { key: write.idempotency_key, input: refundInput(question, payment, next.location) }
  const result = await client.write(createRefund, variables, 'pickup')
  switch (result.kind) {
    case 'answered':
      // an answer that names no refund proves none: what Shopify shows then does
      if (result.data.refundCreate.refund === null) return wait(work, sent, question, 'shopify')
      if (!isPaid(result.data.refundCreate.refund)) return wait(work, sent, question, 'payment')
      return close(work, sent, done({ by: 'answer', answer: result.data, amount: payment.amount }))
    case 'user-errors':
      return leave(work, sent, problemOf(result.errors))
    case 'invalid':
    case 'denied':
      return leave(work, sent, result.problem)
    case 'unknown':
      return wait(work, sent, question, 'shopify')
    case 'refused':
    case 'not-sent':
      return wait(work, sent, question, 'shopify', firstAt === null)
  }
}

/** Notes what leaves, in the words in which it is sent again, unless a till or head office has changed something since it was looked at. */
function markIfStill(
  { db, world }: PickupWriteWork,
  write: Write,
  of: { readonly question: CustomerQuestion; readonly request: ChoiceRequest },
): Promise<Write | null> {
  return transaction(db, async tx => {
    const isStill = (await choiceOfWrite(tx, write)) !== null && (await whatHubSays(tx, of.question)) === null
    if (!isStill) return null
    await shrinkRequest(tx, write.id, of.request)
    return markSent(tx, write.id, world.clock.now())
  })
}

const done = (proof: object) => ({ kind: 'confirmed', proof, fulfillments: [], lost: [], told: [] }) as const

const leave = (work: PickupWriteWork, write: Write, problem: string) =>
  close(work, write, { kind: 'refused', problem, retryAt: null })

/** Whether the customer chose a day ago: one limit for whatever it waits for, one thing after the other. */
const isDayOver = ({ world }: PickupWriteWork, { row }: CustomerQuestion) =>
  isDue((row.chosen_at ?? row.asked_at) + DAY_MS, world.clock.now(), DAY_MS)

/** Puts it off, or leaves it to head office once the customer has waited for a day. */
async function wait(
  work: PickupWriteWork,
  write: Write,
  question: CustomerQuestion,
  what: WaitFor,
  firstSendFailed = false,
): Promise<void> {
  if (isDayOver(work, question)) return leave(work, write, waits[what])
  const dueAt = work.world.clock.now() + LOOK_AGAIN_MS
  await transaction(work.db, tx => postpone(tx, write.id, { dueAt, problem: waits[what], firstSendFailed }))
}
