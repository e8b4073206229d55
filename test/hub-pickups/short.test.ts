import { expect, test } from 'vitest'
import type { WriteResult } from '../../hub/shopify/api/client.ts'
import { openExceptions, type ShopAndHub, shopAndHub, tills, writesOf } from '../hub-shopify/shop-and-hub.ts'
import { bothSides, numberOf, press, shown } from './at-the-till.ts'

const mug = 'MUG-BLU'
const bag = 'TOTE-NAT'
const [till] = tills

async function look(hub: ShopAndHub): Promise<void> {
  hub.advance(2_000)
  await hub.poll()
  await hub.writeAll()
}

/** An order of two mugs and a bag that is being picked. */
async function picking(hub: ShopAndHub) {
  const { name, fulfillmentOrders } = hub.shop.createOrder({
    location: 'HAR',
    lines: [
      { sku: mug, quantity: 2 },
      { sku: bag, quantity: 1 },
    ],
    customer: { name: 'Ada' },
  })
  await hub.poll()
  const pickup = fulfillmentOrders[0]?.id ?? ''
  await press(hub, pickup, 'pick')
  const [mugs = '', bags = ''] = (await shown(hub, pickup))?.lines.map(line => line.id) ?? []
  return { name, pickup, mugs, bags }
}

const notThere = (pickupLine: string, units: number) => ({
  pickupLine,
  units,
  reason: 'not-on-shelf' as const,
  said: null,
})

/** Staff find one mug and the bag. */
async function shortPick(hub: ShopAndHub) {
  const found = await picking(hub)
  const lines = [
    { pickupLine: found.mugs, units: 1 },
    { pickupLine: found.bags, units: 1 },
  ]
  await press(hub, found.pickup, 'finish', till, undefined, { lines, missing: [notThere(found.mugs, 1)] })
  return { ...found, lines }
}

const inShopify = (hub: ShopAndHub, name: string) =>
  hub.shop.order(name).fulfillmentOrders.map(({ status, lines, prepared: isReady }) => ({
    status,
    isReady,
    units: lines.filter(line => line.remaining > 0).map(line => line.remaining),
  }))

/** The pickups of an order as tills show them. */
async function cards(hub: ShopAndHub, name: string) {
  const of = hub.db.selectFrom('pickup').select('pickup').where('order_name', '=', name)
  const rows = await of.orderBy('pickup').execute()
  const bodies = await Promise.all(rows.map(({ pickup }) => shown(hub, pickup)))
  return bodies.map(body => [body?.state, ...(body?.lines.map(({ units }) => units) ?? [])])
}

test('what was found is ready and goes out; what was not is held, and leaves no shelf', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup, lines } = await shortPick(hub)
  expect(await shown(hub, pickup)).toMatchObject({
    state: 'ready',
    notice: { code: 'rest-missing', goods: '1 × Stoneware mug' },
  })
  expect(await openExceptions(hub)).toMatchObject([
    { kind: 'pickup-short', sentence: expect.stringMatching(/1 × Stoneware mug of order .* for Ada/) },
  ])
  await hub.writeAll()
  expect(inShopify(hub, name)).toEqual([
    { status: 'IN_PROGRESS', isReady: true, units: [1, 1] },
    { status: 'ON_HOLD', isReady: false, units: [1] },
  ])
  await look(hub)
  expect(await cards(hub, name)).toEqual([
    ['ready', 1, 1],
    ['short', 1],
  ])
  const rest = hub.shop.order(name).fulfillmentOrders.at(-1)?.id ?? ''
  // staff read what is missing, not that Shopify holds it
  expect((await shown(hub, rest))?.notice).toEqual({ code: 'on-hold', missing: '1 × Stoneware mug' })
  await press(hub, pickup, 'collect', till, undefined, { lines })
  await look(hub)
  const { shopify, ledger } = await bothSides(hub, mug)
  expect(ledger).toEqual(shopify)
  expect(ledger[0]).toMatchObject({ onHand: 179, committed: 1 })
  expect((await openExceptions(hub)).map(({ kind }) => kind)).toEqual(['pickup-short'])
})

const gone: readonly [string, Parameters<ShopAndHub['shop']['act']>[1]][] = [
  ['refunded', { do: 'refund', lines: [{ line: mug, quantity: 1 }], restock: 'CANCEL' }],
  ['taken off the order', { do: 'edit', set: [{ line: mug, quantity: 1 }] }],
]
test.each(gone)('the exception closes when the missing item is %s', async (_, action) => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await shortPick(hub)
  await look(hub)
  await look(hub)
  await press(hub, pickup, 'collect')
  await look(hub)
  hub.shop.act(name, action)
  await look(hub)
  await look(hub)
  expect(await openExceptions(hub)).toEqual([])
  const { shopify, ledger } = await bothSides(hub, mug)
  expect(ledger).toEqual(shopify)
  expect(ledger[0]).toMatchObject({ committed: 0 })
})

