import { expect, test } from 'vitest'
import { openExceptions, type ShopAndHub, shopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { bothSides, numberOf, press, shown } from './at-the-till.ts'

const mug = 'MUG-BLU'
const bag = 'TOTE-NAT'
const [till] = tills

async function look(hub: ShopAndHub): Promise<void> {
  hub.advance(2_000)
  await hub.poll()
  await hub.writeAll()
}

/** An order of two mugs and a bag that is ready. */
async function ready(hub: ShopAndHub) {
  const lines = [
    { sku: mug, quantity: 2 },
    { sku: bag, quantity: 1 },
  ]
  const { name, fulfillmentOrders } = hub.shop.createOrder({
    location: 'HAR',
    lines,
    customer: { name: 'Ada' },
  })
  await hub.poll()
  const pickup = fulfillmentOrders[0]?.id ?? ''
  for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
  await look(hub)
  return { name, pickup }
}

const collectedUnits = (hub: ShopAndHub, name: string) =>
  hub.shop.order(name).fulfillments.map(one => one.lines.reduce((sum, units) => sum + units, 0))

async function agree(hub: ShopAndHub): Promise<void> {
  for (const sku of [mug, bag]) {
    const { shopify, ledger } = await bothSides(hub, sku)
    expect([sku, ledger]).toEqual([sku, shopify])
  }
}

test('a line added to a ready order is picked first: back to picking, and its tills say what was added', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await ready(hub)
  hub.shop.act(name, { do: 'edit', add: [{ sku: 'MUG-OAT', quantity: 1 }] })
  await look(hub)
  expect(await shown(hub, pickup)).toMatchObject({
    state: 'picking',
    movedBy: 'Shopify',
    notice: { code: 'order-changed', added: '1 × Stoneware mug', removed: null },
  })
  await press(hub, pickup, 'finish')
  await look(hub)
  expect(await shown(hub, pickup)).toMatchObject({ state: 'ready', shopify: 'confirmed', notice: null })
  await press(hub, pickup, 'collect')
  await look(hub)
  expect(collectedUnits(hub, name)).toEqual([4])
  await agree(hub)
})

test('units added to a line, and a line taken off, are both said', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await ready(hub)
  hub.shop.act(name, { do: 'edit', set: [{ line: bag, quantity: 0 }], add: [{ sku: mug, quantity: 1 }] })
  await look(hub)
  expect(await shown(hub, pickup)).toMatchObject({
    state: 'picking',
    notice: { code: 'order-changed', added: '1 × Stoneware mug', removed: '1 × Canvas tote' },
  })
})

test('a line taken off a ready order leaves it ready, and says what to put back until it is handed over', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await ready(hub)
  hub.shop.act(name, { do: 'edit', set: [{ line: bag, quantity: 0 }] })
  await look(hub)
  const notice = { code: 'order-changed', added: null, removed: '1 × Canvas tote' }
  expect(await shown(hub, pickup)).toMatchObject({ state: 'ready', notice, lines: [{ units: 2 }] })
  await look(hub)
  expect(await shown(hub, pickup)).toMatchObject({ notice })
  await press(hub, pickup, 'collect')
  await look(hub)
  expect(await shown(hub, pickup)).toMatchObject({ state: 'collected', notice: null })
  expect(await openExceptions(hub)).toEqual([])
})

test('an order that staff have not begun just shows its new lines', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, fulfillmentOrders } = hub.shop.createOrder({
    location: 'HAR',
    lines: [{ sku: mug, quantity: 1 }],
    customer: { name: 'Ada' },
  })
  await hub.poll()
  hub.shop.act(name, { do: 'edit', add: [{ sku: bag, quantity: 1 }] })
  await look(hub)
  const body = await shown(hub, fulfillmentOrders[0]?.id ?? '')
  expect(body).toMatchObject({ state: 'received', notice: null, lines: [{ units: 1 }, { units: 1 }] })
})

test('a till that did not know of the new line marks ready and hands over: the new line is neither', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const lines = [{ sku: mug, quantity: 2 }]
  const { name, fulfillmentOrders } = hub.shop.createOrder({
    location: 'HAR',
    lines,
    customer: { name: 'Ada' },
  })
  await hub.poll()
  const pickup = fulfillmentOrders[0]?.id ?? ''
  await press(hub, pickup, 'pick')
  const before = await shown(hub, pickup)
  hub.shop.act(name, { do: 'edit', add: [{ sku: bag, quantity: 1 }] })
  hub.shop.act(name, { do: 'pay' })
  await look(hub)
  await press(hub, pickup, 'finish', till, before)
  expect(await shown(hub, pickup)).toMatchObject({
    state: 'picking',
    notice: { code: 'order-changed', added: '1 × Canvas tote' },
  })
  await press(hub, pickup, 'collect', till, before)
  expect(await shown(hub, pickup)).toMatchObject({ state: 'collected' })
  await look(hub)
  await look(hub)
  expect(collectedUnits(hub, name)).toEqual([2])
  expect(await shown(hub, pickup)).toMatchObject({
    state: 'received',
    notice: { code: 'added-after-hand-over', goods: '1 × Canvas tote' },
    lines: [{ sku: bag, units: 1 }],
  })
  for (const move of ['pick', 'finish', 'collect'] as const) await press(hub, pickup, move)
  await look(hub)
  expect(collectedUnits(hub, name)).toEqual([2, 1])
  await agree(hub)
  expect(await openExceptions(hub)).toEqual([])
})

