import { expect, test } from 'vitest'
import { openExceptions, type ShopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { numberOf } from './at-the-till.ts'
import {
  madeReady,
  movedAway,
  moveTo,
  readyAtHarbour,
  readyAtMarket,
  shopThatMoves,
  stock,
} from './moved-away.ts'
import { ringUp, voidReceipt } from './ring-up.ts'
import { settle } from './till-without-contact.ts'
import { agreed, DAY_MS, expireNow, HALF_HOUR_MS, look } from './uncollected.ts'

const [, second, market] = tills
const codes = async (hub: ShopAndHub) => (await openExceptions(hub)).map(({ code }) => code).toSorted()

/** Both steps in one order or in the other. */
async function inTurn(first: () => Promise<void>, then: () => Promise<void>, isTurned: boolean) {
  for (const step of isTurned ? [then, first] : [first, then]) await step()
}

test.each([
  ['the till', 'by its name'],
  ['the receipt', 'by its name'],
  ['the till', 'by its external id'],
  ['the receipt', 'by its external id'],
])(
  'handed over and rung up at the old store, %s is heard first (named %s): its goods leave once',
  async (first, how) => {
    await using hub = await shopThatMoves()
    const of = await movedAway(hub)
    const order = how === 'by its name' ? of.name : `tillbridge:order:${of.pickup}`
    const ring = () => ringUp(hub, { units: 2, order })
    await inTurn(() => of.byHarbour(2), ring, first === 'the receipt')
    await settle(hub, 1)
    expect(await stock(hub)).toEqual([178, 160])
    expect(await codes(hub)).toEqual(['handed-over-after-move'])
    hub.shop.act(of.name, { do: 'fulfil' })
    await settle(hub, 3)
    expect(await stock(hub)).toEqual([178, 160])
    expect(await codes(hub)).toEqual([])
  },
)

test('the order is moved while its hand-over waits for Shopify, and rung up after that: its goods leave once', async () => {
  await using hub = await shopThatMoves()
  const of = await readyAtHarbour(hub, 2)
  moveTo(hub, of, 'MKT')
  await of.byHarbour(2)
  await settle(hub, 1)
  await ringUp(hub, { units: 2, order: of.name })
  await settle(hub, 3)
  expect(await stock(hub)).toEqual([178, 160])
  expect(await codes(hub)).toEqual(['handed-over-after-move.fulfilled'])
})

test.each(['the till', 'the receipt'])(
  'paid back as not collected at the new store, then handed over and rung up at the old one, %s first: its goods leave once',
  async first => {
    await using hub = await shopThatMoves()
    for (const store of ['HAR', 'MKT'] as const) await agreed(hub, store, 'refund')
    const of = await movedAway(hub)
    await madeReady(hub, of.pickup, market)
    hub.advance(7 * DAY_MS)
    await expireNow(hub)
    hub.advance(HALF_HOUR_MS)
    await look(hub, 6)
    expect(hub.shop.order(of.name).refunds).toHaveLength(1)
    await inTurn(
      () => of.byHarbour(2),
      () => ringUp(hub, { units: 2, order: of.name }),
      first === 'the receipt',
    )
    await settle(hub, 3)
    expect(await stock(hub)).toEqual([178, 160])
    expect(await codes(hub)).toEqual(['cancelled-but-collected.paid-back'])
  },
)

test.each(['the till', 'the receipt'])(
  'fulfilled in Shopify, then handed over and rung up at the old store, %s first: its goods leave that store, once',
  async first => {
    await using hub = await shopThatMoves()
    const of = await movedAway(hub)
    hub.shop.act(of.name, { do: 'fulfil' })
    await settle(hub, 2)
    await inTurn(
      () => of.byHarbour(2),
      () => ringUp(hub, { units: 2, order: of.name }),
      first === 'the receipt',
    )
    await settle(hub, 3)
    expect(await stock(hub)).toEqual([178, 160])
    expect(await codes(hub)).toEqual(['handed-over-after-move.fulfilled'])
  },
)

test.each(['the till', 'the receipt'])(
  'the receipt of the old store has one more than its till handed over, %s first: that one is asked about',
  async first => {
    await using hub = await shopThatMoves()
    const of = await movedAway(hub, 3)
    await inTurn(
      () => of.byHarbour(2),
      () => ringUp(hub, { units: 3, order: of.name }),
      first === 'the receipt',
    )
    await settle(hub, 2)
    expect(await stock(hub)).toEqual([177, 160])
    expect(await codes(hub)).toEqual(['handed-over-after-move.part', 'order-sale-unclear.other-store'])
  },
)

test('moved back after its old store handed it over, and rung up there then: its goods leave once', async () => {
  await using hub = await shopThatMoves()
  const of = await movedAway(hub)
  await of.byHarbour(2)
  await settle(hub, 1)
  moveTo(hub, of, 'HAR')
  await settle(hub, 2)
  await ringUp(hub, { units: 2, order: of.name })
  await settle(hub, 1)
  hub.shop.act(of.name, { do: 'fulfil' })
  await settle(hub, 3)
  expect(await stock(hub)).toEqual([178, 160])
})

test('the receipt of the old store is voided: its goods are gone by the till’s word, and that is asked about', async () => {
  await using hub = await shopThatMoves()
  const of = await movedAway(hub)
  await of.byHarbour(2)
  await ringUp(hub, { units: 2, order: of.name })
  await voidReceipt(hub)
  await settle(hub, 2)
  expect(await stock(hub)).toEqual([178, 160])
  expect(await codes(hub)).toEqual(['handed-over-after-move', 'order-sale-voided'])
})

test('both stores hand it over and ring it up: it has left each store once', async () => {
  await using hub = await shopThatMoves()
  const of = await movedAway(hub)
  const byMarket = await readyAtMarket(hub, of.pickup)
  await of.byHarbour(2)
  await ringUp(hub, { units: 2, order: of.name })
  await byMarket(2)
  await settle(hub, 2)
  await ringUp(hub, { units: 2, order: of.name, store: 'MKT', receipt: 2 })
  await settle(hub, 3)
  expect(await stock(hub)).toEqual([178, 158])
  expect(await codes(hub)).toEqual(['handed-over-twice.both-stores'])
})

test('a part was handed over and moved on: a late receipt of the old store is of the part that it handed over', async () => {
  await using hub = await shopThatMoves()
  const of = await readyAtHarbour(hub, 3)
  await of.byHarbour(1)
  await settle(hub, 2)
  expect(await stock(hub)).toEqual([179, 160])
  const open = hub.shop.order(of.name).fulfillmentOrders.find(({ status }) => status !== 'CLOSED')?.id ?? ''
  hub.shop.act(of.name, { do: 'move', fulfilmentOrder: numberOf(open), to: 'MKT' })
  await settle(hub, 2)
  await ringUp(hub, { units: 1, order: of.name })
  await settle(hub, 2)
  expect(await stock(hub)).toEqual([179, 160])
})

test('a receipt of the old store without a till’s word takes nothing of the order, and is asked about', async () => {
  await using hub = await shopThatMoves()
  const of = await movedAway(hub)
  await ringUp(hub, { units: 2, order: of.name })
  await settle(hub, 2)
  expect(await stock(hub)).toEqual([178, 160])
  expect(await codes(hub)).toEqual(['order-sale-unclear.other-store'])
  await of.byHarbour(2, second)
  await settle(hub, 2)
  expect(await stock(hub)).toEqual([178, 160])
  expect(await codes(hub)).toEqual(['handed-over-after-move'])
})
