import { expect, test } from 'vitest'
import { levelVariance } from '../../hub/checks/level-variance.ts'
import { lookAgain } from '../../hub/shopify/stock/look-again.ts'
import { followOrders } from './follow.ts'
import { ledgerLevel, look, shopAndHub, shopLevel } from './shop-and-hub.ts'

const SKU = 'MUG-BLU'
const MINUTE = 60_000

test('goods that leave after a level was read, and before the ledger begins with it, are booked', async () => {
  await using hub = await shopAndHub()
  const { name } = hub.shop.createOrder({
    location: 'ship',
    lines: [{ sku: SKU, quantity: 3 }],
    customer: { name: 'Ann' },
  })
  hub.advance(MINUTE)
  const orders = followOrders(hub)
  await orders.follow()
  const before = shopLevel(hub, SKU, 'HAR').on_hand
  const { read } = hub.client
  let isSent = false
  Object.assign(hub.client, {
    read: async (...call: Parameters<typeof read>) => {
      const answer = await read(...call)
      if (call[0].name === 'LocationLevels' && !isSent) {
        isSent = true
        hub.advance(2_000)
        hub.shop.act(name, { do: 'fulfil' })
        hub.advance(1_000)
      }
      return answer
    },
  })
  await hub.sync()
  hub.advance(MINUTE)
  await orders.follow()
  await hub.sync() // as the hourly sweep does
  for (let minute = 0; minute < 15; minute += 1) {
    hub.advance(MINUTE)
    await orders.follow()
    await lookAgain({ db: hub.db, client: hub.client, now: () => hub.world.clock.now() })
  }
  const variance = (await look(hub, levelVariance)).map(one => one.fields['items'])
  expect({
    shop: shopLevel(hub, SKU, 'HAR').on_hand,
    ledger: (await ledgerLevel(hub, SKU, 'HAR')).onHand,
    variance,
  }).toEqual({ shop: before - 3, ledger: before - 3, variance: [] })
})
