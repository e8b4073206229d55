import { expect, test } from 'vitest'
import { at, harbour, levels, market, openReceiver, openShop, subscribe, type TestShop } from './harness.ts'

const customer = { name: 'Ada Lovelace', email: 'ada@example.com' }
const REFUND = `mutation($input: RefundInput!, $key: String!) { refundCreate(input: $input) @idempotent(key: $key) {
  refund { id totalRefundedSet { shopMoney { amount } } refundLineItems(first: 5) { nodes { quantity restockType restocked location { id } subtotalSet { shopMoney { amount } } } }
    orderAdjustments(first: 2) { nodes { amountSet { shopMoney { amount } } } } }
  order { displayFinancialStatus totalOutstandingSet { shopMoney { amount } } currentTotalPriceSet { shopMoney { amount } } }
  userErrors { field message } } }`
const ORDER = `query($id: ID!) { order(id: $id) { returnStatus transactions(first: 5) { id kind }
  lineItems(first: 5) { nodes { id sku currentQuantity } } refunds { id }
  returns(first: 5) { nodes { id status totalQuantity reverseFulfillmentOrders(first: 2) { nodes { id status lineItems(first: 5) { nodes { id totalQuantity dispositions { type quantity } } } } }
    returnLineItems(first: 5) { nodes { id quantity ... on ReturnLineItem { processedQuantity unprocessedQuantity refundedQuantity fulfillmentLineItem { lineItem { sku } } } } } } } } }`
const RETURNABLE = `query($id: ID!) { returnableFulfillments(orderId: $id, first: 5) { nodes { id fulfillment { id }
  returnableFulfillmentLineItems(first: 5) { nodes { quantity fulfillmentLineItem { id lineItem { sku } } } } } } }`
const CREATE = `mutation($input: ReturnInput!) { returnCreate(returnInput: $input) { return { id status name } userErrors { code field } } }`
const PROCESS = `mutation($input: ReturnProcessInput!) { returnProcess(input: $input) { return { id status } userErrors { code message } } }`

function place(shop: TestShop) {
  return shop.sandbox.createOrder({ location: 'HAR', lines: [{ sku: 'MUG-BLU', quantity: 3 }], customer })
}

async function order(shop: TestShop, id: string) {
  return at(await shop.data(ORDER, { id }), 'order')
}

async function refundInput(
  shop: TestShop,
  id: string,
  restockType: string,
  amount: string | null,
  more: object = {},
) {
  const data = await order(shop, id)
  const parentId = at(data, 'transactions', 0, 'id')
  return {
    orderId: id,
    refundLineItems: [
      { lineItemId: at(data, 'lineItems', 'nodes', 0, 'id'), quantity: 1, restockType, ...more },
    ],
    transactions:
      amount === null ? [] : [{ orderId: id, parentId, kind: 'REFUND', gateway: 'bogus', amount }],
  }
}

test('refunds restock or not, once however often they are sent', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop()
  await subscribe(shop, receiver, 'REFUNDS_CREATE')
  const { id } = place(shop)
  const cancel = await refundInput(shop, id, 'CANCEL', '16.90')
  for (const _ of [1, 2])
    expect(at(await shop.data(REFUND, { input: cancel, key: 'one' }), 'refundCreate')).toMatchObject({
      refund: {
        totalRefundedSet: { shopMoney: { amount: '16.9' } },
        refundLineItems: { nodes: [{ restockType: 'CANCEL', restocked: true }] },
        orderAdjustments: { nodes: [] },
      },
      order: {
        displayFinancialStatus: 'PARTIALLY_REFUNDED',
        totalOutstandingSet: { shopMoney: { amount: '0.0' } },
        currentTotalPriceSet: { shopMoney: { amount: '33.8' } },
      },
    })
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 8, committed: 2, on_hand: 10 })
  const gone = await refundInput(shop, id, 'NO_RESTOCK', '16.90')
  await shop.data(REFUND, { input: gone, key: 'two' })
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 8, committed: 1, on_hand: 9 })
  await shop.sandbox.webhooks.settled()
  expect(receiver.hooks.map(hook => hook.body)).toMatchObject([
    { refund_line_items: [{ restock_type: 'cancel', quantity: 1 }], transactions: [{ amount: '16.90' }] },
    { refund_line_items: [{ restock_type: 'no_restock', location_id: null }] },
  ])
})

