import { expect, test } from 'vitest'
import { followOrders } from './follow.ts'
import { type ShopAndHub, shopAndHub } from './shop-and-hub.ts'

const SKU = 'MUG-BLU'
const MINUTE = 60_000
const RETURNS = 30

/** What is read of Shopify, in order. */
function watchReads(hub: ShopAndHub): string[] {
  const names: string[] = []
  const { read } = hub.client
  Object.assign(hub.client, {
    read: (...call: Parameters<typeof read>) => {
      names.push(call[0].name)
      return read(...call)
    },
  })
  return names
}

test('orders that have changed are followed before those of which a return is open are asked about once more', async () => {
  await using hub = await shopAndHub({
    sandbox: { costBucket: { maximumAvailable: 100_000, restoreRate: 100_000 } },
  })
  await hub.sync()
  const orders = followOrders(hub)
  await orders.follow()
  const sent = () => {
    const lines = [{ sku: SKU, quantity: 1 }]
    const { name } = hub.shop.createOrder({ location: 'ship', lines, customer: { name: 'Ann' } })
    hub.advance(1_000)
    hub.shop.act(name, { do: 'fulfil' })
    return name
  }
  for (let count = 0; count < RETURNS; count += 1)
    hub.shop.act(sent(), { do: 'open-return', lines: [{ line: SKU, quantity: 1 }] })
  hub.advance(MINUTE)
  await orders.follow()
  for (let hours = 0; hours < 24; hours += 1) hub.advance(60 * MINUTE) // customers take weeks to send goods back
  await orders.follow()
  hub.advance(11 * MINUTE)
  sent()
  hub.advance(MINUTE)
  const reads = watchReads(hub)
  await orders.follow()
  expect({ before: reads.indexOf('MovedOrders'), all: reads.length }).toMatchObject({ before: 0 })
})
