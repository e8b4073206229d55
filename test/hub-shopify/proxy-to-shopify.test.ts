import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { openShopifyClient, shopifyUnreachable } from '../../hub/shopify/api/client.ts'
import { NoAnswerInTime, proxyWords } from '../../hub/shopify/api/proxy-words.ts'
import { judge } from '../../hub/shopify/api/response.ts'
import { readLocations } from '../../hub/shopify/catalogue/locations.ts'
import { examineShop } from '../../hub/shopify/examine-shop.ts'
import { shopDefaults } from '../../hub/shopify/shop-settings.ts'
import { nodeProxy } from '../../shared/node-proxy.ts'
import { jsonLog, nodeWorld } from '../../shared/node-world.ts'
import { manualWorld } from '../manual-world.ts'

const world = nodeWorld({ log: jsonLog('silent', {}) })
const shop = { domain: 'harbour.myshopify.com', access: { token: () => 'shpat_x' } }

/** A proxy that answers each CONNECT with this, until the test ends. */
async function proxyAnswering(status: string) {
  const asked: string[] = []
  const server = createServer()
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '')
    socket.end(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = z.object({ port: z.number() }).parse(server.address())
  return { url: `http://127.0.0.1:${port}`, asked, [Symbol.dispose]: () => void server.close() }
}

/** What `hub shop check` finds where the hub leaves by this proxy. */
async function foundBehind(url: string, password?: string) {
  const named = password === undefined ? {} : { user: 'hub', password }
  const credentials = password === undefined ? null : { from: 'HTTPS_PROXY', isRead: true }
  nodeProxy.use({ url, ...named, credentials })
  try {
    return await examineShop({ shop, world, hubUrl: 'http://127.0.0.1:7400', mapped: [] })
  } finally {
    nodeProxy.use('direct')
  }
}

test.each([
  ['407 Who are you', undefined, 'asks for a name and a password. Give them in HTTPS_PROXY'],
  ['407 Who are you', 's3cret', 'refuses the name and the password of HTTPS_PROXY'],
  ['403 No', undefined, 'Ask its operator to allow CONNECT to harbour.myshopify.com'],
  ['503 Away', undefined, 'does not reach harbour.myshopify.com: it answers 503'],
])(
  'shop check behind a proxy that answers %s (password: %s) says what to do',
  async (status, password, words) => {
    using proxy = await proxyAnswering(status)
    const findings = await foundBehind(proxy.url, password)
    expect(findings).toMatchObject([
      { about: 'proxy', mark: 'ok', says: expect.stringContaining(proxy.url) },
      { about: 'access', mark: 'wrong', code: 'SHOPIFY_PROXY_REFUSES', says: expect.stringContaining(words) },
      { about: 'webhooks' },
    ])
    expect(proxy.asked).toContain('harbour.myshopify.com:443')
    expect(JSON.stringify(findings)).not.toContain('s3cret')
  },
)

test('shop check names a proxy that can’t be reached', async () => {
  const { url } = await (async () => {
    using closed = await proxyAnswering('200 OK')
    return closed
  })()
  expect(await foundBehind(url)).toContainEqual(
    expect.objectContaining({
      about: 'access',
      code: 'SHOPIFY_PROXY_UNREACHABLE',
      says: expect.stringContaining(`The proxy ${url}`),
    }),
  )
})

test('a proxy that never answers is named, and counts as a Shopify that can’t be reached', async () => {
  const manual = manualWorld()
  const proxy = { use: () => {}, shown: () => 'http://p:3128', unusable: () => null, credentials: () => null }
  const never = (_: string, init?: RequestInit) =>
    new Promise<Response>((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
    })
  const settings = { ...shopDefaults, ...shop, webhookSecrets: () => [], readAttempts: 1 }
  const sockets = { ...manual.sockets, proxy, fetch: never }
  using client = openShopifyClient({ settings, world: { ...manual, sockets }, onChange: () => undefined })
  const failed = readLocations(client).catch((error: unknown) => error)
  await manual.advance(settings.requestTimeoutMs)
  const error = await failed
  expect(error).toMatchObject({
    code: 'SHOPIFY_PROXY_SILENT',
    message: expect.stringContaining('through the proxy http://p:3128 within 30 s'),
  })
  expect(shopifyUnreachable.is(error)).toBe(true)
  expect(client.reachability()).toMatchObject({ state: 'unreachable' })
})

const behind = {
  host: 'harbour.myshopify.com',
  proxy: { use: () => {}, shown: () => 'http://p:3128', unusable: () => null, credentials: () => null },
}
const tunnel = new Error('Proxy response (403) !== 200 when HTTP Tunneling')
const of = (code: string, message: string) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) })

test.each<[string, unknown, 'not-sent' | 'unknown']>([
  ['a tunnel that is refused', new TypeError('fetch failed', { cause: tunnel }), 'not-sent'],
  ['a proxy without a name', of('ENOTFOUND', 'getaddrinfo ENOTFOUND p'), 'not-sent'],
  ['a proxy that drops the connection', of('ECONNRESET', 'read ECONNRESET 10.0.0.1:3128'), 'unknown'],
  ['no answer in time', new NoAnswerInTime(30_000), 'unknown'],
])('after %s it is known of a write what it is: %s', (_, failure, kind) => {
  const proxy = proxyWords(failure, behind)
  expect(proxy?.code).toMatch(/^SHOPIFY_PROXY_/)
  expect(judge({ failure, proxy }).outcome).toMatchObject({ kind, problem: proxy?.message })
})

test('what fails without a proxy says nothing of one', () => {
  const none = { host: 'harbour.myshopify.com', proxy: null }
  expect(proxyWords(new NoAnswerInTime(30_000), none)).toBeNull()
  expect(proxyWords(of('ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.1:443'), none)).toBeNull()
  expect(proxyWords(of('ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.1:443'), behind)).toBeNull()
})
