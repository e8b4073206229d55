import { exists, variantOnSale } from '../catalogue/products.ts'
import { OutOfStock } from '../orders/allocate.ts'
import type { Payment } from '../orders/place.ts'
import { placeStorefrontOrder, type StorefrontOrder, UnknownInShop } from '../orders/storefront-order.ts'
import type { Shop } from '../shop.ts'
import type { Location, Order, Product, Variant } from '../state/entities.ts'
import { levelOf, quantityOf } from '../stock/ledger.ts'
import { html, type Markup, page } from './page.ts'
import { hidden, type Notice, noticeMarkup, orderState, price } from './words.ts'

/** A shopper's form, as posted. */
export type Form = URLSearchParams

/** The shop window: what there is, and one form that orders it. */
export function shopPage(shop: Shop, formToken: string, problem?: string, form?: Form): string {
  const stores = pickupStores(shop)
  const notice: Notice | undefined = problem === undefined ? undefined : { kind: 'problem', text: problem }
  return page(
    shop.profile.name,
    'shop',
    html`
      <h1>${shop.profile.name}</h1>
      <p class="lead">Order for pickup in a store, by mail, or both. Nothing here is real: no money moves and no mail is sent.
      Afterwards, play the shop’s staff under Orders and Stock.</p>
      ${noticeMarkup(notice)}
      ${recentOrders(shop)}
      <form method="post" action="/orders" class="stack">
        ${hidden(formToken)}
        <h2>What would you like?</h2>
        <div class="grid">${[...shop.store.all('product')].filter(onSale).map(one => productCard(shop, stores, one, form))}</div>
        <h2>Your order</h2>
        <div class="card stack narrow">
          ${deliveryChoice(stores, form)}
          ${payment()}
          <div class="pair">
            <div>
              <label for="name">Your name</label>
              <input id="name" name="name" autocomplete="name" maxlength="80" value="${form?.get('name') ?? ''}" required>
            </div>
            <div>
              <label for="code">Discount code <small>WELCOME takes 10 % off</small></label>
              <input id="code" name="code" maxlength="20" value="${form?.get('code') ?? ''}">
            </div>
          </div>
          ${extras()}
          <button type="submit">Place order</button>
        </div>
      </form>`,
  )
}

function onSale(product: Product): boolean {
  return exists(product) && product.status === 'ACTIVE'
}

function productCard(
  shop: Shop,
  stores: readonly Location[],
  product: Product,
  form: Form | undefined,
): Markup | string {
  const variants = product.variantIds.map(id => shop.store.need('variant', id)).filter(exists)
  const sold = variants.filter(({ id, itemId, components }) => {
    const { sku, bundle } = shop.store.need('item', itemId)
    if (sku === null || variantOnSale(shop, sku)?.id !== id) return false
    return !bundle || components.length > 0
  })
  if (sold.length === 0) return ''
  return html`
    <section class="card product" aria-label="${product.title}">
      <img src="/photos/${product.handle}.svg" alt="" width="240" height="180">
      <div>
        <h3>${product.title}</h3>
        ${sold.map(variant => variantRow(shop, stores, variant, form))}
      </div>
    </section>`
}

function variantRow(
  shop: Shop,
  stores: readonly Location[],
  variant: Variant,
  form: Form | undefined,
): Markup {
  const item = shop.store.need('item', variant.itemId)
  const left = stores.map(
    store => `${store.name} ${Math.max(0, quantityOf(levelOf(shop, item.id, store.id), 'available'))}`,
  )
  const field = `q.${item.sku ?? ''}`
  return html`
    <label class="variant">
      <span>${variant.title} · ${price(shop, variant.priceMinor)}<br><small>${item.tracked ? left.join(', ') : 'always there'}</small></span>
      <input name="${field}" type="number" inputmode="numeric" min="0" max="99" value="${form?.get(field) ?? ''}" placeholder="0">
    </label>`
}

function deliveryChoice(stores: readonly Location[], form: Form | undefined): Markup {
  const chosen = form?.get('location') ?? String(stores[0]?.id ?? 'ship')
  const choice = (value: string, name: string, note: string): Markup => html`
    <label class="choice">
      <input type="radio" name="location" value="${value}" required ${chosen === value ? html`checked` : ''}>
      <span><strong>${name}</strong><br><small>${note}</small></span>
    </label>`
  return html`
    <fieldset>
      <legend>How do you get it?</legend>
      ${stores.map(store => choice(String(store.id), `Pick up at ${store.name}`, `${store.street}, ${store.postcode} ${store.city}`))}
      ${choice('ship', 'By mail', 'From wherever it is in stock')}
      ${choice('mixed', 'Mixed', 'The first item by mail, the others alternate between the stores')}
    </fieldset>`
}

