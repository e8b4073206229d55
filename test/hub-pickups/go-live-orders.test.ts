import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { applyReceipts } from '../../hub/effects/receipts.ts'
import { agree } from '../../hub/stock/go-live.ts'
import type { SaleCompleted, SaleVoided } from '../../shared/events.ts'
import { epochMs } from '../../shared/ids.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { type ShopAndHub, shopAndHub, shopLevel, tills, warehouses } from '../hub-shopify/shop-and-hub.ts'
import { press, shown } from './at-the-till.ts'

const mug = 'MUG-BLU'
const [till] = tills
let seq = 0

function placeOrder(hub: ShopAndHub) {
  const { name, fulfillmentOrders } = hub.shop.createOrder({
    location: 'HAR',
    lines: [{ sku: mug, quantity: 2 }],
    customer: { name: 'Ada' },
  })
  return { name, pickup: fulfillmentOrders[0]?.id ?? '' }
}

async function known(hub: ShopAndHub) {
  const order = placeOrder(hub)
  await hub.poll()
  return order
}

/** The cashier rings up mugs, for an order when it is given. */
async function ringUp(
  hub: ShopAndHub,
  order: string | null,
  units: number,
  now = hub.world.clock.now(),
): Promise<void> {
  const wall = new Date(now).toISOString().slice(0, 19)
  const event = sale(1, units, {
    at: now,
    fingerprint: 'f'.repeat(16),
    soldAt: { wall, zone: 'UTC' },
    staff: 'Cora',
    lines: [
      {
        line: 0,
        sku: mug,
        barcode: null,
        title: 'Mug',
        quantity: units * 1000,
        net: units * 840,
        warehouse: warehouses.HAR,
      },
    ],
    ...(order === null ? {} : { order }),
  }) as SaleCompleted
  await receive(hub, event)
}

async function receive(hub: ShopAndHub, event: SaleCompleted | SaleVoided): Promise<void> {
  seq += 1
  const at = hub.world.clock.now()
  const origin = { store: till.store, device: till.device, epoch: 3, seq, at }
  await transaction(hub.db, tx =>
    applyReceipts(tx, [{ event, origin }], { store: till.store, at, afterCommit: () => undefined }),
  )
}

async function settle(hub: ShopAndHub): Promise<void> {
  for (let again = 0; again < 3; again += 1) {
    hub.advance(15_000)
    await hub.writeAll()
    await hub.poll()
  }
}

const external = (pickup: string) => `tillbridge:order:${pickup}`
const goLive = (hub: ShopAndHub, at: number) =>
  transaction(hub.db, tx =>
    agree(tx, { store: till.store, terms: { goLive: at }, by: 'Kim', why: 'counted' }, hub.world.clock.now()),
  )

/** An order of two mugs that a till handed over before the go-live, and of which Shopify knows that. */
async function handedOver(hub: ShopAndHub) {
  await hub.sync()
  const order = await known(hub)
  for (const move of ['pick', 'finish', 'collect'] as const) await press(hub, order.pickup, move)
  await settle(hub)
  expect(hub.shop.order(order.name).fulfillments).toHaveLength(1)
  return order
}

test('a receipt from before the go-live that rang up an order moves nothing, however late it arrives', async () => {
  await using hub = await shopAndHub()
  const { pickup } = await handedOver(hub)
  const rungUpAt = hub.world.clock.now()
  hub.advance(60_000)
  await goLive(hub, hub.world.clock.now())
  const counted = shopLevel(hub, mug, 'HAR').on_hand
  hub.advance(3_600_000)
  await ringUp(hub, external(pickup), 2, rungUpAt) // the till was offline
  await settle(hub)
  expect(shopLevel(hub, mug, 'HAR').on_hand).toBe(counted)
})

test('a receipt that rang up an order and waits is held whole by a later go-live', async () => {
  await using hub = await shopAndHub()
  const { pickup } = await handedOver(hub)
  const rungUpAt = hub.world.clock.now()
  hub.advance(600_000)
  await ringUp(hub, external(pickup), 2, rungUpAt)
  hub.advance(1_000)
  await goLive(hub, rungUpAt + 300_000) // counted between the sale and the arrival of its receipt
  const counted = shopLevel(hub, mug, 'HAR').on_hand
  await settle(hub)
  expect(shopLevel(hub, mug, 'HAR').on_hand).toBe(counted)
})

test('goods that a till handed over before the go-live were counted at it: nothing is sent when its word comes later', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await known(hub)
  for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
  await settle(hub)
  const view = await shown(hub, pickup)
  hub.shop.cancelOrder(name) // restocked; the till is offline and does not know
  await settle(hub)
  const handedOverAt = hub.world.clock.now()
  hub.advance(600_000)
  hub.shop.control('POST', '/sandbox/stock/count', { sku: mug, location: 'HAR', counted: 178 })
  hub.advance(1_000)
  await goLive(hub, hub.world.clock.now()) // what was counted is right, the two mugs are gone
  hub.advance(3_600_000)
  await press(hub, pickup, 'collect', till, view, { at: epochMs(handedOverAt) })
  await settle(hub)
  expect(shopLevel(hub, mug, 'HAR').on_hand).toBe(178)
})
