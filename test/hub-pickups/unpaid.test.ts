import { expect, test } from 'vitest'
import { EpochMs } from '../../shared/ids.ts'
import { openExceptions, type ShopAndHub, shopAndHub } from '../hub-shopify/shop-and-hub.ts'
import { press, shown } from './at-the-till.ts'

const sku = 'MUG-BLU'

async function ordered(hub: ShopAndHub, payment: 'pending' | 'authorized' | 'paid') {
  const { name, fulfillmentOrders } = hub.shop.createOrder({
    location: 'HAR',
    lines: [{ sku, quantity: 1 }],
    customer: { name: 'Ada' },
    payment,
  })
  await hub.poll()
  return { name, pickup: fulfillmentOrders[0]?.id ?? '' }
}

async function look(hub: ShopAndHub): Promise<void> {
  hub.advance(2_000)
  await hub.poll()
  await hub.writeAll()
}

test('what is still to be paid reaches the till, changes with the order, and goes once it is paid', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await ordered(hub, 'pending')
  const owed = (await shown(hub, pickup))?.outstanding
  expect(owed).toMatchObject({ minor: expect.any(Number), currency: 'EUR' })
  hub.shop.act(name, { do: 'edit', add: [{ sku, quantity: 1 }] })
  await look(hub)
  expect((await shown(hub, pickup))?.outstanding?.minor).toBe(2 * (owed?.minor ?? 0))
  hub.shop.act(name, { do: 'pay', minor: owed?.minor ?? 0 })
  await look(hub)
  expect((await shown(hub, pickup))?.outstanding?.minor).toBe(owed?.minor)
  hub.shop.act(name, { do: 'pay' })
  hub.advance(2_000)
  await hub.orders.checkOpen() // the poll missed it
  expect((await shown(hub, pickup))?.outstanding).toBeNull()
})

test.each(['paid', 'authorized'] as const)('%s: nothing is to be paid at the counter', async payment => {
  await using hub = await shopAndHub()
  const { pickup } = await ordered(hub, payment)
  expect((await shown(hub, pickup))?.outstanding).toBeNull()
})

test('an order that is edited after it was paid owes the difference', async () => {
  await using hub = await shopAndHub()
  const { name, pickup } = await ordered(hub, 'paid')
  hub.shop.act(name, { do: 'edit', add: [{ sku, quantity: 1 }] })
  await look(hub)
  expect((await shown(hub, pickup))?.outstanding?.minor).toBeGreaterThan(0)
})

test('a till that did not ask for the money is named until the order is paid; one that did is not', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const unasked = await ordered(hub, 'pending')
  const asked = await ordered(hub, 'pending')
  for (const move of ['pick', 'finish', 'collect'] as const) await press(hub, unasked.pickup, move)
  for (const move of ['pick', 'finish'] as const) await press(hub, asked.pickup, move)
  await press(hub, asked.pickup, 'collect', undefined, undefined, { paid: true })
  await look(hub)
  expect(await openExceptions(hub)).toMatchObject([
    {
      kind: 'handed-over-unpaid',
      owner: 'finance',
      sentence: expect.stringMatching(
        /^Maya handed over order #\d+ at HAR while €[\d.]+ of it was still to be paid/,
      ),
    },
  ])
  hub.shop.act(unasked.name, { do: 'pay' })
  await look(hub)
  expect(await openExceptions(hub)).toEqual([])
})

test('a balance for what was added after an offline hand-over opens no exception', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await ordered(hub, 'paid')
  for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
  const before = await shown(hub, pickup)
  const at = EpochMs.parse(hub.world.clock.now())
  hub.advance(60_000)
  hub.shop.act(name, { do: 'edit', add: [{ sku, quantity: 1 }] })
  await look(hub)
  await press(hub, pickup, 'collect', undefined, before, { at })
  expect(await openExceptions(hub)).toEqual([])
})
