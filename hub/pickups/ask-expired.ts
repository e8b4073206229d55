import { sum } from '../../shared/money.ts'
import { knownNotice } from '../../shared/pickup-notices.ts'
import type { Tx } from '../db/db.ts'
import type { LineUnits } from './fulfillments.ts'
import { goodsOf } from './goods-text.ts'
import { packedUnits } from './line-counts.ts'
import {
  type Asked,
  askedAbout,
  askNotCollected,
  closeNotCollected,
  partsAsked,
} from './not-collected-question.ts'
import { type LedgerLines, type Pickup, readPickup } from './pickup-row.ts'
import { MONEY_KEPT, type RefundHindrance } from './refund-hindrances.ts'

/** Whether Shopify has confirmed that the customer of a pickup that is ready, or has expired, was told. */
export function isCustomerTold({ lines: { ready } }: Pickup): boolean {
  return ready !== undefined && ready.toldAt !== null
}

/** For how many days it was ready before it expired; 0: that is not known. */
export function daysWaited({ body: { notice }, lines }: Pick<Pickup, 'body' | 'lines'>): number {
  if (lines.daysReady !== undefined) return lines.daysReady
  const known = notice === null ? null : knownNotice(notice)
  return known?.code === 'not-collected' || known?.code === 'paid-back' ? known.days : 0
}

/**
 * The customer did not come for so many days, and head office decides about the order.
 * @param problem why it was not paid back as agreed, a hindrance or Shopify's words; null: that was not agreed
 */
export async function askExpired(
  tx: Tx,
  pickup: Pickup,
  problem: RefundHindrance | (string & {}) | null,
  now: number,
): Promise<void> {
  const about = uncollectedOf(pickup)
  // the hub may not have read the order since Shopify cancelled it
  const isCancelled = pickup.body.state === 'cancelled' || problem === MONEY_KEPT
  const plain: Asked['code'] = isCustomerTold(pickup)
    ? 'pickup-not-collected'
    : 'pickup-not-collected.not-told'
  const refused = `pickup-not-collected.${isCancelled ? 'cancelled' : 'refund-refused'}` as const
  const asked: Asked = problem === null ? { ...about, code: plain } : { ...about, code: refused, problem }
  await askNotCollected(tx, pickup, asked, now)
}

/** What was packed of it, and how long it waited. */
function uncollectedOf(pickup: Pickup): Pick<Asked, 'days' | 'items'> {
  const packed = pickup.lines.lines.map(line => ({ line: line.id, quantity: packedUnits(line, 'ready') }))
  return { days: daysWaited(pickup), items: goodsOf(pickup, packed.filter(isSome)) }
}

const isSome = ({ quantity }: LineUnits) => quantity > 0

/** Units of an order of which head office is asked have left, or were taken off: the question names what is left of it, for the same reason. */
export async function nameRest(tx: Tx, expired: Pickup, now: number): Promise<void> {
  const asked = await askedAbout(tx, expired)
  if (asked === null || asked === 'asked') return
  const isOfGoods =
    asked.code === 'pickup-not-collected' ||
    asked.code === 'pickup-not-collected.not-told' ||
    asked.code === 'pickup-not-collected.refund-refused'
  if (isOfGoods) await askExpired(tx, expired, asked.problem ?? null, now)
}

/** Shopify was asked to cancel an order and to pay it back, and has not done so: head office is told while the hub goes on looking. */
export async function askAboutWorking(
  tx: Tx,
  id: string,
  problem: RefundHindrance,
  now: number,
): Promise<void> {
  const pickup = await readPickup(tx, id)
  if (pickup === null || pickup.body.state !== 'expired') {
    await askAboutRefund(tx, id, problem, now)
    return
  }
  const code = 'pickup-not-collected.under-way'
  await askNotCollected(tx, pickup, { ...uncollectedOf(pickup), code, problem }, now)
}

/**
 * Head office is asked about an order that was to be paid back. `problem`: why it was not, a hindrance or Shopify's words.
 * @returns whether there is anything to ask: the pickup has not gone on
 */
export async function askAboutRefund(tx: Tx, id: string, problem: string, now: number): Promise<boolean> {
  const pickup = await readPickup(tx, id)
  if (pickup === null || !['expired', 'cancelled'].includes(pickup.body.state)) return false
  await askExpired(tx, pickup, problem, now)
  return true
}

/**
 * Shopify has nothing of an expired order left to hand over, and has neither cancelled it nor shown it as handed over: what was received for it
 * may be kept. `units`: what was due of it.
 */
export async function askNothingLeft(
  tx: Tx,
  pickup: Pickup,
  units: readonly LineUnits[],
  now: number,
): Promise<void> {
  const items = goodsOf(pickup, units.filter(isSome))
  const code = 'pickup-not-collected.nothing-left'
  await askNotCollected(tx, pickup, { code, days: daysWaited(pickup), items }, now)
}

/** An order has goods to hand over again that an edit had taken off: their money is not asked about any more. */
export async function closeWhatIsBack(tx: Tx, begun: Pickup, now: number): Promise<void> {
  for (const { pickup: id, code } of await partsAsked(tx, begun)) {
    const before =
      code === 'pickup-not-collected.nothing-left' && id !== begun.row.pickup
        ? await readPickup(tx, id)
        : null
    if (before === null) continue
    const isBack = before.lines.lines.every(line => unitsAgain(begun, line) >= line.quantity)
    if (isBack) await closeNotCollected(tx, before, now)
  }
}

/** As many of a line are due in another pickup of the order. */
function unitsAgain({ lines }: Pickup, { orderLine, sku }: LedgerLines['lines'][number]): number {
  const isSame = (line: LedgerLines['lines'][number]) =>
    (orderLine !== undefined && line.orderLine === orderLine) || (sku !== null && line.sku === sku)
  return sum(lines.lines.filter(isSame).map(({ quantity }) => quantity))
}

/** Its order is cancelled, and who did that has decided about the money. */
export async function closeNothingLeft(tx: Tx, pickup: Pickup, now: number): Promise<void> {
  const asked = await askedAbout(tx, pickup)
  const isAsked = asked !== null && asked !== 'asked' && asked.code === 'pickup-not-collected.nothing-left'
  if (isAsked) await closeNotCollected(tx, pickup, now)
}
