import { gid, type IdOf, idOf } from '../graphql/gid.ts'
import { log, type Shop } from '../shop.ts'
import type { Order, Refund, RefundLine } from '../state/entities.ts'
import type { PlainUserError } from '../stock/activate.ts'
import { moveStock } from '../stock/ledger.ts'
import { outstanding, received, refunded } from './balance.ts'
import { bookTransactions, type NewTransaction } from './payment.ts'
import { type RefundLineInput, readRefundLines } from './refund-lines.ts'
import { routedOrder } from './route.ts'
import { shippingPrice } from './totals.ts'
import { touchOrder } from './touch.ts'
import { restockMovements, takeOpenUnits } from './units.ts'

export interface RefundInput {
  readonly orderId: string
  readonly note?: string | null
  readonly processedAt?: string | null
  readonly allowOverRefunding?: boolean | null
  readonly refundLineItems?: readonly RefundLineInput[] | null
  readonly shipping?: { readonly amount?: string | null; readonly fullRefund?: boolean | null } | null
  readonly transactions?: readonly RefundTransactionInput[] | null
}

export interface RefundTransactionInput {
  readonly parentId?: string | null
  readonly kind: string
  readonly gateway: string
  readonly amount: string
}

export interface RefundPayload {
  readonly refund: IdOf<'Refund'> | null
  readonly order: IdOf<'Order'> | null
  readonly userErrors: readonly PlainUserError[]
}

/** `refundCreate`: units leave the order, goods go back to stock or not, money goes back or not. */
export function createRefund(shop: Shop, input: RefundInput): RefundPayload {
  const found = shop.store.get('order', idOf(input.orderId, 'Order') ?? -1)
  if (found === undefined) return refusal(['orderId'], 'Order does not exist')
  const order = routedOrder(shop, found)
  const lines = readRefundLines(shop, order, input.refundLineItems ?? [])
  if ('message' in lines) return { refund: null, order: null, userErrors: [lines] }
  const shipping = shippingToRefund(order, input.shipping ?? {})
  if (shipping === undefined) return refusal(['shipping', 'amount'], 'Shipping amount exceeds what was paid')
  const money = readRefundMoney(order, input.transactions ?? [], input.allowOverRefunding === true)
  if ('message' in money) return { refund: null, order: null, userErrors: [money] }
  const { refundPayments: status } = shop.settings
  const payments = money.transactions.map(one => (status === 'SUCCESS' ? one : { ...one, status }))
  if (lines.taken.length === 0 && shipping === 0 && money.transactions.length === 0)
    return refusal(null, 'Refund must have at least one of refund line items, shipping or transactions')
  takeOpenUnits(shop, order, lines.open)
  moveStock(
    shop,
    lines.returned.flatMap(one => restockMovements(shop, order, one.lineId, one.quantity, one.locationId)),
  )
  const refund = recordRefund(shop, order, {
    returnId: null,
    note: input.note ?? null,
    lines: lines.taken,
    shippingMinor: shipping,
    money: payments,
    settleShortfall: shop.settings.refundShortfall === 'settled',
    processedAt: input.processedAt == null ? undefined : Date.parse(input.processedAt),
  })
  return { refund: gid('Refund', refund.id), order: gid('Order', order.id), userErrors: [] }
}

export interface RefundDraft {
  readonly returnId: number | null
  readonly note: string | null
  readonly lines: readonly Omit<RefundLine, 'id'>[]
  readonly shippingMinor: number
  readonly money: readonly NewTransaction[]
  /** What is not paid back for these lines is the shop's to keep. */
  readonly settleShortfall: boolean
  readonly processedAt?: number | undefined
}

/**
 * Books a refund: its lines leave the order (those of a return have left it already), the money goes back, and
 * what was paid back less or more than was due becomes a discrepancy, so that totals and payments still agree.
 */
