import type { Shop } from '../shop.ts'
import type { Order } from '../state/entities.ts'
import {
  actByForm,
  customerActions,
  doneNotice,
  locationByForm,
  type Outcome,
  productByForm,
  stockByForm,
} from './form-actions.ts'
import { HttpProblem, htmlAnswer, type ShopRequest, type ShopResponse, textAnswer } from './messages.ts'
import { orderPage } from './order-page.ts'
import { photo } from './photos.ts'
import { sameSecret } from './secret.ts'
import { staffOrderPage, staffPage } from './staff-orders.ts'
import { stockPage } from './staff-stock.ts'
import { type Form, orderFromForm, shopPage } from './storefront.ts'
import type { Notice } from './words.ts'

/**
 * The pages for people: the shop window and a customer's orders, and what staff see. A page of another site does not
 * know the form token, so it can't order in the shopper's name.
 */
export function storefront(shop: Shop, formToken: string): (request: ShopRequest) => ShopResponse {
  return ({ method, path, body }) => {
    const { pathname, searchParams } = new URL(path, 'http://sandbox.invalid')
    if (method === 'GET') return shown(shop, formToken, pathname, doneNotice(searchParams.get('done')))
    if (method !== 'POST') throw new HttpProblem(404, 'There is nothing here.')
    const form = new URLSearchParams(body)
    const known = sameSecret(form.get('formToken'), formToken)
    if (pathname === '/orders') return placed(shop, formToken, form, known)
    return posted(shop, formToken, pathname, form, known)
  }
}

function shown(shop: Shop, formToken: string, pathname: string, notice: Notice | undefined): ShopResponse {
  if (pathname === '/') return htmlAnswer(200, shopPage(shop, formToken))
  if (pathname === '/staff') return htmlAnswer(200, staffPage(shop))
  if (pathname === '/staff/stock') return htmlAnswer(200, stockPage(shop, formToken, notice))
  const handle = /^\/photos\/([\w-]{1,80})\.svg$/.exec(pathname)?.[1]
  if (handle !== undefined) return textAnswer(200, 'image/svg+xml', photo(handle))
  const found = orderAt(shop, pathname, '')
  if (found === undefined) throw new HttpProblem(404, 'There is nothing here.')
  const show = found.isStaff ? staffOrderPage : orderPage
  return htmlAnswer(200, show(shop, found.order, formToken, notice))
}

function orderAt(
  shop: Shop,
  pathname: string,
  ending: string,
): { readonly order: Order; readonly isStaff: boolean } | undefined {
  const match = new RegExp(`^(/staff)?/orders/(\\d{1,15})${ending}$`).exec(pathname)
  const order = match?.[2] === undefined ? undefined : shop.store.get('order', match[2])
  return order === undefined ? undefined : { order, isStaff: match?.[1] !== undefined }
}

function placed(shop: Shop, formToken: string, form: Form, known: boolean): ShopResponse {
  if (!known)
    return htmlAnswer(403, shopPage(shop, formToken, 'The page was out of date. Please order again.', form))
  const order = orderFromForm(shop, form)
  if (typeof order === 'string') return htmlAnswer(422, shopPage(shop, formToken, order, form))
  shop.wake()
  return { status: 303, headers: { Location: `/orders/${order.id}` }, body: '' }
}

const outdated = 'The page was out of date. Please try again.'

/** Does what a form asks for and goes back to its page; what was refused is said on the page at once. */
function posted(shop: Shop, formToken: string, pathname: string, form: Form, known: boolean): ShopResponse {
  const found = orderAt(shop, pathname, '/act')
  if (found === undefined) {
    const work = stockForms.get(pathname)
    if (work === undefined) throw new HttpProblem(404, 'There is nothing here.')
    const outcome = known ? work(shop, form) : { problem: outdated }
    shop.wake()
    return answered(outcome, known, '/staff/stock', notice => stockPage(shop, formToken, notice))
  }
  const { order, isStaff } = found
  if (!(isStaff || customerActions.has(form.get('do') ?? '')))
    throw new HttpProblem(403, 'That is for the shop’s staff.')
  const outcome = known ? actByForm(shop, order, form) : { problem: outdated }
  const show = isStaff ? staffOrderPage : orderPage
  return answered(outcome, known, `${isStaff ? '/staff' : ''}/orders/${order.id}`, notice =>
    show(shop, shop.store.need('order', order.id), formToken, notice),
  )
}

const stockForms: ReadonlyMap<string, (shop: Shop, form: Form) => Outcome> = new Map([
  ['/staff/stock', stockByForm],
  ['/staff/products', productByForm],
  ['/staff/locations', locationByForm],
])

function answered(
  outcome: Outcome,
  known: boolean,
  back: string,
  pageWith: (notice: Notice) => string,
): ShopResponse {
  if ('done' in outcome) {
    const query = new URLSearchParams({ done: outcome.done }).toString()
    return { status: 303, headers: { Location: `${back}?${query}` }, body: '' }
  }
  return htmlAnswer(known ? 422 : 403, pageWith({ kind: 'problem', text: outcome.problem }))
}
