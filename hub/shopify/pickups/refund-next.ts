import { isDue } from '../../../shared/back-off.ts'
import { isOnHold } from '../../../shared/pickup-notices.ts'
import { isOpenAbout } from '../../checks/open-about.ts'
import { contractOf } from '../../contract/contract.ts'
import type { Reads } from '../../db/db.ts'
import { isCustomerTold, REFUND_AFTER_MS } from '../../pickups/expire.ts'
import { mayBeGone } from '../../pickups/may-be-gone.ts'
import { namesOfOrder } from '../../pickups/named-order.ts'
import { isNamedByReceipt } from '../../pickups/order-sale-row.ts'
import { type Pickup, parsePickup, readPickup } from '../../pickups/pickup-row.ts'
import type { RefundHindrance } from '../../pickups/refund-hindrances.ts'
import { hasMovesUntaken, storesTold } from '../../pickups/stores-told.ts'
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
  const { order_id, placed_at: since } = pickup.row
  const stores = await storesTold(db, order_id, since)
  for (const store of stores)
    if ((await isJudged(db, store)) || !(await isAllTold({ store, since, readFrom: said.overAt })))
      return waitFor('tills')
  if (await hasMovesUntaken(db, stores, since)) return waitFor('tills')
  const hindrance = await hindranceShown(client, said.parts, standing)
  return hindrance === null ? said : ask(hindrance)
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
  const hindrance = hindranceIn(standing, pickup)
  if (hindrance !== null) return ask(hindrance)
  const parts: Pickup[] = []
  for (const id of standing.openParts) {
    const part = await readPickup(db, id)
    if (part === null || !(await isAgreed(db, part.row.store)))
      return ask('Other parts of the order are open.')
    parts.push(part)
  }
  if (parts.some(part => !isExpired(part) && !mayExpire(part)))
    return ask('Other parts of the order are open.')
  if (!parts.every(isExpired)) return waitFor('others')
  return whetherProven(db, parts, { pickup, now })
}

function hindranceIn(standing: OrderStanding, pickup: string): RefundHindrance | null {
  if (standing.hasLeft) return 'A part of the order was handed over.'
  if (standing.hasMore) return 'The order has too many parts.'
  if (standing.paidBack > 0) return 'Money of the order was paid back before.'
  return standing.openParts.includes(pickup) ? null : 'The order was changed after it had expired.'
}

async function whetherProven(
  db: Reads,
  parts: readonly Pickup[],
  of: { readonly pickup: string; readonly now: number },
): Promise<RefundNext> {
  const expired: ExpiredPart[] = []
  let overAt = 0
  for (const { row, body, lines } of parts) {
    const planned = await openRefund(db, row.pickup)
    // head office has been asked about it
    if (planned === null) return ask('Other parts of the order are open.')
    const over = planned.plannedAt + REFUND_AFTER_MS
    if (row.pickup !== of.pickup && !isDue(over, of.now, REFUND_AFTER_MS)) return waitFor('others')
    overAt = Math.max(overAt, over)
    if (planned.lines === undefined || planned.owed === undefined)
      return ask('The order was changed after it had expired.')
    const since = Math.min(planned.plannedAt, body.movedAt ?? planned.plannedAt)
    const wasHeld = (lines.heldUntil ?? 0) >= since
    expired.push({ pickup: row.pickup, lines: planned.lines, owed: planned.owed, wasHeld })
  }
  if (parts.some(isPartOut)) return ask('A part of the order was handed over.')
  if (!parts.every(isCustomerTold)) return ask('Shopify has not confirmed that the customer was told.')
  const hindrance = await hindranceNoted(db, parts)
  return hindrance === null ? { next: 'cancel', parts: expired, overAt } : ask(hindrance)
}

/** What the hub knows of the order that a person has to look at. */
async function hindranceNoted(db: Reads, [first]: readonly Pickup[]): Promise<RefundHindrance | null> {
  if (first === undefined) return 'The order was changed after it had expired.'
  const { order_id: order, order_name: name } = first.row
  const rows = await db.selectFrom('pickup').selectAll().where('order_id', '=', order).execute()
  for (const row of rows)
    if ((await mayBeGone(db, parsePickup(row))) !== null) return 'The customer may have the goods already.'
  const pickups = rows.map(({ pickup }) => pickup)
  const names = namesOfOrder(name, pickups)
  if (await isNamedByReceipt(db, { names, pickups })) return 'A receipt names the order.'
  const isAsked = await isOpenAbout(db, { order, names, pickups }, ['pickup-not-collected'])
  return isAsked ? 'Another exception about the order is open.' : null
}

const isAgreed = async (db: Reads, store: string) =>
  (await contractOf(db, store))?.terms.notCollected === 'refund'

const isExpired = ({ body }: Pickup) => body.state === 'expired'

/** Shopify is still to hear of some of its goods that staff have handed over. */
const isPartOut = ({ lines }: Pickup) => lines.lines.some(({ handed = 0 }) => handed > 0)

/** It waits for its customer, and its days count. */
const mayExpire = ({ body }: Pickup) => body.state === 'ready' && !isOnHold(body.notice)
