import { expect, test } from 'vitest'
import { ledgerLevel, openExceptions, shopAndHub, shopLevel } from '../hub-shopify/shop-and-hub.ts'
import { press, shown } from './at-the-till.ts'

const SKU = 'MUG-BLU'

test('a part of a pickup whose hand-over Shopify carries out only after the hub gave up on it is handed over once, or asked about', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = shopLevel(hub, SKU, 'HAR').on_hand
  const { name } = hub.shop.createOrder({
    location: 'HAR',
    lines: [{ sku: SKU, quantity: 4 }],
    customer: { name: 'Ada' },
  })
  hub.advance(60_000)
  await hub.poll()
  const pickup = hub.shop.order(name).fulfillmentOrders[0]?.id ?? ''
  const lineId = (await shown(hub, pickup))?.lines[0]?.id ?? ''
  await press(hub, pickup, 'pick')
  await press(hub, pickup, 'finish')
  hub.advance(60_000)
  await hub.writeAll()
  const lines = [{ pickupLine: lineId, units: 1 }]
  await press(hub, pickup, 'collect', undefined, undefined, { lines } as never)

  const { write } = hub.client
  let late: (() => Promise<unknown>) | null = null
  Object.assign(hub.client, {
    write: async (...call: Parameters<typeof write>) => {
      if (call[0].name !== 'CreateFulfillment' || late !== null) return write(...call)
      late = () => write(...call)
      return { kind: 'unknown', problem: 'The connection to Shopify broke (no answer within 30 s).' }
    },
  })
  await hub.write() // Shopify is still at work on it when the hub gives up
  hub.advance(2_000)
  await hub.write() // nothing is handed over yet
  await (late as (() => Promise<unknown>) | null)?.()
  hub.advance(60_000)
  await hub.writeAll()
  await hub.poll()

  const handed = hub.shop.order(name).fulfillments.map(one => one.lines)
  const asked = (await openExceptions(hub)).map(({ kind }) => kind)
  if (asked.length === 0) {
    expect(handed).toEqual([[1]])
    expect(shopLevel(hub, SKU, 'HAR').on_hand).toBe(before - 1)
    expect((await ledgerLevel(hub, SKU, 'HAR')).posted).toBe(before - 1)
  }
})
