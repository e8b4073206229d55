import { whyNotCancel } from '../orders/cancel.ts'
import { fulfillmentOrdersOf, isActive, isWorkable } from '../orders/touch.ts'
import { freeFulfilled, openUnits } from '../orders/units.ts'
import type { Shop } from '../shop.ts'
import type { FulfillmentOrder, Order, Return } from '../state/entities.ts'
import { lineList, moneyList } from './order-page.ts'
import { html, type Markup, page } from './page.ts'
import {
  deliveryWords,
  hidden,
  lineTitle,
  type Notice,
  noticeMarkup,
  orderState,
  paymentState,
} from './words.ts'

/** All orders, the newest first. */
export function staffPage(shop: Shop): string {
  const all = [...shop.store.all('order')].sort((a, b) => b.id - a.id).slice(0, 200)
  return page(
    'Orders',
    'orders',
    html`
      <h1>Orders</h1>
      <p class="lead">You are the shop’s staff in Shopify’s admin. What you do here, Tillbridge learns from Shopify.</p>
      ${
        all.length === 0
          ? html`<p>There are no orders. <a href="/">Place one as a customer.</a></p>`
          : html`<div class="scroll"><table>
              <thead><tr><th scope="col">Order</th><th scope="col">State</th><th scope="col">Payment</th><th scope="col">Items</th></tr></thead>
              <tbody>${all.map(order => orderRow(shop, order))}</tbody>
            </table></div>`
      }`,
  )
}

function orderRow(shop: Shop, order: Order): Markup {
  const items = order.lines.map(line => `${line.currentQuantity} × ${line.title}`).slice(0, 3)
  const more = order.lines.length > 3 ? ` and ${order.lines.length - 3} more` : ''
  return html`<tr>
    <td><a href="/staff/orders/${order.id}">${order.name}</a></td>
    <td>${orderState(shop, order)}</td><td>${paymentState(shop, order)}</td><td>${items.join(', ')}${more}</td>
  </tr>`
}

/** One order with everything staff can do to it. */
export function staffOrderPage(shop: Shop, order: Order, formToken: string, notice?: Notice): string {
  const form = (
    action: string,
    title: string,
    button: string,
    fields: Markup | string,
    plain = true,
  ): Markup => html`
    <form class="card stack" method="post" action="/staff/orders/${order.id}/act">
      ${hidden(formToken, action)}<input type="hidden" name="staff" value="yes">
      <h3>${title}</h3>
      ${fields}
      <button ${plain ? html`class="plain"` : ''} type="submit">${button}</button>
    </form>`
  return page(
    `Order ${order.name}`,
    'orders',
    html`
      <p><a href="/staff">All orders</a></p>
      <h1>Order ${order.name}</h1>
      ${noticeMarkup(notice)}
      <p><span class="state">${orderState(shop, order)}</span><span class="state other">${paymentState(shop, order)}</span></p>
      <div class="card stack narrow">${lineList(shop, order)}${moneyList(shop, order)}</div>
      <h2>Fulfilment</h2>
      <div class="actions">
        ${fulfillmentOrdersOf(shop, order).map(held => fulfilmentCard(shop, order, held, form))}
        ${doneCards(shop, order, form)}
      </div>
      <h2>Change the order</h2>
      <div class="actions">${orderForms(shop, order, form)}</div>
      ${returnsPart(shop, order, form)}`,
  )
}

type FormMaker = (
  action: string,
  title: string,
  button: string,
  fields: Markup | string,
  plain?: boolean,
) => Markup

