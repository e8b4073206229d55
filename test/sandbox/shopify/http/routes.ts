import { bulkFile } from '../bulk/file.ts'
import { type AdminApi, handleAdminApi } from './admin-api.ts'
import { control } from './control-api.ts'
import { HttpProblem, jsonAnswer, parseObject, type ShopRequest, type ShopResponse } from './messages.ts'
import { handleTokenRequest } from './oauth.ts'
import { sameSecret } from './secret.ts'
import { storefront } from './storefront-routes.ts'

const adminPath = /^\/admin\/api\/[\w-]+\/graphql\.json$/

/** The sandbox's whole HTTP surface, as a function. Rejects with `ConnectionBroken` where a fault breaks the line. */
export function requestHandler(api: AdminApi): (request: ShopRequest) => Promise<ShopResponse> {
  const formToken = Buffer.from(api.shop.chance.bytes(18)).toString('base64url')
  const page = storefront(api.shop, formToken)

  async function route(request: ShopRequest): Promise<ShopResponse> {
    const { method, path, headers, body } = request
    const { pathname } = new URL(path, 'http://sandbox.invalid')
    if (adminPath.test(pathname)) {
      if (method !== 'POST') throw new HttpProblem(405, 'The Admin API takes POST.')
      return handleAdminApi(api, request)
    }
    if (pathname === '/admin/oauth/access_token') {
      return handleTokenRequest(api.shop, api.credentials, request)
    }
    const file = bulkFile(api.shop, request)
    if (file !== undefined) return file
    if (!pathname.startsWith('/sandbox/')) return page(request)
    if (!sameSecret(headers['x-shopify-access-token'], api.credentials.accessToken)) {
      throw new HttpProblem(401, 'The control API needs X-Shopify-Access-Token.')
    }
    const answer = control(api.shop, method, pathname, parseObject(body))
    return jsonAnswer(answer.status, answer.body)
  }

  return async request => {
    try {
      return await route(request)
    } catch (error) {
      if (error instanceof HttpProblem) return jsonAnswer(error.status, { error: error.message })
      throw error
    }
  }
}
