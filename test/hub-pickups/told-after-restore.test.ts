import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { applyReceipts } from '../../hub/effects/receipts.ts'
import { movementKinds } from '../../hub/stock/movement-kinds.ts'
import { noteHello } from '../../hub/stock/recovery.ts'
import type { SaleCompleted } from '../../shared/events.ts'
import { epochMs } from '../../shared/ids.ts'
import { sale } from '../gateway/till-and-hub.ts'
import {
  openExceptions,
  type ShopAndHub,
  shopAndHub,
  shopLevel,
  tills,
  warehouses,
} from '../hub-shopify/shop-and-hub.ts'
import { press, shown } from './at-the-till.ts'

const MUG = 'MUG-BLU'
const HOUR = 3_600_000
const [till] = tills
const onHand = (hub: ShopAndHub) => shopLevel(hub, MUG, 'HAR').on_hand

async function settle(hub: ShopAndHub): Promise<void> {
  hub.advance(15_000)
  await hub.poll()
  await hub.writeAll()
}

async function order(hub: ShopAndHub, quantity: number) {
  const wish = { location: 'HAR', lines: [{ sku: MUG, quantity }], customer: { name: 'Ada' } }
  const { name, fulfillmentOrders } = hub.shop.createOrder(wish)
  await hub.poll()
  return { name, pickup: fulfillmentOrders[0]?.id ?? '' }
}

async function allConnect(hub: ShopAndHub): Promise<void> {
  for (const { device, store } of tills)
    await transaction(hub.db, async tx => {
      await noteHello(tx, { device, store, last: { epoch: 1, seq: 0 }, at: hub.world.clock.now() })
      await tx
        .insertInto('stream_in')
        .values({ device, epoch: 1, seq: 0, hash: 'h' })
        .onConflict(c => c.column('device').doUpdateSet({ epoch: 1, seq: 0 }))
        .execute()
    })
}

test('goods that a till handed over after Shopify had cancelled the order are taken off once, also after a restore', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const wish = { location: 'HAR', lines: [{ sku: MUG, quantity: 2 }], customer: { name: 'Ada' } }
  const { name, fulfillmentOrders } = hub.shop.createOrder(wish)
  await hub.poll()
  const pickup = fulfillmentOrders[0]?.id ?? ''
  for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
  await hub.writeAll()
  const view = await shown(hub, pickup)
  const before = onHand(hub)
  const settle = async () => {
    hub.advance(15_000)
    await hub.poll()
    await hub.writeAll()
  }
  await settle()
  await hub.backUp()
  hub.shop.act(name, { do: 'hold' })
  await settle()
  hub.shop.cancelOrder(name)
  await settle()
  const at = epochMs(hub.world.clock.now() - 60_000)
  await press(hub, pickup, 'collect', till, view, { at }) // the till was offline
  await settle()
  expect(onHand(hub)).toBe(before - 2)
  hub.advance(HOUR)
  await hub.putBack()
  await settle()
  await press(hub, pickup, 'collect', till, view, { at }) // it sends its move again
  await allConnect(hub)
  for (let time = 0; time < 3; time += 1) await settle()
  expect(onHand(hub)).toBe(before - 2)
})

test('two hand-overs of one order that Shopify has cancelled are both taken off', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await order(hub, 3)
  for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
  await settle(hub)
  const view = await shown(hub, pickup)
  const before = onHand(hub)
  hub.shop.cancelOrder(name) // the hub does not know it yet
  const part = (units: number) => ({ lines: [{ pickupLine: view?.lines[0]?.id ?? '', units }] })
  const at = epochMs(hub.world.clock.now() - 60_000)
  await press(hub, pickup, 'collect', till, undefined, { ...part(1), at })
  await press(hub, pickup, 'collect', till, undefined, { ...part(2), at: epochMs(at + 1) })
  for (let time = 0; time < 3; time += 1) await settle(hub)
  expect(onHand(hub)).toBe(before - 3)
})

/** The cashier rings up units of an order. */
async function ringUp(hub: ShopAndHub, pickup: string, receipt: number, units: number): Promise<void> {
  const at = hub.world.clock.now()
  const line = { line: 0, sku: MUG, barcode: null, title: 'Mug', quantity: units * 1000, net: units * 840 }
  const event = sale(receipt, units, {
    at,
    fingerprint: 'f'.repeat(16),
    soldAt: { wall: new Date(at).toISOString().slice(0, 19), zone: 'UTC' },
    staff: 'Cora',
    lines: [{ ...line, warehouse: warehouses.HAR }],
    order: `tillbridge:order:${pickup}`,
  }) as SaleCompleted
  const origin = { store: till.store, device: till.device, epoch: 3, seq: receipt, at }
  await transaction(hub.db, tx =>
    applyReceipts(tx, [{ event, origin }], { store: till.store, at, afterCommit: () => undefined }),
  )
}