function fulfilmentCard(shop: Shop, order: Order, held: FulfillmentOrder, form: FormMaker): Markup | string {
  if (!isActive(held)) return ''
  const id = html`<input type="hidden" name="fulfilmentOrder" value="${held.id}">`
  const units = held.lines
    .filter(line => line.remaining > 0)
    .map(line => {
      const ordered = order.lines.find(one => one.id === line.lineId)
      return html`${line.remaining} × ${ordered === undefined ? '' : lineTitle(ordered)}<br>`
    })
  const others = [...shop.store.all('location')].filter(one => one.isActive && one.id !== held.locationId)
  return html`
    <section class="card stack" aria-label="${deliveryWords(held)}">
      <h3>${deliveryWords(held)}</h3>
      ${held.holds.length === 0 ? '' : html`<p><small>${held.holds.map(hold => hold.reason.toLowerCase().replaceAll('_', ' ')).join(', ')}</small></p>`}
      <p>${units}</p>
      ${isWorkable(held) && held.methodType === 'PICK_UP' && held.preparedAt === null ? form('ready', 'Laid out', 'Mark ready for pickup', id) : ''}
      ${isWorkable(held) ? form('fulfil', 'Goods leave', held.methodType === 'PICK_UP' ? 'Hand over' : 'Ship', id, false) : ''}
      ${held.status === 'SCHEDULED' ? form('open', 'Pre-order', 'Open it now', id) : ''}
      ${
        held.holds.length === 0
          ? form('hold', 'Stop the work', 'Hold', html`${id}${holdReasons}`)
          : form('release', 'On hold', 'Release', id)
      }
      ${
        others.length === 0
          ? ''
          : form(
              'move',
              'Another place',
              'Move',
              html`${id}${placeSelect(
                shop,
                'to',
                others.map(one => one.id),
              )}`,
            )
      }
    </section>`
}

const holdReasons = html`<label>Why? <select name="reason">
  <option value="HIGH_RISK_OF_FRAUD">Risk of fraud</option><option value="INVENTORY_OUT_OF_STOCK">Out of stock</option>
  <option value="AWAITING_PAYMENT">Awaiting payment</option><option value="INCORRECT_ADDRESS">Incorrect address</option><option value="OTHER">Other</option>
</select></label>`

function doneCards(shop: Shop, order: Order, form: FormMaker): readonly Markup[] {
  return order.fulfillmentIds
    .map(id => shop.store.need('fulfillment', id))
    .filter(one => one.status === 'SUCCESS')
    .map(one => {
      const units = one.lines.reduce((sum, line) => sum + line.quantity, 0)
      const place = shop.store.need('location', one.locationId).name
      const field = html`<input type="hidden" name="fulfilment" value="${one.id}"><p>${units} units left from ${place}.</p>`
      return form('cancel-fulfilment', `Handed over: ${one.name}`, 'Take it back', field)
    })
}

function orderForms(shop: Shop, order: Order, form: FormMaker): readonly (Markup | string)[] {
  if (order.cancelledAt !== null) return [html`<p>The order is cancelled.</p>`]
  const lines = order.lines.filter(line => line.currentQuantity > 0)
  const counts = (most: (line: Order['lines'][number]) => number): readonly Markup[] =>
    lines.map(
      line =>
        html`<label class="count"><span>${lineTitle(line)}</span><input name="q.${line.id}" type="number" min="0" max="${most(line)}" placeholder="0"></label>`,
    )
  const set = lines.map(
    line =>
      html`<label class="count"><span>${lineTitle(line)}</span><input name="q.${line.id}" type="number" min="0" max="99" value="${line.currentQuantity}"></label>`,
  )
  return [
    form(
      'edit',
      'Edit the items',
      'Save the edit',
      html`${set}${addSelect(shop)}<label class="tick"><input type="checkbox" name="restock" value="yes" checked>Put removed units back into stock</label>`,
    ),
    form(
      'refund',
      'Refund',
      'Refund',
      html`${counts(line => line.currentQuantity)}${restockSelect}${placeSelect(shop, 'at', allPlaces(shop), 'Where it was')}<label class="tick"><input type="checkbox" name="shipping" value="yes">Shipping too</label><label class="tick"><input type="checkbox" name="money" value="yes" checked>Pay the money back</label>`,
    ),
    form('pay', 'Payment', 'Mark as paid', ''),
    whyNotCancel(shop, order) === undefined
      ? form(
          'cancel',
          'Cancel',
          'Cancel the order',
          html`<label class="tick"><input type="checkbox" name="restock" value="yes" checked>Put the goods back into stock</label><label class="tick"><input type="checkbox" name="refund" value="yes" checked>Pay the money back</label>`,
        )
      : html`<section class="card"><h3>Cancel</h3><p>${whyNotCancel(shop, order) ?? ''}.</p></section>`,
  ]
}

