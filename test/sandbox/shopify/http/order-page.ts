import { outstanding, received, refunded } from '../orders/balance.ts'
import { whyNotCancel } from '../orders/cancel.ts'
import { currentTotals } from '../orders/totals.ts'
import { fulfillmentOrdersOf } from '../orders/touch.ts'
import { freeFulfilled } from '../orders/units.ts'
import type { Shop } from '../shop.ts'
import type { Order } from '../state/entities.ts'
import { html, type Markup, page } from './page.ts'
import {
  deliveryWords,
  hidden,
  lineTitle,
  type Notice,
  noticeMarkup,
  orderState,
  paymentState,
  price,
  thumbnail,
} from './words.ts'

/** The customer's order: how far it is, what it costs, and what the customer may still do. */
export function orderPage(shop: Shop, order: Order, formToken: string, notice?: Notice): string {
  return page(
    `Order ${order.name}`,
    'shop',
    html`
      <p><a href="/">Back to the shop</a></p>
      <h1>Order ${order.name}</h1>
      ${noticeMarkup(notice)}
      <p><span class="state" role="status">${orderState(shop, order)}</span><span class="state other">${paymentState(shop, order)}</span></p>
      <div class="stack narrow">
        <div class="card stack">
          ${lineList(shop, order)}
          ${moneyList(shop, order)}
        </div>
        ${deliveries(shop, order)}
        ${actions(shop, order, formToken)}
      </div>
      <p>Load this page again to see how far it is. <a href="/staff/orders/${order.id}">See it as shop staff</a></p>`,
  )
}

/** The lines of an order with what is left of each. */
export function lineList(shop: Shop, order: Order): Markup {
  return html`
    <ul class="lines">
      ${order.lines.map(
        line => html`
          <li>${thumbnail(shop, line)}<span>${line.currentQuantity} × ${lineTitle(line)}${
            line.quantity === line.currentQuantity
              ? ''
              : html`<br><small>${line.quantity} ordered in all</small>`
          }</span><span>${price(shop, line.priceMinor)}</span></li>`,
      )}
    </ul>`
}

/** The sums of an order. */
export function moneyList(shop: Shop, order: Order): Markup {
  const now = currentTotals(order)
  const owed = outstanding(order)
  const rows: readonly (readonly [string, number])[] = [
    ['Discount', -now.discount],
    ['Shipping', now.shipping],
    ['Settled by refunds', order.discrepancyMinor],
    ['Total, tax included', now.total],
    ['Paid', received(order)],
    ['Paid back', refunded(order)],
    [owed < 0 ? 'To pay back' : 'To pay', Math.abs(owed)],
  ]
  const always = new Set(['Total, tax included', 'Paid'])
  return html`<dl>${rows
    .filter(([name, minor]) => minor !== 0 || always.has(name))
    .map(([name, minor]) => html`<dt>${name}</dt><dd>${price(shop, minor)}</dd>`)}</dl>`
}

function deliveries(shop: Shop, order: Order): Markup {
  const held = fulfillmentOrdersOf(shop, order)
  const returns = order.returnIds.map(id => shop.store.need('return', id))
  return html`
    <div class="card">
      <h2>Delivery</h2>
      ${held.length === 0 ? html`<p>Your order was received.</p>` : held.map(one => html`<p>${deliveryWords(one)}</p>`)}
      ${returns.map(one => html`<p>Return ${one.name}: ${one.status.toLowerCase()}</p>`)}
    </div>`
}

function actions(shop: Shop, order: Order, formToken: string): Markup {
  const path = `/orders/${order.id}/act`
  const returnable = order.lines
    .map(line => ({
      line,
      free: freeFulfilled(shop, order, line.id).reduce((sum, one) => sum + one.free, 0),
    }))
    .filter(({ free, line }) => free > 0 && line.kind !== 'gift-card')
  const owes = order.cancelledAt === null && outstanding(order) > 0
  return html`
    ${
      owes
        ? html`<form class="card" method="post" action="${path}">${hidden(formToken, 'pay')}<button type="submit">Pay ${price(shop, outstanding(order))}</button></form>`
        : ''
    }
    ${
      whyNotCancel(shop, order) === undefined
        ? html`<form class="card" method="post" action="${path}">${hidden(formToken, 'cancel')}<button class="plain" type="submit">Cancel this order</button></form>`
        : ''
    }
    ${
      returnable.length === 0
        ? ''
        : html`
          <form class="card stack" method="post" action="${path}">
            ${hidden(formToken, 'ask-return')}
            <h2>Send something back</h2>
            ${returnable.map(({ line, free }) => html`<label class="count"><span>${lineTitle(line)}</span><input name="q.${line.id}" type="number" min="0" max="${free}" placeholder="0"></label>`)}
            <label>Why? <input name="note" maxlength="200"></label>
            <button class="plain" type="submit">Ask for a return</button>
          </form>`
    }`
}
