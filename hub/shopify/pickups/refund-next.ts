import { isDue } from '../../../shared/back-off.ts'
import { isOnHold } from '../../../shared/pickup-notices.ts'
import { isOpenAbout } from '../../checks/open-about.ts'
import { contractOf } from '../../contract/contract.ts'
import type { Reads } from '../../db/db.ts'
import { shownSince } from '../../fleet/connected.ts'
import { isCustomerTold } from '../../pickups/ask-expired.ts'
import { REFUND_AFTER_MS } from '../../pickups/expire.ts'
import { mayBeGone } from '../../pickups/may-be-gone.ts'
import { namesOfOrder } from '../../pickups/named-order.ts'
import { isOtherAsked } from '../../pickups/not-collected-question.ts'
import { isNamedByReceipt } from '../../pickups/order-sale-row.ts'
import { type Pickup, parsePickup, readPickup } from '../../pickups/pickup-row.ts'
import { ASKED_OF_ANOTHER, type RefundHindrance } from '../../pickups/refund-hindrances.ts'
import { hasMovesUntaken, storesThatMayRingUp, storesTold } from '../../pickups/stores-told.ts'
import { openRefund } from '../../pickups/write-plan.ts'
import { isJudged } from '../../stock/recovery.ts'
import type { OrderStanding } from './order-standing.ts'
import { type ExpiredPart, hindranceShown } from './parts-shown.ts'
import type { PickupWriteWork } from './write-steps.ts'

/** What comes next for an order that is to be paid back. */
export type RefundNext =
  /** `overAt`: when the last of them could no longer be reopened; hub clock, ms. */
  | { readonly next: 'cancel'; readonly parts: readonly ExpiredPart[]; readonly overAt: number }
  /** `tills`: one may have handed it over. `others`: its other parts may still be collected. */
  | { readonly next: 'wait'; readonly for: 'tills' | 'others' }
  | { readonly next: 'ask'; readonly problem: RefundHindrance }

const CHANGED: RefundHindrance = 'The order was changed after it had expired.'
const waitFor = (what: 'tills' | 'others'): RefundNext => ({ next: 'wait', for: what })
const ask = (problem: RefundHindrance): RefundNext => ({ next: 'ask', problem })

/**
 * An order is cancelled as a whole: all that speaks against it in the hub and in Shopify is looked for, and the hub must have heard all that
 * the tills did of each store that was ever told of the order. The parts are read in Shopify last.
 */
export async function refundNext(
  { db, client, isAllTold, world }: Pick<PickupWriteWork, 'db' | 'client' | 'isAllTold' | 'world'>,
  pickup: Pickup,
  standing: OrderStanding,
): Promise<RefundNext> {
  const said = await hubSays(db, pickup.row, standing, world.clock.now())
  if (said.next !== 'cancel') return said
  if (!(await hasBeenShown(db, said, world.clock.now()))) return waitFor('tills')
  const isTold = () => isHeard({ db, isAllTold }, pickup, said.overAt)
  if (!(await isTold())) return waitFor('tills')
  const hindrance = await hindranceShown(client, said.parts, standing)
  if (hindrance !== null) return ask(hindrance)
  // a till may have come, or gone, while Shopify was read
  return (await isTold()) ? said : waitFor('tills')
}

/** Whether a till of each store could show for half an hour that its pickup had expired: staff may reopen it as long. */
async function hasBeenShown(
  db: Reads,
  { parts, overAt }: Extract<RefundNext, { readonly next: 'cancel' }>,
  now: number,
): Promise<boolean> {
  for (const { store } of parts) {
    const since = await shownSince(db, store, overAt - REFUND_AFTER_MS)
    if (since !== null && !isDue(since + REFUND_AFTER_MS, now, REFUND_AFTER_MS)) return false
  }
  return true
}

/** Whether the hub has all that tills may have to tell of an order: those of the stores that were told of it, and the POS of each that has its items. */
async function isHeard(
  { db, isAllTold }: Pick<PickupWriteWork, 'db' | 'isAllTold'>,
  { row: { order_id: order, placed_at: since } }: Pickup,
  readFrom: number,
): Promise<boolean> {
  const told = await storesTold(db, order, since)
  for (const store of told)
    if ((await isJudged(db, store)) || !(await isAllTold({ store, since, readFrom }))) return false
  if (await hasMovesUntaken(db, told, since)) return false
  for (const store of await storesThatMayRingUp(db, order)) {
    const isReceiptsAlone = true
    if (!told.has(store) && !(await isAllTold({ store, since, readFrom, isReceiptsAlone }))) return false
  }
  return true
}

/**
 * What the hub's own rows say: each open part of the order must have expired under the same rule, its time to be reopened must be over, its
 * customer must have been told that it was ready, and nothing may say that goods or money of the order are elsewhere.
 */
