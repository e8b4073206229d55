import { request } from 'node:http'
import { expect, test } from 'vitest'
import { handClock, openShop, type TestShop } from './harness.ts'

const order = { location: 'HAR', lines: [{ sku: 'MUG-BLU', quantity: 2 }], customer: { name: 'Ada' } }

test('the control API places, shows, holds and cancels orders', async () => {
  await using shop = await openShop()
  const placed = await shop.control('POST', '/sandbox/orders', order)
  expect(placed).toMatchObject({
    status: 201,
    body: {
      name: '#1001',
      fulfillmentOrders: [{ location: 'HAR', status: 'OPEN', lines: [{ sku: 'MUG-BLU', remaining: 2 }] }],
    },
  })
  expect(await shop.control('POST', '/sandbox/orders/1001/hold')).toMatchObject({
    body: { fulfillmentStatus: 'ON_HOLD' },
  })
  const state = await shop.control('GET', '/sandbox/state')
  expect(state.body).toMatchObject({
    levels: { 'MUG-BLU': { HAR: { available: 8, committed: 2, on_hand: 10 }, MKT: { available: 20 } } },
    orders: [{ name: '#1001' }],
    log: [{ what: 'order placed' }],
  })
  expect(await shop.control('POST', '/sandbox/orders/%231001/cancel', { restock: true })).toMatchObject({
    status: 200,
  })
  expect((await shop.control('POST', '/sandbox/orders/1001/cancel')).status).toBe(409)
  expect(
    (await shop.control('POST', '/sandbox/orders', { ...order, lines: [{ sku: 'NONE', quantity: 1 }] }))
      .status,
  ).toBe(422)
  expect((await shop.control('POST', '/sandbox/orders', { ...order, location: undefined })).status).toBe(400)
  expect((await shop.control('GET', '/sandbox/nothing')).status).toBe(404)
})

test('the clock can be moved over HTTP', async () => {
  const clock = handClock()
  await using shop = await openShop({ now: clock.now, routingDelayMs: 5000 })
  await shop.control('POST', '/sandbox/orders', order)
  expect(shop.sandbox.order('1001').fulfillmentOrders).toEqual([])
  const moved = await shop.control('POST', '/sandbox/clock/advance', { ms: 5000 })
  expect(moved.body).toEqual({ now: '2026-11-03T09:00:05.000Z' })
  await shop.sandbox.webhooks.settled()
  expect(shop.sandbox.order('1001').fulfillmentOrders).toHaveLength(1)
})

test('control wants the token, and everything wants a loopback host', async () => {
  await using shop = await openShop()
  expect((await fetch(`${shop.sandbox.url}/sandbox/state`)).status).toBe(401)
  const status = await new Promise(resolve => {
    const { port } = new URL(shop.sandbox.url)
    request({ host: '127.0.0.1', port, path: '/', headers: { Host: 'evil.example' } }, response => {
      response.resume()
      resolve(response.statusCode)
    }).end()
  })
  expect(status).toBe(403)
})

/** What a browser would post. */
async function orderOnPage(shop: TestShop, fields: Record<string, string>): Promise<Response> {
  const page = await (await fetch(shop.sandbox.url)).text()
  const formToken = /name="formToken" value="([^"]+)"/.exec(page)?.[1] ?? ''
  const form = new URLSearchParams({
    formToken,
    location: '101',
    sku: 'MUG-BLU',
    quantity: '2',
    name: 'Ada',
    ...fields,
  })
  return fetch(`${shop.sandbox.url}/orders`, { method: 'POST', body: form })
}

test('the shop page orders without script and confirms the number and its state', async () => {
  await using shop = await openShop()
  const page = await fetch(shop.sandbox.url)
  const html = await page.text()
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(html).not.toContain('<script')
  expect(html).toContain('Harbour Street')
  expect(html).not.toContain('value="SET"')
  const confirmation = await orderOnPage(shop, {})
  expect(confirmation.url).toMatch(/\/orders\/\d+$/)
  const text = await confirmation.text()
  expect(text).toContain('Order #1001')
  expect(text).toContain('Being prepared')
  expect(shop.sandbox.state().levels['MUG-BLU']?.['HAR']).toMatchObject({ committed: 2 })
})

test('the form needs its token, refuses what is not there and escapes what it repeats', async () => {
  await using shop = await openShop()
  expect((await orderOnPage(shop, { formToken: 'guessed' })).status).toBe(403)
  const empty = await orderOnPage(shop, { quantity: '50', name: '<b>"Ada"</b>' })
  expect(empty.status).toBe(422)
  const html = await empty.text()
  expect(html).toContain('10 left at Harbour Street')
  expect(html).toContain('&lt;b&gt;&quot;Ada&quot;&lt;/b&gt;')
  expect(html).not.toContain('<b>')
  expect((await orderOnPage(shop, { quantity: 'many' })).status).toBe(422)
  expect(shop.sandbox.state().orders).toEqual([])
})
