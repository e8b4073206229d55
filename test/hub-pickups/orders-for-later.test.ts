import { expect, test } from 'vitest'
import { readPickup } from '../../hub/pickups/pickup-row.ts'
import { type ShopAndHub, shopAndHub } from '../hub-shopify/shop-and-hub.ts'

const DAY = 86_400_000

async function received(hub: ShopAndHub, more: { fulfillAt?: number; test?: boolean; payment?: 'pending' }) {
  const order = { location: 'HAR', lines: [{ sku: 'MUG-BLU', quantity: 1 }], customer: { name: 'Ann' } }
  const placed = hub.shop.createOrder({ ...order, ...more })
  await hub.poll()
  return placed.fulfillmentOrders[0]?.id ?? ''
}
const bodyOf = async (hub: ShopAndHub, pickup: string) => (await readPickup(hub.db, pickup))?.body

test('a pre-order is held until its day, which the till is told, and is due from then on', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const day = hub.world.clock.now() + 2 * DAY
  const pickup = await received(hub, { fulfillAt: day })
  expect(await bodyOf(hub, pickup)).toMatchObject({
    state: 'received',
    notice: { code: 'on-hold', scheduledFor: Math.floor(day / 1_000) * 1_000 },
  })
  hub.advance(2 * DAY + 60_000)
  await hub.poll()
  await hub.orders.checkOpen()
  expect(await bodyOf(hub, pickup)).toMatchObject({ state: 'received', notice: null })
})

test('a test order that is not paid owes nothing, as no money of it is real', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const pending = { payment: 'pending' } as const
  expect(await bodyOf(hub, await received(hub, { ...pending, test: true }))).toMatchObject({
    outstanding: null,
  })
  expect(await bodyOf(hub, await received(hub, pending))).toMatchObject({ outstanding: { currency: 'EUR' } })
})

test('a test order says so on the till, and no other order does', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  expect(await bodyOf(hub, await received(hub, { test: true }))).toMatchObject({ isTest: true })
  expect(await bodyOf(hub, await received(hub, {}))).toMatchObject({ isTest: false })
})