test('a refund needs its key, its units and its money', async () => {
  await using shop = await openShop()
  const { id } = place(shop)
  const { body } = await shop.post(
    REFUND.replace('@idempotent(key: $key)', '').replace(', $key: String!', ''),
    {
      input: await refundInput(shop, id, 'CANCEL', null),
    },
  )
  expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }])
  const problems = async (input: object, key: string): Promise<unknown> =>
    at(await shop.data(REFUND, { input, key }), 'refundCreate', 'userErrors')
  expect(await problems(await refundInput(shop, id, 'RETURN', null), 'a')).toHaveLength(1)
  expect(await problems(await refundInput(shop, id, 'LEGACY_RESTOCK', null), 'b')).toHaveLength(1)
  expect(await problems(await refundInput(shop, id, 'CANCEL', '99.00'), 'c')).toHaveLength(1)
  expect(await problems(await refundInput(shop, id, 'CANCEL', null, { quantity: 4 }), 'd')).toHaveLength(1)
  expect(await problems({ orderId: id }, 'e')).toHaveLength(1)
})

test('goods of a refund come back where the refund says', async () => {
  await using shop = await openShop()
  const { id, name } = place(shop)
  shop.sandbox.act(name, { do: 'fulfil' })
  const input = await refundInput(shop, id, 'RETURN', '16.90', { locationId: market })
  await shop.data(REFUND, { input, key: 'one' })
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 7, committed: 0, on_hand: 7 })
  expect(await levels(shop, 'MUG-BLU', market)).toMatchObject({ available: 21 })
  expect(() =>
    shop.sandbox.act(name, { do: 'cancel-fulfilment', fulfilment: fulfilmentOf(shop, name) }),
  ).toThrow('refunded or returned')
})

function fulfilmentOf(shop: TestShop, name: string): number {
  return Number(shop.sandbox.order(name).fulfillments[0]?.id.split('/').at(-1))
}

test.each([
  ['settled', { outstanding: 0, total: 5070 }],
  ['owed', { outstanding: -1690, total: 3380 }],
] as const)('a refund without its money: %s', async (refundShortfall, money) => {
  await using shop = await openShop({ refundShortfall })
  const { name } = place(shop)
  const lines = [{ line: 'MUG-BLU', quantity: 1 }]
  expect(shop.sandbox.act(name, { do: 'refund', lines, restock: 'CANCEL', minor: 0 }).money).toMatchObject(
    money,
  )
})

test('a return goes from asked to approved, processed, refunded and closed', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop()
  await subscribe(
    shop,
    receiver,
    ...['RETURNS_REQUEST', 'RETURNS_APPROVE', 'RETURNS_PROCESS', 'RETURNS_CLOSE', 'REFUNDS_CREATE'],
    'REVERSE_FULFILLMENT_ORDERS_DISPOSE',
  )
  const { id, name } = place(shop)
  shop.sandbox.act(name, { do: 'fulfil' })
  shop.sandbox.act(name, { do: 'ask-return', lines: [{ line: 'MUG-BLU', quantity: 2 }], note: 'too blue' })
  expect(await order(shop, id)).toMatchObject({ returnStatus: 'RETURN_REQUESTED' })
  const [asked] = shop.sandbox.order(name).returns
  shop.sandbox.act(name, { do: 'approve-return', return: asked?.id ?? 0 })
  const shown = await order(shop, id)
  expect(shown).toMatchObject({
    returnStatus: 'IN_PROGRESS',
    returns: { nodes: [{ status: 'OPEN', totalQuantity: 2 }] },
  })
  const line = at(shown, 'returns', 'nodes', 0, 'returnLineItems', 'nodes', 0, 'id')
  const reverse = at(
    shown,
    'returns',
    'nodes',
    0,
    'reverseFulfillmentOrders',
    'nodes',
    0,
    'lineItems',
    'nodes',
    0,
    'id',
  )
  const disposition = { reverseFulfillmentOrderLineItemId: reverse, quantity: 1 }
  const input = (dispositions: readonly object[]) => ({
    returnId: at(shown, 'returns', 'nodes', 0, 'id'),
    returnLineItems: [{ id: line, quantity: 2, dispositions }],
    financialTransfer: {
      issueRefund: {
        orderTransactions: [
          {
            parentId: at(shown, 'transactions', 0, 'id'),
            transactionAmount: { amount: '33.80', currencyCode: 'EUR' },
          },
        ],
      },
    },
  })
  const nowhere = await shop.data(PROCESS, {
    input: input([{ ...disposition, dispositionType: 'RESTOCKED' }]),
  })
  expect(at(nowhere, 'returnProcess', 'userErrors')).toMatchObject([{ code: 'BLANK' }])
  const done = await shop.data(PROCESS, {
    input: input([
      { ...disposition, dispositionType: 'RESTOCKED', locationId: market },
      { ...disposition, dispositionType: 'NOT_RESTOCKED' },
    ]),
  })
  expect(at(done, 'returnProcess', 'userErrors')).toEqual([])
  expect(await levels(shop, 'MUG-BLU', market)).toMatchObject({ available: 21 })
  expect(await order(shop, id)).toMatchObject({
    returnStatus: 'INSPECTION_COMPLETE',
    lineItems: { nodes: [{ currentQuantity: 1 }] },
    refunds: [{}],
    returns: {
      nodes: [
        {
          returnLineItems: { nodes: [{ processedQuantity: 2, unprocessedQuantity: 0, refundedQuantity: 2 }] },
          reverseFulfillmentOrders: { nodes: [{ status: 'CLOSED' }] },
        },
      ],
    },
  })
  expect(shop.sandbox.order(name).money).toEqual({
    total: 1690,
    received: 5070,
    refunded: 3380,
    outstanding: 0,
  })
  shop.sandbox.act(name, { do: 'close-return', return: asked?.id ?? 0 })
  expect(await order(shop, id)).toMatchObject({ returnStatus: 'RETURNED' })
  await shop.sandbox.webhooks.settled()
  expect([...receiver.topics()].sort()).toEqual([
    'refunds/create',
    'returns/approve',
    'returns/close',
    'returns/process',
    'returns/request',
    'reverse_fulfillment_orders/dispose',
  ])
})

