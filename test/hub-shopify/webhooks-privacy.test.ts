import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { openException } from '../../hub/checks/exceptions.ts'
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

test('a redaction removes one customer from pickups, tills, webhooks and exceptions, and no other', async () => {
  await using hub = await shopAndHub()
  const { first } = await twoOrders(hub)
  const unreadable = { code: 'order-unreadable', subject: first.id, store: null } as const
  await transaction(hub.db, tx =>
    openException(
      tx,
      { ...unreadable, fields: { order: '#1', problem: '' }, evidence: { order: { customer: ada } } },
      1,
    ),
  )
  await acked(hub)
  await tell(hub, 'customers/redact', redaction(first.id))
  await apply(hub)
  const told = await hub.db
    .selectFrom('command')
    .select('body')
    .orderBy('seq', 'desc')
    .executeTakeFirstOrThrow()
  expect(JSON.parse(told.body)).toMatchObject({ kind: 'pickup.put', customer: { name: '', phoneEnd: null } })
  const left = await everything(hub)
  expect(left).not.toMatch(/Ada Byron|1815|ada@example/)
  expect(left).toContain('Bob Sykes')
})

test('ids that look like payment cards are understood, and a redaction that is told twice is done twice', async () => {
  await using hub = await shopAndHub()
  const { first } = await twoOrders(hub)
  const id = 'gid://shopify/Order/5900000000402'
  await transaction(hub.db, async tx => {
    await tx.updateTable('pickup').set({ order_id: id }).where('order_id', '=', first.id).execute()
    await tx.updateTable('webhook').set({ subject: id }).where('subject', '=', first.id).execute()
  })
  const unreadable = { code: 'order-unreadable', subject: id, store: null } as const
  const fields = { order: '#1', problem: '' }
  const evidence = { order: { customer: ada } }
  await transaction(hub.db, tx => openException(tx, { ...unreadable, fields, evidence }, 1))
  await acked(hub)
  for (let time = 0; time < 2; time += 1) {
    await tell(hub, 'customers/redact', { ...redaction(id), customer: { id: 5_900_000_000_402 } })
    await apply(hub)
    hub.advance(120_000)
  }
  await apply(hub)
  expect(await everything(hub)).not.toMatch(/Ada Byron|1815|ada@example/)
  expect((await openExceptions(hub)).map(({ kind }) => kind)).toEqual(['order-unreadable'])
})

test('what a till has not acked yet is redacted once it has; the chain of its commands stays whole', async () => {
  await using hub = await shopAndHub()
  const { first } = await twoOrders(hub)
  const before = await hub.db.selectFrom('command').select(['seq', 'hash', 'body']).execute()
  await tell(hub, 'customers/redact', redaction(first.id))
  await apply(hub)
  const since = await hub.db.selectFrom('command').select(['seq', 'hash', 'body']).execute()
  expect(since).toEqual(expect.arrayContaining(before))
  await acked(hub)
  hub.advance(10 * 60_000)
  await apply(hub)
  expect(await everything(hub)).not.toMatch(/Ada Byron|1815|ada@example/)
  expect(
    await hub.db.selectFrom('webhook').select('state').where('topic', '=', 'customers/redact').execute(),
  ).toEqual([{ state: 'applied' }])
})

test('a request for data is one exception that lists what is held; a later redaction removes that too', async () => {
  await using hub = await shopAndHub()
  const { first } = await twoOrders(hub)
  const request = { customer: { id: 191 }, orders_requested: [number(first.id)], data_request: { id: 9 } }
  await tell(hub, 'customers/data_request', request)
  await apply(hub)
  const [open] = await openExceptions(hub)
  expect(open).toMatchObject({
    kind: 'customer-data-request',
    owner: 'ops',
    sentence: expect.stringMatching(/191.*request 9.*#1001/),
  })
  expect(JSON.parse(open?.evidence_json ?? '')).toMatchObject({
    held: [{ order: '#1001', name: 'Ada Byron', phoneEnd: '1815' }],
  })
  await acked(hub)
  await tell(hub, 'customers/redact', redaction(first.id))
  await apply(hub)
  expect(await everything(hub)).not.toMatch(/Ada Byron|1815/)
})

test('after the app was removed the whole shop is redacted, without asking Shopify', async () => {
  await using hub = await shopAndHub()
  await twoOrders(hub)
  await acked(hub)
  hub.shop.app.uninstall()
  await tell(hub, 'shop/redact', { shop_id: 1, shop_domain: 'x.myshopify.com' })
  await apply(hub)
  expect(await everything(hub)).not.toMatch(/Ada Byron|Bob Sykes|1815|2727/)
})

test.each([
  ['customers/redact', { customer: 7 }],
  ['customers/data_request', { orders_requested: 'all' }],
])('%s that can’t be read is named, without what it says of a person', async (topic, body) => {
  await using hub = await shopAndHub()
  await tell(hub, topic, { ...body, email: 'ada@example.com' })
  await apply(hub)
  const open = await openExceptions(hub)
  expect(open).toMatchObject([{ kind: 'webhook-unreadable', subject: topic }])
  expect(JSON.stringify(open)).not.toContain('ada@')
})

test.each([
  ['customers/redact', {}],
  ['customers/redact', { customer: null, orders_to_redact: [] }],
  ['customers/data_request', { customer: { id: null } }],
])('%s with less in it than usual is answered', async (topic, body) => {
  await using hub = await shopAndHub()
  await twoOrders(hub)
  await tell(hub, topic, body)
  await apply(hub)
  expect((await openExceptions(hub)).filter(({ kind }) => kind === 'webhook-unreadable')).toEqual([])
  expect(await everything(hub)).toContain('Ada Byron')
})
