import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { takeInOrder } from '../../hub/pickups/intake.ts'
import { readOrder } from '../../hub/shopify/orders/read-order.ts'
import { numberOfGid } from '../../hub/stock/movement-key.ts'
import { movementKinds } from '../../hub/stock/movement-kinds.ts'
import { openExceptions, type ShopAndHub, shopAndHub } from '../hub-shopify/shop-and-hub.ts'
import { bothSides, numberOf, press, shown } from './at-the-till.ts'

const sku = 'MUG-BLU'
const MUGS = { location: 'HAR', lines: [{ sku, quantity: 3 }], customer: { name: 'Ada' } }

async function look(hub: ShopAndHub, times = 2): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    hub.advance(2_000)
    await hub.poll()
    await hub.writeAll()
  }
}

/** Three mugs, handed over at a till. */
async function collected(hub: ShopAndHub) {
  const { id, name, fulfillmentOrders } = hub.shop.createOrder(MUGS)
  await hub.poll()
  const pickup = fulfillmentOrders[0]?.id ?? ''
  for (const move of ['pick', 'finish', 'collect'] as const) await press(hub, pickup, move)
  await look(hub)
  return { id, name, pickup }
}

const lastFulfilment = (hub: ShopAndHub, name: string) =>
  numberOf(hub.shop.order(name).fulfillments.at(-1)?.id)
const newestPickup = (hub: ShopAndHub, name: string) =>
  hub.shop.order(name).fulfillmentOrders.at(-1)?.id ?? ''
const cancel = (hub: ShopAndHub, name: string) =>
  hub.shop.act(name, { do: 'cancel-fulfilment', fulfilment: lastFulfilment(hub, name) })

/** Ledger and Shopify agree on so many in the store and promised there. */
async function agree(hub: ShopAndHub, onHand: number, committed: number): Promise<void> {
  const { shopify, ledger } = await bothSides(hub, sku)
  expect(ledger).toEqual(shopify)
  expect(ledger[0]).toEqual({ onHand, committed })
}

test('a hand-over that is cancelled in Shopify is taken back once, named, and its goods are offered with a warning', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await collected(hub)
  await agree(hub, 177, 0)
  cancel(hub, name)
  await look(hub)
  await hub.restart()
  await look(hub)
  await agree(hub, 180, 3)
  expect(await openExceptions(hub)).toMatchObject([
    {
      kind: 'hand-over-cancelled',
      owner: 'ops',
      store: 'HAR',
      count: 1,
      sentence: expect.stringContaining('(3 × Stoneware mug (MUG-BLU), handed over by Maya)'),
    },
  ])
  expect(await shown(hub, pickup)).toMatchObject({
    state: 'collected',
    notice: { code: 'hand-over-cancelled' },
  })
  const again = newestPickup(hub, name)
  const warning = { code: 'may-be-collected', by: 'Maya', goods: '3 × Stoneware mug' }
  expect(await shown(hub, again)).toMatchObject({ state: 'received', notice: warning })
  for (const move of ['pick', 'finish'] as const) await press(hub, again, move)
  await look(hub)
  expect(await shown(hub, again)).toMatchObject({ state: 'ready', shopify: 'confirmed', notice: warning })
  await press(hub, again, 'collect')
  await look(hub)
  expect(await shown(hub, again)).toMatchObject({ state: 'collected', notice: null })
  await agree(hub, 177, 0)
  expect(await openExceptions(hub)).toEqual([])
})

test('a hold hides the warning no longer than it lasts', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name } = await collected(hub)
  cancel(hub, name)
  await look(hub)
  const again = newestPickup(hub, name)
  hub.shop.act(name, { do: 'hold' })
  await look(hub)
  await press(hub, again, 'pick')
  expect(await shown(hub, again)).toMatchObject({ state: 'picking', notice: { code: 'on-hold' } })
  hub.shop.act(name, { do: 'release' })
  await look(hub)
  expect(await shown(hub, again)).toMatchObject({ notice: { code: 'may-be-collected' } })
})

