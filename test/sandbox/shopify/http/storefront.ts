import { variantOnSale } from '../catalogue/products.ts'
import { OutOfStock } from '../orders/allocate.ts'
import { displayStatus } from '../orders/display-status.ts'
import { placeStorefrontOrder, UnknownInShop } from '../orders/storefront-order.ts'
import { orderTotals } from '../orders/totals.ts'
import { fulfillmentOrdersOf, isActive } from '../orders/touch.ts'
import type { Shop } from '../shop.ts'
import type { Location, Order, Variant } from '../state/entities.ts'
import { levelOf, quantityOf } from '../stock/ledger.ts'
import { html, type Markup, page } from './page.ts'

/** A shopper's form, as posted. */
export type Form = URLSearchParams

/** The shop window: one form that orders for pickup. */
export function shopPage(shop: Shop, formToken: string, problem?: string, form?: Form): string {
  const chosenStore = form?.get('location') ?? ''
  const chosenSku = form?.get('sku') ?? ''
  const stores = pickupStores(shop)
  return page(
    shop.profile.name,
    html`
      <h1>${shop.profile.name}</h1>
      <p class="lead">Order online, pick up in the store. Nothing here is real: no money moves and no mail is sent.</p>
      ${problem === undefined ? '' : html`<p class="problem" role="alert">${problem}</p>`}
      <form method="post" action="/orders">
        <input type="hidden" name="formToken" value="${formToken}">
        <fieldset>
          <legend>Where do you pick up?</legend>
          ${stores.map(
            (store, index) => html`
              <label class="choice">
                <input type="radio" name="location" value="${store.id}" required ${(chosenStore === '' ? index === 0 : chosenStore === String(store.id)) ? html`checked` : ''}>
                <span><strong>${store.name}</strong><br><small>${store.street}, ${store.postcode} ${store.city}</small></span>
              </label>`,
          )}
        </fieldset>
        <div>
          <label for="sku">What would you like?</label>
          <select id="sku" name="sku" required>
            ${[...shop.store.all('variant')].map(variant => option(shop, stores, variant, chosenSku))}
          </select>
        </div>
        <div class="pair">
          <div>
            <label for="quantity">How many?</label>
            <input id="quantity" name="quantity" type="number" inputmode="numeric" min="1" max="99" value="${form?.get('quantity') ?? '1'}" required>
          </div>
          <div>
            <label for="name">Your name</label>
            <input id="name" name="name" autocomplete="name" maxlength="80" value="${form?.get('name') ?? ''}" required>
          </div>
        </div>
        <button type="submit">Place order</button>
      </form>
      ${recentOrders(shop)}`,
  )
}

function option(
  shop: Shop,
  stores: readonly Location[],
  variant: Variant,
  chosenSku: string,
): Markup | string {
  const item = shop.store.need('item', variant.itemId)
  if (item.sku === null || variantOnSale(shop, item.sku)?.id !== variant.id) return ''
  if (item.bundle && variant.components.length === 0) return ''
  const { title } = shop.store.need('product', variant.productId)
  const left = stores.map(
    store => `${store.name} ${Math.max(0, quantityOf(levelOf(shop, item.id, store.id), 'available'))}`,
  )
  const stock = item.tracked ? ` · ${left.join(', ')}` : ''
  return html`<option value="${item.sku}" ${item.sku === chosenSku ? html`selected` : ''}>${title}, ${variant.title} · ${price(shop, variant.priceMinor)}${stock}</option>`
}

function recentOrders(shop: Shop): Markup | string {
  const latest = [...shop.store.all('order')].sort((a, b) => b.id - a.id).slice(0, 8)
  if (latest.length === 0) return ''
  return html`
    <h2>Latest orders</h2>
    <ul class="orders">
      ${latest.map(order => html`<li><a href="/orders/${order.id}">${order.name}</a> ${stateOf(shop, order)}</li>`)}
    </ul>`
}

/** The confirmation, and later the state of the order. */
export function orderPage(shop: Shop, order: Order): string {
  const place = shop.store.need('location', order.groups[0]?.locationId ?? -1)
  return page(
    `Order ${order.name}`,
    html`
      <p><a href="/">Back to the shop</a></p>
      <h1>Order ${order.name}</h1>
      <p class="state" role="status">${stateOf(shop, order)}</p>
      <dl>
        <dt>Pickup at</dt><dd>${place.name}, ${place.street}, ${place.city}</dd>
        ${order.lines.map(line => html`<dt>${line.quantity} ×</dt><dd>${line.title}, ${line.variantTitle ?? ''} (${line.sku ?? ''})</dd>`)}
        <dt>Total</dt><dd>${price(shop, orderTotals(order).total)}, tax included</dd>
      </dl>
      <p>Load this page again to see how far it is.</p>`,
  )
}

/** What the shopper reads about an order. */
function stateOf(shop: Shop, order: Order): string {
  if (order.cancelledAt !== null) return 'Cancelled'
  if (order.routeAt !== null) return 'Received'
  const open = fulfillmentOrdersOf(shop, order).filter(isActive)
  if (open.some(one => one.status === 'ON_HOLD')) return 'On hold'
  if (displayStatus(shop, order) === 'FULFILLED') return 'Picked up'
  if (open.length > 0 && open.every(one => one.preparedAt !== null)) return 'Ready for pickup'
  return 'Being prepared'
}

/** Places what the form asks for. A string is what to tell the shopper instead. */
export function orderFromForm(shop: Shop, form: Form): Order | string {
  const quantity = Number(form.get('quantity'))
  const name = (form.get('name') ?? '').trim()
  if (name === '') return 'Please give your name.'
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > 99)
    return 'Please order between 1 and 99 pieces.'
  try {
    return placeStorefrontOrder(shop, {
      location: form.get('location') ?? '',
      lines: [{ sku: form.get('sku') ?? '', quantity }],
      customer: { name: name.slice(0, 80) },
    })
  } catch (error) {
    if (error instanceof OutOfStock || error instanceof UnknownInShop) return error.message
    throw error
  }
}

function pickupStores(shop: Shop): readonly Location[] {
  return [...shop.store.all('location')].filter(location => location.isActive && location.pickup !== null)
}

function price(shop: Shop, minor: number): string {
  return new Intl.NumberFormat('en-IE', { style: 'currency', currency: shop.profile.currency }).format(
    minor / 100,
  )
}