test('what is on a return is not returnable, refundable with restock or cancellable', async () => {
  await using shop = await openShop()
  const { id, name } = place(shop)
  shop.sandbox.act(name, { do: 'fulfil' })
  const returnable = async (): Promise<unknown> =>
    at(await shop.data(RETURNABLE, { id }), 'returnableFulfillments', 'nodes')
  const before = await returnable()
  const lineId = at(before, 0, 'returnableFulfillmentLineItems', 'nodes', 0, 'fulfillmentLineItem', 'id')
  const lines = (quantity: number) => ({
    input: {
      orderId: id,
      returnLineItems: [{ fulfillmentLineItemId: lineId, quantity, returnReasonNote: '' }],
    },
  })
  expect(at(await shop.data(CREATE, lines(4)), 'returnCreate', 'userErrors')).toMatchObject([
    { code: 'INVALID' },
  ])
  expect(at(await shop.data(CREATE, lines(2)), 'returnCreate', 'return')).toMatchObject({
    status: 'OPEN',
    name: '#1001-R1',
  })
  expect(await returnable()).toMatchObject([{ returnableFulfillmentLineItems: { nodes: [{ quantity: 1 }] } }])
  const input = await refundInput(shop, id, 'RETURN', null)
  expect(at(await shop.data(REFUND, { input, key: 'k' }), 'refundCreate', 'userErrors')).toHaveLength(1)
  expect(() => shop.sandbox.act(name, { do: 'cancel' })).toThrow('open returns')
  const [open] = shop.sandbox.order(name).returns
  shop.sandbox.act(name, { do: 'cancel-return', return: open?.id ?? 0 })
  expect(await returnable()).toMatchObject([{ returnableFulfillmentLineItems: { nodes: [{ quantity: 3 }] } }])
  expect(() => shop.sandbox.act(name, { do: 'close-return', return: open?.id ?? 0 })).toThrow('current state')
})

test('goods set aside are restocked later by their disposition', async () => {
  await using shop = await openShop()
  const { id, name } = place(shop)
  shop.sandbox.act(name, { do: 'fulfil' })
  shop.sandbox.act(name, { do: 'open-return', lines: [{ line: 'MUG-BLU', quantity: 1 }] })
  const [open] = shop.sandbox.order(name).returns
  const taken = {
    do: 'take-return',
    return: open?.id ?? 0,
    disposition: 'PROCESSING_REQUIRED',
    refund: false,
  } as const
  expect(shop.sandbox.act(name, taken).money).toMatchObject({ refunded: 0, outstanding: -1690 })
  const shown = await order(shop, id)
  const reverse = at(
    shown,
    'returns',
    'nodes',
    0,
    'reverseFulfillmentOrders',
    'nodes',
    0,
    'lineItems',
    'nodes',
    0,
    'id',
  )
  const dispose = `mutation($line: ID!, $place: ID!) { reverseFulfillmentOrderDispose(dispositionInputs: [{ reverseFulfillmentOrderLineItemId: $line,
    quantity: 1, dispositionType: RESTOCKED, locationId: $place }]) { reverseFulfillmentOrderLineItems { dispositions { type } } userErrors { code } } }`
  const answer = await shop.data(dispose, { line: reverse, place: harbour })
  expect(at(answer, 'reverseFulfillmentOrderDispose', 'userErrors')).toEqual([])
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 8, on_hand: 8 })
  const again = await shop.data(dispose, { line: reverse, place: harbour })
  expect(at(again, 'reverseFulfillmentOrderDispose', 'userErrors')).toMatchObject([{ code: 'INVALID_STATE' }])
})
