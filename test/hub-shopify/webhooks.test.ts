import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { intakeTurns } from '../../hub/shopify/orders/intake-turns.ts'
import type { LevelMarks } from '../../hub/shopify/webhooks/level-marks.ts'
import { storeWebhook, webhookForeign, webhookForged } from '../../hub/shopify/webhooks/receive.ts'
import { keepSubscriptions, topics } from '../../hub/shopify/webhooks/subscriptions.ts'
import { pruneWebhooks, runWebhooks } from '../../hub/shopify/webhooks/webhook-worker.ts'
import { topicHeader } from '../sandbox/shopify/webhooks/outbox.ts'
import { noLevels, openExceptions, type ShopAndHub, secret, shopAndHub } from './shop-and-hub.ts'

const everything = () => true

const order = { location: 'HAR', lines: [{ sku: 'MUG-BLU', quantity: 1 }], customer: { name: 'Ada' } }

function receive(
  hub: ShopAndHub,
  headers: Record<string, string>,
  body: Uint8Array,
  levels: Pick<LevelMarks, 'take'> = noLevels,
) {
  const { db, settings, client, signals, world } = hub
  const now = () => world.clock.now()
  return storeWebhook({ db, settings, address: client.address, signals, levels, now }, headers, body)
}

function apply(hub: ShopAndHub) {
  const { db, client, signals, world } = hub
  const now = () => world.clock.now()
  const others = { onLocations: async () => undefined, onItems: () => undefined, onApp: () => undefined }
  return runWebhooks({ db, client, signals, world, turns: intakeTurns(), now, ...others })
}

function signed(body: string, topic: string, event: string, key = secret) {
  return {
    'x-shopify-topic': topic,
    'x-shopify-event-id': event,
    'x-shopify-shop-domain': 'tillbridge-sandbox.myshopify.com',
    'x-shopify-hmac-sha256': createHmac('sha256', key).update(body).digest('base64'),
  }
}

const bytes = (text: string) => new TextEncoder().encode(text)
const stored = (hub: ShopAndHub) => hub.db.selectFrom('webhook').selectAll().orderBy('received_at').execute()

test('only what our secret signed over the very bytes is taken', async () => {
  await using hub = await shopAndHub()
  const body = '{"admin_graphql_api_id":"gid://shopify/Order/1"}'
  const good = signed(body, 'orders/create', 'e1')
  const forged = { code: webhookForged.code }
  await expect(receive(hub, signed(body, 'orders/create', 'e1', 'other'), bytes(body))).rejects.toMatchObject(
    forged,
  )
  await expect(receive(hub, good, bytes(`${body} `))).rejects.toMatchObject(forged)
  await expect(receive(hub, { ...good, 'x-shopify-hmac-sha256': '' }, bytes(body))).rejects.toMatchObject(
    forged,
  )
  const { 'x-shopify-hmac-sha256': _, ...unsigned } = good
  await expect(receive(hub, unsigned, bytes(body))).rejects.toMatchObject(forged)
  const { 'x-shopify-shop-domain': __, ...nameless } = good
  await expect(receive(hub, nameless, bytes(body))).rejects.toMatchObject({ code: webhookForeign.code })
  expect(await stored(hub)).toEqual([])
  await receive(hub, good, bytes(body))
  await receive(hub, good, bytes(body))
  expect(await stored(hub)).toMatchObject([{ topic: 'orders/create', subject: 'gid://shopify/Order/1' }])
})

test('a captured webhook under other event ids makes no second row, and one reading a minute at most', async () => {
  await using hub = await shopAndHub()
  const body = '{"admin_graphql_api_id":"gid://shopify/Order/1"}'
  const send = (event: string, topic = 'orders/updated') =>
    receive(hub, signed(body, topic, event), bytes(body))
  const applied = async () => {
    await transaction(hub.db, tx => tx.updateTable('webhook').set({ state: 'applied' }).execute())
  }
  await send('e1')
  const [first] = await stored(hub)
  await applied()
  for (let n = 0; n < 20; n += 1) await send(`forged ${n}`)
  const [again, ...others] = await stored(hub)
  expect(others).toEqual([])
  expect(again).toMatchObject({ event_id: 'e1', state: 'stored', due_at: (first?.due_at ?? 0) + 60_000 })
  await applied()
  await send('e1')
  expect(await stored(hub)).toMatchObject([{ state: 'applied' }])
})

test('a topic that was never subscribed is not taken, however well its body is signed', async () => {
  await using hub = await shopAndHub()
  const body = '{"admin_graphql_api_id":"gid://shopify/Order/1"}'
  for (const topic of ['app/renamed', 'customers/create', 'orders/fulfilled', 'orders\ncreate', ''])
    await expect(receive(hub, signed(body, topic, 'e1'), bytes(body))).rejects.toMatchObject({
      code: webhookForeign.code,
    })
  expect(await stored(hub)).toEqual([])
})