test('the exception closes when the rest is moved to another store, which picks it as new', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  hub.shop.switches.turn({ moveStarted: 'allow' })
  const { name } = await shortPick(hub)
  await look(hub)
  const rest = hub.shop.order(name).fulfillmentOrders.at(-1)
  hub.shop.act(name, { do: 'release', fulfilmentOrder: numberOf(rest?.id) })
  hub.shop.act(name, { do: 'move', fulfilmentOrder: numberOf(rest?.id), to: 'MKT' })
  await look(hub)
  expect(await openExceptions(hub)).toEqual([])
  expect((await cards(hub, name)).at(-1)).toEqual(['received', 1])
})

test('the rest that turns up is picked after Shopify has released it, and the exception closes', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await shortPick(hub)
  await look(hub)
  await press(hub, pickup, 'collect')
  await look(hub)
  const rest = hub.shop.order(name).fulfillmentOrders.at(-1)?.id ?? ''
  hub.shop.act(name, { do: 'release', fulfilmentOrder: numberOf(rest) })
  await look(hub)
  await press(hub, rest, 'finish')
  expect(await openExceptions(hub)).toEqual([])
  await look(hub)
  await press(hub, rest, 'collect')
  await look(hub)
  const { shopify, ledger } = await bothSides(hub, mug)
  expect(ledger).toEqual(shopify)
  expect(ledger[0]).toMatchObject({ onHand: 178, committed: 0 })
})

test.each(
  (['fulfillmentOrderSplit', 'fulfillmentOrderHold'] as const).flatMap(operation =>
    (['lost-answer', 'lost-request', 'http-5xx'] as const).map(kind => ({ operation, kind })),
  ),
)('$kind of $operation: split once, held once, ready once', async ({ operation, kind }) => {
  await using hub = await shopAndHub()
  await hub.sync()
  hub.shop.faults.set({ kind, operation })
  const { name } = await shortPick(hub)
  for (let run = 0; run < 4; run += 1) {
    await hub.writeAll()
    await look(hub)
    hub.advance(60_000)
  }
  expect(inShopify(hub, name)).toEqual([
    { status: 'IN_PROGRESS', isReady: true, units: [1, 1] },
    { status: 'ON_HOLD', isReady: false, units: [1] },
  ])
  expect(hub.shop.order(name).fulfillmentOrders[1]?.holds).toHaveLength(1)
  expect(await cards(hub, name)).toEqual([
    ['ready', 1, 1],
    ['short', 1],
  ])
})

test('a short pick and its hand-over that arrive together leave the rest held', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup, lines } = await shortPick(hub)
  await press(hub, pickup, 'collect', till, undefined, { lines })
  expect(await shown(hub, pickup)).toMatchObject({ state: 'collected', lines: [{ units: 1 }, { units: 1 }] })
  await hub.writeAll()
  for (let again = 0; again < 3; again += 1) await look(hub)
  expect(inShopify(hub, name)).toEqual([
    { status: 'CLOSED', isReady: false, units: [] },
    { status: 'ON_HOLD', isReady: false, units: [1] },
  ])
  expect(await cards(hub, name)).toEqual([
    ['collected', 1, 1],
    ['short', 1],
  ])
  const { shopify, ledger } = await bothSides(hub, mug)
  expect(ledger).toEqual(shopify)
  expect(ledger[0]).toMatchObject({ onHand: 179, committed: 1 })
  expect((await openExceptions(hub)).map(one => one.kind)).toEqual(['pickup-short'])
})

test('a part of what is ready is handed over, then the rest: Shopify has each unit once', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup, mugs, bags } = await picking(hub)
  await press(hub, pickup, 'finish')
  await hub.writeAll()
  await press(hub, pickup, 'collect', till, undefined, { lines: [{ pickupLine: mugs, units: 1 }] })
  expect(await shown(hub, pickup)).toMatchObject({
    state: 'ready',
    lines: [
      { id: mugs, units: 1, collected: 1, packed: 1 },
      { id: bags, units: 1, collected: 0 },
    ],
  })
  await look(hub)
  expect(await shown(hub, pickup)).toMatchObject({
    state: 'ready',
    shopify: 'confirmed',
    lines: [{ id: mugs, units: 1, collected: 1, packed: 1, ordered: 2 }, { id: bags }],
  })
  await press(hub, pickup, 'collect')
  for (let again = 0; again < 2; again += 1) await look(hub)
  expect(await shown(hub, pickup)).toMatchObject({ state: 'collected', shopify: 'confirmed', notice: null })
  expect(inShopify(hub, name)).toEqual([{ status: 'CLOSED', isReady: true, units: [] }])
  const { shopify, ledger } = await bothSides(hub, mug)
  expect(ledger).toEqual(shopify)
  expect(ledger[0]).toMatchObject({ onHand: 178, committed: 0 })
})

