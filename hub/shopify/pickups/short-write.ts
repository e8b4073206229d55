import { z } from 'zod'
import type { Write } from '../../outbox/writes.ts'
import type { PickupOutcome } from '../../pickups/close-write.ts'
import {
  fulfilledUnits,
  type OrderSnapshot,
  type PickupFulfillmentOrder,
} from '../../pickups/order-snapshot.ts'
import { ShortRequest } from '../../pickups/write-plan.ts'
import { type Mutation, type UserError, UserErrors, type WriteResult } from '../api/client.ts'
import { SPLIT_FULFILLMENT_ORDER } from '../api/documents.ts'
import { readOrder } from '../orders/read-order.ts'
import { withQuestion } from './customer-question.ts'
import { moveElsewhere, targetFor } from './move-elsewhere.ts'
import { ownHold } from './own-hold.ts'
import { waitsForOwnHold } from './waits-for-hold.ts'
import { close, conclude, mark, type PickupWriteWork, refreeze } from './write-steps.ts'

const Split = z.object({ fulfillmentOrderSplit: z.object({ userErrors: UserErrors }) })
const splitOff: Mutation<z.infer<typeof Split>> = {
  name: 'SplitFulfillmentOrder',
  capability: 'hand-overs',
  document: SPLIT_FULFILLMENT_ORDER,
  answer: Split,
  points: { fixed: 10, perRow: 0 },
  userErrors: data => data.fulfillmentOrderSplit.userErrors,
}

/** What is to be done next so that what staff could not find is on its own, and held. */
type Step =
  | { readonly do: 'split'; readonly lines: readonly { readonly id: string; readonly quantity: number }[] }
  | { readonly do: 'hold'; readonly part: PickupFulfillmentOrder }
  /** The missing units are on their own: held, unless another store is to have them. */
  | { readonly do: 'place'; readonly part: PickupFulfillmentOrder }
  /** Staff have found a part of what was held: the hold comes off, so that the rest can be split off and held again. */
  | { readonly do: 'release' }
  | { readonly do: 'nothing'; readonly why: string }

/**
 * Splits off what staff could not find, and holds it or has a store that has it prepare it. Shopify knows no idempotency here: each
 * step is decided by what it has now, so that a lost answer, a kill or a repeat does nothing twice. Throws as `ShopifyClient.read`
 * does; the write then stays as it is.
 */
export async function sendShort(work: PickupWriteWork, write: Write): Promise<void> {
  const { client } = work
  const request = ShortRequest.parse(JSON.parse(write.request_json))
  const step = nextStep(request, await readOrder(client, request.order))
  if (step.do === 'nothing') return close(work, write, done({ by: 'read-back', why: step.why }))
  if (step.do === 'release') {
    if (await waitsForOwnHold(work, write)) return
    const now = nextStep(request, await readOrder(client, request.order))
    return now.do === 'release'
      ? close(work, write, done({ by: 'read-back', why: 'It is on hold.' }))
      : sendShort(work, write)
  }
  if (step.do === 'hold') return sendHold(work, write, request, step.part)
  if (step.do === 'place') {
    const target = request.rule === 'move' ? await targetFor(work, request.order, step.part) : null
    return target === null
      ? sendHold(work, write, request, step.part)
      : sendMove(work, write, request, { id: step.part.id, location: target })
  }
  const { lines: fulfillmentOrderLineItems } = step
  const splits = [{ fulfillmentOrderId: request.fulfillmentOrder, fulfillmentOrderLineItems }]
  await send(work, write, splitOff, { splits }, (sent, result) =>
    result.kind === 'answered' ? sendShort(work, sent) : null,
  )
}

async function sendHold(
  work: PickupWriteWork,
  write: Write,
  request: ShortRequest,
  part: PickupFulfillmentOrder,
): Promise<void> {
  // noted before it is held: a repeat finds it held, and asks all the same
  if (request.rule === 'ask') await refreeze(work, write, await withQuestion(work, request, part))
  const { mutation, variables } = ownHold(part.id, request.note)
  return send(work, write, mutation, variables, (sent, result) =>
    result.kind === 'user-errors' && isHeldAlready(result.errors)
      ? close(work, sent, done({ by: 'refusal-of-repeat', errors: result.errors }))
      : null,
  )
}

