import { exists } from '../catalogue/products.ts'
import type { Shop } from '../shop.ts'
import type { Location, Variant } from '../state/entities.ts'
import { levelOf, quantityOf } from '../stock/ledger.ts'
import { html, type Markup, page } from './page.ts'
import { hidden, type Notice, noticeMarkup } from './words.ts'

/** Stock, products and locations, as staff see and change them in the admin. */
export function stockPage(shop: Shop, formToken: string, notice?: Notice): string {
  const places = [...shop.store.all('location')]
  const variants = [...shop.store.all('variant')].filter(exists)
  return page(
    'Stock',
    'stock',
    html`
      <h1>Stock</h1>
      <p class="lead">Available and, in brackets, on hand. Change it as staff would in the admin; Tillbridge has to notice.</p>
      ${noticeMarkup(notice)}
      <div class="actions">
        ${changeForm(shop, formToken, places, variants)}
        ${productForm(shop, formToken)}
        ${locationForm(formToken, places)}
      </div>
      <h2>Levels</h2>
      <div class="scroll"><table>
        <thead><tr><th scope="col">Item</th><th scope="col">SKU</th>${places.map(one => html`<th scope="col" class="number">${one.name}${one.isActive ? '' : ' (inactive)'}</th>`)}</tr></thead>
        <tbody>${variants.map(variant => levelRow(shop, places, variant))}</tbody>
      </table></div>`,
  )
}

function levelRow(shop: Shop, places: readonly Location[], variant: Variant): Markup {
  const item = shop.store.need('item', variant.itemId)
  const { title, status } = shop.store.need('product', variant.productId)
  const state = status === 'ACTIVE' ? '' : ` (${status.toLowerCase()})`
  return html`<tr><td>${title}, ${variant.title}${state}</td><td>${item.sku ?? ''}</td>${places.map(place => {
    const level = levelOf(shop, item.id, place.id)
    const shown =
      level?.isActive === true ? `${quantityOf(level, 'available')} (${quantityOf(level, 'on_hand')})` : '–'
    return html`<td class="number">${item.tracked ? shown : 'not tracked'}</td>`
  })}</tr>`
}

function changeForm(
  shop: Shop,
  formToken: string,
  places: readonly Location[],
  variants: readonly Variant[],
): Markup {
  const tracked = variants.filter(({ itemId }) => {
    const { sku, tracked: counts, bundle } = shop.store.need('item', itemId)
    return sku !== null && counts && !bundle
  })
  return html`
    <form class="card stack" method="post" action="/staff/stock">
      ${hidden(formToken)}
      <h2>Count or adjust</h2>
      <label>Item <select name="item">${tracked.map(
        one =>
          html`<option value="${one.itemId}">${shop.store.need('product', one.productId).title}, ${one.title}</option>`,
      )}</select></label>
      <label>Location <select name="location">${places.filter(one => one.isActive).map(one => html`<option value="${one.code}">${one.name}</option>`)}</select></label>
      <label>Units <input name="units" type="number" step="1" min="-999" max="99999" required></label>
      <div class="buttons"><button name="do" value="count" type="submit">This is the count</button><button class="plain" name="do" value="adjust" type="submit">Adjust by this</button></div>
    </form>`
}

function productForm(shop: Shop, formToken: string): Markup {
  const products = [...shop.store.all('product')].filter(exists)
  return html`
    <form class="card stack" method="post" action="/staff/products">
      ${hidden(formToken)}
      <h2>Products</h2>
      <label>Product <select name="handle">${products.map(one => html`<option value="${one.handle}">${one.title} (${one.status.toLowerCase()})</option>`)}</select></label>
      <div class="buttons"><button class="plain" name="do" value="ARCHIVED" type="submit">Archive</button><button class="plain" name="do" value="DRAFT" type="submit">Make a draft</button><button class="plain" name="do" value="ACTIVE" type="submit">Sell again</button></div>
    </form>`
}

function locationForm(formToken: string, places: readonly Location[]): Markup {
  return html`
    <form class="card stack" method="post" action="/staff/locations">
      ${hidden(formToken)}
      <h2>Locations</h2>
      <label>Location <select name="code">${places.map(one => html`<option value="${one.code}">${one.name}${one.isActive ? '' : ' (inactive)'}</option>`)}</select></label>
      <label>Its stock goes to <select name="destination"><option value="">Nowhere</option>${places.filter(one => one.isActive).map(one => html`<option value="${one.code}">${one.name}</option>`)}</select></label>
      <div class="buttons"><button class="plain" name="do" value="deactivate" type="submit">Deactivate</button><button class="plain" name="do" value="activate" type="submit">Activate</button></div>
    </form>`
}
