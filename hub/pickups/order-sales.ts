import type { PickupMoved, SaleCompleted, SaleVoided } from '../../shared/events.ts'
import { epochMs, PickupId } from '../../shared/ids.ts'
import { units } from '../../shared/quantity.ts'
import type { Tx } from '../db/db.ts'
import { revisionOf } from '../stock/movement-key.ts'
import type { PlacedEvent } from '../streams/placed-event.ts'
import { handOverRungUp } from './apply-move.ts'
import { namesOfOrder, orderAsNamed, pickupNamed } from './named-order.ts'
import { askAboutOrderSale, closeAnswered, forgetQuestions } from './order-sale-questions.ts'
import {
  deleteOrderSale,
  hasHad,
  type OrderSale,
  parseOrderSale,
  readOrderSale,
  unitsInDoubt,
  writeOrderSale,
} from './order-sale-row.ts'
import type { Pickup } from './pickup-row.ts'
import { type SharedReceipt, shareOutGone, shareReceipt } from './receipt-share.ts'
import { type ShareOfOrder, soldUnits } from './share-of-order.ts'

/** A receipt, and when what it tells happened. */
export type TimedSale = PlacedEvent<SaleCompleted | SaleVoided> & {
  /** By the hub's clock in ms, as `Moments` of the ledger. */
  readonly moments: { readonly first: number; readonly change: number; readonly orLaterBy: number }
}

/**
 * Receipts that ring up an online order are its hand-over: what they took of the order moves no stock besides. Whichever comes first,
 * the receipt, the hand-over at a till or the order itself. What a receipt has had of its order is kept; each telling of it moves only
 * the difference, and what it takes back or leaves unclear is asked. After commit, say `commands`, `pickup-writes` and `stock`.
 * @returns whether there was any
 */
export async function applyOrderSales(tx: Tx, store: string, placed: readonly TimedSale[]): Promise<boolean> {
  let found = false
  for (const sale of placed) {
    const before = await readOrderSale(tx, store, sale.event)
    const said = saidOrder(sale.event, before)
    if (said === null && before === undefined) continue
    found = true
    await applyOne(tx, store, sale, { before, said })
  }
  return found
}

/** The order that a receipt names now; null: none. Its void does not say. */
function saidOrder(event: SaleCompleted | SaleVoided, before: OrderSale | undefined): string | null {
  if (event.kind !== 'sale.completed') return before?.named ?? null
  return event.order == null ? null : orderAsNamed(event.order)
}

interface Told {
  readonly before: OrderSale | undefined
  readonly said: string | null
}

async function applyOne(tx: Tx, store: string, sale: TimedSale, { before, said }: Told): Promise<void> {
  const { event, origin } = sale
  const now = origin.at
  const isFirst = before === undefined || !hasHad(before)
  if (said === null && before !== undefined && isFirst) {
    await forgetQuestions(tx, before, now)
    await deleteOrderSale(tx, before)
    return
  }
  const told = toldOf(store, sale, before, said)
  const found = said === null ? null : await pickupNamed(tx, store, said, told.sold_at)
  // once it has handed goods over, that order stays its own: Shopify has it as handed over
  const own = isFirst ? { named: said ?? told.named, pickup: found?.pickup ?? null } : {}
  const row = { ...told, ...own }
  await writeOrderSale(tx, row)
  const isSame = isFirst || said === row.named || (found !== null && found.pickup === row.pickup)
  const isAsBefore = before !== undefined && before.pickup === row.pickup && isSameSold(before, row)
  const share = row.pickup === null || isAsBefore ? null : await match(tx, row, { mayHandOver: isSame, now })
  const naming = { other: isSame ? null : (said ?? ''), found }
  const isExchange = event.kind === 'sale.completed' && event.lines.some(line => line.quantity < 0)
  const after = share?.sale ?? row
  await askAboutOrderSale(
    tx,
    after,
    { ...naming, isVoid: event.kind === 'sale.voided', isExchange, isAsBefore, share },
    now,
  )
  if (share !== null) await matchOthers(tx, after, now)
  else if (!isSame && row.pickup !== null) await closeAnswered(tx, row.pickup, now)
}

const isSameSold = (one: OrderSale, other: OrderSale) =>
  JSON.stringify(one.sold) === JSON.stringify(other.sold)

