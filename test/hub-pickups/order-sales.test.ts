import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { applyReceipts } from '../../hub/effects/receipts.ts'
import { type SaleCompleted, SaleVoided } from '../../shared/events.ts'
import { sale } from '../gateway/till-and-hub.ts'
import {
  openExceptions,
  type ShopAndHub,
  shopAndHub,
  tills,
  warehouses,
} from '../hub-shopify/shop-and-hub.ts'
import { bothSides, press, shown } from './at-the-till.ts'

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
  fingerprint = 'f',
): Promise<void> {
  const now = hub.world.clock.now()
  const wall = new Date(now).toISOString().slice(0, 19)
  const event = sale(1, units, {
    at: now,
    fingerprint: fingerprint.repeat(16),
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

/** The goods have left once, on both sides. */
async function leftOnce(hub: ShopAndHub, units = 2): Promise<void> {
  await settle(hub)
  const { shopify, ledger } = await bothSides(hub, mug)
  expect(ledger).toEqual(shopify)
  expect(ledger[0]).toMatchObject({ onHand: 180 - units, committed: 0 })
}

const external = (pickup: string) => `tillbridge:order:${pickup}`

test.each([
  ['not begun', []],
  ['ready', ['pick', 'finish']],
] as const)('an order that is %s and rung up at the POS is handed over by that, once', async (_, moves) => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await known(hub)
  for (const move of moves) await press(hub, pickup, move)
  await ringUp(hub, external(pickup), 2)
  expect(await shown(hub, pickup)).toMatchObject({ state: 'collected', movedBy: 'Cora' })
  await leftOnce(hub)
  expect(hub.shop.order(name).fulfillments).toHaveLength(1)
  expect(await openExceptions(hub)).toEqual([])
})

test('a till that hands it over as well, before or after, changes nothing', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await known(hub)
  for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
  const before = await shown(hub, pickup)
  await ringUp(hub, name, 2)
  await press(hub, pickup, 'collect', till, before)
  await leftOnce(hub)
  expect(await openExceptions(hub)).toEqual([])
})

test('rung up after its hand-over at the till and after Shopify has it', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { pickup } = await known(hub)
  for (const move of ['pick', 'finish', 'collect'] as const) await press(hub, pickup, move)
  await settle(hub)
  await ringUp(hub, external(pickup), 2)
  await leftOnce(hub)
  expect(await openExceptions(hub)).toEqual([])
})

test.each(['external id', 'name'] as const)(
  'rung up before the hub knows of the order (by its %s): it is handed over once it does',
  async by => {
    await using hub = await shopAndHub()
    await hub.sync()
    const { name, pickup } = placeOrder(hub)
    await ringUp(hub, by === 'name' ? name : external(pickup), 2)
    await hub.poll()
    expect(await shown(hub, pickup)).toMatchObject({ state: 'collected' })
    await leftOnce(hub)
  },
)

test('more than the order has is sold besides', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { pickup } = await known(hub)
  await ringUp(hub, external(pickup), 3)
  await leftOnce(hub, 3)
})

test('the same receipt again, corrected or voided: the order’s goods have left once, and a void is named', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { pickup } = await known(hub)
  await ringUp(hub, external(pickup), 2)
  await ringUp(hub, external(pickup), 2)
  await ringUp(hub, external(pickup), 3, 'g')
  await leftOnce(hub, 3)
  const { clock } = hub.world
  await receive(
    hub,
    SaleVoided.parse({
      kind: 'sale.voided',
      at: clock.now(),
      source: 'pos',
      receipt: 'r-1',
      reason: 'marked-void',
    }),
  )
  await leftOnce(hub, 2)
  expect(await openExceptions(hub)).toMatchObject([
    { kind: 'order-sale-voided', sentence: expect.stringContaining('2 × Stoneware mug') },
  ])
})

test('a receipt that names another order before it has handed one over hands that one over', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await known(hub)
  await ringUp(hub, '#9999', 2)
  expect(await shown(hub, pickup)).toMatchObject({ state: 'received' })
  await ringUp(hub, name, 2, 'g')
  expect(await shown(hub, pickup)).toMatchObject({ state: 'collected' })
  await leftOnce(hub)
  expect(await openExceptions(hub)).toEqual([])
})

test('a receipt that handed an order over and names another one now is asked about, and hands over nothing more', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const first = await known(hub)
  const second = await known(hub)
  await ringUp(hub, first.name, 2)
  await ringUp(hub, external(first.pickup), 2, 'g') // the same order by its other name
  expect(await openExceptions(hub)).toEqual([])
  await ringUp(hub, second.name, 2, 'h')
  await ringUp(hub, second.name, 2, 'h')
  expect(await shown(hub, first.pickup)).toMatchObject({ state: 'collected' })
  expect(await shown(hub, second.pickup)).toMatchObject({ state: 'received' })
  const { name: one } = first
  const { name: other } = second
  expect(await openExceptions(hub)).toMatchObject([
    {
      kind: 'order-sale-voided',
      sentence: expect.stringContaining(`order ${one} (2 × Stoneware mug), and names order ${other} now`),
    },
  ])
  await settle(hub)
  const { shopify, ledger } = await bothSides(hub, mug)
  expect(ledger).toEqual(shopify)
  expect(ledger[0]).toMatchObject({ onHand: 178, committed: 2 })
})

test('a receipt that names no order, or an order of another store, sells as ever', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { pickup } = await known(hub)
  const elsewhere = hub.shop.createOrder({
    location: 'MKT',
    lines: [{ sku: mug, quantity: 1 }],
    customer: { name: 'Ben' },
  })
  await hub.poll()
  await ringUp(hub, external(elsewhere.fulfillmentOrders[0]?.id ?? ''), 1)
  await settle(hub)
  expect(await shown(hub, pickup)).toMatchObject({ state: 'received' })
  const { shopify, ledger } = await bothSides(hub, mug)
  expect(ledger).toEqual(shopify)
  expect(ledger[0]).toMatchObject({ onHand: 179, committed: 2 })
})
