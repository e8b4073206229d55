import { isDeepStrictEqual } from 'node:util'
import type { PickupNotice } from '../../shared/pickup-notices.ts'
import { closeException, openException } from '../checks/exceptions.ts'
import type { Tx } from '../db/db.ts'
import { confirmWrite, openWrite, refuseWrite, retryWrite, type Write } from '../outbox/writes.ts'
import { placeOf } from '../stock/places.ts'
import { sendToStore } from '../streams/command-log.ts'
import { changeUnits, handOverTold } from './allocation.ts'
import { askAboutRefund } from './ask-expired.ts'
import { nameCancelledButCollected } from './cancelled-but-collected.ts'
import { askCustomer, nameLostQuestion } from './customer-choice/ask.ts'
import { closeChoice } from './customer-choice/carry-out.ts'
import {
  followedOf,
  followFulfillments,
  goneBeyond,
  handedOverElsewhere,
  type LineUnits,
  linesAfter,
  noteTold,
  putBackElsewhere,
} from './fulfillments.ts'
import { goodsOf } from './goods-text.ts'
import type { HandOverOrigin } from './hand-over.ts'
import { someMissing, withCounts } from './line-counts.ts'
import { warningOf } from './may-be-gone.ts'
import { nameHandedOverTwice } from './order-sale-questions.ts'
import type { Fulfillment } from './order-snapshot.ts'
import { changePickup, type Pickup, readPickup } from './pickup-row.ts'
import { shownLines, shownTexts } from './shown-lines.ts'
import { PickupRequest, ShortRequest } from './write-plan.ts'

/** What became of a pickup write at Shopify. */
export type PickupOutcome =
  | ({ readonly kind: 'confirmed'; readonly proof: object } & Found)
  /** `retryAt`: hub clock, ms; null: it is not tried again. */
  | { readonly kind: 'refused'; readonly problem: string; readonly retryAt: number | null }
  /** The pickup has gone further: nothing was sent and nothing needs to be. */
  | { readonly kind: 'overtaken'; readonly problem: string }
  /** Shopify no longer has anything to hand over. */
  | ({ readonly kind: 'cancelled'; readonly problem: string } & Found)

/** What Shopify has of a hand-over. */
interface Found {
  readonly fulfillments: readonly Fulfillment[]
  /** Units that a till handed over, and that Shopify will not have as handed over. */
  readonly lost: readonly LineUnits[]
  /** Units of these fulfilments that a till handed over, as far as it was this write that had Shopify fulfil them. */
  readonly told: readonly LineUnits[]
  /** Shopify still has the order open, or did not say. */
  readonly isOpen?: boolean
}

/**
 * Closes a pickup write and what hangs on it in one transaction: the pickup's way to Shopify as staff see it, the
 * ledger's units once Shopify has them as handed over, the exceptions. After commit, say `commands` and `now`. @returns other stores
 * whose tills and stock it concerns: say `commands` and `stock` for each
 */
export async function closePickupWrite(
  tx: Tx,
  id: number,
  said: PickupOutcome,
  now: number,
): Promise<readonly string[]> {
  const open = await openWrite(tx, id)
  const pickup = open === null ? null : await readPickup(tx, open.subject)
  const outcome = pickup !== null && open?.kind === 'ready' ? stillMeant(pickup, said) : said
  const write = await moveWrite(tx, id, outcome, now)
  if (write?.kind === 'choice') {
    await closeChoice(tx, write, 'problem' in outcome ? outcome.problem : null, now)
    return []
  }
  if (write === null || pickup === null) return []
  if (write.kind === 'short') {
    await shortTold(tx, pickup, { write, outcome }, now)
    return []
  }
  if (write.kind === 'refund') {
    await refundTold(tx, pickup, outcome, now)
    return []
  }
  const kind = write.kind === 'ready' ? 'ready' : 'collected'
  switch (outcome.kind) {
    case 'overtaken':
      await closeException(tx, 'pickup-write-refused', pickup.row.pickup, now)
      return []
    case 'confirmed':
      return confirmed(tx, pickup, kind, { ...outcome, ...handOverIn(write, pickup) }, now)
    case 'cancelled':
      return cancelled(tx, pickup, kind, { ...outcome, ...handOverIn(write, pickup) }, now)
    case 'refused':
      await refused(tx, pickup, kind, outcome, now)
      return []
  }
}

/** What an older version planned does not say of which move it is. */
function handOverIn({ request_json }: Write, { row }: Pickup): HandedOver {
  const { of, noted } = PickupRequest.parse(JSON.parse(request_json))
  return {
    of: of ?? { revision: row.version + 1, movedAt: null },
    noted: new Map(noted.map(({ id, quantity }) => [id, quantity])),
  }
}