export async function hubSays(
  db: Reads,
  { pickup, store }: Pick<Pickup['row'], 'pickup' | 'store'>,
  standing: OrderStanding,
  now: number,
): Promise<RefundNext> {
  if (!(await isAgreed(db, store))) return ask('It is not agreed any more.')
  const ofOrder = hindranceOfOrder(standing, pickup)
  if (ofOrder !== null) return ask(ofOrder)
  const parts: Part[] = []
  for (const id of standing.openParts) parts.push(await readPart(db, id))
  if (parts.some(({ is }) => is === 'open')) return ask('Other parts of the order are open.')
  const planned = parts.filter(part => part.is === 'planned')
  if (parts.some(({ is }) => is === 'asked') || (await isAskedOfOther(db, pickup)))
    return ask(hasLostPart(planned, standing) ? CHANGED : ASKED_OF_ANOTHER)
  const isOver = ({ of, overAt }: Planned) => of.row.pickup === pickup || isDue(overAt, now, REFUND_AFTER_MS)
  if (planned.length < parts.length || !planned.every(isOver)) return waitFor('others')
  const hindrance = hindranceOfParts(planned, standing) ?? (await hindranceNoted(db, planned))
  if (hindrance !== null) return ask(hindrance)
  return {
    next: 'cancel',
    parts: planned.map(expiredPart),
    overAt: Math.max(...planned.map(one => one.overAt)),
  }
}

/** How a part of the order is. `open`: it may be collected, and does not expire under the rule. `waits`: its customer may still come. */
type Part = { readonly is: 'open' | 'waits' | 'asked' } | Planned

interface Planned {
  readonly is: 'planned'
  readonly of: Pickup
  readonly refund: NonNullable<Awaited<ReturnType<typeof openRefund>>>
  /** When it could no longer be reopened; hub clock, ms. */
  readonly overAt: number
}

async function readPart(db: Reads, id: string): Promise<Part> {
  const of = await readPickup(db, id)
  if (of === null) return { is: 'open' }
  const isExpired = of.body.state === 'expired'
  if (!(await isAgreed(db, of.row.store))) return { is: isExpired ? 'asked' : 'open' }
  if (!isExpired) return { is: mayExpire(of) ? 'waits' : 'open' }
  const refund = await openRefund(db, id)
  return refund === null
    ? { is: 'asked' }
    : { is: 'planned', of, refund, overAt: refund.plannedAt + REFUND_AFTER_MS }
}

const isAgreed = async (db: Reads, store: string) =>
  (await contractOf(db, store))?.terms.notCollected === 'refund'

/** It is ready for its customer, and its days count. */
const mayExpire = ({ body }: Pickup) => body.state === 'ready' && !isOnHold(body.notice)

function hindranceOfOrder(standing: OrderStanding, pickup: string): RefundHindrance | null {
  if (standing.hasLeft) return 'A part of the order was handed over.'
  if (standing.hasMore) return 'The order has too many parts.'
  if (standing.paidBack > 0) return 'Money of the order was paid back before.'
  return standing.openParts.includes(pickup) ? null : 'The order was changed after it had expired.'
}

function hindranceOfParts(
  parts: readonly Planned[],
  { openParts }: Pick<OrderStanding, 'openParts'>,
): RefundHindrance | null {
  if (parts.some(({ refund }) => refund.lines === undefined || refund.owed === undefined)) return CHANGED
  if (hasLostPart(parts, { openParts })) return CHANGED
  if (parts.some(({ of }) => isPartOut(of))) return 'A part of the order was handed over.'
  if (!parts.every(({ of }) => isCustomerTold(of)))
    return 'Shopify has not confirmed that the customer was told.'
  return null
}

/** A pickup that was open when it expired is not: what was taken off since may be with the customer, or someone is dealing with it. */
const hasLostPart = (parts: readonly Planned[], { openParts }: Pick<OrderStanding, 'openParts'>) =>
  parts.some(({ refund }) => refund.parts?.some(part => !openParts.includes(part)))

/** Head office is asked about another pickup of its order. */
async function isAskedOfOther(db: Reads, pickup: string): Promise<boolean> {
  const of = await readPickup(db, pickup)
  return of !== null && (await isOtherAsked(db, of))
}

/** Shopify is still to hear of some of its goods that staff have handed over. */
const isPartOut = ({ lines }: Pickup) => lines.lines.some(({ handed = 0 }) => handed > 0)

function expiredPart({ of: { row, body, lines }, refund }: Planned): ExpiredPart {
  const since = Math.min(refund.plannedAt, body.movedAt ?? refund.plannedAt)
  const wasHeld = (lines.heldUntil ?? 0) >= since
  return {
    pickup: row.pickup,
    store: row.store,
    lines: refund.lines ?? [],
    owed: refund.owed ?? 0,
    since,
    wasHeld,
  }
}

/** What the hub knows of the order that a person has to look at. */
async function hindranceNoted(db: Reads, [first]: readonly Planned[]): Promise<RefundHindrance | null> {
  if (first === undefined) return 'The order was changed after it had expired.'
  const { order_id: order, order_name: name } = first.of.row
  const rows = await db.selectFrom('pickup').selectAll().where('order_id', '=', order).execute()
  for (const row of rows)
    if ((await mayBeGone(db, parsePickup(row))) !== null) return 'The customer may have the goods already.'
  const pickups = rows.map(({ pickup }) => pickup)
  const names = namesOfOrder(name, pickups)
  if (await isNamedByReceipt(db, { names, pickups })) return 'A receipt names the order.'
  const isAsked = await isOpenAbout(db, { order, names, pickups }, ['pickup-not-collected'])
  return isAsked ? 'Another exception about the order is open.' : null
}
