import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  ADJUST,
  adjustment,
  at,
  clientSecret,
  fulfillmentOrders,
  openReceiver,
  openShop,
  SUBSCRIBE,
  subscribe,
  type TestShop,
} from './harness.ts'

const customer = { name: 'Ada' }
const oneMug = { location: 'HAR', lines: [{ sku: 'MUG-BLU', quantity: 1 }], customer }

async function adjust(shop: TestShop, key: string): Promise<void> {
  await shop.data(ADJUST, { input: adjustment(await shop.item('MUG-BLU'), -1), key })
}

test('a webhook is signed over its raw body and says what it is about', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop()
  await subscribe(shop, receiver, 'ORDERS_CREATE')
  shop.sandbox.createOrder(oneMug)
  await shop.sandbox.webhooks.settled()
  const [hook] = receiver.hooks
  expect(hook?.headers).toMatchObject({
    'content-type': 'application/json',
    'x-shopify-topic': 'orders/create',
    'x-shopify-shop-domain': 'small.myshopify.com',
    'x-shopify-api-version': '2026-10',
    'x-shopify-hmac-sha256': createHmac('sha256', clientSecret)
      .update(hook?.raw ?? '')
      .digest('base64'),
    'x-shopify-webhook-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    'x-shopify-event-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    'x-shopify-triggered-at': expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  })
  expect(hook?.body).toMatchObject({
    name: '#1001',
    financial_status: 'paid',
    fulfillment_status: null,
    line_items: [{ sku: 'MUG-BLU', quantity: 1, price: '16.90' }],
  })
})

test('a pickup order tells its whole life', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop()
  await subscribe(
    shop,
    receiver,
    'ORDERS_CREATE',
    'ORDERS_UPDATED',
    'ORDERS_CANCELLED',
    'ORDERS_FULFILLED',
    'FULFILLMENTS_CREATE',
    'FULFILLMENT_ORDERS_ORDER_ROUTING_COMPLETE',
    'FULFILLMENT_ORDERS_LINE_ITEMS_PREPARED_FOR_PICKUP',
    'INVENTORY_LEVELS_UPDATE',
    'PRODUCTS_UPDATE',
  )
  const { name } = shop.sandbox.createOrder(oneMug)
  const [fo] = await fulfillmentOrders(shop, name)
  const id = fo?.id
  await shop.data(
    'mutation($id: ID!) { fulfillmentOrderLineItemsPreparedForPickup(input: { lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: $id }] }) { userErrors { message } } }',
    { id },
  )
  await shop.data(
    'mutation($id: ID!) { fulfillmentCreate(fulfillment: { lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: $id }] }) { userErrors { message } } }',
    { id },
  )
  shop.sandbox.createOrder({ ...oneMug, name: 'second' })
  shop.sandbox.cancelOrder('second')
  await shop.data(
    'mutation($id: ID!) { inventoryItemUpdate(id: $id, input: { sku: "MUG-NEW" }) { userErrors { message } } }',
    {
      id: await shop.item('MUG-BLU'),
    },
  )
  await shop.sandbox.webhooks.settled()
  expect(new Set(receiver.topics())).toEqual(
    new Set([
      'orders/create',
      'orders/updated',
      'orders/cancelled',
      'orders/fulfilled',
      'fulfillments/create',
      'fulfillment_orders/order_routing_complete',
      'fulfillment_orders/line_items_prepared_for_pickup',
      'inventory_levels/update',
      'products/update',
    ]),
  )
  const prepared = receiver.hooks.find(hook => hook.topic.endsWith('prepared_for_pickup'))
  expect(prepared?.body).toMatchObject({
    fulfillment_order: { id, preparable: true, delivery_method: { method_type: 'pick_up' } },
  })
})

test('an inventory webhook shows the stock of when it is sent, and our own writes echo', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop()
  await subscribe(shop, receiver, 'INVENTORY_LEVELS_UPDATE')
  shop.sandbox.faults.set({ kind: 'webhook-late', times: 2, ms: 1000 })
  await adjust(shop, 'a')
  await adjust(shop, 'b')
  shop.sandbox.advanceClock(1000)
  await shop.sandbox.webhooks.settled()
  expect(receiver.hooks.map(hook => at(hook.body, 'available'))).toEqual([8, 8])
  expect(receiver.hooks[0]?.body).toMatchObject({ location_id: 101 })
})

test('a failed delivery is tried again with the same ids and body until it is taken', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop({ webhookRetryMs: [5, 5, 5, 5, 5, 5, 5, 5] })
  await subscribe(shop, receiver, 'ORDERS_CREATE')
  receiver.answerWith(500, 301, 404)
  shop.sandbox.createOrder(oneMug)
  await expect.poll(() => receiver.hooks.length).toBe(4)
  await expect.poll(() => shop.sandbox.webhooks.pending()).toEqual([])
  expect(new Set(receiver.hooks.map(hook => hook.raw)).size).toBe(1)
  expect(new Set(receiver.hooks.map(hook => hook.headers['x-shopify-event-id'])).size).toBe(1)
  expect(shop.sandbox.webhooks.subscriptions()).toHaveLength(1)
})

