import { expect, test } from 'vitest'
import {
  at,
  fulfillmentOrders,
  harbour,
  levels,
  openReceiver,
  openShop,
  subscribe,
  type TestShop,
} from './harness.ts'

const customer = { name: 'Ada Lovelace', email: 'ada@example.com' }
const BEGIN = `mutation($id: ID!) { orderEditBegin(id: $id) {
  calculatedOrder { id lineItems(first: 5) { nodes { id sku quantity editableQuantity } } totalOutstandingSet { shopMoney { amount } } }
  orderEditSession { id } userErrors { message } } }`
const SET = `mutation($id: ID!, $line: ID!, $quantity: Int!, $restock: Boolean) {
  orderEditSetQuantity(id: $id, lineItemId: $line, quantity: $quantity, restock: $restock) {
    calculatedOrder { totalPriceSet { shopMoney { amount } } totalOutstandingSet { shopMoney { amount } } }
    calculatedLineItem { quantity restocking } userErrors { field message } } }`
const ADD = `mutation($id: ID!, $variant: ID!, $quantity: Int!) { orderEditAddVariant(id: $id, variantId: $variant, quantity: $quantity) {
  calculatedLineItem { sku quantity } userErrors { message } } }`
const CUSTOM = `mutation($id: ID!) { orderEditAddCustomItem(id: $id, title: "Engraving", quantity: 1, price: { amount: "5.00", currencyCode: EUR }) {
  calculatedLineItem { title } userErrors { message } } }`
const COMMIT = `mutation($id: ID!) { orderEditCommit(id: $id, notifyCustomer: false, staffNote: "short") {
  order { edited displayFinancialStatus totalOutstandingSet { shopMoney { amount } } currentTotalPriceSet { shopMoney { amount } }
    originalTotalPriceSet { shopMoney { amount } } lineItems(first: 9) { nodes { sku title quantity currentQuantity unfulfilledQuantity } } }
  userErrors { message } } }`

/** Three mugs and a plate at the harbour. */
function place(shop: TestShop) {
  return shop.sandbox.createOrder({
    location: 'HAR',
    lines: [
      { sku: 'MUG-BLU', quantity: 3 },
      { sku: 'PLATE', quantity: 1 },
    ],
    customer,
  })
}

async function begin(shop: TestShop, orderId: string) {
  const data = await shop.data(BEGIN, { id: orderId })
  const edit = at(data, 'orderEditBegin', 'calculatedOrder') as {
    id: string
    lineItems: { nodes: readonly { id: string; sku: string; quantity: number; editableQuantity: number }[] }
  }
  return {
    id: edit.id,
    session: at(data, 'orderEditBegin', 'orderEditSession', 'id'),
    lines: edit.lineItems.nodes,
  }
}

async function variantId(shop: TestShop, sku: string): Promise<unknown> {
  const data = await shop.data(
    'query($q: String!) { productVariants(first: 1, query: $q) { nodes { id } } }',
    {
      q: `sku:${sku}`,
    },
  )
  return at(data, 'productVariants', 'nodes', 0, 'id')
}

test('a line made shorter gives its stock back and leaves money to pay back; nothing happens before the commit', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop()
  await subscribe(shop, receiver, 'ORDERS_EDITED')
  const order = place(shop)
  const edit = await begin(shop, order.id)
  expect(edit.lines).toMatchObject([
    { sku: 'MUG-BLU', quantity: 3, editableQuantity: 3 },
    { sku: 'PLATE', quantity: 1 },
  ])
  const set = await shop.data(SET, { id: edit.session, line: edit.lines[0]?.id, quantity: 1, restock: true })
  expect(at(set, 'orderEditSetQuantity')).toMatchObject({
    calculatedOrder: { totalOutstandingSet: { shopMoney: { amount: '-33.8' } } },
    calculatedLineItem: { quantity: 1, restocking: true },
  })
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 7, committed: 3 })
  const committed = await shop.data(COMMIT, { id: edit.id })
  expect(at(committed, 'orderEditCommit', 'order')).toMatchObject({
    edited: true,
    displayFinancialStatus: 'PAID',
    totalOutstandingSet: { shopMoney: { amount: '-33.8' } },
    currentTotalPriceSet: { shopMoney: { amount: '44.9' } },
    originalTotalPriceSet: { shopMoney: { amount: '78.7' } },
    lineItems: { nodes: [{ sku: 'MUG-BLU', quantity: 3, currentQuantity: 1, unfulfilledQuantity: 1 }, {}] },
  })
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 9, committed: 1, on_hand: 10 })
  const [fo] = await fulfillmentOrders(shop, order.name)
  expect(fo?.lineItems.nodes).toMatchObject([{ totalQuantity: 1, remainingQuantity: 1 }, { sku: 'PLATE' }])
  await shop.sandbox.webhooks.settled()
  expect(receiver.hooks.map(hook => hook.body)).toMatchObject([
    { order_edit: { line_items: { additions: [], removals: [{ delta: 2 }] }, staff_note: 'short' } },
  ])
  expect(at(await shop.data(COMMIT, { id: edit.id }), 'orderEditCommit', 'userErrors')).toHaveLength(1)
})

