import type { Shop } from '../shop.ts'
import { HttpProblem, htmlAnswer, type ShopRequest, type ShopResponse } from './messages.ts'
import { sameSecret } from './secret.ts'
import { orderFromForm, orderPage, shopPage } from './storefront.ts'

/** The page for people. A page of another site does not know the form token, so it can't order in the shopper's name. */
export function storefront(shop: Shop, formToken: string): (request: ShopRequest) => ShopResponse {
  return ({ method, path, body }) => {
    const { pathname } = new URL(path, 'http://sandbox.invalid')
    if (method === 'GET' && pathname === '/') return htmlAnswer(200, shopPage(shop, formToken))
    const id = /^\/orders\/(\d{1,15})$/.exec(pathname)?.[1]
    const order = id === undefined ? undefined : shop.store.get('order', id)
    if (method === 'GET' && order !== undefined) return htmlAnswer(200, orderPage(shop, order))
    if (method !== 'POST' || pathname !== '/orders') throw new HttpProblem(404, 'There is nothing here.')
    const form = new URLSearchParams(body)
    if (!sameSecret(form.get('formToken'), formToken)) {
      return htmlAnswer(403, shopPage(shop, formToken, 'The page was out of date. Please order again.', form))
    }
    const placed = orderFromForm(shop, form)
    if (typeof placed === 'string') return htmlAnswer(422, shopPage(shop, formToken, placed, form))
    shop.wake()
    return { status: 303, headers: { Location: `/orders/${placed.id}` }, body: '' }
  }
}