const restockSelect = html`<label>The goods <select name="restock">
  <option value="CANCEL">Not handed over: to stock</option>
  <option value="RETURN">Came back: to stock</option>
  <option value="NO_RESTOCK">Not to stock</option>
</select></label>`

function addSelect(shop: Shop): Markup {
  const skus = [...shop.store.all('variant')].flatMap(variant => {
    const { sku, bundle } = shop.store.need('item', variant.itemId)
    const product = shop.store.need('product', variant.productId)
    return sku === null || bundle || product.status !== 'ACTIVE'
      ? []
      : [{ sku, name: `${product.title}, ${variant.title}` }]
  })
  return html`<label>Add one more <select name="add"><option value="">Nothing</option>${skus.map(one => html`<option value="${one.sku}">${one.name}</option>`)}</select></label>`
}

function allPlaces(shop: Shop): readonly number[] {
  return [...shop.store.all('location')].filter(one => one.isActive).map(one => one.id)
}

function placeSelect(shop: Shop, name: string, ids: readonly number[], none?: string): Markup {
  return html`<label>Location <select name="${name}">${none === undefined ? '' : html`<option value="">${none}</option>`}${ids.map(
    id => html`<option value="${id}">${shop.store.need('location', id).name}</option>`,
  )}</select></label>`
}

function returnsPart(shop: Shop, order: Order, form: FormMaker): Markup | string {
  const returns = order.returnIds.map(id => shop.store.need('return', id))
  const returnable = order.lines
    .map(line => ({
      line,
      free: freeFulfilled(shop, order, line.id).reduce((sum, one) => sum + one.free, 0),
    }))
    .filter(({ free, line }) => free > 0 && openUnits(shop, order, line.id) < line.currentQuantity)
  if (returns.length + returnable.length === 0) return ''
  const counts = returnable.map(
    ({ line, free }) =>
      html`<label class="count"><span>${lineTitle(line)}</span><input name="q.${line.id}" type="number" min="0" max="${free}" placeholder="0"></label>`,
  )
  return html`
    <h2>Returns</h2>
    <div class="actions">
      ${returns.map(one => returnCard(shop, one, form))}
      ${returnable.length === 0 ? '' : form('open-return', 'The customer sends something back', 'Open a return', html`${counts}`)}
    </div>`
}

function returnCard(shop: Shop, held: Return, form: FormMaker): Markup {
  const id = html`<input type="hidden" name="return" value="${held.id}">`
  const units = held.lines.reduce((sum, line) => sum + line.quantity - line.processed, 0)
  const note = held.lines.find(line => line.customerNote)?.customerNote ?? ''
  const asked = held.status === 'REQUESTED'
  const isOpen = held.status === 'OPEN'
  const take = html`${id}<label>What became of the goods? <select name="disposition">
      <option value="RESTOCKED">Back into stock</option><option value="NOT_RESTOCKED">Not fit for sale</option>
      <option value="MISSING">Missing</option><option value="PROCESSING_REQUIRED">To be checked later</option></select></label>
    ${placeSelect(shop, 'at', allPlaces(shop))}<label class="tick"><input type="checkbox" name="refund" value="yes" checked>Pay the money back</label>`
  return html`
    <section class="card stack" aria-label="Return ${held.name}">
      <h3>Return ${held.name}: ${held.status.toLowerCase()}</h3>
      <p>${units} units to come. ${note}</p>
      ${asked ? html`${form('approve-return', 'The customer asks', 'Approve', id, false)}${form('decline-return', 'Or not', 'Decline', id)}` : ''}
      ${isOpen && units > 0 ? html`${form('take-return', 'The goods are here', 'Take the return', take, false)}${form('cancel-return', 'Called off', 'Cancel the return', id)}` : ''}
      ${isOpen ? form('close-return', 'Finished', 'Close the return', id) : ''}
    </section>`
}
