import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AdminApi, handleAdminApi, sameSecret } from './admin-api.ts'
import { control } from './control-api.ts'
import { HttpProblem, parseObject, readBody, sendHtml, sendJson } from './respond.ts'
import { orderFromForm, orderPage, shopPage } from './storefront.ts'

const adminPath = /^\/admin\/api\/[\w-]+\/graphql\.json$/

/** The sandbox's whole HTTP surface. */
export function requestHandler(api: AdminApi): (request: IncomingMessage, response: ServerResponse) => void {
  // A page of another site cannot know it, so it cannot order in the shopper's name.
  const formToken = randomBytes(18).toString('base64url')

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://sandbox.invalid')
    const method = request.method ?? 'GET'
    requireLoopbackHost(request)
    if (adminPath.test(pathname)) {
      if (method !== 'POST') throw new HttpProblem(405, 'The Admin API takes POST.')
      await handleAdminApi(api, request, response)
    } else if (pathname.startsWith('/sandbox/')) {
      if (!sameSecret(request.headers['x-shopify-access-token'], api.accessToken)) {
        throw new HttpProblem(401, 'The control API needs X-Shopify-Access-Token.')
      }
      const body = parseObject(await readBody(request))
      const { status, body: answer } = control(api.shop, method, pathname, body)
      sendJson(response, status, answer)
    } else {
      await storefront(method, pathname, request, response)
    }
  }

  async function storefront(
    method: string,
    pathname: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { shop } = api
    if (method === 'GET' && pathname === '/') {
      sendHtml(response, 200, shopPage(shop, formToken))
      return
    }
    const id = /^\/orders\/(\d{1,15})$/.exec(pathname)?.[1]
    const order = id === undefined ? undefined : shop.store.get('order', id)
    if (method === 'GET' && order !== undefined) {
      sendHtml(response, 200, orderPage(shop, order))
      return
    }
    if (method !== 'POST' || pathname !== '/orders') throw new HttpProblem(404, 'There is nothing here.')
    const form = new URLSearchParams(await readBody(request))
    if (!sameSecret(form.get('formToken'), formToken)) {
      sendHtml(
        response,
        403,
        shopPage(shop, formToken, 'The page was out of date. Please order again.', form),
      )
      return
    }
    const placed = orderFromForm(shop, form)
    if (typeof placed === 'string') {
      sendHtml(response, 422, shopPage(shop, formToken, placed, form))
      return
    }
    shop.wake()
    response.writeHead(303, { Location: `/orders/${placed.id}` }).end()
  }

  return (request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) return void response.destroy()
      if (error instanceof HttpProblem) return sendJson(response, error.status, { error: error.message })
      console.error(error)
      sendJson(response, 500, { error: 'The sandbox failed; its own log says why.' })
    })
  }
}

/** A web page that resolves its own name to 127.0.0.1 must not reach the sandbox. */
function requireLoopbackHost(request: IncomingMessage): void {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '')
  if (host !== '127.0.0.1' && host !== 'localhost' && host !== '[::1]') {
    throw new HttpProblem(403, 'The sandbox answers on the loopback only.')
  }
}
