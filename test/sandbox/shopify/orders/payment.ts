import { gid, idOf } from '../graphql/gid.ts'
import { log, type Shop } from '../shop.ts'
import type { Order, Transaction } from '../state/entities.ts'
import type { PlainUserError } from '../stock/activate.ts'
import { authorizationLeft, isExpired, outstanding } from './balance.ts'
import { fulfilGiftCards } from './gift-cards.ts'
import { touchOrder } from './touch.ts'

/** A payment or repayment to book. */
export type NewTransaction = Omit<Transaction, 'id' | 'at' | 'expiresAt'> & {
  readonly expiresAt?: number | null
}

/** Books transactions on an order and reports them. The caller touches the order. */
export function bookTransactions(shop: Shop, order: Order, wanted: readonly NewTransaction[]): Order {
  const at = shop.clock.stamp()
  const made = wanted.map(one => ({ expiresAt: null, ...one, id: shop.store.nextId(), at }))
  const booked = shop.store.put('order', { ...order, transactions: [...order.transactions, ...made] })
  for (const { id } of made)
    shop.emit('ORDER_TRANSACTIONS_CREATE', { kind: 'transaction', orderId: order.id, id })
  return booked
}

/** Takes a payment; once nothing is owed any more the order is paid, and gift cards go out. */
export function takePayment(shop: Shop, order: Order, payment: NewTransaction): Order {
  const owedBefore = outstanding(order)
  const booked = touchOrder(shop, bookTransactions(shop, order, [payment]))
  log(shop, 'payment', { name: order.name, amountMinor: payment.amountMinor, kind: payment.kind })
  if (owedBefore <= 0 || outstanding(booked) > 0) return booked
  shop.emit('ORDERS_PAID', { kind: 'order', id: order.id })
  return fulfilGiftCards(shop, booked)
}

interface OrderPayload {
  readonly order: string | null
  readonly userErrors: readonly PlainUserError[]
}

/** `orderMarkAsPaid`: the whole balance was paid, by hand or by capturing what was authorised. */
export function markAsPaid(shop: Shop, id: string): OrderPayload {
  const order = shop.store.get('order', idOf(id, 'Order') ?? -1)
  if (order === undefined) return refusal(['id'], 'Order does not exist')
  if (!canMarkAsPaid(order)) return refusal(['id'], 'Order cannot be marked as paid.')
  const owed = outstanding(order)
  const held = order.transactions.find(
    one => one.kind === 'AUTHORIZATION' && !isExpired(shop, one) && authorizationLeft(order, one) >= owed,
  )
  takePayment(shop, order, {
    kind: held === undefined ? 'SALE' : 'CAPTURE',
    parentId: held?.id ?? null,
    amountMinor: owed,
    gateway: held?.gateway ?? 'manual',
  })
  return { order: gid('Order', order.id), userErrors: [] }
}

/** Whether money is owed that may be entered by hand. */
export function canMarkAsPaid(order: Order): boolean {
  return order.cancelledAt === null && outstanding(order) > 0
}

export interface ManualPaymentArguments {
  readonly id: string
  readonly amount?: { readonly amount: string } | null
  readonly paymentMethodName?: string | null
}

/** `orderCreateManualPayment`: part of the balance or all of it. */
export function createManualPayment(shop: Shop, args: ManualPaymentArguments): OrderPayload {
  const order = shop.store.get('order', idOf(args.id, 'Order') ?? -1)
  if (order === undefined) return refusal(['id'], 'Order does not exist')
  const owed = outstanding(order)
  const amountMinor = args.amount == null ? owed : Math.round(Number(args.amount.amount) * 100)
  if (order.cancelledAt !== null || owed <= 0) return refusal(['id'], 'Order has no outstanding balance')
  if (!(amountMinor > 0 && amountMinor <= owed))
    return refusal(['amount'], 'Amount must be positive and no more than the outstanding balance')
  const gateway = args.paymentMethodName ?? 'manual'
  takePayment(shop, order, { kind: 'SALE', parentId: null, amountMinor, gateway })
  return { order: gid('Order', order.id), userErrors: [] }
}

export interface CaptureInput {
  readonly id: string
  readonly parentTransactionId: string
  readonly amount: string
}

interface CapturePayload {
  readonly transaction: (Transaction & { readonly order: Order }) | null
  readonly userErrors: readonly PlainUserError[]
}

/** `orderCapture`: takes money that was authorised. */
export function captureOrder(shop: Shop, input: CaptureInput): CapturePayload {
  const wrong = (field: readonly string[], message: string): CapturePayload => ({
    transaction: null,
    userErrors: [{ field, message }],
  })
  const order = shop.store.get('order', idOf(input.id, 'Order') ?? -1)
  if (order === undefined) return wrong(['id'], 'Order does not exist')
  const parent = order.transactions.find(
    one => one.kind === 'AUTHORIZATION' && one.id === idOf(input.parentTransactionId, 'OrderTransaction'),
  )
  if (parent === undefined || isExpired(shop, parent))
    return wrong(['parentTransactionId'], 'Transaction cannot be captured')
  const amountMinor = Math.round(Number(input.amount) * 100)
  if (!(amountMinor > 0 && amountMinor <= authorizationLeft(order, parent)))
    return wrong(['amount'], 'Amount exceeds what was authorized')
  const paid = takePayment(shop, order, {
    kind: 'CAPTURE',
    parentId: parent.id,
    amountMinor,
    gateway: parent.gateway,
  })
  const made = paid.transactions.findLast(one => one.kind === 'CAPTURE')
  return { transaction: made === undefined ? null : { ...made, order: paid }, userErrors: [] }
}

function refusal(field: readonly string[], message: string): OrderPayload {
  return { order: null, userErrors: [{ field, message }] }
}