test('another shop’s webhook is not ours, even well signed', async () => {
  await using hub = await shopAndHub()
  const address = { storeDomain: 'harbour.myshopify.com', loopback: false }
  const { db, settings, signals } = hub
  const part = { db, settings, address, signals, levels: noLevels, now: () => 1 }
  const headers = signed('{}', 'orders/create', 'e1')
  await expect(storeWebhook(part, headers, bytes('{}'))).rejects.toMatchObject({ code: webhookForeign.code })
})

test('what cannot be read is kept whole and named; the others are applied', async () => {
  await using hub = await shopAndHub()
  const placed = hub.shop.createOrder(order)
  await receive(hub, signed('not json', 'orders/create', 'e1'), bytes('not json'))
  const body = JSON.stringify({ admin_graphql_api_id: placed.id })
  await receive(hub, signed(body, 'orders/create', 'e2'), bytes(body))
  await apply(hub)
  const rows = await stored(hub)
  expect(Object.fromEntries(rows.map(row => [row.event_id, row.state]))).toEqual({
    e1: 'failed',
    e2: 'applied',
  })
  expect(rows.find(row => row.event_id === 'e1')?.body).toBe('not json')
  expect(await openExceptions(hub)).toMatchObject([{ kind: 'webhook-unreadable', subject: 'orders/create' }])
  expect(await hub.db.selectFrom('pickup').select('order_name').execute()).toEqual([
    { order_name: placed.name },
  ])
})

test('while Shopify is away webhooks wait', async () => {
  await using hub = await shopAndHub({ settings: { readAttempts: 1 } })
  const placed = hub.shop.createOrder(order)
  const body = JSON.stringify({ admin_graphql_api_id: placed.id })
  await receive(hub, signed(body, 'orders/create', 'e1'), bytes(body))
  hub.shop.faults.set({ kind: 'http-5xx', times: 'always' })
  await expect(apply(hub)).rejects.toMatchObject({ code: 'SHOPIFY_UNREACHABLE' })
  hub.shop.faults.clear()
  await apply(hub)
  expect(await stored(hub)).toMatchObject([{ state: 'applied' }])
})

