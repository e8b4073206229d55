import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import {
  ada,
  adasRedaction,
  applyWebhooks,
  everyText,
  mug,
  numberOf,
  ofAda,
  ofBob,
  ordersOfAdaAndBob,
  tellWebhook,
  tillsAcked,
} from './customers-of-orders.ts'
import { openExceptions, type ShopAndHub, shopAndHub } from './shop-and-hub.ts'

const evidence = async (hub: ShopAndHub) =>
  JSON.stringify(
    await hub.db.selectFrom('exception').select(['kind', 'evidence_json', 'fields_json']).execute(),
  )

test('a well-formed order webhook that could not be applied twelve times is set aside with its body; a redaction removes that', async () => {
  await using hub = await shopAndHub()
  const { first } = await ordersOfAdaAndBob(hub)
  await tillsAcked(hub)
  const { read } = hub.client
  Object.assign(hub.client, { read: () => Promise.reject(new Error('something unforeseen')) })
  await tellWebhook(hub, 'orders/updated', {
    id: numberOf(first.id),
    admin_graphql_api_id: first.id,
    customer: ada,
    email: 'ada@example.com',
  })
  for (let run = 0; run < 14; run += 1) {
    await applyWebhooks(hub)
    hub.advance(11 * 60_000)
  }
  Object.assign(hub.client, { read })
  expect(await openExceptions(hub)).toMatchObject([{ kind: 'webhook-unreadable' }])
  await tellWebhook(hub, 'customers/redact', adasRedaction(first.id))
  await applyWebhooks(hub)
  expect(await evidence(hub)).not.toMatch(ofAda)
})

test('the same for a fulfillment webhook, and shop/redact', async () => {
  await using hub = await shopAndHub()
  await tellWebhook(hub, 'fulfillments/create', {
    id: 5,
    order_id: 'x',
    destination: { first_name: 'Ada Byron', phone: ada.phone },
    email: 'ada@example.com',
  })
  await applyWebhooks(hub)
  expect(await openExceptions(hub)).toMatchObject([{ kind: 'webhook-unreadable' }])
  await tellWebhook(hub, 'shop/redact', { shop_id: 1, shop_domain: 'x.myshopify.com' })
  await applyWebhooks(hub)
  expect(await evidence(hub)).not.toMatch(ofAda)
})

test('a redaction that Shopify posts before the hub knows the order, and again after (same words, another event)', async () => {
  await using hub = await shopAndHub()
  const order = hub.shop.createOrder({ location: 'HAR', lines: mug, customer: ada })
  await tellWebhook(hub, 'customers/redact', adasRedaction(order.id))
  await applyWebhooks(hub)
  await tellWebhook(hub, 'orders/create', { id: numberOf(order.id), admin_graphql_api_id: order.id })
  await applyWebhooks(hub)
  await tillsAcked(hub)
  expect(await everyText(hub)).not.toMatch(ofAda)
  hub.advance(86_400_000)
  await tellWebhook(hub, 'customers/redact', adasRedaction(order.id))
  for (let i = 0; i < 5; i += 1) {
    await applyWebhooks(hub)
    hub.advance(11 * 60_000)
  }
  expect(
    await hub.db.selectFrom('webhook').select('state').where('topic', '=', 'customers/redact').execute(),
  ).toEqual([{ state: 'applied' }])
  const pickups = await hub.db.selectFrom('pickup').selectAll().execute()
  expect(JSON.stringify(pickups)).not.toMatch(ofAda)
})

test('an order webhook that Shopify delivers late, after the redaction, keeps nothing of the customer', async () => {
  await using hub = await shopAndHub()
  const { first } = await ordersOfAdaAndBob(hub)
  await tillsAcked(hub)
  await tellWebhook(hub, 'customers/redact', adasRedaction(first.id))
  await applyWebhooks(hub)
  await tillsAcked(hub)
  await tellWebhook(hub, 'orders/updated', {
    id: numberOf(first.id),
    admin_graphql_api_id: first.id,
    customer: ada,
    email: 'ada@example.com',
  })
  await applyWebhooks(hub)
  await tillsAcked(hub)
  const hooks = await hub.db.selectFrom('webhook').selectAll().execute()
  expect(JSON.stringify(hooks)).not.toMatch(ofAda)
})

