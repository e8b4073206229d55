import { type Credentials, grantToken } from '../app/tokens.ts'
import type { Shop } from '../shop.ts'
import { HttpProblem, jsonAnswer, parseObject, type ShopRequest, type ShopResponse } from './messages.ts'
import { sameSecret } from './secret.ts'

/** POST `/admin/oauth/access_token` with `grant_type=client_credentials`, as a form or as JSON. */
export function handleTokenRequest(shop: Shop, credentials: Credentials, request: ShopRequest): ShopResponse {
  if (request.method !== 'POST') throw new HttpProblem(405, 'The token endpoint takes POST.')
  const asked = fieldsOf(request)
  if (asked['grant_type'] !== 'client_credentials') {
    return refusal('unsupported_grant_type', 'Only client_credentials is simulated.')
  }
  const known =
    sameSecret(asked['client_id'], credentials.clientId) &&
    sameSecret(asked['client_secret'], credentials.clientSecret)
  if (!known) return refusal('invalid_client', 'The client id or secret is wrong.')
  if (shop.store.need('meta', 'meta').uninstalled === true) {
    return refusal('shop_not_permitted', 'Client credentials cannot be performed on this shop.')
  }
  if (shop.faults.strike('token-refused', ['access_token'])) {
    return jsonAnswer(503, { error: 'temporarily_unavailable' })
  }
  const { token, expiresIn } = grantToken(shop)
  const scope = [...shop.scopes].join(',')
  return jsonAnswer(200, { access_token: token, scope, expires_in: expiresIn })
}

function fieldsOf({ headers, body }: ShopRequest): Readonly<Record<string, unknown>> {
  const isJson = headers['content-type']?.startsWith('application/json') === true
  return isJson ? parseObject(body) : Object.fromEntries(new URLSearchParams(body))
}

function refusal(error: string, description: string): ShopResponse {
  return jsonAnswer(400, { error, error_description: description })
}
