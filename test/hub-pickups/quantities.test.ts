import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { takeInOrder } from '../../hub/pickups/intake.ts'
import { readPlaces } from '../../hub/stock/places.ts'
import {
  ledgerLevel,
  openExceptions,
  type ShopAndHub,
  shopAndHub,
  shopLevel,
} from '../hub-shopify/shop-and-hub.ts'
import { bothSides, numberOf, press, shown } from './at-the-till.ts'

const sku = 'MUG-BLU'

/** An order of three mugs that its store knows. */
async function threeMugs(hub: ShopAndHub) {
  const { name, fulfillmentOrders } = hub.shop.createOrder({
    location: 'HAR',
    lines: [{ sku, quantity: 3 }],
    customer: { name: 'Ada' },
  })
  await hub.poll()
  const pickup = fulfillmentOrders[0]?.id ?? ''
  return { name, pickup, fulfilmentOrder: numberOf(pickup) }
}

async function later(hub: ShopAndHub): Promise<void> {
  hub.advance(2_000)
  await hub.poll()
  await hub.writeAll()
}

test.each([{ staff: ['pick'] as const }, { staff: ['pick', 'finish'] as const }])(
  'a part handed over in Shopify and the rest moved away: only the part has left, after $staff',
  async ({ staff }) => {
    await using hub = await shopAndHub()
    await hub.sync()
    hub.shop.switches.turn({ moveStarted: 'allow' })
    const { name, pickup, fulfilmentOrder } = await threeMugs(hub)
    for (const move of staff) await press(hub, pickup, move)
    await hub.writeAll()
    hub.shop.act(name, { do: 'fulfil', fulfilmentOrder, lines: [{ line: sku, quantity: 1 }] })
    hub.shop.act(name, { do: 'move', fulfilmentOrder, to: 'MKT' })
    await later(hub)
    expect(await shown(hub, pickup)).toMatchObject({
      state: 'cancelled',
      notice: { code: 'partly-handed-over', handedOver: 1, goods: '2 × Stoneware mug' },
    })
    const { shopify, ledger } = await bothSides(hub, sku)
    expect(ledger).toEqual(shopify)
    expect(ledger).toMatchObject([
      { onHand: 179, committed: 0 },
      { onHand: 160, committed: 2 },
    ])
  },
)

test.each(['leave-total', 'stay-in-total'] as const)(
  'handed over in Shopify part by part, and the rest refunded (totals: %s)',
  async removedUnits => {
    await using hub = await shopAndHub()
    await hub.sync()
    hub.shop.switches.turn({ removedUnits })
    const { name, pickup, fulfilmentOrder } = await threeMugs(hub)
    const one = { do: 'fulfil' as const, fulfilmentOrder, lines: [{ line: sku, quantity: 1 }] }
    hub.shop.act(name, one)
    await later(hub)
    expect(await shown(hub, pickup)).toMatchObject({ state: 'received', lines: [{ units: 2 }] })
    expect(await ledgerLevel(hub, sku, 'HAR')).toMatchObject({ onHand: 179, committed: 2 })
    hub.shop.act(name, one)
    hub.shop.act(name, { do: 'refund', lines: [{ line: sku, quantity: 1 }], restock: 'CANCEL' })
    for (let look = 0; look < 3; look += 1) await later(hub)
    expect(await shown(hub, pickup)).toMatchObject({
      state: 'cancelled',
      notice: { code: 'partly-handed-over', handedOver: 2, goods: '1 × Stoneware mug' },
    })
    expect(await ledgerLevel(hub, sku, 'HAR')).toEqual({ onHand: 178, posted: 178, committed: 0 })
    expect(shopLevel(hub, sku, 'HAR')).toMatchObject({ on_hand: 178, committed: 0 })
  },
)

test.each(['leave-total', 'stay-in-total'] as const)(
  'a till hands over three of which one was refunded meanwhile: two in Shopify, three off the shelf, and ops is told (totals: %s)',
  async removedUnits => {
    await using hub = await shopAndHub()
    await hub.sync()
    hub.shop.switches.turn({ removedUnits })
    const { name, pickup } = await threeMugs(hub)
    hub.shop.act(name, { do: 'refund', lines: [{ line: sku, quantity: 1 }], restock: 'CANCEL' })
    for (const move of ['pick', 'finish', 'collect'] as const) await press(hub, pickup, move)
    await hub.writeAll()
    for (let look = 0; look < 2; look += 1) await later(hub)
    expect(hub.shop.order(name)).toMatchObject({ fulfillments: [{ lines: [2] }] })
    expect(await ledgerLevel(hub, sku, 'HAR')).toEqual({ onHand: 177, posted: 177, committed: 0 })
    expect(shopLevel(hub, sku, 'HAR')).toMatchObject({ on_hand: 177, committed: 0 })
    expect(await openExceptions(hub)).toMatchObject([
      {
        kind: 'cancelled-but-collected',
        sentence: expect.stringMatching(/^Part of order .*\(1 × Stoneware mug\)/),
      },
    ])
    expect(await shown(hub, pickup)).toMatchObject({
      state: 'collected',
      shopify: 'confirmed',
      notice: { code: 'collected-beyond-order', goods: '1 × Stoneware mug' },
    })
  },
)

