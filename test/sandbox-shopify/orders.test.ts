import { expect, test } from 'vitest'
import {
  at,
  fulfillmentOrders,
  handClock,
  harbour,
  levels,
  market,
  openShop,
  type TestShop,
} from './harness.ts'

const customer = { name: 'Ada Lovelace', email: 'ada@example.com' }
const PREPARE = `mutation($id: ID!) { fulfillmentOrderLineItemsPreparedForPickup(input: { lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: $id }] }) {
  userErrors { code field message } } }`
const FULFIL = `mutation($parts: [FulfillmentOrderLineItemsInput!]!) { fulfillmentCreate(fulfillment: { lineItemsByFulfillmentOrder: $parts }) {
  fulfillment { id status displayStatus totalQuantity location { id } } userErrors { field message } } }`
const MOVE = `mutation($id: ID!, $to: ID!, $lines: [FulfillmentOrderLineItemInput!]) {
  fulfillmentOrderMove(id: $id, newLocationId: $to, fulfillmentOrderLineItems: $lines) {
    movedFulfillmentOrder { id status assignedLocation { location { id } } } originalFulfillmentOrder { id status }
    userErrors { code message } } }`
const SPLIT = `mutation($splits: [FulfillmentOrderSplitInput!]!) { fulfillmentOrderSplit(fulfillmentOrderSplits: $splits) {
  fulfillmentOrderSplits { fulfillmentOrder { id } remainingFulfillmentOrder { id lineItems(first: 5) { nodes { sku totalQuantity } } } }
  userErrors { code field } } }`
const HOLD = `mutation($id: ID!, $hold: FulfillmentOrderHoldInput!) { fulfillmentOrderHold(id: $id, fulfillmentHold: $hold) {
  fulfillmentHold { id handle reason heldByRequestingApp } fulfillmentOrder { id status } remainingFulfillmentOrder { id status }
  userErrors { code } } }`
const RELEASE = `mutation($id: ID!, $holds: [ID!]) { fulfillmentOrderReleaseHold(id: $id, holdIds: $holds) {
  fulfillmentOrder { status fulfillmentHolds { id } } userErrors { code } } }`
const CANCEL = `mutation($id: ID!, $restock: Boolean!) { orderCancel(orderId: $id, reason: CUSTOMER, restock: $restock, refund: true) {
  job { id done } orderCancelUserErrors { code message } } }`

function orderTwo(shop: TestShop) {
  return shop.sandbox.createOrder({
    location: 'HAR',
    lines: [
      { sku: 'MUG-BLU', quantity: 3 },
      { sku: 'PLATE', quantity: 1 },
    ],
    customer,
  })
}

async function firstFo(shop: TestShop, name: string) {
  const [first] = await fulfillmentOrders(shop, name)
  if (first === undefined) throw new Error(`${name} has no fulfilment order`)
  return first
}