/** Shopify has split off and held what staff could not find, or did not take that. */
async function shortTold(
  tx: Tx,
  pickup: Pickup,
  { write, outcome }: { readonly write: Write; readonly outcome: PickupOutcome },
  now: number,
): Promise<void> {
  const { row } = pickup
  if (outcome.kind !== 'refused') {
    await closeException(tx, 'pickup-write-refused', row.pickup, now)
    const { ask, rule } = ShortRequest.parse(JSON.parse(write.request_json))
    if (outcome.kind !== 'confirmed' || rule !== 'ask') return
    if (ask !== undefined) await askCustomer(tx, pickup, ask, now)
    else await nameLostQuestion(tx, pickup, write, now)
    return
  }
  const { problem, retryAt } = outcome
  const fields = { order: row.order_name, store: row.store, problem }
  const code = `pickup-write-refused.short${retryAt === null ? '' : '-retried'}` as const
  const { pickup: subject, store } = row
  await openException(tx, { code, subject, store, fields, evidence: { problem, kind: 'short' } }, now)
}

/** Shopify has cancelled the order and pays it back, or head office has to. */
async function refundTold(tx: Tx, pickup: Pickup, outcome: PickupOutcome, now: number): Promise<void> {
  if (outcome.kind !== 'refused' || !(await askAboutRefund(tx, pickup.row.pickup, outcome.problem, now)))
    return
  // a till that was told that it is paid back is told otherwise
  await sendToStore(tx, pickup.row.store, pickup.body)
}

/** "Ready" that Shopify refused of a pickup that has gone on meanwhile is not tried again. */
function stillMeant({ body }: Pickup, said: PickupOutcome): PickupOutcome {
  return said.kind === 'refused' && body.state !== 'ready'
    ? { kind: 'overtaken', problem: said.problem }
    : said
}

/** @returns null when the write has ended meanwhile */
function moveWrite(tx: Tx, id: number, outcome: PickupOutcome, now: number): Promise<Write | null> {
  if (outcome.kind === 'confirmed') return confirmWrite(tx, id, { proof: outcome.proof, now })
  const { problem } = outcome
  if (outcome.kind === 'refused' && outcome.retryAt !== null)
    return retryWrite(tx, id, { problem, dueAt: outcome.retryAt })
  return refuseWrite(tx, id, { problem, now })
}

type Kind = 'ready' | 'collected'
type Closed = Found & HandedOver

interface HandedOver {
  readonly of: HandOverOrigin
  /** What of the units that Shopify will not have the pickup's lines have as gone already. */
  readonly noted: ReadonlyMap<string, number>
}

async function confirmed(
  tx: Tx,
  pickup: Pickup,
  kind: Kind,
  found: Closed & { readonly proof: object },
  now: number,
): Promise<readonly string[]> {
  await closeException(tx, 'pickup-write-refused', pickup.row.pickup, now)
  if (kind === 'collected')
    return book(tx, pickup, { ...found, shopify: 'confirmed', evidence: found.proof }, now)
  // A confirmed "ready" says nothing of the hand-over that is under way by now.
  if (pickup.body.state !== 'ready') return []
  const notice = await warningOf(tx, pickup)
  const ready = { heardAt: pickup.lines.ready?.heardAt ?? now, toldAt: now }
  const lines = { ...pickup.lines, ready }
  await changePickup(tx, pickup, { body: { shopify: 'confirmed', notice }, lines }, now)
  return []
}

/** Cancelled at Shopify while the goods went out: they are gone, and our ledger must say so itself. */
async function cancelled(
  tx: Tx,
  pickup: Pickup,
  kind: Kind,
  found: Closed & { readonly problem: string },
  now: number,
): Promise<readonly string[]> {
  if (kind === 'ready') return []
  await closeException(tx, 'pickup-write-refused', pickup.row.pickup, now)
  const evidence = { problem: found.problem }
  return book(tx, pickup, { ...found, shopify: 'refused', evidence }, now)
}