/** What Shopify won't move is held: head office decides about it. */
function sendMove(
  work: PickupWriteWork,
  write: Write,
  request: ShortRequest,
  part: { readonly id: string; readonly location: string },
): Promise<void> {
  return send(work, write, moveElsewhere, part, (sent, result) =>
    result.kind === 'user-errors' || result.kind === 'invalid' ? holdInstead(work, sent, request) : null,
  )
}

async function holdInstead(work: PickupWriteWork, write: Write, request: ShortRequest): Promise<void> {
  const held: ShortRequest = { ...request, rule: 'hold' }
  await refreeze(work, write, held)
  await sendShort(work, { ...write, request_json: JSON.stringify(held) })
}

/** Sends one step. @param decide what this step itself does about an answer; null: what every step does */
async function send<T>(
  work: PickupWriteWork,
  write: Write,
  mutation: Mutation<T>,
  variables: Readonly<Record<string, unknown>>,
  decide: (sent: Write, result: WriteResult<T>) => Promise<void> | null,
): Promise<void> {
  const resent = write.first_sent_at !== null
  const sent = await mark(work, write)
  if (sent === null) return
  const result = await work.client.write(mutation, variables, 'pickup')
  const decided = decide(sent, result)
  if (decided !== null) return decided
  return conclude(work, sent, result, { resent, outcome: answer => done({ by: 'answer', answer }) })
}

const done = (proof: object): PickupOutcome => ({
  kind: 'confirmed',
  proof,
  fulfillments: [],
  lost: [],
  told: [],
})

const isHeldAlready = (errors: readonly UserError[]) =>
  errors.some(error => error.code === 'DUPLICATE_FULFILLMENT_HOLD_HANDLE')

const isOpen = ({ status }: PickupFulfillmentOrder) => status !== 'CLOSED' && status !== 'CANCELLED'

function nextStep(request: ShortRequest, order: OrderSnapshot | null): Step {
  if (order === null || order.cancelledAt !== null) return { do: 'nothing', why: 'The order is cancelled.' }
  const own = order.pickups.find(({ id }) => id === request.fulfillmentOrder)
  const still = own !== undefined && isOpen(own) ? stillIn(request, own) : []
  if (own !== undefined && still.length > 0) {
    const isAll = own.lines.every(
      line => line.remaining === (still.find(one => one.id === line.id)?.quantity ?? 0),
    )
    if (own.status === 'ON_HOLD') return isAll ? { do: 'nothing', why: 'It is on hold.' } : { do: 'release' }
    return isAll ? { do: 'hold', part: own } : { do: 'split', lines: still }
  }
  const part = partOf(request, order, own)
  if (part === undefined)
    return { do: 'nothing', why: 'The missing items are no longer part of the order here.' }
  if (part.status === 'ON_HOLD') return { do: 'nothing', why: 'The missing items are on hold.' }
  return { do: 'place', part }
}

/** What of the missing units the pickup's own fulfilment order still has, beside what was found. */
function stillIn(request: ShortRequest, own: PickupFulfillmentOrder) {
  const unitsOf = (lines: ShortRequest['lines'], id: string) =>
    lines.find(line => line.id === id)?.quantity ?? 0
  return request.lines.flatMap(({ id, quantity }) => {
    const remaining = own.lines.find(line => line.id === id)?.remaining ?? 0
    const since = Math.max(0, fulfilledUnits(own.fulfillments, id) - unitsOf(request.before, id))
    const kept = Math.max(0, unitsOf(request.kept, id) - since)
    const units = Math.min(quantity, remaining - kept)
    return units > 0 ? [{ id, quantity: units }] : []
  })
}

/** The fulfilment order that the missing units were split off to: it was not there before, and has nothing else. */
function partOf(request: ShortRequest, { pickups }: OrderSnapshot, own: PickupFulfillmentOrder | undefined) {
  const missing = new Map<string, number>()
  for (const { id, quantity } of request.lines) {
    const orderLine = own?.lines.find(one => one.id === id)?.orderLine ?? request.orderLines[id]
    if (orderLine !== undefined) missing.set(orderLine, quantity)
  }
  return pickups.find(part => {
    if (part.id === request.fulfillmentOrder || !isOpen(part) || request.known.includes(part.id)) return false
    const due = part.lines.filter(line => line.remaining > 0)
    const isMissing = due.every(line => line.remaining <= (missing.get(line.orderLine) ?? 0))
    return due.length > 0 && isMissing && part.location === own?.location
  })
}