test('a pickup order commits stock and gets its fulfilment order at the store', async () => {
  await using shop = await openShop()
  const { name } = orderTwo(shop)
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 7, committed: 3, on_hand: 10 })
  const fo = await firstFo(shop, name)
  expect(fo).toMatchObject({
    status: 'OPEN',
    requestStatus: 'UNSUBMITTED',
    assignedLocation: { name: 'Harbour Street', location: { id: harbour } },
    deliveryMethod: { methodType: 'PICK_UP' },
    lineItems: {
      nodes: [
        { sku: 'MUG-BLU', totalQuantity: 3, remainingQuantity: 3 },
        { sku: 'PLATE', remainingQuantity: 1 },
      ],
    },
  })
  expect(fo.supportedActions.map(({ action }) => action)).toEqual([
    'CREATE_FULFILLMENT',
    'MOVE',
    'HOLD',
    'SPLIT',
  ])
  const data =
    await shop.data(`{ orders(first: 1) { nodes { name sourceName confirmed displayFinancialStatus displayFulfillmentStatus
    customer { displayName } totalPriceSet { shopMoney { amount currencyCode } } totalTaxSet { shopMoney { amount } }
    lineItems(first: 5) { nodes { sku quantity originalUnitPriceSet { shopMoney { amount } } } } } } }`)
  expect(at(data, 'orders', 'nodes', 0)).toEqual({
    name,
    sourceName: 'web',
    confirmed: true,
    displayFinancialStatus: 'PAID',
    displayFulfillmentStatus: 'UNFULFILLED',
    customer: { displayName: 'Ada Lovelace' },
    totalPriceSet: { shopMoney: { amount: '78.7', currencyCode: 'EUR' } },
    totalTaxSet: { shopMoney: { amount: '12.56' } },
    lineItems: {
      nodes: [
        { sku: 'MUG-BLU', quantity: 3, originalUnitPriceSet: { shopMoney: { amount: '16.9' } } },
        { sku: 'PLATE', quantity: 1, originalUnitPriceSet: { shopMoney: { amount: '28.0' } } },
      ],
    },
  })
})

test('fulfilment orders come a moment after the order', async () => {
  const clock = handClock()
  await using shop = await openShop({ now: clock.now, routingDelayMs: 1000 })
  const { name } = orderTwo(shop)
  await shop.sandbox.webhooks.settled()
  expect(await fulfillmentOrders(shop, name)).toEqual([])
  shop.sandbox.advanceClock(1000)
  await shop.sandbox.webhooks.settled()
  expect(await fulfillmentOrders(shop, name)).toHaveLength(1)
})

test('what is not there cannot be ordered, unless two shoppers are quicker than the shop', async () => {
  await using shop = await openShop()
  const order = { location: 'MKT', lines: [{ sku: 'MUG-OAT', quantity: 6 }], customer }
  expect(() => shop.sandbox.createOrder(order)).toThrow('5 left at Market Square')
  shop.sandbox.createOrder({ ...order, oversell: true })
  expect(await levels(shop, 'MUG-OAT', market)).toMatchObject({ available: -1, committed: 6, on_hand: 5 })
})

test('ready is said once for a whole fulfilment order', async () => {
  await using shop = await openShop()
  const fo = await firstFo(shop, orderTwo(shop).name)
  const codes = async (id: string): Promise<unknown> =>
    at(await shop.data(PREPARE, { id }), 'fulfillmentOrderLineItemsPreparedForPickup', 'userErrors')
  expect(await codes('gid://shopify/FulfillmentOrder/1')).toMatchObject([
    { code: 'FULFILLMENT_ORDER_INVALID' },
  ])
  expect(await codes(fo.id)).toEqual([])
  expect(await codes(fo.id)).toMatchObject([{ code: 'NO_LINE_ITEMS_TO_PREPARE_FOR_FULFILLMENT_ORDER' }])
})

test('collecting lowers committed and on_hand, in parts or at once', async () => {
  await using shop = await openShop()
  const { name } = orderTwo(shop)
  const fo = await firstFo(shop, name)
  const [mugs] = fo.lineItems.nodes
  const part = await shop.data(FULFIL, {
    parts: [{ fulfillmentOrderId: fo.id, fulfillmentOrderLineItems: [{ id: mugs?.id, quantity: 1 }] }],
  })
  expect(at(part, 'fulfillmentCreate')).toMatchObject({
    fulfillment: {
      status: 'SUCCESS',
      displayStatus: 'PICKED_UP',
      totalQuantity: 1,
      location: { id: harbour },
    },
    userErrors: [],
  })
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 7, committed: 2, on_hand: 9 })
  expect(shop.sandbox.order(name).fulfillmentStatus).toBe('PARTIALLY_FULFILLED')
  const tooMany = await shop.data(FULFIL, {
    parts: [{ fulfillmentOrderId: fo.id, fulfillmentOrderLineItems: [{ id: mugs?.id, quantity: 3 }] }],
  })
  expect(at(tooMany, 'fulfillmentCreate')).toMatchObject({ fulfillment: null, userErrors: [{}] })

  await shop.data(FULFIL, { parts: [{ fulfillmentOrderId: fo.id }] })
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 7, committed: 0, on_hand: 7 })
  expect(await firstFo(shop, name)).toMatchObject({ status: 'CLOSED', supportedActions: [] })
  expect(shop.sandbox.order(name).fulfillmentStatus).toBe('FULFILLED')
  const again = await shop.data(FULFIL, { parts: [{ fulfillmentOrderId: fo.id }] })
  expect(at(again, 'fulfillmentCreate', 'fulfillment')).toBeNull()
})

