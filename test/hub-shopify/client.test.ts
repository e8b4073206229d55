import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { z } from 'zod'
import {
  openShopifyClient,
  shopifyDenies,
  shopifyRefuses,
  shopifyUnreachable,
} from '../../hub/shopify/api/client.ts'
import { LOCATIONS } from '../../hub/shopify/api/documents.ts'
import { openThrottle } from '../../hub/shopify/api/throttle.ts'
import { readLocations } from '../../hub/shopify/catalogue/locations.ts'
import { shopAddress, shopDefaults, shopDomainRefused } from '../../hub/shopify/shop-settings.ts'
import { manualWorld } from '../manual-world.ts'
import { movableWorld, secret, shopAndHub, token } from './shop-and-hub.ts'

test.each([
  'evil.example',
  'harbour.myshopify.com.evil.example',
  'https://harbour.myshopify.com@evil.example',
  'http://harbour.myshopify.com',
  'http://192.168.1.4:9292',
  'http://127.0.0.1.evil.example',
  '',
])('the token is never sent to %j', domain => {
  expect(() => shopAddress(domain)).toThrow(expect.objectContaining({ code: shopDomainRefused.code }))
})

test('a shop’s own address is called over TLS, whatever its spelling', () => {
  expect(shopAddress('https://Harbour.myshopify.com/')).toEqual({
    storeDomain: 'harbour.myshopify.com',
    loopback: false,
  })
  expect(shopAddress('http://127.0.0.1:9292')).toEqual({
    storeDomain: 'http://127.0.0.1:9292',
    loopback: true,
  })
})

test('a wrong token is refused in words that name no secret', async () => {
  await using hub = await shopAndHub({ settings: { access: { token: () => 'shpat_wrong' } } })
  const failed: unknown = await readLocations(hub.client).catch((error: unknown) => error)
  expect(shopifyRefuses.is(failed)).toBe(true)
  expect(hub.client.reachability().state).toBe('refused')
  expect(JSON.stringify([failed, hub.lines, hub.client.reachability()])).not.toContain('shpat_')
})

test('a missing scope is a refusal of that, not an outage', async () => {
  await using hub = await shopAndHub({ sandbox: { scopes: ['read_orders'] } })
  await expect(readLocations(hub.client)).rejects.toMatchObject({ code: shopifyDenies.code })
  expect(hub.client.reachability().state).toBe('connected')
})

/** A port that was free a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise<void>(resolve => server.close(() => resolve()))
  return port
}

test('no server listening: unreachable, and a write was not sent', async () => {
  const { world } = movableWorld()
  const port = await closedPort()
  const settings = {
    ...shopDefaults,
    domain: `http://127.0.0.1:${port}`,
    access: { token: () => token },
    webhookSecrets: () => [secret],
    retryBaseMs: 1,
    readAttempts: 2,
  }
  using client = openShopifyClient({ settings, world, onChange: () => undefined })
  await expect(readLocations(client)).rejects.toMatchObject({ code: shopifyUnreachable.code })
  const mutation = { name: 'Locations', document: LOCATIONS, answer: z.unknown(), userErrors: () => [] }
  const result = await client.write({ ...mutation, points: { fixed: 1, perRow: 0 } }, { first: 1 }, 'stock')
  expect(result.kind).toBe('not-sent')
  expect(client.reachability().state).toBe('unreachable')
})

test('reads go on after dropped connections, 500s, HTML and throttling', async () => {
  await using hub = await shopAndHub()
  hub.shop.faults.set({ kind: 'lost-request', operation: 'locations' })
  hub.shop.faults.set({ kind: 'lost-answer', operation: 'locations' })
  hub.shop.faults.set({ kind: 'http-5xx', status: 500, operation: 'locations' })
  hub.shop.faults.set({ kind: 'html-body', operation: 'locations' })
  hub.shop.faults.set({ kind: 'throttled', operation: 'locations' })
  expect((await readLocations(hub.client)).map(one => one.name)).toEqual(['Harbour Street', 'Market Square'])
  expect(hub.client.reachability()).toEqual({ state: 'connected', problem: null })
})

test('another version of the API that answers is noticed', async () => {
  await using hub = await shopAndHub()
  hub.shop.faults.set({ kind: 'other-version', operation: 'locations' })
  await readLocations(hub.client)
  expect(hub.client.otherVersion()).toEqual(expect.any(String))
  await readLocations(hub.client)
  expect(hub.client.otherVersion()).toBe(null)
})

test('the throttle learns the bucket, lets hand-overs pass first and waits as long as it must', async () => {
  const world = manualWorld()
  const throttle = openThrottle(world)
  const order: string[] = []
  const enter = (name: string, guess: number, lane: 'pickup' | 'stock' | 'bulk') =>
    throttle.enter({ document: name, size: 0, guess, lane }).then(ticket => {
      order.push(name)
      return ticket
    })
  const first = await enter('first', 10, 'stock')
  void enter('bulk', 50, 'bulk')
  void enter('stock', 30, 'stock')
  void enter('pickup', 30, 'pickup')
  await world.advance(60_000)
  expect(order).toEqual(['first']) // nothing is known of the bucket yet: one at a time
  first.leave({ requested: 10, bucket: { maximum: 40, available: 30, restoreRate: 2 } })
  await world.advance(0)
  expect(order).toEqual(['first', 'pickup'])
  await world.advance(14_900)
  expect(order).toEqual(['first', 'pickup'])
  await world.advance(200)
  expect(order).toEqual(['first', 'pickup', 'stock'])
  await world.advance(19_000)
  expect(order).toEqual(['first', 'pickup', 'stock'])
  await world.advance(1_100) // 50 points never fit in a bucket of 40: a full one must do
  expect(order).toEqual(['first', 'pickup', 'stock', 'bulk'])
})

test('Retry-After holds everybody', async () => {
  const world = manualWorld()
  const throttle = openThrottle(world)
  throttle.holdFor(2_000)
  let entered = false
  void throttle.enter({ document: 'x', size: 0, guess: 1, lane: 'pickup' }).then(() => {
    entered = true
  })
  await world.advance(1_900)
  expect(entered).toBe(false)
  await world.advance(100)
  expect(entered).toBe(true)
})