test('a data request that comes twice under two event ids is one exception about that customer', async () => {
  await using hub = await shopAndHub()
  const { first } = await ordersOfAdaAndBob(hub)
  const request = { customer: { id: 191 }, orders_requested: [numberOf(first.id)], data_request: { id: 9 } }
  await tellWebhook(hub, 'customers/data_request', request)
  await applyWebhooks(hub)
  hub.advance(2 * 60_000)
  await tellWebhook(hub, 'customers/data_request', request)
  await applyWebhooks(hub)
  hub.advance(2 * 60_000)
  await applyWebhooks(hub)
  expect((await openExceptions(hub)).map(({ subject }) => subject)).toEqual(['gid://shopify/Customer/191'])
})

test('an open pickup is redacted and stays so when the order is read again', async () => {
  await using hub = await shopAndHub()
  const { first } = await ordersOfAdaAndBob(hub)
  await tillsAcked(hub)
  await tellWebhook(hub, 'customers/redact', adasRedaction(first.id))
  await applyWebhooks(hub)
  await tillsAcked(hub)
  hub.advance(60_000)
  await hub.poll()
  await tellWebhook(hub, 'orders/updated', { id: numberOf(first.id), admin_graphql_api_id: first.id })
  await applyWebhooks(hub)
  const pickups = await hub.db.selectFrom('pickup').selectAll().execute()
  expect(JSON.stringify(pickups)).not.toMatch(ofAda)
})

test('a waiting redaction of one shop and shop/redact', async () => {
  await using hub = await shopAndHub()
  const { first } = await ordersOfAdaAndBob(hub)
  await tellWebhook(hub, 'customers/redact', adasRedaction(first.id))
  await applyWebhooks(hub)
  await tellWebhook(hub, 'shop/redact', { shop_id: 1, shop_domain: 'x.myshopify.com' })
  await applyWebhooks(hub)
  await tillsAcked(hub)
  hub.advance(11 * 60_000)
  await applyWebhooks(hub)
  for (const theirs of [ofAda, ofBob]) expect(await everyText(hub)).not.toMatch(theirs)
})

test('a hub restored from a backup of before the redaction: the customer is redacted again', async () => {
  await using hub = await shopAndHub()
  const { first } = await ordersOfAdaAndBob(hub)
  await tillsAcked(hub)
  await hub.backUp()
  await tellWebhook(hub, 'customers/redact', adasRedaction(first.id))
  await applyWebhooks(hub)
  await tillsAcked(hub)
  hub.advance(11 * 60_000)
  await applyWebhooks(hub)
  expect(JSON.stringify(await hub.db.selectFrom('pickup').selectAll().execute())).not.toMatch(ofAda)
  await hub.putBack()
  // put off while the clock was years ahead
  await transaction(hub.db, tx => tx.updateTable('redacted_order').set({ again_at: 9e12 }).execute())
  for (let i = 0; i < 3; i += 1) {
    await applyWebhooks(hub)
    hub.advance(11 * 60_000)
  }
  expect(JSON.stringify(await hub.db.selectFrom('pickup').selectAll().execute())).not.toMatch(ofAda)
})

test('a redaction that names very many orders is done', async () => {
  await using hub = await shopAndHub()
  const { first } = await ordersOfAdaAndBob(hub)
  await tillsAcked(hub)
  const many = Array.from({ length: 1_200 }, (_, index) => 7_000_000_000_000 + index)
  await tellWebhook(hub, 'customers/redact', {
    ...adasRedaction(first.id),
    orders_to_redact: [numberOf(first.id), ...many],
  })
  for (let run = 0; run < 14; run += 1) {
    await applyWebhooks(hub)
    await tillsAcked(hub)
    hub.advance(11 * 60_000)
  }
  expect(
    await hub.db
      .selectFrom('webhook')
      .select(['state', 'problem'])
      .where('topic', '=', 'customers/redact')
      .execute(),
  ).toEqual([{ state: 'applied', problem: null }])
  expect(JSON.stringify(await hub.db.selectFrom('pickup').selectAll().execute())).not.toMatch(ofAda)
})