test('a cancelled fulfilment commits the goods again, in a new fulfilment order', async () => {
  await using shop = await openShop()
  const { name } = orderTwo(shop)
  const fo = await firstFo(shop, name)
  const made = await shop.data(FULFIL, { parts: [{ fulfillmentOrderId: fo.id }] })
  const id = at(made, 'fulfillmentCreate', 'fulfillment', 'id')
  const cancel =
    'mutation($id: ID!) { fulfillmentCancel(id: $id) { fulfillment { status } userErrors { message } } }'
  expect(await shop.data(cancel, { id })).toEqual({
    fulfillmentCancel: { fulfillment: { status: 'CANCELLED' }, userErrors: [] },
  })
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 7, committed: 3, on_hand: 10 })
  const orders = await fulfillmentOrders(shop, name)
  expect(orders.map(({ status }) => status)).toEqual(['CLOSED', 'OPEN'])
  expect(orders[1]?.lineItems.nodes.map(({ remainingQuantity }) => remainingQuantity)).toEqual([3, 1])
  expect(at(await shop.data(cancel, { id }), 'fulfillmentCancel', 'userErrors')).toHaveLength(1)
})

test('a whole fulfilment order keeps its id when moved, and takes the promise with it', async () => {
  await using shop = await openShop()
  const { name } = shop.sandbox.createOrder({
    location: 'HAR',
    lines: [{ sku: 'MUG-BLU', quantity: 3 }],
    customer,
  })
  const fo = await firstFo(shop, name)
  const data = await shop.data(MOVE, { id: fo.id, to: market })
  expect(at(data, 'fulfillmentOrderMove')).toEqual({
    movedFulfillmentOrder: { id: fo.id, status: 'OPEN', assignedLocation: { location: { id: market } } },
    originalFulfillmentOrder: { id: fo.id, status: 'OPEN' },
    userErrors: [],
  })
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 10, committed: 0 })
  expect(await levels(shop, 'MUG-BLU', market)).toMatchObject({ available: 17, committed: 3, on_hand: 20 })
})

test('a place that does not stock an item cannot take it, and says so beforehand', async () => {
  await using shop = await openShop()
  const fo = await firstFo(shop, orderTwo(shop).name)
  const asked = await shop.data(
    'query($id: ID!) { fulfillmentOrder(id: $id) { locationsForMove(first: 5) { nodes { movable location { id } } } } }',
    { id: fo.id },
  )
  expect(at(asked, 'fulfillmentOrder', 'locationsForMove', 'nodes')).toEqual([
    { movable: false, location: { id: market } },
  ])
  const moved = await shop.data(MOVE, { id: fo.id, to: market })
  expect(at(moved, 'fulfillmentOrderMove', 'userErrors')).toEqual([
    { code: null, message: 'Cannot change location.' },
  ])
})

