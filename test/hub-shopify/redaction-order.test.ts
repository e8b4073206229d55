import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { intakeTurns } from '../../hub/shopify/orders/intake-turns.ts'
import { storeWebhook } from '../../hub/shopify/webhooks/receive.ts'
import { runWebhooks } from '../../hub/shopify/webhooks/webhook-worker.ts'
import { noLevels, openExceptions, type ShopAndHub, secret, shopAndHub } from './shop-and-hub.ts'

const ada = { name: 'Ada Byron', phone: '+49 40 1815' }
const bob = { name: 'Bob Sykes', phone: '+49 40 2727' }
const lines = [{ sku: 'MUG-BLU', quantity: 1 }]
const number = (gid: string) => Number(gid.replace(/^.*\//, ''))

let events = 0

async function tell(hub: ShopAndHub, topic: string, body: object): Promise<void> {
  events += 1
  const text = JSON.stringify(body)
  const headers = {
    'x-shopify-topic': topic,
    'x-shopify-event-id': `e${events}`,
    'x-shopify-shop-domain': 'tillbridge-sandbox.myshopify.com',
    'x-shopify-hmac-sha256': createHmac('sha256', secret).update(text).digest('base64'),
  }
  const { db, settings, client, signals, world } = hub
  const part = { db, settings, address: client.address, signals, levels: noLevels, now: world.clock.now }
  await storeWebhook(part, headers, new TextEncoder().encode(text))
}

function apply(hub: ShopAndHub): Promise<void> {
  const { db, client, signals, world } = hub
  const others = { onLocations: async () => undefined, onItems: () => undefined, onApp: () => undefined }
  return runWebhooks({ db, client, signals, world, turns: intakeTurns(), now: world.clock.now, ...others })
}

/** Every text of the database that could name a customer. */
async function everything({ db }: ShopAndHub): Promise<string> {
  const tables = ['pickup', 'command', 'webhook', 'exception'] as const
  const rows = await Promise.all(tables.map(table => db.selectFrom(table).selectAll().execute()))
  return JSON.stringify(rows)
}

/** Two orders of two customers, with webhooks that told of them. */
async function twoOrders(hub: ShopAndHub) {
  const [first, second] = [
    hub.shop.createOrder({ location: 'HAR', lines, customer: ada }),
    hub.shop.createOrder({ location: 'HAR', lines, customer: bob }),
  ]
  for (const [order, who] of [
    [first, ada],
    [second, bob],
  ] as const)
    await tell(hub, 'orders/create', { id: number(order.id), admin_graphql_api_id: order.id, customer: who })
  await apply(hub)
  return { first, second }
}

const acked = ({ db }: ShopAndHub) =>
  transaction(db, tx =>
    tx
      .updateTable('stream_out')
      .set(e => ({ acked_epoch: e.ref('epoch'), acked_seq: e.ref('seq') }))
      .execute(),
  )

const redaction = (order: string) => ({
  shop_domain: 'x.myshopify.com',
  customer: { id: 191, email: 'ada@example.com', phone: ada.phone },
  orders_to_redact: [number(order)],
})

const evidence = async (hub: ShopAndHub) =>
  JSON.stringify(
    await hub.db.selectFrom('exception').select(['kind', 'evidence_json', 'fields_json']).execute(),
  )

test('a well-formed order webhook that could not be applied twelve times is set aside with its body; a redaction removes that', async () => {
  await using hub = await shopAndHub()
  const { first } = await twoOrders(hub)
  await acked(hub)
  const { read } = hub.client
  Object.assign(hub.client, { read: () => Promise.reject(new Error('something unforeseen')) })
  await tell(hub, 'orders/updated', {
    id: number(first.id),
    admin_graphql_api_id: first.id,
    customer: ada,
    email: 'ada@example.com',
  })
  for (let run = 0; run < 14; run += 1) {
    await apply(hub)
    hub.advance(11 * 60_000)
  }
  Object.assign(hub.client, { read })
  expect(await openExceptions(hub)).toMatchObject([{ kind: 'webhook-unreadable' }])
  await tell(hub, 'customers/redact', redaction(first.id))
  await apply(hub)
  expect(await evidence(hub)).not.toMatch(/Ada Byron|ada@example|1815/)
})

test('the same for a fulfillment webhook, and shop/redact', async () => {
  await using hub = await shopAndHub()
  await tell(hub, 'fulfillments/create', {
    id: 5,
    order_id: 'x',
    destination: { first_name: 'Ada Byron', phone: ada.phone },
    email: 'ada@example.com',
  })
  await apply(hub)
  expect(await openExceptions(hub)).toMatchObject([{ kind: 'webhook-unreadable' }])
  await tell(hub, 'shop/redact', { shop_id: 1, shop_domain: 'x.myshopify.com' })
  await apply(hub)
  expect(await evidence(hub)).not.toMatch(/Ada Byron|ada@example|1815/)
})

test('a redaction that Shopify posts before the hub knows the order, and again after (same words, another event)', async () => {
  await using hub = await shopAndHub()
  const order = hub.shop.createOrder({ location: 'HAR', lines, customer: ada })
  await tell(hub, 'customers/redact', redaction(order.id))
  await apply(hub)
  await tell(hub, 'orders/create', { id: number(order.id), admin_graphql_api_id: order.id })
  await apply(hub)
  await acked(hub)
  expect(await everything(hub)).not.toMatch(/Ada Byron|1815/)
  hub.advance(86_400_000)
  await tell(hub, 'customers/redact', redaction(order.id))
  for (let i = 0; i < 5; i += 1) {
    await apply(hub)
    hub.advance(11 * 60_000)
  }
  expect(
    await hub.db.selectFrom('webhook').select('state').where('topic', '=', 'customers/redact').execute(),
  ).toEqual([{ state: 'applied' }])
  const pickups = await hub.db.selectFrom('pickup').selectAll().execute()
  expect(JSON.stringify(pickups)).not.toMatch(/Ada Byron|1815/)
})

test('an order webhook that Shopify delivers late, after the redaction, keeps nothing of the customer', async () => {
  await using hub = await shopAndHub()
  const { first } = await twoOrders(hub)
  await acked(hub)
  await tell(hub, 'customers/redact', redaction(first.id))
  await apply(hub)
  await acked(hub)
  await tell(hub, 'orders/updated', {
    id: number(first.id),
    admin_graphql_api_id: first.id,
    customer: ada,
    email: 'ada@example.com',
  })
  await apply(hub)
  await acked(hub)
  const hooks = await hub.db.selectFrom('webhook').selectAll().execute()
  expect(JSON.stringify(hooks)).not.toMatch(/Ada Byron|ada@example|1815/)
})

test('a data request that comes twice under two event ids is one exception about that customer', async () => {
  await using hub = await shopAndHub()
  const { first } = await twoOrders(hub)
  const request = { customer: { id: 191 }, orders_requested: [number(first.id)], data_request: { id: 9 } }
  await tell(hub, 'customers/data_request', request)
  await apply(hub)
  hub.advance(2 * 60_000)
  await tell(hub, 'customers/data_request', request)
  await apply(hub)
  hub.advance(2 * 60_000)
  await apply(hub)
  expect((await openExceptions(hub)).map(({ subject }) => subject)).toEqual(['gid://shopify/Customer/191'])
})

test('an open pickup is redacted and stays so when the order is read again', async () => {
  await using hub = await shopAndHub()
  const { first } = await twoOrders(hub)
  await acked(hub)
  await tell(hub, 'customers/redact', redaction(first.id))
  await apply(hub)
  await acked(hub)
  hub.advance(60_000)
  await hub.poll()
  await tell(hub, 'orders/updated', { id: number(first.id), admin_graphql_api_id: first.id })
  await apply(hub)
  const pickups = await hub.db.selectFrom('pickup').selectAll().execute()
  expect(JSON.stringify(pickups)).not.toMatch(/Ada Byron|1815/)
})

test('a waiting redaction of one shop and shop/redact', async () => {
  await using hub = await shopAndHub()
  const { first } = await twoOrders(hub)
  await tell(hub, 'customers/redact', redaction(first.id))
  await apply(hub)
  await tell(hub, 'shop/redact', { shop_id: 1, shop_domain: 'x.myshopify.com' })
  await apply(hub)
  await acked(hub)
  hub.advance(11 * 60_000)
  await apply(hub)
  expect(await everything(hub)).not.toMatch(/Ada Byron|Bob Sykes|1815|ada@example/)
})

test('a hub restored from a backup of before the redaction: the customer is redacted again', async () => {
  await using hub = await shopAndHub()
  const { first } = await twoOrders(hub)
  await acked(hub)
  await hub.backUp()
  await tell(hub, 'customers/redact', redaction(first.id))
  await apply(hub)
  await acked(hub)
  hub.advance(11 * 60_000)
  await apply(hub)
  expect(JSON.stringify(await hub.db.selectFrom('pickup').selectAll().execute())).not.toMatch(
    /Ada Byron|1815/,
  )
  await hub.putBack()
  // put off while the clock was years ahead
  await transaction(hub.db, tx => tx.updateTable('redacted_order').set({ again_at: 9e12 }).execute())
  for (let i = 0; i < 3; i += 1) {
    await apply(hub)
    hub.advance(11 * 60_000)
  }
  expect(JSON.stringify(await hub.db.selectFrom('pickup').selectAll().execute())).not.toMatch(
    /Ada Byron|1815/,
  )
})

test('a redaction that names very many orders is done', async () => {
  await using hub = await shopAndHub()
  const { first } = await twoOrders(hub)
  await acked(hub)
  const many = Array.from({ length: 1_200 }, (_, index) => 7_000_000_000_000 + index)
  await tell(hub, 'customers/redact', {
    ...redaction(first.id),
    orders_to_redact: [number(first.id), ...many],
  })
  for (let run = 0; run < 14; run += 1) {
    await apply(hub)
    await acked(hub)
    hub.advance(11 * 60_000)
  }
  expect(
    await hub.db
      .selectFrom('webhook')
      .select(['state', 'problem'])
      .where('topic', '=', 'customers/redact')
      .execute(),
  ).toEqual([{ state: 'applied', problem: null }])
  expect(JSON.stringify(await hub.db.selectFrom('pickup').selectAll().execute())).not.toMatch(
    /Ada Byron|1815/,
  )
})