test('a till hands over what was in part handed over in Shopify, and a lost answer repeats nothing', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup, fulfilmentOrder } = await threeMugs(hub)
  for (const move of ['pick', 'finish', 'collect'] as const) await press(hub, pickup, move)
  hub.shop.act(name, { do: 'fulfil', fulfilmentOrder, lines: [{ line: sku, quantity: 1 }] })
  await hub.write()
  hub.shop.faults.set({ kind: 'lost-answer', operation: 'fulfillmentCreate' })
  await hub.write()
  await hub.restart()
  await hub.writeAll()
  await later(hub)
  expect(hub.shop.order(name).fulfillments.map(one => one.lines)).toEqual([[1], [2]])
  expect(await shown(hub, pickup)).toMatchObject({ state: 'collected', shopify: 'confirmed', notice: null })
  expect(await ledgerLevel(hub, sku, 'HAR')).toEqual({ onHand: 177, posted: 177, committed: 0 })
  expect(await openExceptions(hub)).toEqual([])
})

test('the poll reads the hand-over before its answer is known: it is booked once', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { pickup } = await threeMugs(hub)
  for (const move of ['pick', 'finish', 'collect'] as const) await press(hub, pickup, move)
  hub.shop.faults.set({ kind: 'lost-answer', operation: 'fulfillmentCreate' })
  await hub.write()
  await later(hub)
  expect(await shown(hub, pickup)).toMatchObject({ state: 'collected', shopify: 'confirmed' })
  expect(await ledgerLevel(hub, sku, 'HAR')).toEqual({ onHand: 177, posted: 177, committed: 0 })
})

test('ordered and handed over while the hub was away: its goods have left; before its ledger began, they are counted in it', async () => {
  await using hub = await shopAndHub()
  const early = hub.shop.createOrder({
    location: 'HAR',
    lines: [{ sku, quantity: 3 }],
    customer: { name: 'Ada' },
  })
  hub.shop.act(early.name, { do: 'fulfil' })
  hub.advance(5_000)
  await hub.sync()
  hub.advance(5_000)
  const late = hub.shop.createOrder({
    location: 'HAR',
    lines: [{ sku, quantity: 2 }],
    customer: { name: 'Bea' },
  })
  hub.shop.act(late.name, { do: 'fulfil' })
  for (let look = 0; look < 2; look += 1) await later(hub)
  expect(await shown(hub, late.fulfillmentOrders[0]?.id ?? '')).toBeNull()
  expect(await ledgerLevel(hub, sku, 'HAR')).toEqual({ onHand: 175, posted: 175, committed: 0 })
  expect(shopLevel(hub, sku, 'HAR')).toMatchObject({ on_hand: 175 })
})

test('moved to another store and handed over there before the hub looked: that store’s goods have left', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup, fulfilmentOrder } = await threeMugs(hub)
  hub.shop.act(name, { do: 'move', fulfilmentOrder, to: 'MKT' })
  hub.shop.act(name, { do: 'fulfil' })
  await later(hub)
  expect(await shown(hub, pickup)).toMatchObject({
    state: 'cancelled',
    notice: { code: 'moved-away', to: 'Market Square' },
  })
  const { shopify, ledger } = await bothSides(hub, sku)
  expect(ledger).toEqual(shopify)
  expect(ledger).toMatchObject([
    { onHand: 180, committed: 0 },
    { onHand: 157, committed: 0 },
  ])
})

test('an order of more than 250 lines is shown whole, and an older till’s first 250 count with the rest', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const snapshot = {
    id: 'gid://shopify/Order/1',
    name: '#1',
    createdAt: 1,
    updatedAt: 1,
    cancelledAt: null,
    isTest: false,
    note: null,
    customer: { name: 'Ada', phone: null },
    outstanding: null,
    routed: true,
  }
  const lines = Array.from({ length: 260 }, (_, index) => ({
    id: `gid://shopify/FulfillmentOrderLineItem/${index + 1}`,
    orderLine: `gid://shopify/LineItem/${index + 1}`,
    sku: null,
    barcode: null,
    title: `Item ${index}`,
    variantTitle: null,
    imageUrl: null,
    tracked: false,
    total: 1,
    remaining: 1,
  }))
  const { places } = await readPlaces(hub.db)
  const pickup = {
    id: 'gid://shopify/FulfillmentOrder/1',
    status: 'OPEN' as const,
    location: places.find(({ store }) => store === 'HAR')?.location ?? '',
    locationName: 'Harbour',
    scheduledFor: null,
    promisedBy: null,
    lines,
    fulfillments: [],
  }
  await transaction(hub.db, tx => takeInOrder(tx, { ...snapshot, pickups: [pickup] }, hub.world.clock.now()))
  const body = await shown(hub, pickup.id)
  expect([body?.lines.length, body?.moreLines?.length]).toEqual([250, 10])
  for (const move of ['pick', 'finish'] as const) await press(hub, pickup.id, move) // tells of the first 250 alone
  expect(await shown(hub, pickup.id)).toMatchObject({ state: 'ready' })
})