test('added units are promised, owed and join the open fulfilment order', async () => {
  await using shop = await openShop()
  const order = place(shop)
  const edit = await begin(shop, order.id)
  await shop.data(ADD, { id: edit.id, variant: await variantId(shop, 'MUG-OAT'), quantity: 2 })
  await shop.data(CUSTOM, { id: edit.id })
  const twice = await shop.data(ADD, { id: edit.id, variant: await variantId(shop, 'MUG-OAT'), quantity: 1 })
  expect(at(twice, 'orderEditAddVariant', 'userErrors')).toHaveLength(1)
  const committed = await shop.data(COMMIT, { id: edit.id })
  expect(at(committed, 'orderEditCommit', 'order')).toMatchObject({
    displayFinancialStatus: 'PARTIALLY_PAID',
    totalOutstandingSet: { shopMoney: { amount: '38.8' } },
  })
  expect(await levels(shop, 'MUG-OAT', harbour)).toMatchObject({ available: 3, committed: 2 })
  const all = await fulfillmentOrders(shop, order.name)
  expect(all.map(one => one.lineItems.nodes.map(line => line.sku))).toEqual([
    ['MUG-BLU', 'PLATE', 'MUG-OAT', null],
  ])
})

test.each([
  [
    'separate',
    [['CLOSED', 0]],
    [
      ['OPEN', 2],
      ['OPEN', 2],
    ],
  ],
  [
    'replace',
    [['CLOSED', 0]],
    [
      ['CLOSED', 0],
      ['OPEN', 4],
    ],
  ],
] as const)('the switch editFulfillmentOrders: %s', async (editFulfillmentOrders, _, expected) => {
  await using shop = await openShop({ editFulfillmentOrders })
  const { name } = shop.sandbox.createOrder({
    location: 'HAR',
    lines: [{ sku: 'MUG-BLU', quantity: 2 }],
    customer,
  })
  shop.sandbox.act(name, { do: 'edit', add: [{ sku: 'MUG-OAT', quantity: 2 }] })
  const shown = shop.sandbox
    .order(name)
    .fulfillmentOrders.map(one => [one.status, one.lines.reduce((sum, line) => sum + line.remaining, 0)])
  expect(shown).toEqual(expected)
})

test('what was handed over cannot be edited away, and an order that changed meanwhile wins', async () => {
  await using shop = await openShop()
  const order = place(shop)
  const edit = await begin(shop, order.id)
  await shop.data(SET, { id: edit.id, line: edit.lines[0]?.id, quantity: 0 })
  shop.sandbox.act(order.name, { do: 'fulfil', lines: [{ line: 'MUG-BLU', quantity: 2 }] })
  expect(at(await shop.data(COMMIT, { id: edit.id }), 'orderEditCommit', 'userErrors')).toHaveLength(1)
  const second = await begin(shop, order.id)
  expect(second.lines[0]).toMatchObject({ quantity: 3, editableQuantity: 1 })
  const refused = await shop.data(SET, { id: second.id, line: second.lines[0]?.id, quantity: 1 })
  expect(at(refused, 'orderEditSetQuantity', 'userErrors')).toHaveLength(1)
  shop.sandbox.act(order.name, { do: 'refund', lines: [{ line: 'PLATE', quantity: 1 }], restock: 'CANCEL' })
  const third = await shop.data(SET, { id: second.id, line: second.lines[0]?.id, quantity: 2 })
  expect(at(third, 'orderEditSetQuantity', 'userErrors')).toEqual([])
  expect(at(await shop.data(COMMIT, { id: second.id }), 'orderEditCommit', 'userErrors')).toMatchObject([
    { message: 'The order has changed since the edit began.' },
  ])
})

test('removed without restock the goods leave the books; the switch keeps them in the total', async () => {
  await using shop = await openShop({ removedUnits: 'stay-in-total' })
  const { name } = place(shop)
  shop.sandbox.act(name, { do: 'edit', set: [{ line: 'MUG-BLU', quantity: 1 }], restock: false })
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 7, committed: 1, on_hand: 8 })
  const [fo] = await fulfillmentOrders(shop, name)
  expect(fo?.lineItems.nodes[0]).toMatchObject({ totalQuantity: 3, remainingQuantity: 1 })
})