test('moving a part mints an id; a second part joins the first in yet another', async () => {
  await using shop = await openShop()
  const { name } = orderTwo(shop)
  const fo = await firstFo(shop, name)
  const part = (quantity: number) => ({
    id: fo.id,
    to: market,
    lines: [{ id: fo.lineItems.nodes[0]?.id, quantity }],
  })
  const first = at(await shop.data(MOVE, part(1)), 'fulfillmentOrderMove', 'movedFulfillmentOrder', 'id')
  expect(first).not.toBe(fo.id)
  const second = at(await shop.data(MOVE, part(1)), 'fulfillmentOrderMove', 'movedFulfillmentOrder', 'id')
  expect(second).not.toBe(first)
  const orders = await fulfillmentOrders(shop, name)
  expect(orders.map(({ id, status }) => ({ id, status }))).toEqual([
    { id: fo.id, status: 'OPEN' },
    { id: first, status: 'CLOSED' },
    { id: second, status: 'OPEN' },
  ])
  expect(orders[2]?.lineItems.nodes).toMatchObject([{ sku: 'MUG-BLU', totalQuantity: 2 }])
  expect(await levels(shop, 'MUG-BLU', market)).toMatchObject({ available: 18, committed: 2 })
})

test('a split leaves the rest in the original', async () => {
  await using shop = await openShop()
  const { name } = orderTwo(shop)
  const fo = await firstFo(shop, name)
  const [mugs] = fo.lineItems.nodes
  const split = (lines: readonly object[]) =>
    shop.data(SPLIT, { splits: [{ fulfillmentOrderId: fo.id, fulfillmentOrderLineItems: lines }] })
  for (const [code, lines] of [
    ['NO_LINE_ITEMS_PROVIDED_TO_SPLIT', []],
    ['GREATER_THAN', [{ id: mugs?.id, quantity: 0 }]],
    ['INVALID_LINE_ITEM_QUANTITY', [{ id: mugs?.id, quantity: 4 }]],
  ] as const) {
    expect(at(await split(lines), 'fulfillmentOrderSplit', 'userErrors')).toMatchObject([{ code }])
  }
  const done = await split([{ id: mugs?.id, quantity: 2 }])
  expect(at(done, 'fulfillmentOrderSplit', 'fulfillmentOrderSplits', 0)).toMatchObject({
    fulfillmentOrder: { id: fo.id },
    remainingFulfillmentOrder: { lineItems: { nodes: [{ sku: 'MUG-BLU', totalQuantity: 2 }] } },
  })
  expect((await firstFo(shop, name)).lineItems.nodes.map(({ totalQuantity }) => totalQuantity)).toEqual([
    1, 1,
  ])
})

test('a hold stops collection; each handle once; releasing without ids releases everybody', async () => {
  await using shop = await openShop()
  const { name } = orderTwo(shop)
  const fo = await firstFo(shop, name)
  const hold = { reason: 'INVENTORY_OUT_OF_STOCK', handle: 'short' }
  const held = await shop.data(HOLD, { id: fo.id, hold })
  expect(at(held, 'fulfillmentOrderHold')).toMatchObject({
    fulfillmentHold: { handle: 'short', reason: 'INVENTORY_OUT_OF_STOCK', heldByRequestingApp: true },
    fulfillmentOrder: { id: fo.id, status: 'ON_HOLD' },
    remainingFulfillmentOrder: null,
  })
  expect(at(await shop.data(HOLD, { id: fo.id, hold }), 'fulfillmentOrderHold', 'userErrors')).toEqual([
    { code: 'DUPLICATE_FULFILLMENT_HOLD_HANDLE' },
  ])
  shop.sandbox.holdOrder(name)
  const collect = await shop.data(FULFIL, { parts: [{ fulfillmentOrderId: fo.id }] })
  expect(at(collect, 'fulfillmentCreate', 'userErrors')).toHaveLength(1)
  const ours = [at(held, 'fulfillmentOrderHold', 'fulfillmentHold', 'id')]
  const released = await shop.data(RELEASE, { id: fo.id, holds: ours })
  expect(at(released, 'fulfillmentOrderReleaseHold', 'fulfillmentOrder')).toMatchObject({
    status: 'ON_HOLD',
    fulfillmentHolds: [{}],
  })
  const all = await shop.data(RELEASE, { id: fo.id })
  expect(at(all, 'fulfillmentOrderReleaseHold', 'fulfillmentOrder')).toEqual({
    status: 'OPEN',
    fulfillmentHolds: [],
  })
})