function toldOf(
  store: string,
  { event, origin, moments }: TimedSale,
  before: OrderSale | undefined,
  said: string | null,
): OrderSale {
  const sold = event.kind === 'sale.completed' ? soldUnits(event.lines, units(1)) : []
  const by =
    event.kind === 'sale.completed'
      ? { staff: event.staff?.trim() || event.till.trim() || 'POS', till: event.till, sold_at: moments.first }
      : { staff: before?.staff ?? 'POS', till: before?.till ?? '', sold_at: before?.sold_at ?? null }
  const { device, epoch, seq } = origin
  const none = { named: said ?? '', pickup: null, taken: [], had: new Map(), revision: 0, asked: null }
  const { source, receipt } = event
  const moved = movedOf(before, sold, moments)
  const is_void = event.kind === 'sale.voided' ? 1 : 0
  return { ...none, ...before, store, source, receipt, sold, is_void, ...moved, ...by, device, epoch, seq }
}

/** As its movements: what a receipt says of its sale is true of its first content, and a later one moves goods when it is changed. */
function movedOf(
  before: OrderSale | undefined,
  sold: OrderSale['sold'],
  { first, change, orLaterBy }: TimedSale['moments'],
): Pick<OrderSale, 'moved_at' | 'or_moved_at'> {
  if (before !== undefined && JSON.stringify(before.sold) === JSON.stringify(sold))
    return { moved_at: before.moved_at, or_moved_at: before.or_moved_at }
  const moved_at = before === undefined ? first : change
  return { moved_at, or_moved_at: orLaterBy === 0 ? null : moved_at + orLaterBy }
}

/**
 * An order has been read: receipts that rang it up before it was known take effect, and questions about its receipts that Shopify has
 * answered close. @returns whether any took effect
 */
export async function matchOrderSales(
  tx: Tx,
  order: { readonly id: string; readonly name: string },
  now: number,
): Promise<boolean> {
  const pickups = await tx.selectFrom('pickup').select('pickup').where('order_id', '=', order.id).execute()
  if (pickups.length === 0) return false
  const ids = pickups.map(({ pickup }) => pickup)
  const rows = await tx
    .selectFrom('order_sale')
    .selectAll()
    .where('pickup', 'is', null)
    .where('named', 'in', namesOfOrder(order.name, ids))
    .orderBy('store')
    .orderBy('source')
    .orderBy('receipt')
    .execute()
  let hasMatched = false
  for (const row of rows) hasMatched = (await matchWaiting(tx, parseOrderSale(row), now)) || hasMatched
  for (const id of ids) await closeAnswered(tx, id, now)
  return hasMatched
}

async function matchWaiting(tx: Tx, row: OrderSale, now: number): Promise<boolean> {
  if (row.sold.length === 0) return false
  const found = await pickupNamed(tx, row.store, row.named, row.sold_at)
  const known = { ...row, pickup: found.pickup }
  await writeOrderSale(tx, known)
  const share = found.pickup === null ? null : await match(tx, known, { mayHandOver: true, now })
  // what was not asked before (goods were taken back as well) is not asked now
  const isExchange = row.asked === null
  const naming = { other: null, found, isVoid: false, isExchange, isAsBefore: false, share }
  await askAboutOrderSale(tx, share?.sale ?? known, naming, now)
  return share !== null
}

/** Brings what a receipt takes of its order in line with what it says, and hands over what has not left yet. */
async function match(
  tx: Tx,
  row: OrderSale,
  may: { readonly mayHandOver: boolean; readonly now: number },
): Promise<SharedReceipt | null> {
  const share = await shareReceipt(tx, row, may)
  if (share !== null) await handOver(tx, share.sale, share.pickup, share.handsOver, may.now)
  return share
}

async function handOver(
  tx: Tx,
  { store, source, receipt, device, epoch, seq, staff, till, revision, moved_at }: OrderSale,
  pickup: Pickup,
  handed: ShareOfOrder['handsOver'],
  now: number,
): Promise<void> {
  if (handed.size === 0) return
  const event: PickupMoved = {
    kind: 'pickup.moved',
    at: epochMs(now),
    pickup: PickupId.parse(pickup.row.pickup),
    move: 'collect',
    staff,
    till,
    reason: null,
    lines: [...handed].map(([pickupLine, count]) => ({ pickupLine, units: count })),
    paid: true, // at the till, which rang it up
  }
  const of = { revision: revisionOf(source, receipt, revision), movedAt: moved_at }
  await handOverRungUp(tx, { store, device, epoch, seq, now }, event, pickup, of)
}

/** A receipt no longer says goods that it handed over: another one that was rung up of the same order may be of them. */
async function matchOthers(tx: Tx, row: OrderSale, now: number): Promise<void> {
  if (row.pickup === null) return
  const isDone = async () => {
    const own = await readOrderSale(tx, row.store, row)
    return own === undefined || unitsInDoubt(own).size === 0
  }
  await shareOutGone(tx, row.pickup, { besides: row, isDone }, now)
  await closeAnswered(tx, row.pickup, now)
}
