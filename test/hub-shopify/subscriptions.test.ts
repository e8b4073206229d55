import { expect, test } from 'vitest'
import { noteFoundByPolling, noteHeard, webhooksSilent } from '../../hub/checks/webhooks-silent.ts'
import { transaction } from '../../hub/db/db.ts'
import { keepSubscriptions, topics } from '../../hub/shopify/webhooks/subscriptions.ts'
import { addressProblem, reportSubscribed } from '../../hub/shopify/webhooks/webhook-state.ts'
import { look, openExceptions, type ShopAndHub, shopAndHub } from './shop-and-hub.ts'

const NEW = 'https://127.0.0.1:8/webhooks/shopify'
const OLD = 'https://127.0.0.1:9/webhooks/shopify'
const MINUTE_MS = 60_000
const everything = () => true

const held = (hub: ShopAndHub, url: string) =>
  hub.shop.webhooks
    .subscriptions()
    .filter(({ uri }) => uri === url)
    .map(({ topic }) => topic)
    .sort()

async function keep(hub: ShopAndHub, url = NEW) {
  const outcome = await keepSubscriptions(hub.client, url, everything)
  const { db, world, settings } = hub
  const parts = { db, log: world.log, now: world.clock.now() }
  await reportSubscribed(parts, { ...settings, webhookUrl: url }, outcome)
  return outcome
}

test('topics that Shopify refuses are one exception with its reason and what still works; it closes', async () => {
  await using hub = await shopAndHub({ sandbox: { customerData: false } })
  await keep(hub)
  await keep(hub)
  expect(await openExceptions(hub)).toMatchObject([
    {
      kind: 'webhooks-refused',
      count: 1,
      owner: 'it',
      sentence: expect.stringMatching(/ORDERS_CREATE.*not approved.*within 30 seconds/),
    },
  ])
  expect(held(hub, NEW).length).toBeGreaterThan(0)
  hub.shop.switches.turn({ customerData: true })
  await keep(hub)
  expect(held(hub, NEW)).toEqual([...topics].sort())
  expect(await openExceptions(hub)).toEqual([])
})

test('an answer that is lost is not called a refusal, and closes none', async () => {
  await using hub = await shopAndHub()
  hub.shop.faults.set({ kind: 'http-5xx', times: 3, operation: 'webhookSubscriptionCreate' })
  expect(await keep(hub)).toMatchObject({ unknown: 3, removed: [] })
  expect(await openExceptions(hub)).toEqual([])
  expect(await keep(hub)).toMatchObject({ unknown: 0 })
  expect(held(hub, NEW)).toEqual([...topics].sort())
})

test('a subscription that was made though its answer was lost is taken as made', async () => {
  await using hub = await shopAndHub()
  hub.shop.faults.set({ kind: 'lost-answer', times: 2, operation: 'webhookSubscriptionCreate' })
  await keep(hub)
  expect(await keep(hub)).toEqual({ refused: new Map(), unknown: 0, removed: [] })
})

test('subscriptions of the hub’s former address go once the new ones are there; others stay', async () => {
  await using hub = await shopAndHub()
  const other = 'https://127.0.0.1:9/of-another-kind'
  await keepSubscriptions(hub.client, other, capability => capability === 'items')
  await keep(hub, OLD)
  hub.shop.faults.set({ kind: 'http-5xx', operation: 'webhookSubscriptionCreate' })
  await keep(hub, NEW)
  expect(held(hub, OLD), 'the one of which nothing is known').toEqual(['ORDERS_CREATE'])
  expect(await keep(hub, NEW)).toMatchObject({ removed: [OLD] })
  expect(held(hub, OLD)).toEqual([])
  expect(held(hub, other).length).toBeGreaterThan(0)
  expect(held(hub, NEW)).toEqual([...topics].sort())
})

test('topics of a capability that the app lacks are not asked for', async () => {
  await using hub = await shopAndHub()
  await keepSubscriptions(hub.client, NEW, capability => capability !== 'orders')
  expect(held(hub, NEW)).toEqual(topics.filter(topic => !/^(ORDERS|FULFILLMENT_ORDERS)_/.test(topic)).sort())
})

test('an address without https is said, for a real shop', async () => {
  expect(addressProblem('http://hub.example/webhooks/shopify', false)).toBe('not-https')
  expect(addressProblem('http://127.0.0.1:7400/webhooks/shopify', true)).toBe(null)
  expect(addressProblem('https://hub.example/webhooks/shopify', false)).toBe(null)
  await using hub = await shopAndHub()
  const shop = { ...hub.settings, webhookUrl: 'http://127.0.0.1:7400/webhooks/shopify' }
  await reportSubscribed({ db: hub.db, log: hub.world.log, now: 1 }, shop, 'not-https')
  expect(await openExceptions(hub)).toMatchObject([
    { code: 'webhooks-refused.address', sentence: expect.stringMatching(/7400.*publicUrl/) },
  ])
})

test('orders that change for two hours without a webhook are an exception, which the next webhook ends', async () => {
  await using hub = await shopAndHub()
  const found = () => transaction(hub.db, tx => noteFoundByPolling(tx, hub.world.clock.now()))
  const heard = () => transaction(hub.db, tx => noteHeard(tx, hub.world.clock.now()))
  await heard()
  hub.advance(5 * MINUTE_MS)
  await found() // the webhook before may have told of it
  hub.advance(120 * MINUTE_MS)
  await found()
  expect(await look(hub, webhooksSilent)).toEqual([])
  hub.advance(119 * MINUTE_MS)
  await found()
  expect(await look(hub, webhooksSilent)).toEqual([])
  hub.advance(2 * MINUTE_MS)
  await found()
  expect(await look(hub, webhooksSilent)).toMatchObject([{ fields: { hours: 2 } }])
  await heard()
  expect(await look(hub, webhooksSilent)).toEqual([])
})

test('one change that polling found is not called silence, however long ago; a clock set back begins again', async () => {
  await using hub = await shopAndHub()
  const found = () => transaction(hub.db, tx => noteFoundByPolling(tx, hub.world.clock.now()))
  await found()
  hub.advance(3 * 24 * 60 * MINUTE_MS)
  expect(await look(hub, webhooksSilent)).toEqual([])
  hub.advance(-10 * 24 * 60 * MINUTE_MS)
  await found()
  expect(await look(hub, webhooksSilent)).toEqual([])
})

test('polling notes what no webhook told of, and a webhook that is applied ends it', async () => {
  await using hub = await shopAndHub()
  await hub.poll()
  const order = { location: 'HAR', lines: [{ sku: 'MUG-BLU', quantity: 1 }], customer: { name: 'Ada' } }
  for (let hour = 0; hour < 3; hour += 1) {
    hub.shop.createOrder(order)
    await hub.poll()
    hub.advance(61 * MINUTE_MS)
  }
  expect(await look(hub, webhooksSilent)).toHaveLength(1)
})
