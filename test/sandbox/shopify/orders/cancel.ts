import { uuid } from '../chance.ts'
import { gid, idOf } from '../graphql/gid.ts'
import { log, type Shop } from '../shop.ts'
import type { CancelJob, Order } from '../state/entities.ts'
import { type Movement, moveStock } from '../stock/ledger.ts'
import { authorizationLeft, received, refunded } from './balance.ts'
import { bookTransactions, type NewTransaction } from './payment.ts'
import type { CodedUserError } from './prepare.ts'
import { recordRefund, repay } from './refund.ts'
import { lineAmount, shippingPrice } from './totals.ts'
import { fulfillmentOrdersOf, isActive, touchFulfillmentOrder, touchOrder } from './touch.ts'

export interface CancelArguments {
  readonly orderId: string
  readonly reason: string
  readonly restock: boolean
  readonly refund?: boolean | null
  readonly refundMethod?: { readonly originalPaymentMethodsRefund?: boolean | null } | null
  readonly staffNote?: string | null
}

export interface CancelPayload {
  readonly job: string | null
  readonly orderCancelUserErrors: readonly CodedUserError[]
  readonly userErrors: readonly CodedUserError[]
}

/** `orderCancel`: checked now, done later by a job. */
export function requestCancel(shop: Shop, args: CancelArguments): CancelPayload {
  const order = shop.store.get('order', idOf(args.orderId, 'Order') ?? -1)
  if (order === undefined) return refusal('NOT_FOUND', ['orderId'], 'Order does not exist')
  const why = whyNotCancel(shop, order)
  if (why !== undefined) return refusal('INVALID', ['orderId'], why)
  if ((args.staffNote?.length ?? 0) > 255) {
    return refusal('INVALID', ['staffNote'], 'Staff note is too long (maximum is 255 characters)')
  }
  const job: CancelJob = {
    id: uuid(shop.chance),
    orderId: order.id,
    reason: args.reason,
    restock: args.restock,
    refund: args.refund ?? args.refundMethod?.originalPaymentMethodsRefund ?? false,
    dueAt: shop.clock.now() + shop.settings.cancelDelayMs,
    done: false,
  }
  shop.store.put('job', job)
  return { job: gid('Job', job.id), orderCancelUserErrors: [], userErrors: [] }
}

/** Why an order cannot be cancelled; undefined when it can. */
export function whyNotCancel(shop: Shop, order: Order): string | undefined {
  if (order.cancelledAt !== null) return 'Order has already been cancelled'
  const returns = order.returnIds.map(id => shop.store.need('return', id).status)
  if (returns.some(status => status === 'OPEN' || status === 'REQUESTED')) return 'Order has open returns'
  const fulfilled = order.fulfillmentIds.some(id => shop.store.need('fulfillment', id).status === 'SUCCESS')
  return fulfilled ? 'Order has fulfillments that cannot be cancelled' : undefined
}

/** Cancels at once: what the job does, and what a customer does on the order status page. */
export function cancelOrder(
  shop: Shop,
  order: Order,
  wish: { readonly reason: string; readonly restock: boolean; readonly refund: boolean },
): Order {
  const at = shop.clock.stamp()
  const open = fulfillmentOrdersOf(shop, order).filter(isActive)
  const promised: readonly Promised[] = [
    ...order.plan,
    ...open.flatMap(({ locationId, lines }) =>
      lines.map(line => ({ lineId: line.lineId, quantity: line.remaining, locationId })),
    ),
  ]
  moveStock(
    shop,
    promised.flatMap(one => release(order, one, wish.restock)),
  )
  for (const one of open) {
    const lines = one.lines.map(line => ({ ...line, remaining: 0 }))
    touchFulfillmentOrder(shop, { ...one, lines, holds: [], status: 'CANCELLED' })
    shop.emit('FULFILLMENT_ORDERS_CANCELLED', { kind: 'fulfillmentOrder', id: one.id })
  }
  const settled = settle(shop, shop.store.put('order', { ...order, plan: [], routeAt: null }), wish)
  const cancelled = touchOrder(shop, {
    ...settled,
    cancelledAt: at,
    cancelReason: wish.reason,
    restocked: wish.restock,
  })
  shop.emit('ORDERS_CANCELLED', { kind: 'order', id: order.id })
  log(shop, 'order cancelled', { name: order.name, ...wish })
  return cancelled
}

/** Takes everything off the order and pays back what was paid, or keeps it. Authorisations are voided. */
function settle(
  shop: Shop,
  order: Order,
  { restock, refund }: { readonly restock: boolean; readonly refund: boolean },
): Order {
  const voids = order.transactions.flatMap((one): readonly NewTransaction[] => {
    const left = one.kind === 'AUTHORIZATION' ? authorizationLeft(order, one) : 0
    return left === 0 ? [] : [{ kind: 'VOID', parentId: one.id, amountMinor: left, gateway: one.gateway }]
  })
  const voided = bookTransactions(shop, order, voids)
  const paid = Math.max(0, received(order) - refunded(order))
  const made = recordRefund(shop, voided, {
    returnId: null,
    note: null,
    lines: order.lines
      .filter(line => line.currentQuantity > 0)
      .map(line => ({
        lineId: line.id,
        quantity: line.currentQuantity,
        restockType: restock ? 'CANCEL' : 'NO_RESTOCK',
        locationId: null,
        amountMinor: lineAmount(line, line.currentQuantity),
        fulfilled: [],
      })),
    shippingMinor: shippingPrice(order) - order.shippingRefundedMinor,
    money: refund ? repay(voided, paid) : [],
    settleShortfall: true,
  })
  return shop.store.need('order', made.orderId)
}

interface Promised {
  readonly lineId: number
  readonly quantity: number
  readonly locationId: number
}

/** Restocked goods are available again; the others leave the books. */
function release(
  order: Order,
  { lineId, quantity, locationId }: Promised,
  restock: boolean,
): readonly Movement[] {
  const line = order.lines.find(one => one.id === lineId)
  if (line?.claimed !== true || line.itemId === null) return []
  const { itemId } = line
  const freed: Movement = { name: 'committed', delta: -quantity, itemId, locationId }
  return restock ? [freed, { name: 'available', delta: quantity, itemId, locationId }] : [freed]
}

/** Does the cancel jobs whose moment has come. An order fulfilled meanwhile stays as it is. */
export function runDueJobs(shop: Shop): void {
  for (const job of [...shop.store.all('job')]) {
    if (job.done || job.dueAt > shop.clock.now()) continue
    shop.store.transaction(() => {
      const order = shop.store.need('order', job.orderId)
      const why = whyNotCancel(shop, order)
      if (why === undefined) cancelOrder(shop, order, job)
      else log(shop, 'cancel job did nothing', { name: order.name, why })
      shop.store.put('job', { ...job, done: true })
    })
  }
}

function refusal(code: string, field: readonly string[], message: string): CancelPayload {
  const errors = [{ code, field, message }]
  return { job: null, orderCancelUserErrors: errors, userErrors: errors }
}