export function recordRefund(shop: Shop, order: Order, draft: RefundDraft): Refund {
  const { store } = shop
  const leaving = draft.returnId === null ? draft.lines : []
  const smaller: Order = {
    ...order,
    lines: order.lines.map(line => withoutUnits(line, leaving)),
    shippingRefundedMinor: order.shippingRefundedMinor + draft.shippingMinor,
  }
  const due = Math.max(0, -outstanding(smaller))
  const paidBack = draft.money.reduce((sum, one) => sum + one.amountMinor, 0)
  const worth = draft.lines.reduce((sum, line) => sum + line.amountMinor, draft.shippingMinor)
  const short = draft.settleShortfall ? Math.max(0, Math.min(due, worth) - paidBack) : 0
  const discrepancyMinor = short - Math.max(0, paidBack - due)
  const known = new Set(order.transactions.map(one => one.id))
  const booked = bookTransactions(shop, smaller, draft.money)
  const at = shop.clock.stamp()
  const refund = store.put('refund', {
    id: store.nextId(),
    orderId: order.id,
    returnId: draft.returnId,
    note: draft.note,
    lines: draft.lines.map(line => ({ ...line, id: store.nextId() })),
    shippingMinor: draft.shippingMinor,
    discrepancyMinor,
    transactionIds: booked.transactions.filter(one => !known.has(one.id)).map(one => one.id),
    processedAt: draft.processedAt ?? at,
    createdAt: at,
  })
  touchOrder(shop, {
    ...booked,
    discrepancyMinor: order.discrepancyMinor + discrepancyMinor,
    refundIds: [...order.refundIds, refund.id],
  })
  shop.emit('REFUNDS_CREATE', { kind: 'refund', id: refund.id })
  log(shop, 'refund', { name: order.name, amountMinor: paidBack })
  return refund
}

function withoutUnits(line: Order['lines'][number], leaving: RefundDraft['lines']): Order['lines'][number] {
  const own = leaving.filter(one => one.lineId === line.id)
  const units = own.reduce((sum, one) => sum + one.quantity, 0)
  const fulfilled = own.flatMap(one => one.fulfilled).reduce((sum, one) => sum + one.quantity, 0)
  return {
    ...line,
    currentQuantity: line.currentQuantity - units,
    returned: line.returned + fulfilled,
  }
}

function shippingToRefund(
  order: Order,
  { amount, fullRefund }: NonNullable<RefundInput['shipping']>,
): number | undefined {
  const left = shippingPrice(order) - order.shippingRefundedMinor
  if (fullRefund === true) return left
  const wanted = amount == null ? 0 : Math.round(Number(amount) * 100)
  return wanted >= 0 && wanted <= left ? wanted : undefined
}

/** The refund transactions a caller asks for, or why they cannot be made. */
export function readRefundMoney(
  order: Order,
  wanted: readonly RefundTransactionInput[],
  allowOver: boolean,
): { readonly transactions: readonly NewTransaction[] } | PlainUserError {
  const transactions: NewTransaction[] = []
  for (const [index, one] of wanted.entries()) {
    const field = ['input', 'transactions', String(index)]
    const amountMinor = Math.round(Number(one.amount) * 100)
    if (one.kind !== 'REFUND')
      return { field: [...field, 'kind'], message: 'Transaction kind must be refund' }
    if (!(amountMinor > 0)) return { field: [...field, 'amount'], message: 'Amount must be greater than 0' }
    const parentId = one.parentId == null ? null : (idOf(one.parentId, 'OrderTransaction') ?? -1)
    const parent = order.transactions.find(
      held => held.id === parentId && (held.kind === 'SALE' || held.kind === 'CAPTURE'),
    )
    if (parentId !== null && parent === undefined)
      return { field: [...field, 'parentId'], message: 'Parent transaction does not exist' }
    transactions.push({ kind: 'REFUND', parentId, amountMinor, gateway: parent?.gateway ?? one.gateway })
  }
  const sum = transactions.reduce((total, one) => total + one.amountMinor, 0)
  if (!allowOver && sum > received(order) - refunded(order))
    return { field: ['input', 'transactions'], message: 'Refund amount exceeds the amount paid' }
  return { transactions }
}

/** Refund transactions that pay an amount back to where it came from, the latest payment first. */
export function repay(order: Order, amountMinor: number): readonly NewTransaction[] {
  let open = amountMinor
  return order.transactions
    .filter(one => one.kind === 'SALE' || one.kind === 'CAPTURE')
    .toReversed()
    .flatMap(parent => {
      const back = order.transactions
        .filter(one => one.kind === 'REFUND' && one.parentId === parent.id)
        .reduce((sum, one) => sum + one.amountMinor, 0)
      const part = Math.min(open, parent.amountMinor - back)
      open -= Math.max(0, part)
      const { id: parentId, gateway } = parent
      return part > 0 ? [{ kind: 'REFUND' as const, parentId, amountMinor: part, gateway }] : []
    })
}

function refusal(field: readonly string[] | null, message: string): RefundPayload {
  return { refund: null, order: null, userErrors: [{ field, message }] }
}
