import { expect, test } from 'vitest'
import {
  at,
  fulfillmentOrders,
  handClock,
  harbour,
  levels,
  market,
  openReceiver,
  openShop,
  subscribe,
  type TestShop,
} from './harness.ts'

const customer = { name: 'Ada Lovelace', email: 'ada@example.com' }

function only(shop: TestShop, name: string): number {
  return Number(shop.sandbox.order(name).fulfillmentOrders[0]?.id.split('/').at(-1))
}

test('an order with two pickup points and a shipment has a fulfilment order for each place', async () => {
  await using shop = await openShop()
  const { name } = shop.sandbox.createOrder({
    lines: [
      { sku: 'MUG-BLU', quantity: 1, to: 'HAR' },
      { sku: 'MUG-OAT', quantity: 1, to: 'MKT' },
      { sku: 'MUG-BLU', quantity: 25, to: 'ship' },
    ],
    customer,
  })
  const shown = shop.sandbox.order(name).fulfillmentOrders.map(({ location, method, lines }) => ({
    location,
    method,
    units: lines.map(line => line.remaining),
  }))
  // The harbour has 9 mugs left after the pickup, so the shipment is split over both.
  expect(shown).toEqual([
    { location: 'HAR', method: 'PICK_UP', units: [1] },
    { location: 'MKT', method: 'PICK_UP', units: [1] },
    { location: 'HAR', method: 'SHIPPING', units: [9] },
    { location: 'MKT', method: 'SHIPPING', units: [16] },
  ])
  expect(await levels(shop, 'MUG-BLU', market)).toMatchObject({ available: 4, committed: 16 })
  const data = await shop.data(
    '{ orders(first: 5, query: "delivery_method:pick-up") { nodes { requiresShipping shippingLines(first: 5) { nodes { title } } } } }',
  )
  expect(at(data, 'orders', 'nodes')).toEqual([
    {
      requiresShipping: true,
      shippingLines: {
        nodes: [{ title: 'Harbour Street' }, { title: 'Market Square' }, { title: 'Standard' }],
      },
    },
  ])
})

test('the switch deliveryMethodFilter: only the first group of a mixed order is found', async () => {
  await using shop = await openShop({ deliveryMethodFilter: 'first-group' })
  const lines = [
    { sku: 'MUG-BLU', quantity: 1, to: 'ship' },
    { sku: 'MUG-OAT', quantity: 1, to: 'MKT' },
  ]
  shop.sandbox.createOrder({ lines, customer })
  const found = async (method: string): Promise<unknown> =>
    at(
      await shop.data(`{ orders(first: 5, query: "delivery_method:${method}") { nodes { name } } }`),
      'orders',
      'nodes',
    )
  expect(await found('pick-up')).toEqual([])
  expect(await found('shipping')).toHaveLength(1)
})

test('a shipment that is nowhere in stock as a whole cannot be ordered', async () => {
  await using shop = await openShop()
  const order = { lines: [{ sku: 'MUG-OAT', quantity: 11 }], customer }
  expect(() => shop.sandbox.createOrder(order)).toThrow('left at')
})

test.each([
  ['refuse', ['CANNOT_MOVE_FULFILLMENT_ORDER_WITH_REPORTED_PROGRESS']],
  ['allow', []],
] as const)('what is laid out may be moved: %s', async (moveStarted, codes) => {
  await using shop = await openShop({ moveStarted })
  const { name } = shop.sandbox.createOrder({
    location: 'HAR',
    lines: [{ sku: 'MUG-BLU', quantity: 2 }],
    customer,
  })
  shop.sandbox.act(name, { do: 'ready' })
  const [fo] = await fulfillmentOrders(shop, name)
  const moved = await shop.data(
    'mutation($id: ID!, $to: ID!) { fulfillmentOrderMove(id: $id, newLocationId: $to) { userErrors { code } } }',
    { id: fo?.id, to: market },
  )
  const errors = at(moved, 'fulfillmentOrderMove', 'userErrors') as readonly { code: string }[]
  expect(errors.map(({ code }) => code)).toEqual(codes)
  expect(fo?.supportedActions.some(({ action }) => action === 'MOVE')).toBe(moveStarted === 'allow')
})