test('an endpoint that answers too late has failed', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop({ webhookTimeoutMs: 50, webhookRetryMs: [5] })
  await subscribe(shop, receiver, 'ORDERS_CREATE')
  receiver.answerWith(0)
  shop.sandbox.createOrder(oneMug)
  await expect.poll(() => receiver.hooks.length).toBe(2)
  await expect.poll(() => shop.sandbox.webhooks.pending()).toEqual([])
  expect(shop.sandbox.state().log.filter(entry => entry.what === 'webhook')).toMatchObject([
    { status: 'timed out' },
    { status: 200 },
  ])
})

test('after eight failed retries the subscription is gone', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop({ webhookRetryMs: [1, 1, 1, 1, 1, 1, 1, 1] })
  await subscribe(shop, receiver, 'ORDERS_CREATE', 'ORDERS_UPDATED')
  receiver.answerWith(...Array.from({ length: 400 }, () => 503)) // more than all updates together are tried
  shop.sandbox.createOrder({ ...oneMug })
  await expect.poll(() => shop.sandbox.webhooks.subscriptions()).toEqual([])
  expect(receiver.hooks.filter(hook => hook.topic === 'orders/create')).toHaveLength(9)
  const data = await shop.data('{ webhookSubscriptions(first: 5) { nodes { id } } }')
  expect(data).toEqual({ webhookSubscriptions: { nodes: [] } })
})

test('subscriptions go to this machine only, once per topic and address, and can be deleted', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop()
  const errors = async (uri: string): Promise<unknown> =>
    at(await shop.data(SUBSCRIBE, { topic: 'ORDERS_CREATE', uri }), 'webhookSubscriptionCreate', 'userErrors')
  expect(await errors('https://hooks.example.com/x')).toHaveLength(1)
  expect(await errors('http://127.0.0.1.example.com/x')).toHaveLength(1)
  expect(await errors(receiver.url)).toEqual([])
  expect(await errors(receiver.url)).toMatchObject([
    { message: 'Address for this topic has already been taken' },
  ])
  const [held] = shop.sandbox.webhooks.subscriptions()
  const id = `gid://shopify/WebhookSubscription/${held?.id}`
  const gone = await shop.data(
    'mutation($id: ID!) { webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { message } } }',
    { id },
  )
  expect(gone).toEqual({ webhookSubscriptionDelete: { deletedWebhookSubscriptionId: id, userErrors: [] } })
  shop.sandbox.createOrder(oneMug)
  await shop.sandbox.webhooks.settled()
  expect(receiver.hooks).toEqual([])
})

test('webhooks can come twice, out of order, or not at all', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop()
  await subscribe(shop, receiver, 'ORDERS_CREATE')
  const names = (): unknown => receiver.hooks.map(hook => at(hook.body, 'name'))

  shop.sandbox.faults.set({ kind: 'webhook-twice', operation: 'ORDERS_CREATE' })
  shop.sandbox.createOrder({ ...oneMug, name: 'twice' })
  await shop.sandbox.webhooks.settled()
  expect(names()).toEqual(['twice', 'twice'])
  const ids = receiver.hooks.map(hook => hook.headers)
  expect(ids[0]?.['x-shopify-event-id']).toBe(ids[1]?.['x-shopify-event-id'])
  expect(ids[0]?.['x-shopify-webhook-id']).not.toBe(ids[1]?.['x-shopify-webhook-id'])

  shop.sandbox.faults.set({ kind: 'webhook-silent' })
  shop.sandbox.createOrder({ ...oneMug, name: 'silent' })
  shop.sandbox.faults.set({ kind: 'webhook-reordered' })
  shop.sandbox.createOrder({ ...oneMug, name: 'earlier' })
  await shop.sandbox.webhooks.settled()
  shop.sandbox.createOrder({ ...oneMug, name: 'later' })
  await shop.sandbox.webhooks.settled()
  expect(names()).toEqual(['twice', 'twice', 'later', 'earlier'])
})

test('includeFields cuts the body', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop()
  await shop.data(
    'mutation($uri: String!) { webhookSubscriptionCreate(topic: ORDERS_CREATE, webhookSubscription: { uri: $uri, includeFields: ["id", "name"] }) { userErrors { message } } }',
    { uri: receiver.url },
  )
  shop.sandbox.createOrder(oneMug)
  await shop.sandbox.webhooks.settled()
  expect(Object.keys(receiver.hooks[0]?.body ?? {})).toEqual(['id', 'name'])
})