test('holding a line splits the rest off', async () => {
  await using shop = await openShop()
  const { name } = orderTwo(shop)
  const fo = await firstFo(shop, name)
  const hold = {
    reason: 'INVENTORY_OUT_OF_STOCK',
    fulfillmentOrderLineItems: [{ id: fo.lineItems.nodes[0]?.id, quantity: 1 }],
  }
  const held = await shop.data(HOLD, { id: fo.id, hold })
  expect(at(held, 'fulfillmentOrderHold')).toMatchObject({
    fulfillmentOrder: { status: 'ON_HOLD' },
    remainingFulfillmentOrder: { status: 'OPEN' },
  })
  const units = (await fulfillmentOrders(shop, name)).map(one =>
    one.lineItems.nodes.map(({ remainingQuantity }) => remainingQuantity),
  )
  expect(units).toEqual([[1], [2, 1]])
})

test.each([
  [true, { available: 10, committed: 0, on_hand: 10 }],
  [false, { available: 7, committed: 0, on_hand: 7 }],
])('orderCancel is a job; with restock %s', async (restock, stock) => {
  const clock = handClock()
  await using shop = await openShop({ now: clock.now, cancelDelayMs: 2000 })
  const { id, name } = orderTwo(shop)
  const asked = await shop.data(CANCEL, { id, restock })
  expect(at(asked, 'orderCancel')).toMatchObject({ job: { done: false }, orderCancelUserErrors: [] })
  expect(shop.sandbox.order(name).cancelledAt).toBeNull()
  shop.sandbox.advanceClock(2000)
  await shop.sandbox.webhooks.settled()
  const done = await shop.data('query($id: ID!) { job(id: $id) { done } }', {
    id: at(asked, 'orderCancel', 'job', 'id'),
  })
  expect(done).toEqual({ job: { done: true } })
  const order = await shop.data(
    'query($id: ID!) { order(id: $id) { cancelledAt cancelReason displayFinancialStatus currentTotalPriceSet { shopMoney { amount } } } }',
    { id },
  )
  expect(order).toEqual({
    order: {
      cancelledAt: '2026-11-03T09:00:02Z',
      cancelReason: 'CUSTOMER',
      displayFinancialStatus: 'REFUNDED',
      currentTotalPriceSet: { shopMoney: { amount: '0.0' } },
    },
  })
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject(stock)
  expect((await firstFo(shop, name)).status).toBe('CANCELLED')
  const again = await shop.data(CANCEL, { id, restock })
  expect(at(again, 'orderCancel')).toMatchObject({ job: null, orderCancelUserErrors: [{ code: 'INVALID' }] })
})

test('an order that was collected cannot be cancelled', async () => {
  await using shop = await openShop()
  const { id, name } = orderTwo(shop)
  await shop.data(FULFIL, { parts: [{ fulfillmentOrderId: (await firstFo(shop, name)).id }] })
  expect(
    at(await shop.data(CANCEL, { id, restock: true }), 'orderCancel', 'orderCancelUserErrors'),
  ).toMatchObject([{ code: 'INVALID' }])
})

