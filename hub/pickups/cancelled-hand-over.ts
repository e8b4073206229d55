import type { PickupNotice } from '../../shared/pickup-notices.ts'
import { closeException, openException } from '../checks/exceptions.ts'
import type { Reads, Tx } from '../db/db.ts'
import { type BookedFulfillment, fulfillmentsOfOrder } from './fulfillments.ts'
import { cleanText } from './order-text.ts'
import { type Pickup, readPickup } from './pickup-row.ts'

/** Goods of an order whose hand-over was cancelled in Shopify, and that were not handed over again since. */
interface TakenBack {
  readonly orderLine: string | null
  readonly sku: string | null
  readonly quantity: number
  /** The pickup that they were handed over with, and the store. */
  readonly pickup: string
  readonly store: string
}

type BookedLine = BookedFulfillment['lines'][number]

/** An order's line keeps its name when its units go to another fulfilment order; older bookings know the SKU alone. */
function isSameLine(
  one: Pick<BookedLine, 'sku'> & { readonly orderLine?: string | null | undefined },
  other: Pick<BookedLine, 'sku' | 'orderLine'>,
): boolean {
  const isNamed = one.orderLine != null && other.orderLine !== null
  return isNamed ? one.orderLine === other.orderLine : one.sku !== null && one.sku === other.sku
}

async function takenBackOf(db: Reads, order: string): Promise<readonly TakenBack[]> {
  let open: readonly TakenBack[] = []
  for (const { isBack, of } of inTime(await fulfillmentsOfOrder(db, order)))
    for (const line of of.lines) {
      const { orderLine, sku, quantity } = line
      const { pickup, store } = of
      open = isBack ? [...open, { orderLine, sku, quantity, pickup, store }] : without(open, line)
    }
  return open
}

/** Hand-overs and their cancellations as they happened in Shopify. Its times are whole seconds. */
function inTime(fulfillments: readonly BookedFulfillment[]) {
  return fulfillments
    .flatMap(of => {
      const { state, madeAt, cancelledAt } = of
      const made = { at: madeAt, isBack: false, of }
      return state !== 'taken-back' ? [made] : [made, { at: cancelledAt ?? madeAt, isBack: true, of }]
    })
    .toSorted((one, other) => one.at - other.at)
}

/** Goods that were handed over again are no longer in question. */
function without(open: readonly TakenBack[], again: BookedLine): readonly TakenBack[] {
  let left = again.quantity
  return open.flatMap(one => {
    if (!isSameLine(one, again)) return [one]
    const taken = Math.min(left, one.quantity)
    left -= taken
    return one.quantity > taken ? [{ ...one, quantity: one.quantity - taken }] : []
  })
}

/** What staff must know of a pickup as long as it is open: its goods may be with the customer already. */
export async function mayBeCollected(
  db: Reads,
  { row, body, lines }: Pick<Pickup, 'row' | 'body' | 'lines'>,
): Promise<PickupNotice | null> {
  const open = await takenBackOf(db, row.order_id)
  if (open.length === 0) return null
  const titles = new Map(body.lines.map(({ id, title }) => [id, title]))
  let left = open
  const goods = lines.lines.flatMap(line => {
    const own = left.filter(one => isSameLine(line, one))
    const quantity = Math.min(
      line.quantity,
      own.reduce((sum, one) => sum + one.quantity, 0),
    )
    left = left.filter(one => !own.includes(one))
    return quantity > 0 ? [`${quantity} × ${titles.get(line.id) ?? line.sku ?? '?'}`] : []
  })
  if (goods.length === 0) return null
  const by = await handedOverBy(db, open)
  return { code: 'may-be-collected', by, goods: cleanText(goods.join(', '), 500) }
}

/** Who handed the goods over at a till; null: that was recorded in Shopify alone. */
async function handedOverBy(db: Reads, open: readonly TakenBack[]): Promise<string | null> {
  for (const { pickup } of open) {
    const held = await readPickup(db, pickup)
    if (held?.body.state === 'collected' && held.body.shopify !== 'nothing-due') return held.body.movedBy
  }
  return null
}

/**
 * Opens `hand-over-cancelled` for an order when a hand-over of it was cancelled in Shopify, and closes it once the goods were
 * handed over again: one exception, whatever the number of hand-overs.
 */
export async function nameCancelledHandOver(
  tx: Tx,
  order: { readonly id: string; readonly name: string },
  fulfillments: readonly string[],
  now: number,
): Promise<void> {
  const open = await takenBackOf(tx, order.id)
  const [first] = open
  if (first === undefined) {
    await closeException(tx, 'hand-over-cancelled', order.id, now)
    return
  }
  if (fulfillments.length === 0) return
  const by = await handedOverBy(tx, open)
  const named = await Promise.all(open.map(one => nameOf(tx, one)))
  const fields = {
    order: order.name,
    store: first.store,
    items: cleanText(named.join(', '), 500),
    by: by ?? ({ phrase: 'phrase.in-shopify' } as const),
  }
  const evidence = { order: order.id, fulfillments, goods: open }
  const { store } = first
  await openException(tx, { code: 'hand-over-cancelled', subject: order.id, store, fields, evidence }, now)
}

/** "2 × Mug (MUG-BLU)". */
async function nameOf(tx: Tx, { pickup, orderLine, sku, quantity }: TakenBack): Promise<string> {
  const held = await readPickup(tx, pickup)
  const line = held?.lines.lines.find(one => isSameLine(one, { orderLine, sku }))
  const title = held?.body.lines.find(one => one.id === line?.id)?.title
  return title === undefined ? `${quantity} × ${sku ?? '?'}` : `${quantity} × ${title} (${sku ?? '?'})`
}