test('progress is reported, blocks a move, and is taken back', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop()
  await subscribe(
    shop,
    receiver,
    'FULFILLMENT_ORDERS_PROGRESS_REPORTED',
    'FULFILLMENT_ORDERS_MANUALLY_REPORTED_PROGRESS_STOPPED',
  )
  const { name } = shop.sandbox.createOrder({ lines: [{ sku: 'MUG-BLU', quantity: 2 }], customer })
  const fulfilmentOrder = only(shop, name)
  shop.sandbox.act(name, { do: 'progress', fulfilmentOrder })
  expect(() => shop.sandbox.act(name, { do: 'move', fulfilmentOrder, to: 'MKT' })).toThrow(
    'reported progress',
  )
  shop.sandbox.act(name, { do: 'open', fulfilmentOrder })
  shop.sandbox.act(name, { do: 'move', fulfilmentOrder, to: 'MKT' })
  await shop.sandbox.webhooks.settled()
  expect(receiver.topics()).toHaveLength(2)
  const pickup = shop.sandbox.createOrder({
    location: 'HAR',
    lines: [{ sku: 'PLATE', quantity: 1 }],
    customer,
  })
  expect(() =>
    shop.sandbox.act(pickup.name, { do: 'progress', fulfilmentOrder: only(shop, pickup.name) }),
  ).toThrow('delivery method')
})

test('split parts are merged again; the emptied one is closed', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop()
  await subscribe(shop, receiver, 'FULFILLMENT_ORDERS_MERGED')
  const { name } = shop.sandbox.createOrder({
    location: 'HAR',
    lines: [{ sku: 'MUG-BLU', quantity: 3 }],
    customer,
  })
  const fulfilmentOrder = only(shop, name)
  const after = shop.sandbox.act(name, {
    do: 'split',
    fulfilmentOrder,
    lines: [{ line: 'MUG-BLU', quantity: 2 }],
  })
  const ids = after.fulfillmentOrders.map(one => Number(one.id.split('/').at(-1)))
  const [first] = await fulfillmentOrders(shop, name)
  expect(first?.supportedActions.map(({ action }) => action)).toContain('MERGE')
  const merged = shop.sandbox.act(name, { do: 'merge', fulfilmentOrders: ids })
  expect(merged.fulfillmentOrders).toMatchObject([
    { status: 'OPEN', lines: [{ total: 3, remaining: 3 }] },
    { status: 'CLOSED', lines: [] },
  ])
  await shop.sandbox.webhooks.settled()
  expect(receiver.hooks).toHaveLength(1)
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ committed: 3 })
})

const CANCEL_FO = `mutation($id: ID!) { fulfillmentOrderCancel(id: $id) { fulfillmentOrder { status } replacementFulfillmentOrder { status } userErrors { message } } }`

test('a fulfilment order in progress can be closed as incomplete; a store cannot cancel its own', async () => {
  await using shop = await openShop()
  const { name } = shop.sandbox.createOrder({
    location: 'HAR',
    lines: [{ sku: 'MUG-BLU', quantity: 2 }],
    customer,
  })
  const fulfilmentOrder = only(shop, name)
  expect(() => shop.sandbox.act(name, { do: 'close', fulfilmentOrder })).toThrow('not in progress')
  shop.sandbox.act(name, { do: 'fulfil', lines: [{ line: 'MUG-BLU', quantity: 1 }] })
  const id = shop.sandbox.order(name).fulfillmentOrders[0]?.id
  expect(at(await shop.data(CANCEL_FO, { id }), 'fulfillmentOrderCancel', 'userErrors')).toHaveLength(1)
  expect(shop.sandbox.act(name, { do: 'close', fulfilmentOrder }).fulfillmentOrders).toMatchObject([
    { status: 'INCOMPLETE' },
  ])
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ committed: 1 })
  expect(() => shop.sandbox.act(name, { do: 'fulfil', fulfilmentOrder })).toThrow('closed')
})

test('the switch cancelFulfillmentOrder: replaced by a new one', async () => {
  await using shop = await openShop({ cancelFulfillmentOrder: 'replace' })
  const { name } = shop.sandbox.createOrder({
    location: 'HAR',
    lines: [{ sku: 'MUG-BLU', quantity: 2 }],
    customer,
  })
  const id = shop.sandbox.order(name).fulfillmentOrders[0]?.id
  expect(at(await shop.data(CANCEL_FO, { id }), 'fulfillmentOrderCancel')).toMatchObject({
    fulfillmentOrder: { status: 'CANCELLED' },
    replacementFulfillmentOrder: { status: 'OPEN' },
  })
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ committed: 2 })
})