/** Books a hand-over as Shopify has it, and what of it Shopify does not have. */
async function book(
  tx: Tx,
  pickup: Pickup,
  found: Closed & { readonly shopify: 'confirmed' | 'refused'; readonly evidence: object },
  now: number,
): Promise<readonly string[]> {
  const { lost, shopify, evidence } = found
  // one with goods that were added since the last look is booked with the next, which tells what they are
  const isKnown = ({ line }: LineUnits) => pickup.lines.lines.some(one => one.id === line)
  const fulfillments = found.fulfillments.filter(one => one.lines.every(isKnown))
  const followed = await followFulfillments(tx, followedOf(pickup), fulfillments, now)
  const moved = await putBackElsewhere(tx, followedOf(pickup), fulfillments, found.told, now)
  const unplaced = await fulfilledNowhere(tx, fulfillments, found.told)
  if (unplaced.length > 0) {
    const { store, warehouse } = followedOf(pickup)
    await noteTold(tx, followedOf(pickup), { store, warehouse }, unplaced, now)
  }
  const gone = new Map(summed([...lost, ...unplaced]).map(({ line, quantity }) => [line, quantity]))
  const elsewhere = await handedOverElsewhere(tx, pickup)
  const due = linesAfter(followedOf(pickup), fulfillments, followed).map(line => {
    const lostHere = gone.get(line.id) ?? 0
    const left = Math.max(0, line.quantity - lostHere - (elsewhere.get(line.id) ?? 0))
    const handed = Math.min(left, Math.max(0, (line.handed ?? 0) - lostHere))
    const missing = someMissing(line.missing, left - handed)
    return {
      ...withCounts(goneBeyond(line, lostHere - (found.noted.get(line.id) ?? 0)), {
        packed: Math.min(line.packed ?? 0, left - handed),
        missing,
        handed,
      }),
      quantity: left,
    }
  })
  await changeUnits(tx, pickup, due, now)
  await handOverTold(tx, pickup, summed([...lost, ...moved, ...unplaced]), found.of, now)
  const committed = pickup.lines.committed && due.some(line => line.quantity > 0)
  const lines = { ...pickup.lines, committed, lines: due }
  const [to] = moved.map(({ store }) => store)
  const afterMove = to === undefined ? null : ({ code: 'collected-after-move', to } as const)
  const { state } = pickup.body
  const isAll = shopify === 'refused' && found.isOpen !== true
  const said = whatWasLost(pickup, lost, isAll) ?? afterMove
  const notice = said ?? (state === 'collected' ? null : pickup.body.notice)
  // the rest of it is still to be handed over
  const lists = state === 'collected' ? {} : shownLines(shownTexts(pickup.body), due, state)
  const changed = await changePickup(tx, pickup, { body: { shopify, notice, ...lists }, lines }, now)
  const isPart = found.isOpen === true ? { isPart: true } : {}
  await nameCancelledButCollected(tx, changed, { lost, evidence, ...isPart }, now)
  await nameHandedOverTwice(tx, changed, now)
  if (to === undefined) return []
  await nameMoved(tx, changed, { to, moved, evidence }, now)
  return [to]
}

/** What was handed over here, and Shopify has as handed over at a location that no store has: it took the goods from there. */
async function fulfilledNowhere(
  tx: Tx,
  fulfillments: readonly Fulfillment[],
  told: readonly LineUnits[],
): Promise<readonly LineUnits[]> {
  const left = new Map(told.map(({ line, quantity }) => [line, quantity]))
  const found: LineUnits[] = []
  // the newest are of this hand-over
  for (const { location, status, lines } of fulfillments.toSorted((a, b) => b.createdAt - a.createdAt)) {
    if (status !== 'SUCCESS') continue
    const isPlaced = location === null || (await placeOf(tx, location)) !== null
    for (const { line, quantity: all } of lines) {
      const quantity = Math.min(all, left.get(line) ?? 0)
      left.set(line, (left.get(line) ?? 0) - quantity)
      if (!isPlaced && quantity > 0) found.push({ line, quantity })
    }
  }
  return found
}

function summed(some: readonly LineUnits[]): readonly LineUnits[] {
  const of = new Map<string, number>()
  for (const { line, quantity } of some) of.set(line, (of.get(line) ?? 0) + quantity)
  return [...of].map(([line, quantity]) => ({ line, quantity }))
}

/** The order had been moved when Shopify heard of the hand-over: the other store is told that it has nothing to hand over. */
async function nameMoved(
  tx: Tx,
  { row, body, lines }: Pickup,
  what: { readonly to: string; readonly moved: readonly LineUnits[]; readonly evidence: object },
  now: number,
): Promise<void> {
  const { to, moved, evidence } = what
  const { store } = row
  const staff = body.movedBy ?? '?'
  const notice = { code: 'handed-over-elsewhere', store, staff } as const
  await sendToStore(tx, to, { ...body, state: 'cancelled', shopify: 'nothing-due', notice })
  const fields = { staff, store, order: row.order_name, items: goodsOf({ body, lines }, moved), owner: to }
  // Shopify has the order as fulfilled, so that its end says nothing: this one is closed by hand
  const subject = `${row.pickup}/fulfilled`
  const code = 'handed-over-after-move.fulfilled' as const
  await openException(tx, { code, subject, store, device: null, fields, evidence: { ...evidence } }, now)
}

function whatWasLost(pickup: Pickup, lost: readonly LineUnits[], isAll: boolean): PickupNotice | null {
  if (lost.length === 0) return null
  return isAll
    ? { code: 'collected-after-cancel' }
    : { code: 'collected-beyond-order', goods: goodsOf(pickup, lost) }
}

async function refused(
  tx: Tx,
  pickup: Pickup,
  kind: Kind,
  outcome: { readonly problem: string; readonly retryAt: number | null },
  now: number,
): Promise<void> {
  const { row } = pickup
  const said = outcome.problem.slice(0, 1_000)
  const notice: PickupNotice = {
    code: 'write-refused',
    step: kind,
    said,
    isRetried: outcome.retryAt !== null,
  }
  const evidence = { problem: outcome.problem, kind }
  const fields = { order: row.order_name, store: row.store, problem: outcome.problem }
  const code = `pickup-write-refused.${kind}${outcome.retryAt === null ? '' : '-retried'}` as const
  await openException(tx, { code, subject: row.pickup, store: row.store, fields, evidence }, now)
  if (pickup.body.shopify === 'refused' && isDeepStrictEqual(pickup.body.notice, notice)) return
  await changePickup(tx, pickup, { body: { shopify: 'refused', notice } }, now)
}