test('orderCreate makes a pickup order from its shipping line; stock is left alone unless asked', async () => {
  await using shop = await openShop()
  const create = `mutation($order: OrderCreateOrderInput!, $options: OrderCreateOptionsInput) { orderCreate(order: $order, options: $options) {
    order { name fulfillmentOrders(first: 1) { nodes { deliveryMethod { methodType } assignedLocation { name } } } } userErrors { code } } }`
  const variants = await shop.data('{ productVariants(first: 1, query: "sku:PLATE") { nodes { id } } }')
  const order = {
    lineItems: [{ variantId: at(variants, 'productVariants', 'nodes', 0, 'id'), quantity: 2 }],
    shippingLines: [
      {
        title: 'Pickup at Harbour Street',
        code: 'pickup',
        priceSet: { shopMoney: { amount: '0.00', currencyCode: 'EUR' } },
      },
    ],
  }
  const bypass = await shop.data(create, { order })
  expect(at(bypass, 'orderCreate', 'order', 'fulfillmentOrders', 'nodes')).toEqual([
    { deliveryMethod: { methodType: 'PICK_UP' }, assignedLocation: { name: 'Harbour Street' } },
  ])
  expect(await levels(shop, 'PLATE', harbour)).toMatchObject({ available: 8, committed: 0 })
  await shop.data(create, { order, options: { inventoryBehaviour: 'DECREMENT_OBEYING_POLICY' } })
  expect(await levels(shop, 'PLATE', harbour)).toMatchObject({ available: 6, committed: 2 })
  const named = { ...order, customAttributes: [{ key: 'pickup_location', value: 'Market Square' }] }
  const refused = await shop.data(create, {
    order: named,
    options: { inventoryBehaviour: 'DECREMENT_OBEYING_POLICY' },
  })
  expect(at(refused, 'orderCreate', 'userErrors')).toEqual([{ code: 'INVENTORY_CLAIM_FAILED' }])
})

test('orders are found by time, delivery method, name and status, in the order asked for', async () => {
  const clock = handClock()
  await using shop = await openShop({ now: clock.now })
  const names = ['first', 'second', 'third'].map(name => {
    clock.advance(60_000)
    return shop.sandbox.createOrder({
      location: 'HAR',
      lines: [{ sku: 'PLATE', quantity: 1 }],
      customer,
      name,
    }).name
  })
  clock.advance(60_000)
  shop.sandbox.cancelOrder('first')
  const find = async (args: string): Promise<unknown> =>
    (
      at(
        await shop.data(`{ orders(first: 10, ${args}) { nodes { name } } }`),
        'orders',
        'nodes',
      ) as readonly { name: string }[]
    ).map(({ name }) => name)
  expect(await find('sortKey: PROCESSED_AT')).toEqual(names)
  expect(await find('sortKey: UPDATED_AT')).toEqual(['second', 'third', 'first'])
  expect(await find('sortKey: UPDATED_AT, reverse: true')).toEqual(['first', 'third', 'second'])
  expect(await find(`query: "updated_at:>'2026-11-03T09:02:00Z'"`)).toEqual(['first', 'third'])
  expect(await find(`query: "updated_at:>='2026-11-03T09:02:00Z' AND status:open"`)).toEqual([
    'second',
    'third',
  ])
  expect(await find('query: "delivery_method:pick-up status:cancelled"')).toEqual(['first'])
  expect(await find('query: "name:second"')).toEqual(['second'])
  expect(await find('query: "delivery_method:shipping"')).toEqual([])
  const fos = await shop.data(
    `{ fulfillmentOrders(first: 5, query: "assigned_location_id:101") { nodes { orderName } } }`,
  )
  expect(at(fos, 'fulfillmentOrders', 'nodes')).toEqual([{ orderName: 'second' }, { orderName: 'third' }])
})

test('an order older than sixty days needs read_all_orders, and names need approval', async () => {
  const clock = handClock()
  await using shop = await openShop({
    now: clock.now,
    scopes: ['read_orders', 'read_customers'],
    customerData: false,
    deniedCustomerData: 'null',
  })
  orderTwo(shop)
  const query = '{ orders(first: 5) { nodes { customer { firstName } email } } }'
  expect(at(await shop.data(query), 'orders', 'nodes')).toEqual([
    { customer: { firstName: null }, email: null },
  ])
  clock.advance(60 * 24 * 3_600_000)
  expect(at(await shop.data(query), 'orders', 'nodes')).toEqual([])
})