test('a till that did not know that a line was taken off hands it over: its goods have left, and ops is told', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await ready(hub)
  const before = await shown(hub, pickup)
  hub.shop.act(name, { do: 'edit', set: [{ line: bag, quantity: 0 }] })
  await look(hub)
  await press(hub, pickup, 'collect', till, before)
  await look(hub)
  await look(hub)
  expect(collectedUnits(hub, name)).toEqual([2])
  expect(await openExceptions(hub)).toMatchObject([
    { kind: 'cancelled-but-collected', sentence: expect.stringContaining('1 ×') },
  ])
  const { ledger } = await bothSides(hub, bag)
  expect(ledger[0]).toEqual({ onHand: 219, committed: 0 })
  await agree(hub)
})

test('a ready order that is split stays ready in both parts, and nothing is to be put back', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await ready(hub)
  const lines = [{ line: bag, quantity: 1 }]
  hub.shop.act(name, { do: 'split', fulfilmentOrder: numberOf(pickup), lines })
  await look(hub)
  const part = hub.shop.order(name).fulfillmentOrders.at(-1)?.id ?? ''
  expect(await shown(hub, pickup)).toMatchObject({
    state: 'ready',
    notice: null,
    lines: [{ sku: mug, units: 2 }],
  })
  expect(await shown(hub, part)).toMatchObject({
    state: 'ready',
    movedBy: 'Maya',
    notice: null,
    lines: [{ sku: bag, units: 1 }],
  })
  for (const one of [part, pickup]) await press(hub, one, 'collect')
  await look(hub)
  expect(collectedUnits(hub, name).toSorted()).toEqual([1, 2])
  await agree(hub)
})

test('parts that are merged again are ready if both were; one that is not goes back to picking', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await ready(hub)
  const lines = [{ line: bag, quantity: 1 }]
  hub.shop.act(name, { do: 'split', fulfilmentOrder: numberOf(pickup), lines })
  await look(hub)
  const part = hub.shop.order(name).fulfillmentOrders.at(-1)?.id ?? ''
  hub.shop.act(name, { do: 'merge', fulfilmentOrders: [numberOf(pickup), numberOf(part)] })
  await look(hub)
  expect(await shown(hub, pickup)).toMatchObject({ state: 'ready', notice: null })
  expect(await shown(hub, part)).toMatchObject({ state: 'cancelled', notice: { code: 'continues' } })
})

test('a part that a till hands over, not knowing that Shopify has merged it, is handed over of the other one', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await ready(hub)
  const lines = [{ line: bag, quantity: 1 }]
  hub.shop.act(name, { do: 'split', fulfilmentOrder: numberOf(pickup), lines })
  await look(hub)
  const part = hub.shop.order(name).fulfillmentOrders.at(-1)?.id ?? ''
  const shownThere = await shown(hub, part)
  hub.shop.act(name, { do: 'merge', fulfilmentOrders: [numberOf(pickup), numberOf(part)] })
  await look(hub)
  expect(await shown(hub, part)).toMatchObject({ state: 'cancelled', notice: { code: 'continues' } })
  await press(hub, part, 'collect', tills[0], shownThere)
  expect(await shown(hub, part)).toMatchObject({ state: 'collected', movedBy: 'Maya', notice: null })
  await look(hub)
  expect(collectedUnits(hub, name)).toEqual([1])
  expect(await shown(hub, pickup)).toMatchObject({ state: 'ready', shopify: 'confirmed', notice: null })
  await press(hub, pickup, 'collect')
  await look(hub)
  await look(hub)
  expect(collectedUnits(hub, name).reduce((sum, units) => sum + units, 0)).toBe(3)
  expect(await openExceptions(hub)).toEqual([])
  await agree(hub)
})

test.each(['separate', 'replace'] as const)(
  'an edit that makes another pickup of the order (%s) says what is still to pick',
  async editFulfillmentOrders => {
    await using hub = await shopAndHub()
    await hub.sync()
    hub.shop.switches.turn({ editFulfillmentOrders })
    const { name, pickup } = await ready(hub)
    hub.shop.act(name, { do: 'edit', add: [{ sku: mug, quantity: 1 }] })
    await look(hub)
    const other = hub.shop.order(name).fulfillmentOrders.at(-1)?.id ?? ''
    if (editFulfillmentOrders === 'separate') {
      expect(await shown(hub, pickup)).toMatchObject({ state: 'ready', notice: null })
      expect(await shown(hub, other)).toMatchObject({ state: 'received', lines: [{ units: 1 }] })
    } else {
      expect(await shown(hub, pickup)).toMatchObject({ state: 'cancelled', notice: { code: 'continues' } })
      expect(await shown(hub, other)).toMatchObject({
        state: 'picking',
        notice: { code: 'order-changed', added: '1 × Stoneware mug', removed: null },
      })
    }
    await agree(hub)
  },
)

test('a part that is moved to another store is to be put back', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  hub.shop.switches.turn({ moveStarted: 'allow' })
  const { name, pickup } = await ready(hub)
  const lines = [{ line: bag, quantity: 1 }]
  hub.shop.act(name, { do: 'move', fulfilmentOrder: numberOf(pickup), to: 'MKT', lines })
  await look(hub)
  expect(await shown(hub, pickup)).toMatchObject({
    state: 'ready',
    notice: { code: 'order-changed', added: null, removed: '1 × Canvas tote' },
  })
  expect(await shown(hub, hub.shop.order(name).fulfillmentOrders.at(-1)?.id ?? '')).toMatchObject({
    state: 'received',
  })
})
