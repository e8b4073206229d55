import { type Credentials, isValidToken, revokeToken } from '../app/tokens.ts'
import { uuid } from '../chance.ts'
import type { CostBucket } from '../graphql/cost-bucket.ts'
import { answer, type GraphqlAnswer, keysOf, type Prepared, prepare, throttled } from '../graphql/execute.ts'
import type { RequestContext } from '../graphql/fields.ts'
import { apiVersion } from '../schema/load.ts'
import { log, pause, type Shop } from '../shop.ts'
import {
  ConnectionBroken,
  jsonAnswer,
  parseObject,
  type ShopRequest,
  type ShopResponse,
  textAnswer,
} from './messages.ts'

export interface AdminApi {
  readonly shop: Shop
  readonly bucket: CostBucket
  readonly credentials: Credentials
  /** Keys of `@idempotent` in work. */
  readonly busyKeys: Map<string, number>
}

/** POST `/admin/api/VERSION/graphql.json`, with the faults that are switched on. */
export async function handleAdminApi(api: AdminApi, request: ShopRequest): Promise<ShopResponse> {
  const { faults } = api.shop
  const headers: Record<string, string> = {
    'X-Request-Id': uuid(api.shop.chance),
    // A version Shopify no longer has is served by one it has; only this header tells.
    'X-Shopify-API-Version': apiVersion,
    Date: new Date(api.shop.clock.now()).toUTCString(),
  }
  const token = request.headers['x-shopify-access-token']
  if (!isValidToken(api.shop, api.credentials, token)) return unauthorised(headers)
  const body = parseObject(request.body)
  const prepared = prepare({
    query: typeof body['query'] === 'string' ? body['query'] : '',
    variables: isRecord(body['variables']) ? body['variables'] : {},
    operationName: typeof body['operationName'] === 'string' ? body['operationName'] : null,
  })
  const names = prepared.ok ? prepared.rootFields.map(field => field.name.value) : ['']
  if (token !== undefined && faults.strike('token-expired', names)) {
    revokeToken(api.shop, token)
    return unauthorised(headers)
  }
  if (faults.strike('other-version', names)) headers['X-Shopify-API-Version'] = '2027-01'

  if (faults.strike('lost-request', names)) throw new ConnectionBroken('The request was lost')
  if (faults.strike('http-429', names)) {
    const errors =
      'Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service.'
    return jsonAnswer(429, { errors }, { ...headers, 'Retry-After': '2.0' })
  }
  const broken = faults.strike('http-5xx', names)
  if (broken) return jsonAnswer(broken.status ?? 503, { errors: 'Internal Server Error' }, headers)
  const html = faults.strike('html-body', names)
  if (html) {
    const page =
      '<!DOCTYPE html><html><head><title>Something went wrong</title></head><body>Sorry.</body></html>'
    return textAnswer(html.status ?? 200, 'text/html; charset=utf-8', page, headers)
  }
  const result = await work(api, prepared, names)
  if (faults.strike('lost-answer', names)) {
    api.shop.store.transaction(() => log(api.shop, 'answer lost', { operation: names.join(' ') }))
    throw new ConnectionBroken('The answer was lost')
  }
  return jsonAnswer(200, result, headers)
}

function unauthorised(headers: Readonly<Record<string, string>>): ShopResponse {
  const errors = '[API] Invalid API key or access token (unrecognized login or wrong password)'
  return jsonAnswer(401, { errors }, headers)
}

async function work(api: AdminApi, prepared: Prepared, names: readonly string[]): Promise<GraphqlAnswer> {
  const { shop, bucket } = api
  if (!prepared.ok) return { ...prepared.answer, extensions: idleCost(bucket) }
  if (shop.faults.strike('throttled', names)) return { ...throttled(), extensions: idleCost(bucket) }
  const keys = keysOf(prepared.op, prepared.rootFields)
  const context: RequestContext = {
    shop,
    busyKeys: new Set(api.busyKeys.keys()),
    ignoreIdempotencyKeys:
      shop.faults.strike('ignore-idempotency-keys', names) !== undefined ||
      shop.settings.idempotencyKeys === 'ignored',
    hideQuantityAfterChange: shop.faults.strike('quantity-after-change-null', names) !== undefined,
    searchLagMs: searchLag(shop, names),
  }
  const slow = shop.faults.strike('slow', names)
  // Shopify is at work on the key while the client waits: a second request with it is told so.
  for (const key of keys) api.busyKeys.set(key, (api.busyKeys.get(key) ?? 0) + 1)
  try {
    if (slow !== undefined) await pause(shop.timers, slow.ms ?? 1000).over
    return answer(prepared.op, context, bucket)
  } finally {
    for (const key of keys) {
      const left = (api.busyKeys.get(key) ?? 1) - 1
      if (left === 0) api.busyKeys.delete(key)
      else api.busyKeys.set(key, left)
    }
    shop.wake()
  }
}

const defaultSearchLagMs = 5000

function searchLag(shop: Shop, names: readonly string[]): number {
  const fault = shop.faults.strike('search-lag', names)
  const { indexLagMs } = shop.settings
  return fault === undefined ? indexLagMs : Math.max(indexLagMs, fault.ms ?? defaultSearchLagMs)
}

function idleCost(bucket: CostBucket): object {
  return { cost: { requestedQueryCost: 0, actualQueryCost: null, throttleStatus: bucket.status() } }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
