import { expect, test } from 'vitest'
import { shopAndHub } from '../hub-shopify/shop-and-hub.ts'

const mug = { lines: [{ sku: 'MUG-BLU', quantity: 1 }], customer: { name: 'Ada Lovelace' } }

test('a shop that ignores the pickup filter lists every order; only the one for pickup becomes a pickup', async () => {
  await using hub = await shopAndHub({ sandbox: { forgottenSearchFields: ['delivery_method'] } })
  await hub.sync()
  hub.shop.createOrder({ ...mug, location: 'ship' })
  const placed = hub.shop.createOrder({ ...mug, location: 'HAR' })
  await hub.poll()
  const pickups = await hub.db.selectFrom('pickup').select('order_name').execute()
  expect(pickups).toEqual([{ order_name: placed.name }])
})

test('an order that Shopify’s search index learns of late is found by a later poll', async () => {
  await using hub = await shopAndHub({ sandbox: { indexLagMs: 30_000 } })
  await hub.sync()
  const placed = hub.shop.createOrder({ ...mug, location: 'HAR' })
  await hub.poll()
  const pickups = () => hub.db.selectFrom('pickup').select('order_name').execute()
  expect(await pickups()).toEqual([])
  hub.advance(60_000)
  await hub.poll()
  expect(await pickups()).toEqual([{ order_name: placed.name }])
})