test('two parts that are told late are both told, also when the first answer is lost', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup, mugs, bags } = await picking(hub)
  await press(hub, pickup, 'finish')
  await hub.writeAll()
  hub.shop.faults.set({ kind: 'lost-answer', operation: 'fulfillmentCreate' })
  await press(hub, pickup, 'collect', till, undefined, { lines: [{ pickupLine: mugs, units: 1 }] })
  const rest = [mugs, bags].map(pickupLine => ({ pickupLine, units: 1 }))
  await press(hub, pickup, 'collect', till, undefined, { lines: rest })
  for (let again = 0; again < 3; again += 1) {
    await look(hub)
    hub.advance(60_000)
  }
  expect(inShopify(hub, name)).toEqual([{ status: 'CLOSED', isReady: true, units: [] }])
  expect(await shown(hub, pickup)).toMatchObject({ state: 'collected', shopify: 'confirmed', notice: null })
  expect(await openExceptions(hub)).toEqual([])
  const { shopify, ledger } = await bothSides(hub, mug)
  expect(ledger).toEqual(shopify)
  expect(ledger[0]).toMatchObject({ onHand: 178, committed: 0 })
})

test.each(['is not reached', 'refuses'] as const)(
  'of two parts, the second waits where Shopify %s with the first: each is told once',
  async how => {
    await using hub = await shopAndHub()
    await hub.sync()
    const wish = { location: 'HAR', lines: [{ sku: mug, quantity: 3 }], customer: { name: 'Ada' } }
    const { name, fulfillmentOrders } = hub.shop.createOrder(wish)
    await hub.poll()
    const pickup = fulfillmentOrders[0]?.id ?? ''
    for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
    await hub.writeAll()
    const [line = ''] = (await shown(hub, pickup))?.lines.map(({ id }) => id) ?? []
    const one = { lines: [{ pickupLine: line, units: 1 }] }
    for (let part = 0; part < 2; part += 1) await press(hub, pickup, 'collect', till, undefined, one)
    const { write } = hub.client
    const first: WriteResult<never> =
      how === 'refuses'
        ? { kind: 'user-errors', errors: [{ field: ['fulfillment'], message: 'On hold', code: 'INVALID' }] }
        : { kind: 'not-sent', problem: 'No connection', retryAfterMs: null }
    Object.assign(hub.client, {
      write: async () => {
        Object.assign(hub.client, { write })
        return first
      },
    })
    await hub.write()
    expect(hub.shop.order(name).fulfillments).toEqual([])
    await hub.writeAll()
    expect(inShopify(hub, name)).toEqual([{ status: 'IN_PROGRESS', isReady: true, units: [1] }])
    expect((await writesOf(hub)).map(({ kind, state }) => [kind, state])).toEqual([
      ['ready', 'confirmed'],
      ['collected', 'confirmed'],
      ['collected', 'confirmed'],
    ])
    await look(hub)
    await press(hub, pickup, 'collect')
    for (let again = 0; again < 2; again += 1) await look(hub)
    expect(await shown(hub, pickup)).toMatchObject({ state: 'collected', shopify: 'confirmed', notice: null })
    expect(await openExceptions(hub)).toEqual([])
    const { shopify, ledger } = await bothSides(hub, mug)
    expect(ledger).toEqual(shopify)
    expect(ledger[0]).toMatchObject({ onHand: 177, committed: 0 })
  },
)

test('with nothing found it stays with the store as incomplete, and Shopify hears nothing', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup, mugs, bags } = await picking(hub)
  const missing = [notThere(mugs, 2), notThere(bags, 1)]
  await press(hub, pickup, 'finish', till, undefined, { lines: [], missing })
  expect(await shown(hub, pickup)).toMatchObject({ state: 'short', notice: { code: 'items-missing' } })
  await look(hub)
  expect(inShopify(hub, name)).toEqual([{ status: 'OPEN', isReady: false, units: [2, 1] }])
})

test('a line of which nothing was found is held, although Shopify takes it off the rest', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup, mugs, bags } = await picking(hub)
  const lines = [{ pickupLine: bags, units: 1 }]
  await press(hub, pickup, 'finish', till, undefined, { lines, missing: [notThere(mugs, 2)] })
  await hub.writeAll()
  expect(inShopify(hub, name).map(({ status }) => status)).toEqual(['IN_PROGRESS', 'ON_HOLD'])
})