/** A server that hands what it gets to the hub, as the web server does. */
async function listener(hub: ShopAndHub) {
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', part => parts.push(part))
    request.on('end', () => {
      receive(hub, request.headers as Record<string, string>, Buffer.concat(parts)).then(
        () => response.writeHead(200).end(),
        () => response.writeHead(401).end(),
      )
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/webhooks`,
    [Symbol.asyncDispose]: () => new Promise<void>(resolve => server.close(() => resolve())),
  }
}

test('subscriptions are made once and made again when Shopify dropped one', async () => {
  await using hub = await shopAndHub()
  const url = 'http://127.0.0.1:9/webhooks'
  expect(await keepSubscriptions(hub.client, url, everything)).toEqual({
    refused: new Map(),
    unknown: 0,
    removed: [],
  })
  expect(
    hub.shop.webhooks
      .subscriptions()
      .map(one => one.topic)
      .sort(),
  ).toEqual([...topics].sort())
  await keepSubscriptions(hub.client, url, everything)
  expect(hub.shop.webhooks.subscriptions().length).toBe(topics.length)
})

test('twice, late and reordered webhooks end in the same state', async () => {
  await using hub = await shopAndHub()
  await using server = await listener(hub)
  await keepSubscriptions(hub.client, server.url, everything)
  hub.shop.faults.set({ kind: 'webhook-twice', times: 2 })
  hub.shop.faults.set({ kind: 'webhook-reordered', times: 1, operation: 'ORDERS_UPDATED' })
  const placed = hub.shop.createOrder(order)
  hub.shop.cancelOrder(placed.name)
  await hub.shop.webhooks.settled()
  await apply(hub)
  const rows = await stored(hub)
  expect(rows.length).toBeGreaterThan(2)
  expect(new Set(rows.map(row => row.state))).toEqual(new Set(['applied']))
  // It was cancelled before the first was applied: no till ever hears of it.
  expect(await hub.db.selectFrom('pickup').selectAll().execute()).toEqual([])
  const second = hub.shop.createOrder(order)
  await hub.shop.webhooks.settled()
  await apply(hub)
  hub.shop.cancelOrder(second.name)
  await hub.shop.webhooks.settled()
  await apply(hub)
  expect(await hub.db.selectFrom('pickup').select(['order_name', 'state']).execute()).toEqual([
    { order_name: second.name, state: 'cancelled' },
  ])
})

test('a webhook that never comes is found by the poll', async () => {
  await using hub = await shopAndHub()
  await hub.poll()
  const placed = hub.shop.createOrder(order)
  await hub.poll()
  expect(await hub.db.selectFrom('pickup').select(['order_name', 'state']).execute()).toEqual([
    { order_name: placed.name, state: 'received' },
  ])
  hub.advance(2_000)
  hub.shop.cancelOrder(placed.name)
  await hub.poll()
  expect(await hub.db.selectFrom('pickup').select('state').execute()).toEqual([{ state: 'cancelled' }])
})

test('an order that the search index shows late is found by the overlap', async () => {
  await using hub = await shopAndHub()
  hub.shop.createOrder(order)
  hub.shop.faults.set({ kind: 'search-lag', ms: 60_000, operation: 'orders' })
  await hub.poll()
  expect(await hub.db.selectFrom('pickup').selectAll().execute()).toEqual([])
  hub.advance(120_000)
  hub.shop.createOrder(order)
  await hub.poll()
  expect((await hub.db.selectFrom('pickup').selectAll().execute()).length).toBe(2)
})

test('an order whose fulfilment orders come later is asked for again', async () => {
  await using hub = await shopAndHub({ sandbox: { routingDelayMs: 3_600_000 } })
  const placed = hub.shop.createOrder(order)
  await hub.poll()
  await hub.restart()
  await hub.poll()
  expect(await hub.db.selectFrom('pickup').selectAll().execute()).toEqual([])
  hub.advance(3_600_000)
  hub.shop.advanceClock(0)
  await hub.shop.webhooks.settled()
  await hub.poll()
  expect(await hub.db.selectFrom('pickup').select('order_name').execute()).toEqual([
    { order_name: placed.name },
  ])
})

test('a topic counts only as Shopify writes it; every one that the hub subscribes to does', async () => {
  await using hub = await shopAndHub()
  const body = '{"admin_graphql_api_id":"gid://shopify/Order/1"}'
  const foreign = { code: webhookForeign.code }
  for (const topic of [
    'Orders/updated',
    'orders/UPDATED',
    'orders_updated',
    'ORDERS_UPDATED',
    'orders/updated/',
  ])
    await expect(receive(hub, signed(body, topic, topic), bytes(body))).rejects.toMatchObject(foreign)
  const asSent = topics.map(topic => topicHeader(topic))
  const levels: string[] = []
  const take = (said: string) => void levels.push(said)
  for (const topic of asSent) await receive(hub, signed(body, topic, topic), bytes(body), { take })
  const rows = asSent.filter(topic => topic !== 'inventory_levels/update') // which is gathered
  expect((await stored(hub)).map(({ topic }) => topic).sort()).toEqual(rows.toSorted())
  expect(levels).toEqual([body])
})

test('failed webhooks go with their time, and only the newest are kept', async () => {
  await using hub = await shopAndHub()
  for (let n = 0; n < 6; n += 1) {
    const body = `{"n":${n}}`
    await receive(hub, signed(body, 'orders/updated', `e${n}`), bytes(body))
    const received_at = 1_000 * (n + 1)
    await transaction(hub.db, tx =>
      tx.updateTable('webhook').set({ received_at }).where('event_id', '=', `e${n}`).execute(),
    )
  }
  await apply(hub)
  const left = async () => (await stored(hub)).map(({ state, event_id }) => `${event_id} ${state}`)
  const [, second] = await stored(hub)
  await pruneWebhooks(hub.db, Number(second?.received_at))
  expect(await left()).toEqual(['e1 failed', 'e2 failed', 'e3 failed', 'e4 failed', 'e5 failed'])
  await pruneWebhooks(hub.db, 0, 3)
  expect(await left()).toEqual(['e3 failed', 'e4 failed', 'e5 failed'])
})

test('while a secret is being replaced, webhooks signed with either are taken; an empty one signs nothing', async () => {
  await using hub = await shopAndHub({ settings: { webhookSecrets: () => ['new', secret, ''] } })
  const body = (number: number) => `{"admin_graphql_api_id":"gid://shopify/Order/${number}"}`
  await receive(hub, signed(body(1), 'orders/create', 'e1', 'new'), bytes(body(1)))
  await receive(hub, signed(body(2), 'orders/create', 'e2', secret), bytes(body(2)))
  await expect(
    receive(hub, signed(body(3), 'orders/create', 'e3', ''), bytes(body(3))),
  ).rejects.toMatchObject({ code: webhookForged.code })
  expect(await stored(hub)).toHaveLength(2)
})
