import { expect, test } from 'vitest'
import {
  at,
  handClock,
  harbour,
  levels,
  openReceiver,
  openShop,
  subscribe,
  type TestShop,
} from './harness.ts'

const lines = [{ sku: 'MUG-BLU', quantity: 2 }]
const MONEY = `query($id: ID!) { order(id: $id) { displayFinancialStatus fullyPaid unpaid canMarkAsPaid capturable
  totalOutstandingSet { shopMoney { amount } } totalReceivedSet { shopMoney { amount } } totalCapturableSet { shopMoney { amount } }
  transactions(first: 5) { id kind gateway authorizationExpiresAt parentTransaction { id } } } }`

async function money(shop: TestShop, id: string) {
  return at(await shop.data(MONEY, { id }), 'order')
}

test('pay later: pending, then part of it, then the rest', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop()
  await subscribe(shop, receiver, 'ORDERS_PAID', 'ORDER_TRANSACTIONS_CREATE')
  const { id, name } = shop.sandbox.createOrder({ location: 'HAR', lines, payment: 'pending' })
  expect(await money(shop, id)).toMatchObject({
    displayFinancialStatus: 'PENDING',
    unpaid: true,
    canMarkAsPaid: true,
    totalOutstandingSet: { shopMoney: { amount: '33.8' } },
  })
  const pay = `mutation($id: ID!, $amount: MoneyInput) { orderCreateManualPayment(id: $id, amount: $amount, paymentMethodName: "cash") {
    order { displayFinancialStatus } userErrors { message } } }`
  const amount = (text: string) => ({ id, amount: { amount: text, currencyCode: 'EUR' } })
  expect(at(await shop.data(pay, amount('13.80')), 'orderCreateManualPayment', 'order')).toEqual({
    displayFinancialStatus: 'PARTIALLY_PAID',
  })
  expect(at(await shop.data(pay, amount('99.00')), 'orderCreateManualPayment', 'userErrors')).toHaveLength(1)
  const mark =
    'mutation($id: ID!) { orderMarkAsPaid(input: { id: $id }) { order { fullyPaid } userErrors { message } } }'
  expect(at(await shop.data(mark, { id }), 'orderMarkAsPaid', 'order')).toEqual({ fullyPaid: true })
  expect(at(await shop.data(mark, { id }), 'orderMarkAsPaid', 'userErrors')).toHaveLength(1)
  expect(shop.sandbox.order(name).financialStatus).toBe('PAID')
  await shop.sandbox.webhooks.settled()
  expect([...receiver.topics()].sort()).toEqual([
    'order_transactions/create',
    'order_transactions/create',
    'orders/paid',
  ])
})

test('authorised money is captured, runs out, or is voided by a cancellation', async () => {
  const clock = handClock()
  await using shop = await openShop({ now: clock.now })
  const { id } = shop.sandbox.createOrder({ location: 'HAR', lines, payment: 'authorized' })
  const shown = await money(shop, id)
  expect(shown).toMatchObject({
    displayFinancialStatus: 'AUTHORIZED',
    capturable: true,
    totalCapturableSet: { shopMoney: { amount: '33.8' } },
    transactions: [{ kind: 'AUTHORIZATION', authorizationExpiresAt: '2026-11-10T09:00:00Z' }],
  })
  const capture = `mutation($input: OrderCaptureInput!) { orderCapture(input: $input) { transaction { kind } userErrors { message } } }`
  const input = { id, parentTransactionId: at(shown, 'transactions', 0, 'id'), amount: '30.00' }
  expect(at(await shop.data(capture, { input }), 'orderCapture', 'transaction')).toEqual({ kind: 'CAPTURE' })
  expect(await money(shop, id)).toMatchObject({
    displayFinancialStatus: 'PARTIALLY_PAID',
    totalCapturableSet: { shopMoney: { amount: '3.8' } },
  })
  const late = shop.sandbox.createOrder({ location: 'HAR', lines, payment: 'authorized' })
  clock.advance(8 * 24 * 3_600_000)
  expect(shop.sandbox.order(late.name).financialStatus).toBe('EXPIRED')
  expect(shop.sandbox.cancelOrder(late.name)).toMatchObject({
    financialStatus: 'VOIDED',
    money: { outstanding: 0, received: 0 },
  })
})

test('a deposit, a discount, a tip, a gift card and a custom item: the sums hold, and the card goes out once paid', async () => {
  await using shop = await openShop()
  const { id, name } = shop.sandbox.createOrder({
    location: 'HAR',
    lines,
    customItems: [{ title: 'Engraving', priceMinor: 500, quantity: 1 }],
    giftCardsMinor: [2500],
    tipMinor: 200,
    discount: { code: 'TEN', minor: 388 },
    payment: { part: 1000 },
    test: true,
  })
  const data = await shop.data(
    `query($id: ID!) { order(id: $id) { test customer { id } discountCode totalDiscountsSet { shopMoney { amount } } totalPriceSet { shopMoney { amount } }
      totalTipReceivedSet { shopMoney { amount } } taxLines { title ratePercentage priceSet { shopMoney { amount } } }
      lineItems(first: 9) { nodes { title isGiftCard requiresShipping unfulfilledQuantity totalDiscountSet { shopMoney { amount } } } } } }`,
    { id },
  )
  expect(at(data, 'order')).toMatchObject({
    test: true,
    customer: null,
    discountCode: 'TEN',
    totalDiscountsSet: { shopMoney: { amount: '3.88' } },
    totalPriceSet: { shopMoney: { amount: '61.92' } },
    totalTipReceivedSet: { shopMoney: { amount: '2.0' } },
    taxLines: [{ title: 'VAT', ratePercentage: 19, priceSet: { shopMoney: { amount: '4.86' } } }],
    lineItems: {
      nodes: [
        { title: 'Mug', totalDiscountSet: { shopMoney: { amount: '3.38' } } },
        { title: 'Engraving', totalDiscountSet: { shopMoney: { amount: '0.5' } } },
        { title: 'Gift card', isGiftCard: true, requiresShipping: false, unfulfilledQuantity: 1 },
        { title: 'Tip', requiresShipping: false, unfulfilledQuantity: 0 },
      ],
    },
  })
  expect(shop.sandbox.order(name).money).toEqual({
    total: 6192,
    received: 1000,
    refunded: 0,
    outstanding: 5192,
  })
  const paid = shop.sandbox.act(name, { do: 'pay' })
  expect(paid.fulfillmentOrders).toMatchObject([
    { method: 'PICK_UP', status: 'OPEN' },
    { method: 'NONE', status: 'CLOSED' },
  ])
  const back = shop.sandbox.act(name, {
    do: 'refund',
    lines: [{ line: 'MUG-BLU', quantity: 1 }],
    restock: 'CANCEL',
  })
  expect(back.money).toMatchObject({ total: 4671, refunded: 1521, outstanding: 0 })
})

test('cancelled without a refund the money stays, and what is owed is nothing', async () => {
  await using shop = await openShop()
  const { name } = shop.sandbox.createOrder({ location: 'HAR', lines })
  const done = shop.sandbox.act(name, { do: 'cancel', restock: false, refund: false })
  expect(done).toMatchObject({
    financialStatus: 'PAID',
    money: { received: 3380, refunded: 0, outstanding: 0 },
  })
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 8, committed: 0, on_hand: 8 })
})
