import { expect, test } from 'vitest'
import { openExceptions, type ShopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { numberOf, shown } from './at-the-till.ts'
import { MUG, movedAway, moveTo, readyAtHarbour, readyAtMarket, shopThatMoves, stock } from './moved-away.ts'
import { ringUp } from './ring-up.ts'
import { allConnect, fulfil, kinds, settle, takeOff } from './till-without-contact.ts'
import { DAY_MS } from './uncollected.ts'

const second = tills[1]
const codes = async (hub: ShopAndHub) => (await openExceptions(hub)).map(({ code }) => code)

test.each(['refunded', 'edited'])(
  'handed over at the old store, then all of it is %s in the admin: head office is asked about the money',
  async how => {
    await using hub = await shopThatMoves()
    const of = await movedAway(hub)
    await of.byHarbour(2)
    await settle(hub, 2)
    if (how === 'refunded') takeOff(hub, of, 2)
    else hub.shop.act(of.name, { do: 'edit', set: [{ line: MUG, quantity: 0 }] })
    await settle(hub, 3)
    const [asked, ...others] = await openExceptions(hub)
    expect(others).toEqual([])
    expect(asked).toMatchObject({ code: 'cancelled-but-collected.part', store: 'HAR', count: 1 })
    expect(asked?.sentence).toContain('2 × Stoneware mug')
    expect(await stock(hub)).toEqual([178, 160])
  },
)

test('a part of what was handed over at the old store is refunded: that part is asked about, the rest is still to be fulfilled', async () => {
  await using hub = await shopThatMoves()
  const of = await movedAway(hub, 3)
  await of.byHarbour(3)
  await settle(hub, 2)
  takeOff(hub, of, 1)
  await settle(hub, 3)
  expect((await codes(hub)).toSorted()).toEqual(['cancelled-but-collected.part', 'handed-over-after-move'])
  hub.shop.act(of.name, { do: 'fulfil' })
  await settle(hub, 3)
  expect(await codes(hub)).toEqual(['cancelled-but-collected.part'])
  expect(await stock(hub)).toEqual([177, 160])
})

test('what was not handed over at the old store is refunded: nothing is asked about the money', async () => {
  await using hub = await shopThatMoves()
  const of = await movedAway(hub, 3)
  await of.byHarbour(2)
  await settle(hub, 2)
  takeOff(hub, of, 1)
  await settle(hub, 3)
  expect(await kinds(hub)).toEqual(['handed-over-after-move'])
  fulfil(hub, of, 2)
  await settle(hub, 3)
  expect(await kinds(hub)).toEqual([])
  expect(await stock(hub)).toEqual([178, 160])
})

test('refunded before the till of the old store tells: the question is about the money, not about a fulfilment', async () => {
  await using hub = await shopThatMoves()
  const of = await movedAway(hub)
  takeOff(hub, of, 2)
  await settle(hub, 2)
  await of.byHarbour(2)
  await settle(hub, 3)
  expect(await codes(hub)).toEqual(['cancelled-but-collected.part'])
  expect(await stock(hub)).toEqual([178, 160])
})

test('one of three was refunded before the move, and the old store hands three over: that one is asked about', async () => {
  await using hub = await shopThatMoves()
  const of = await readyAtHarbour(hub, 3)
  takeOff(hub, of, 1)
  await settle(hub, 2)
  moveTo(hub, of, 'MKT')
  await settle(hub, 2)
  await of.byHarbour(3)
  await settle(hub, 2)
  expect((await codes(hub)).toSorted()).toEqual(['cancelled-but-collected.part', 'handed-over-after-move'])
  hub.shop.act(of.name, { do: 'fulfil' })
  await settle(hub, 3)
  const [asked, ...others] = await openExceptions(hub)
  expect(others).toEqual([])
  expect(asked?.sentence).toContain('1 × Stoneware mug')
  expect(await stock(hub)).toEqual([177, 160])
})

test.each(['old', 'new'])(
  'both stores hand the order over, the hub hears of the %s one first: both stocks count it, and head office is asked',
  async first => {
    await using hub = await shopThatMoves()
    const of = await movedAway(hub)
    const byMarket = await readyAtMarket(hub, of.pickup)
    await (first === 'old' ? of.byHarbour(2) : byMarket(2))
    await settle(hub, 2)
    await (first === 'old' ? byMarket(2) : of.byHarbour(2))
    await settle(hub, 3)
    expect(await stock(hub)).toEqual([178, 158])
    expect(await codes(hub)).toEqual(['handed-over-twice.both-stores'])
    // the new store handed nothing over after all
    const fulfilment = numberOf(hub.shop.order(of.name).fulfillments[0]?.id)
    hub.shop.act(of.name, { do: 'cancel-fulfilment', fulfilment })
    await settle(hub, 3)
    hub.shop.act(of.name, { do: 'fulfil' })
    await settle(hub, 3)
    expect(await stock(hub)).toEqual([178, 160])
  },
)

test.each(['till', 'receipt'])(
  'a till of the old store and a receipt of the new one tell of the order, the %s first: both stocks count it, and head office is asked',
  async first => {
    await using hub = await shopThatMoves()
    const of = await movedAway(hub)
    const ring = () => ringUp(hub, { units: 2, order: of.name, store: 'MKT' })
    await (first === 'till' ? of.byHarbour(2) : ring())
    await settle(hub, 2)
    await (first === 'till' ? ring() : of.byHarbour(2))
    await settle(hub, 3)
    expect(await stock(hub)).toEqual([178, 158])
    expect(await codes(hub)).toEqual(['handed-over-twice.both-stores'])
  },
)

test('each store hands over its part of an order of three: nothing is counted twice', async () => {
  await using hub = await shopThatMoves()
  const of = await movedAway(hub, 3)
  const byMarket = await readyAtMarket(hub, of.pickup)
  await of.byHarbour(1)
  await settle(hub, 1)
  await byMarket(2)
  await settle(hub, 3)
  expect(await kinds(hub)).toEqual(['handed-over-after-move'])
  fulfil(hub, of, 1)
  await settle(hub, 3)
  expect(await kinds(hub)).toEqual([])
  expect(await stock(hub)).toEqual([179, 158])
})

test('two tills of the old store tell of the same goods: they count once, and the second one is asked about', async () => {
  await using hub = await shopThatMoves()
  const of = await movedAway(hub)
  await of.byHarbour(2)
  await settle(hub, 1)
  await of.byHarbour(2, second)
  await settle(hub, 2)
  hub.shop.act(of.name, { do: 'fulfil' })
  await settle(hub, 3)
  const [asked, ...others] = await openExceptions(hub)
  expect(others).toEqual([])
  expect(asked).toMatchObject({ code: 'pickup-move-refused.collect', store: 'HAR' })
  expect(asked?.sentence).toContain('Already handed over by Maya')
  expect(await stock(hub)).toEqual([178, 160])
})

test('two tills of the old store hand over a part each: both count', async () => {
  await using hub = await shopThatMoves()
  const of = await movedAway(hub)
  await of.byHarbour(1)
  await of.byHarbour(1, second)
  await settle(hub, 2)
  hub.shop.act(of.name, { do: 'fulfil' })
  await settle(hub, 3)
  expect(await kinds(hub)).toEqual([])
  expect(await stock(hub)).toEqual([178, 160])
})

test.each(['all', 'one by one'])(
  'head office marked it as fulfilled before the till of the old store told (%s): the goods left the old store alone, and nothing is to be marked',
  async how => {
    await using hub = await shopThatMoves()
    const of = await movedAway(hub)
    hub.shop.act(of.name, { do: 'fulfil' })
    await settle(hub, 2)
    if (how === 'all') await of.byHarbour(2)
    else for (const till of [tills[0], second]) await of.byHarbour(1, till)
    await settle(hub, 3)
    const [asked, ...others] = await openExceptions(hub)
    expect(others).toEqual([])
    expect(asked).toMatchObject({ code: 'handed-over-after-move.fulfilled', store: 'HAR' })
    expect(asked?.sentence).not.toContain('Mark the order as fulfilled')
    expect(await stock(hub)).toEqual([178, 160])
    expect(await shown(hub, of.pickup)).toMatchObject({
      notice: { code: 'handed-over-elsewhere', store: 'HAR' },
    })
    const fulfilment = numberOf(hub.shop.order(of.name).fulfillments[0]?.id)
    hub.shop.act(of.name, { do: 'cancel-fulfilment', fulfilment })
    await settle(hub, 3)
    expect(await stock(hub)).toEqual([178, 160])
  },
)

test('a part is handed over at the old store: just that is to be marked as fulfilled, the new store keeps the rest', async () => {
  await using hub = await shopThatMoves()
  const of = await movedAway(hub)
  await of.byHarbour(1)
  await settle(hub, 2)
  const [asked] = await openExceptions(hub)
  expect(asked?.code).toBe('handed-over-after-move.part')
  expect(asked?.sentence).toContain('just these items')
  expect(await shown(hub, of.pickup)).toMatchObject({
    notice: { code: 'handed-over-elsewhere', store: 'HAR', staff: 'Maya', goods: '1 × Stoneware mug' },
  })
  fulfil(hub, of, 1)
  await settle(hub, 3)
  expect(await kinds(hub)).toEqual([])
  expect(await stock(hub)).toEqual([179, 160])
  expect(await shown(hub, of.pickup)).toMatchObject({ state: 'received', notice: null })
  const byMarket = await readyAtMarket(hub, of.pickup)
  await byMarket(1)
  await settle(hub, 3)
  expect(await kinds(hub)).toEqual([])
  expect(await stock(hub)).toEqual([179, 159])
})

test('a hub that is put back to before the hand-over, which Shopify has as fulfilled by then, ends its recovery with the same stock', async () => {
  await using hub = await shopThatMoves()
  const of = await movedAway(hub)
  await hub.backUp()
  await of.byHarbour(2)
  await settle(hub, 2)
  hub.shop.act(of.name, { do: 'fulfil' })
  await settle(hub, 4)
  await hub.putBack()
  await settle(hub, 1)
  await of.byHarbour(2)
  await allConnect(hub)
  for (let day = 0; day < 5; day += 1) {
    hub.advance(DAY_MS)
    await settle(hub, 2)
  }
  expect(await stock(hub)).toEqual([178, 160])
  expect(await kinds(hub)).not.toContain('hub-restored')
})

test.each(['one by one', 'in one look'])(
  'the new store’s part is split and merged again after the old store handed it over (%s): the goods are counted once',
  async how => {
    await using hub = await shopThatMoves()
    const of = await movedAway(hub, 3)
    await of.byHarbour(3)
    await settle(hub, 1)
    const one = [{ line: MUG, quantity: 1 }]
    hub.shop.act(of.name, { do: 'split', fulfilmentOrder: numberOf(of.pickup), lines: one })
    await settle(hub, 2)
    expect(await kinds(hub)).toEqual(['handed-over-after-move'])
    const parts = hub.shop.order(of.name).fulfillmentOrders.map(({ id }) => id)
    for (const part of parts)
      expect(await shown(hub, part)).toMatchObject({
        notice: { code: 'handed-over-elsewhere', staff: 'Maya' },
      })
    if (how === 'one by one') {
      hub.shop.act(of.name, { do: 'merge', fulfilmentOrders: parts.map(numberOf) })
      await settle(hub, 2)
      expect(await kinds(hub)).toEqual(['handed-over-after-move'])
    }
    hub.shop.act(of.name, { do: 'fulfil' })
    await settle(hub, 3)
    expect(await kinds(hub)).toEqual([])
    expect(await stock(hub)).toEqual([177, 160])
  },
)
