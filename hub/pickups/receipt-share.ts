import type { Tx } from '../db/db.ts'
import { handedOverElsewhere } from './fulfillments.ts'
import { leftAfterMove } from './left-after-move.ts'
import { dueUnits, missingUnits } from './line-counts.ts'
import { writeDifference } from './order-sale-difference.ts'
import { askAboutOrderSale } from './order-sale-questions.ts'
import { hasHad, type OrderSale, orderSalesOf, writeOrderSale } from './order-sale-row.ts'
import { type Pickup, readPickup } from './pickup-row.ts'
import { type ShareableLine, type ShareOfOrder, shareOfOrder } from './share-of-order.ts'
import { isBeingTold } from './write-plan.ts'

/** What a receipt has of its order now. `handsOver` is not handed over yet. */
export interface SharedReceipt extends ShareOfOrder {
  readonly sale: OrderSale
  readonly pickup: Pickup
}

/** Brings what a receipt takes of its order in line with what it says. Null: the hub does not know the order. */
export async function shareReceipt(
  tx: Tx,
  row: OrderSale,
  { mayHandOver, now }: { readonly mayHandOver: boolean; readonly now: number },
): Promise<SharedReceipt | null> {
  const pickup = row.pickup === null ? null : await readPickup(tx, row.pickup)
  if (pickup === null) return null
  // goods of the order may have left two stores: a receipt is of those that left its own
  const others = (await orderSalesOf(tx, pickup.row.pickup)).filter(
    other => other.store === row.store && !isSameReceipt(other, row),
  )
  const lines = await openLines(tx, row, pickup, mayHandOver)
  const share = shareOfOrder(row, others, lines)
  const revision = await writeDifference(tx, { row, pickup, before: row.taken, after: share.taken }, now)
  const sale = { ...row, taken: share.taken, had: share.had, revision }
  await writeOrderSale(tx, sale)
  for (const other of share.others) await writeOrderSale(tx, other)
  return { ...share, sale, pickup }
}

const isSameReceipt = (one: Receipt, other: Receipt) =>
  one.store === other.store && one.source === other.source && one.receipt === other.receipt
type Receipt = Pick<OrderSale, 'store' | 'source' | 'receipt'>

/**
 * Goods of a pickup have left, or another receipt does not say them any more: receipts that sold more than they have of it are of the same goods, and nothing
 * leaves besides. `besides`: not this one. `isDone`: none is left to share out.
 */
export async function shareOutGone(
  tx: Tx,
  pickup: string,
  only: { readonly besides?: Receipt; readonly isDone?: () => Promise<boolean> },
  now: number,
): Promise<void> {
  const { besides, isDone = async () => false } = only
  for (const sale of await orderSalesOf(tx, pickup)) {
    if (besides !== undefined && isSameReceipt(sale, besides)) continue
    if (await isDone()) return
    const isBeyond = unitsOf(sale.sold) > unitsOf(sale.taken)
    const share = isBeyond ? await shareReceipt(tx, sale, { mayHandOver: false, now }) : null
    if (share === null || !hasHad(share.sale)) continue
    const found = { pickup: share.pickup.row.pickup }
    const telling = { other: null, found, isVoid: false, isExchange: true, isAsBefore: false, share }
    await askAboutOrderSale(tx, share.sale, telling, now)
  }
}

const unitsOf = (some: readonly { readonly units: number }[]) => some.reduce((sum, one) => sum + one.units, 0)

/** What may be a receipt's of each line of its order. */
async function openLines(
  tx: Tx,
  row: OrderSale,
  pickup: Pickup,
  mayHandOver: boolean,
): Promise<readonly ShareableLine[]> {
  const { body, lines } = pickup
  const isHere = pickup.row.store === row.store
  const elsewhere = await handedOverElsewhere(tx, pickup)
  const moved = await leftAfterMove(tx, pickup, row.store)
  const isTold = await isTellingAll(tx, pickup)
  const isDue =
    mayHandOver &&
    isHere &&
    lines.committed &&
    body.state !== 'cancelled' &&
    body.state !== 'refused' &&
    !isTold
  return lines.lines.map(line => {
    const { id, sku, quantity, fulfilled, handed = 0, beyond = 0 } = line
    // what staff could not find they have looked for; of any other a receipt says that it was there
    const due = dueUnits(line) - (body.state === 'collected' ? missingUnits(line) : 0)
    const told = isTold ? quantity - missingUnits(line) : Math.min(quantity, handed)
    const { byTills, inShopify, putBack } = moved(id)
    const booked = Math.max(0, fulfilled - (elsewhere.get(id) ?? 0) - putBack)
    const gone = isHere ? booked + told + beyond : inShopify - putBack
    return { id, sku, due: isDue ? due : 0, gone: gone + byTills }
  })
}

/** An older version did not note what had left of a pickup that was handed over: all that was there. */
async function isTellingAll(tx: Tx, { row, body, lines }: Pickup): Promise<boolean> {
  if (body.state !== 'collected' || lines.lines.some(({ handed }) => handed !== undefined)) return false
  return isBeingTold(tx, row.pickup)
}