test('a pre-order is scheduled, can be put off, and opens on its day', async () => {
  await using receiver = await openReceiver()
  const clock = handClock()
  await using shop = await openShop({ now: clock.now })
  await subscribe(
    shop,
    receiver,
    'FULFILLMENT_ORDERS_RESCHEDULED',
    'FULFILLMENT_ORDERS_SCHEDULED_FULFILLMENT_ORDER_READY',
  )
  const day = 24 * 3_600_000
  const lines = [{ sku: 'MUG-BLU', quantity: 1 }]
  const { name } = shop.sandbox.createOrder({
    location: 'HAR',
    lines,
    customer,
    fulfillAt: clock.now() + day,
  })
  const status = (): unknown => shop.sandbox.order(name).fulfillmentOrders[0]?.status
  expect([status(), shop.sandbox.order(name).fulfillmentStatus]).toEqual(['SCHEDULED', 'SCHEDULED'])
  expect(() => shop.sandbox.act(name, { do: 'fulfil', fulfilmentOrder: only(shop, name) })).toThrow(
    'scheduled',
  )
  shop.sandbox.act(name, { do: 'reschedule', fulfilmentOrder: only(shop, name), at: clock.now() + 2 * day })
  shop.sandbox.advanceClock(day)
  await shop.sandbox.webhooks.settled()
  expect(status()).toBe('SCHEDULED')
  shop.sandbox.advanceClock(day)
  await shop.sandbox.webhooks.settled()
  expect(status()).toBe('OPEN')
  await expect
    .poll(() => receiver.topics())
    .toEqual(['fulfillment_orders/rescheduled', 'fulfillment_orders/scheduled_fulfillment_order_ready'])
})

test('260 lines and 25 fulfilment orders come in pages', async () => {
  await using shop = await openShop()
  const many = shop.sandbox.createOrder({
    location: 'HAR',
    lines: [],
    customItems: Array.from({ length: 260 }, (_, index) => ({
      title: `Item ${index}`,
      priceMinor: 100,
      quantity: 1,
    })),
    customer,
  })
  const PAGE = `query($id: ID!, $after: String) { order(id: $id) { lineItems(first: 250, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }`
  const first = at(await shop.data(PAGE, { id: many.id }), 'order', 'lineItems')
  expect([(at(first, 'nodes') as readonly object[]).length, at(first, 'pageInfo', 'hasNextPage')]).toEqual([
    250,
    true,
  ])
  const rest = await shop.data(PAGE, { id: many.id, after: at(first, 'pageInfo', 'endCursor') })
  expect(at(rest, 'order', 'lineItems', 'nodes')).toHaveLength(10)
  const split = shop.sandbox.createOrder({
    location: 'MKT',
    lines: [{ sku: 'MUG-BLU', quantity: 20 }],
    customer,
    oversell: true,
  })
  const heap = shop.sandbox.createOrder({
    location: 'HAR',
    lines: [{ sku: 'MUG-BLU', quantity: 25 }],
    customer,
    oversell: true,
  })
  for (let left = 24; left > 0; left -= 1)
    shop.sandbox.act(heap.name, {
      do: 'split',
      fulfilmentOrder: only(shop, heap.name),
      lines: [{ line: 'MUG-BLU', quantity: 1 }],
    })
  expect(shop.sandbox.order(heap.name).fulfillmentOrders).toHaveLength(25)
  expect(shop.sandbox.order(split.name).fulfillmentOrders).toHaveLength(1)
  const FOS = `query($id: ID!) { order(id: $id) { fulfillmentOrders(first: 20) { nodes { id } pageInfo { hasNextPage } } } }`
  expect(at(await shop.data(FOS, { id: heap.id }), 'order', 'fulfillmentOrders', 'pageInfo')).toEqual({
    hasNextPage: true,
  })
})

test('holds of other apps come and go by webhook, and only all of them release', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop()
  await subscribe(
    shop,
    receiver,
    'FULFILLMENT_HOLDS_ADDED',
    'FULFILLMENT_HOLDS_RELEASED',
    'FULFILLMENT_ORDERS_HOLD_RELEASED',
  )
  const { name } = shop.sandbox.createOrder({
    location: 'HAR',
    lines: [{ sku: 'MUG-BLU', quantity: 1 }],
    customer,
  })
  shop.sandbox.act(name, { do: 'ready' })
  shop.sandbox.act(name, { do: 'hold', reason: 'AWAITING_PAYMENT' })
  expect(shop.sandbox.order(name).fulfillmentStatus).toBe('ON_HOLD')
  expect(shop.sandbox.act(name, { do: 'release' }).fulfillmentOrders).toMatchObject([
    { status: 'IN_PROGRESS', prepared: true },
  ])
  await shop.sandbox.webhooks.settled()
  expect([...receiver.topics()].sort()).toEqual([
    'fulfillment_holds/added',
    'fulfillment_holds/released',
    'fulfillment_orders/hold_released',
  ])
})
