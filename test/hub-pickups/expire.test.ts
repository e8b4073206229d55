import { expect, test } from 'vitest'
import { expireUncollected } from '../../hub/pickups/expire.ts'
import { openExceptions, type ShopAndHub, shopAndHub } from '../hub-shopify/shop-and-hub.ts'
import { bothSides, numberOf, press, shown } from './at-the-till.ts'

const mug = 'MUG-BLU'
const DAY_MS = 86_400_000

async function ready(hub: ShopAndHub) {
  const { name, fulfillmentOrders } = hub.shop.createOrder({
    location: 'HAR',
    lines: [{ sku: mug, quantity: 2 }],
    customer: { name: 'Ada' },
  })
  await hub.poll()
  const pickup = fulfillmentOrders[0]?.id ?? ''
  for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
  await hub.writeAll()
  return { name, pickup }
}

async function afterDays(hub: ShopAndHub, days: number): Promise<readonly string[]> {
  hub.advance(days * DAY_MS)
  return [...(await expireUncollected(hub.db, { afterDays: 7, now: hub.world.clock.now() }))]
}

async function look(hub: ShopAndHub): Promise<void> {
  hub.advance(2_000)
  await hub.poll()
  await hub.writeAll()
}

test('an order that is not collected goes back on the shelf once its days are over; its units stay promised', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { pickup } = await ready(hub)
  expect(await afterDays(hub, 6)).toEqual([])
  expect(await afterDays(hub, 1)).toEqual(['HAR'])
  expect(await shown(hub, pickup)).toMatchObject({
    state: 'expired',
    notice: { code: 'not-collected', days: 7 },
  })
  expect(await openExceptions(hub)).toMatchObject([
    {
      kind: 'pickup-not-collected',
      owner: 'e-commerce',
      sentence: expect.stringContaining('2 × Stoneware mug'),
    },
  ])
  expect(await afterDays(hub, 1)).toEqual([])
  const { shopify, ledger } = await bothSides(hub, mug)
  expect(ledger).toEqual(shopify)
  expect(ledger[0]).toMatchObject({ onHand: 180, committed: 2 })
})

test('once head office cancels it, its units are free and the exception closes', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await ready(hub)
  await afterDays(hub, 7)
  hub.shop.cancelOrder(name)
  await look(hub)
  expect(await openExceptions(hub)).toEqual([])
  expect(await shown(hub, pickup)).toMatchObject({ state: 'cancelled', notice: { code: 'order-cancelled' } })
  const { shopify, ledger } = await bothSides(hub, mug)
  expect(ledger).toEqual(shopify)
  expect(ledger[0]).toMatchObject({ onHand: 180, committed: 0 })
})

test('a customer who comes late gets the goods: reopened, or at a till that did not know', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const [one, two] = [await ready(hub), await ready(hub)]
  await afterDays(hub, 7)
  expect(await openExceptions(hub)).toHaveLength(2)
  await press(hub, one.pickup, 'reopen', undefined, undefined, { reason: 'She is here' })
  expect(await shown(hub, one.pickup)).toMatchObject({ state: 'picking' })
  for (const move of ['finish', 'collect'] as const) await press(hub, one.pickup, move)
  await press(hub, two.pickup, 'collect')
  await look(hub)
  await look(hub)
  for (const { name, pickup } of [one, two]) {
    expect(await shown(hub, pickup)).toMatchObject({ state: 'collected', shopify: 'confirmed' })
    expect(hub.shop.order(name).fulfillments).toHaveLength(1)
  }
  expect(await openExceptions(hub)).toEqual([])
  const { shopify, ledger } = await bothSides(hub, mug)
  expect(ledger).toEqual(shopify)
  expect(ledger[0]).toMatchObject({ onHand: 176, committed: 0 })
})

test('one on hold waits: its customer could not collect it', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await ready(hub)
  hub.shop.act(name, { do: 'hold', fulfilmentOrder: numberOf(pickup) })
  await look(hub)
  expect(await afterDays(hub, 40)).toEqual([])
})

test.each(['hold', 'split'] as const)(
  'days on hold do not count: they begin with the release (after a %s)',
  async how => {
    await using hub = await shopAndHub()
    await hub.sync()
    const { name, pickup } = await ready(hub)
    hub.shop.act(name, { do: 'hold', fulfilmentOrder: numberOf(pickup) })
    await look(hub)
    expect(await afterDays(hub, 40)).toEqual([])
    hub.shop.act(name, { do: 'release', fulfilmentOrder: numberOf(pickup) })
    await look(hub)
    expect(await afterDays(hub, 0)).toEqual([])
    if (how === 'split') {
      hub.shop.act(name, {
        do: 'split',
        fulfilmentOrder: numberOf(pickup),
        lines: [{ line: mug, quantity: 1 }],
      })
      await look(hub)
    }
    expect(await afterDays(hub, 6)).toEqual([])
    expect(await afterDays(hub, 1)).toEqual(['HAR'])
    const parts = hub.shop.order(name).fulfillmentOrders.map(({ id }) => id)
    const said = await Promise.all(parts.map(async id => (await shown(hub, id))?.notice))
    expect(said).toEqual(parts.map(() => ({ code: 'not-collected', days: 7 })))
    expect(parts).toHaveLength(how === 'split' ? 2 : 1)
  },
)

test('what an expired order says stays as it is when Shopify is read again', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await ready(hub)
  await afterDays(hub, 7)
  for (const action of ['hold', 'release'] as const) {
    hub.shop.act(name, { do: action, fulfilmentOrder: numberOf(pickup) })
    await look(hub)
  }
  expect(await shown(hub, pickup)).toMatchObject({ state: 'expired', notice: { code: 'not-collected' } })
})
