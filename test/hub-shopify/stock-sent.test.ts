import { expect, test } from 'vitest'
import { decideByLevel } from '../../hub/shopify/stock/request.ts'
import { KEY_LIFE_MS } from '../../hub/shopify/stock/request-life.ts'
import { openExceptions, sell, shopAndHub, shopLevel, writesOf } from './shop-and-hub.ts'

const sku = 'LIN-SHIRT-M'

test('a request that waits long for its turn, and whose answer is lost, is proved by the moment at which it left', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await sell(hub, 'HAR', sku, 3)
  const { write } = hub.client
  const late: typeof write = async (...args) => {
    hub.advance(6_500) // it waits for points, or for a token
    return write(...args)
  }
  Object.assign(hub.client, { write: late })
  hub.shop.faults.set({ kind: 'lost-answer', operation: 'inventoryAdjustQuantities' })
  await hub.write()
  Object.assign(hub.client, { write })
  expect(shopLevel(hub, sku, 'HAR').on_hand).toBe(115)
  hub.advance(KEY_LIFE_MS + 1)
  await hub.write()
  expect((await writesOf(hub)).map(({ state }) => state)).toEqual(['confirmed'])
  expect(await openExceptions(hub)).toEqual([])
})

test.each([
  [1_000_005_300, 'applied'],
  [1_000_007_000, 'unclear'],
])('a change whose moment is cut to 1,000,004 s, of a request that left at %s ms: %s', (at, verdict) => {
  const change = { sku, item: 'i', delta: -3, available: 118, onHand: 118, committed: 0, onHandAt: null }
  const changedAt = 1_000_004_000
  const level = {
    tracked: true,
    active: true,
    available: 115,
    onHand: 115,
    committed: 0,
    availableAt: changedAt,
    onHandAt: changedAt,
    committedAt: null,
  }
  const sends = { first: at, last: at, isClockRight: true }
  expect(decideByLevel([change], new Map([['i', level]]), sends)).toBe(verdict)
})