test('one of several parts is cancelled while the rest is open: its pickup warns of just that part', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, fulfillmentOrders } = hub.shop.createOrder(MUGS)
  const pickup = fulfillmentOrders[0]?.id ?? ''
  const one = {
    do: 'fulfil' as const,
    fulfilmentOrder: numberOf(pickup),
    lines: [{ line: sku, quantity: 1 }],
  }
  hub.shop.act(name, one)
  await look(hub)
  hub.shop.act(name, one)
  await look(hub)
  await agree(hub, 178, 1)
  cancel(hub, name)
  await look(hub)
  await agree(hub, 179, 2)
  expect(await shown(hub, pickup)).toMatchObject({
    state: 'received',
    lines: [{ units: 2 }],
    notice: { code: 'may-be-collected', by: null, goods: '1 × Stoneware mug' },
  })
  hub.shop.act(name, { do: 'fulfil' })
  await look(hub)
  await agree(hub, 177, 0)
  expect(await openExceptions(hub)).toEqual([])
})

test('handed over, cancelled and handed over again while the hub was away: booked once, nothing to name', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, fulfillmentOrders } = hub.shop.createOrder(MUGS)
  await hub.poll()
  hub.shop.act(name, { do: 'fulfil' })
  cancel(hub, name)
  hub.shop.act(name, { do: 'fulfil' })
  await look(hub)
  await agree(hub, 177, 0)
  expect(await openExceptions(hub)).toEqual([])
  expect(await shown(hub, fulfillmentOrders[0]?.id ?? '')).toMatchObject({ state: 'cancelled' })
})

test('an order that was handed over in Shopify before the hub knew it, and is cancelled: its new pickup warns', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  hub.advance(5_000)
  const { name } = hub.shop.createOrder(MUGS)
  hub.shop.act(name, { do: 'fulfil' })
  await look(hub)
  await agree(hub, 177, 0)
  cancel(hub, name)
  await look(hub)
  await agree(hub, 180, 3)
  expect(await shown(hub, newestPickup(hub, name))).toMatchObject({
    notice: { code: 'may-be-collected', by: null },
  })
  expect(await openExceptions(hub)).toMatchObject([{ kind: 'hand-over-cancelled' }])
})

test('the order is cancelled after its hand-over was: the goods stay named until a person has looked', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name } = await collected(hub)
  cancel(hub, name)
  await look(hub)
  hub.shop.act(name, { do: 'cancel' })
  await look(hub)
  await agree(hub, 180, 0)
  expect(await shown(hub, newestPickup(hub, name))).toMatchObject({ state: 'cancelled' })
  expect(await openExceptions(hub)).toMatchObject([{ kind: 'hand-over-cancelled' }])
})

test('no webhook comes and the poll misses it: the orders of pickups that were handed over lately are asked about', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name } = await collected(hub)
  await hub.orders.checkOpen()
  cancel(hub, name)
  hub.advance(3_700_000)
  await hub.orders.checkOpen()
  await agree(hub, 180, 3)
})

test('an answer that is older than the cancellation comes late: the cancelled hand-over stays taken back', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { id, name } = await collected(hub)
  const before = await readOrder(hub.client, id)
  cancel(hub, name)
  await look(hub)
  const after = await readOrder(hub.client, id)
  if (before === null || after === null) throw new Error('the order is there')
  const late = { ...before, updatedAt: after.updatedAt } // Shopify's times are whole seconds
  await transaction(hub.db, tx => takeInOrder(tx, late, hub.world.clock.now()))
  await look(hub)
  await agree(hub, 180, 3)
})

test('what an older version had booked is neither booked again nor forgotten when it is cancelled', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { id, name, pickup } = await collected(hub)
  await transaction(hub.db, async tx => {
    await tx.deleteFrom('pickup_fulfillment').execute()
    await tx
      .updateTable('movement')
      .set({ kind: movementKinds['hand-over'], cause: numberOfGid(pickup) })
      .where('kind', '=', movementKinds.fulfillment)
      .execute()
    const row = await tx.selectFrom('pickup').selectAll().executeTakeFirstOrThrow()
    const lines_json = row.lines_json.replaceAll(/"orderLine":"[^"]*",/g, '')
    await tx.updateTable('pickup').set({ lines_json, shopify_updated_at: 0 }).execute()
  })
  const order = await readOrder(hub.client, id)
  if (order === null) throw new Error('the order is there')
  await transaction(hub.db, tx => takeInOrder(tx, order, hub.world.clock.now()))
  await agree(hub, 177, 0)
  cancel(hub, name)
  await look(hub)
  await agree(hub, 180, 3)
  expect(await openExceptions(hub)).toMatchObject([{ kind: 'hand-over-cancelled' }])
  expect(await shown(hub, newestPickup(hub, name))).toMatchObject({
    notice: { code: 'may-be-collected', by: 'Maya', goods: '3 × Stoneware mug' },
  })
})