const keysOf = async (hub: ShopAndHub) =>
  (await hub.db.selectFrom('movement').selectAll().where('kind', '=', movementKinds['order-sale']).execute())
    .map(({ cause, line, revision, quantity }) => `${cause}/${line}/${revision}: ${quantity}`)
    .toSorted()

test('what receipts that rang up an order put back is named the same, in whatever order a restored hub hears of them', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { pickup } = await order(hub, 3)
  await hub.backUp()
  await ringUp(hub, pickup, 1, 1)
  await ringUp(hub, pickup, 2, 2)
  const before = await keysOf(hub)
  expect(before).toHaveLength(2)
  await hub.putBack('lost')
  await ringUp(hub, pickup, 2, 2)
  await ringUp(hub, pickup, 1, 1)
  expect(await keysOf(hub)).toEqual(before)
})

/** Two tills work on an order after the backup, and the hub that is put back hears of their steps in another order. */
async function handedOverBeforeTheLoss(hub: ShopAndHub, connects: readonly ('first' | 'second')[]) {
  const { pickup } = await order(hub, 2)
  await settle(hub)
  await hub.backUp()
  const [first, second] = tills
  const start = hub.world.clock.now() - HOUR
  await press(hub, pickup, 'pick', first, undefined, { at: epochMs(start) })
  const packed = await shown(hub, pickup)
  await press(hub, pickup, 'finish', second, packed, { at: epochMs(start + 1_000) })
  const ready = await shown(hub, pickup)
  const collect = { at: epochMs(start + 60_000), from: 'ready' as const }
  await press(hub, pickup, 'collect', second, ready, collect)
  await hub.putBack()
  for (const till of connects)
    if (till === 'first') await press(hub, pickup, 'pick', first, undefined, { at: epochMs(start) })
    else {
      await press(hub, pickup, 'finish', second, packed, { at: epochMs(start + 1_000) })
      await press(hub, pickup, 'collect', second, ready, collect)
    }
  await allConnect(hub)
  for (let time = 0; time < 3; time += 1) await settle(hub)
  return pickup
}

test.each([[['first', 'second'] as const], [['second', 'first'] as const]])(
  'a hand-over from before a restore counts, though its till connects before the till that began the order (%s)',
  async connects => {
    await using hub = await shopAndHub()
    await hub.sync()
    const before = onHand(hub)
    const pickup = await handedOverBeforeTheLoss(hub, connects)
    expect((await shown(hub, pickup))?.state).toBe('collected')
    expect(onHand(hub)).toBe(before - 2)
    const open = await openExceptions(hub)
    expect(open.filter(({ kind }) => kind === 'pickup-move-refused')).toEqual([])
  },
)

test('a hand-over while the till had not heard of the restored hub counts as well', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = onHand(hub)
  const { pickup } = await order(hub, 2)
  await settle(hub)
  await hub.backUp()
  await press(hub, pickup, 'pick')
  await press(hub, pickup, 'finish')
  const ready = await shown(hub, pickup)
  await hub.putBack()
  hub.advance(HOUR) // the till is not connected, and hands over
  const { device, store } = till
  const last = { epoch: 1, seq: 1_000_000 }
  await transaction(hub.db, tx => noteHello(tx, { device, store, last, at: hub.world.clock.now() }))
  const at = epochMs(hub.world.clock.now() - 60_000)
  await press(hub, pickup, 'collect', till, ready, { at, from: 'ready' })
  expect((await shown(hub, pickup))?.state).toBe('collected')
  for (let time = 0; time < 3; time += 1) await settle(hub)
  expect(shopLevel(hub, MUG, 'HAR').on_hand).toBe(before - 2)
})

test('a till that shows an order as ready for no reason that a restore explains hands nothing over', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { pickup } = await order(hub, 2)
  await settle(hub)
  await hub.backUp()
  await hub.putBack()
  const view = await shown(hub, pickup)
  hub.advance(HOUR)
  const at = epochMs(hub.world.clock.now())
  await press(hub, pickup, 'collect', till, view, { at, from: 'ready' })
  expect((await shown(hub, pickup))?.state).toBe('received')
  const open = await openExceptions(hub)
  expect(open.map(({ kind }) => kind)).toContain('pickup-move-refused')
})
