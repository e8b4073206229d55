import { financialStatus, outstanding } from '../orders/balance.ts'
import { displayStatus } from '../orders/display-status.ts'
import { fulfillmentOrdersOf, isActive } from '../orders/touch.ts'
import type { Shop } from '../shop.ts'
import type { FulfillmentOrder, Order, OrderLine } from '../state/entities.ts'
import { html, type Markup } from './page.ts'

/** Words and small parts that the shop's and the staff's pages share. */

/** An amount in the shop's currency. */
export function price(shop: Shop, minor: number): string {
  return new Intl.NumberFormat('en-IE', { style: 'currency', currency: shop.profile.currency }).format(
    minor / 100,
  )
}

/** What a shopper reads about an order. */
export function orderState(shop: Shop, order: Order): string {
  if (order.cancelledAt !== null) return 'Cancelled'
  if (order.routeAt !== null) return 'Received'
  const open = fulfillmentOrdersOf(shop, order).filter(isActive)
  if (open.some(one => one.status === 'ON_HOLD')) return 'On hold'
  const status = displayStatus(shop, order)
  if (status === 'FULFILLED') return order.groups.some(isShipment) ? 'Complete' : 'Picked up'
  if (status === 'SCHEDULED') return 'Pre-ordered'
  if (status === 'RESTOCKED') return 'Refunded'
  if (open.length > 0 && open.every(one => one.preparedAt !== null)) return 'Ready for pickup'
  return status === 'PARTIALLY_FULFILLED' ? 'Partly handed over' : 'Being prepared'
}

function isShipment({ methodType }: Order['groups'][number]): boolean {
  return methodType === 'SHIPPING'
}

const paidWords: Readonly<Record<string, string>> = {
  AUTHORIZED: 'Payment authorised',
  EXPIRED: 'Authorisation expired',
  PAID: 'Paid',
  PARTIALLY_PAID: 'Partly paid',
  PARTIALLY_REFUNDED: 'Partly refunded',
  PENDING: 'Not paid yet',
  REFUNDED: 'Refunded',
  VOIDED: 'Payment voided',
}

/** Whether an order is paid, and what is open. */
export function paymentState(shop: Shop, order: Order): string {
  const owed = outstanding(order)
  const status = paidWords[financialStatus(shop, order)] ?? ''
  if (owed > 0) return `${status}, ${price(shop, owed)} to pay`
  return owed < 0 ? `${status}, ${price(shop, -owed)} to pay back` : status
}

/** Where a fulfilment order goes and how far it is. */
export function deliveryWords(held: FulfillmentOrder): string {
  const how =
    held.methodType === 'PICK_UP'
      ? `Pickup at ${held.locationName}`
      : held.methodType === 'SHIPPING'
        ? `Shipped from ${held.locationName}`
        : `Sent by mail`
  return `${how}: ${statusWords(held)}`
}

function statusWords(held: FulfillmentOrder): string {
  switch (held.status) {
    case 'SCHEDULED':
      return `waits until ${new Date(held.fulfillAt).toISOString().slice(0, 10)}`
    case 'OPEN':
      return 'being prepared'
    case 'IN_PROGRESS':
      return held.preparedAt === null ? 'in progress' : 'ready'
    case 'ON_HOLD':
      return 'on hold'
    case 'INCOMPLETE':
      return 'cannot be completed'
    case 'CLOSED':
      return 'done'
    case 'CANCELLED':
      return 'cancelled'
  }
}

/** The small picture of a line; lines without a product have none. */
export function thumbnail(shop: Shop, line: OrderLine): Markup | string {
  if (line.variantId === null) return html`<span class="thumb"></span>`
  const { productId } = shop.store.need('variant', line.variantId)
  const { handle } = shop.store.need('product', productId)
  return html`<img class="thumb" src="/photos/${handle}.svg" alt="" width="56" height="56">`
}

/** What a line is called. */
export function lineTitle({ title, variantTitle }: OrderLine): string {
  return variantTitle === null ? title : `${title}, ${variantTitle}`
}

/** A hidden field that proves the form came from here, and which action it is. */
export function hidden(formToken: string, action?: string): Markup {
  return html`<input type="hidden" name="formToken" value="${formToken}">${
    action === undefined ? '' : html`<input type="hidden" name="do" value="${action}">`
  }`
}

/** A notice above a page: what was done, or why not. */
export interface Notice {
  readonly kind: 'done' | 'problem'
  readonly text: string
}

/** The notice, read out by screen readers. */
export function noticeMarkup(notice: Notice | undefined): Markup | string {
  if (notice === undefined) return ''
  return notice.kind === 'problem'
    ? html`<p class="problem" role="alert">${notice.text}</p>`
    : html`<p class="done" role="status">${notice.text}</p>`
}