function payment(): Markup {
  return html`
    <div>
      <label for="payment">When do you pay?</label>
      <select id="payment" name="payment">
        <option value="paid">Now, by card</option>
        <option value="pending">Later: in the store or by bank transfer</option>
        <option value="authorized">The card is authorised now and charged later</option>
        <option value="deposit">A deposit of 10.00 now, the rest later</option>
      </select>
    </div>`
}

function extras(): Markup {
  return html`
    <details>
      <summary>Gift card, tip, pre-order, test order</summary>
      <div class="pair">
        <div><label for="giftCard">Gift card, value</label><input id="giftCard" name="giftCard" type="number" min="0" max="500" step="1" placeholder="0"></div>
        <div><label for="tip">Tip</label><input id="tip" name="tip" type="number" min="0" max="100" step="1" placeholder="0"></div>
        <div><label for="days">Pre-order, days from now</label><input id="days" name="days" type="number" min="0" max="365" step="1" placeholder="0"></div>
      </div>
      <p><label class="tick"><input type="checkbox" name="test" value="yes">A test order of the shop itself</label></p>
    </details>`
}

function recentOrders(shop: Shop): Markup | string {
  const latest = [...shop.store.all('order')].sort((a, b) => b.id - a.id).slice(0, 6)
  if (latest.length === 0) return ''
  return html`
    <details open>
      <summary>Your latest orders</summary>
      <p class="buttons">
        ${latest.map(order => html`<a href="/orders/${order.id}">${order.name} ${orderState(shop, order)}</a> `)}
      </p>
    </details>`
}

/** Places what the form asks for. A string is what to tell the shopper instead. */
export function orderFromForm(shop: Shop, form: Form): Order | string {
  const name = (form.get('name') ?? '').trim()
  if (name === '') return 'Please give your name.'
  const lines = linesOf(shop, form)
  if (lines === undefined) return 'Please order between 1 and 99 pieces.'
  const [giftCard, tip, days] = ['giftCard', 'tip', 'days'].map(field => whole(form.get(field)))
  if (giftCard === undefined || tip === undefined || days === undefined) return 'Please write whole numbers.'
  if (lines.length === 0 && giftCard === 0) return 'Please choose at least one item.'
  const location = form.get('location') ?? ''
  try {
    return placeStorefrontOrder(shop, {
      location: location === 'mixed' ? 'ship' : location,
      lines,
      giftCardsMinor: giftCard > 0 ? [giftCard * 100] : [],
      tipMinor: tip > 0 ? tip * 100 : undefined,
      discount: discountOf(shop, form, lines),
      customer: { name: name.slice(0, 80) },
      payment: paymentOf(form.get('payment')),
      fulfillAt: days > 0 ? shop.clock.now() + days * 24 * 60 * 60 * 1000 : undefined,
      test: form.get('test') === 'yes',
    })
  } catch (error) {
    if (error instanceof OutOfStock || error instanceof UnknownInShop) return error.message
    throw error
  }
}

/** The items with a quantity; undefined when a quantity is not a number of pieces. */
function linesOf(shop: Shop, form: Form): StorefrontOrder['lines'] | undefined {
  const wanted = [...form].flatMap(([field, text]): readonly (readonly [string, string])[] => {
    if (field.startsWith('q.')) return text.trim() === '' || text === '0' ? [] : [[field.slice(2), text]]
    return field === 'sku' ? [[text, form.get('quantity') ?? '']] : []
  })
  const places = ['ship', ...pickupStores(shop).map(store => store.id)]
  const lines = wanted.map(([sku, text], index) => ({
    sku,
    quantity: Number(text),
    to: form.get('location') === 'mixed' ? places[index % places.length] : undefined,
  }))
  const fine = lines.every(({ quantity }) => Number.isInteger(quantity) && quantity >= 1 && quantity <= 99)
  return fine ? lines : undefined
}

function whole(text: string | null): number | undefined {
  const value = Number(text ?? '0')
  return Number.isInteger(value) && value >= 0 ? value : undefined
}

function paymentOf(text: string | null): Payment {
  if (text === 'pending' || text === 'authorized') return text
  return text === 'deposit' ? { part: 1000 } : 'paid'
}

function discountOf(shop: Shop, form: Form, lines: StorefrontOrder['lines']): StorefrontOrder['discount'] {
  const code = (form.get('code') ?? '').trim().toUpperCase()
  if (code === '') return undefined
  if (code !== 'WELCOME') throw new UnknownInShop(`The shop has no discount code ${code}.`)
  const prices = new Map(
    [...shop.store.all('variant')].map(one => [shop.store.need('item', one.itemId).sku, one.priceMinor]),
  )
  const value = lines.reduce((sum, { sku, quantity }) => sum + (prices.get(sku) ?? 0) * quantity, 0)
  return { code, minor: Math.round(value / 10) }
}

function pickupStores(shop: Shop): readonly Location[] {
  return [...shop.store.all('location')].filter(location => location.isActive && location.pickup !== null)
}
