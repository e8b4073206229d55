import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { transaction } from '../../hub/db/db.ts'
import { unconfirmedWrites } from '../../hub/outbox/unconfirmed.ts'
import { applyPickupMoved } from '../../hub/pickups/apply-move.ts'
import { openPickupCounts } from '../../hub/pickups/counts.ts'
import { takeInOrder } from '../../hub/pickups/intake.ts'
import { readPickup } from '../../hub/pickups/pickup-row.ts'
import { sendOpenPickups } from '../../hub/pickups/snapshot.ts'
import { readOrder } from '../../hub/shopify/orders/read-order.ts'
import { storeWebhook } from '../../hub/shopify/webhooks/receive.ts'
import { commandLog } from '../../hub/streams/command-log.ts'
import { EpochMs, PickupId } from '../../shared/ids.ts'
import type { StaffMove } from '../../shared/pickup-moves.ts'
import type { PickupNotice } from '../../shared/pickup-notices.ts'
import {
  ledgerLevel,
  noLevels,
  openExceptions,
  type ShopAndHub,
  secret,
  shopAndHub,
  shopLevel,
  tills,
  writesOf,
} from '../hub-shopify/shop-and-hub.ts'

const [till1, till2, market] = tills
const sku = 'MUG-BLU'
const order = {
  location: 'HAR',
  lines: [{ sku, quantity: 2 }],
  customer: { name: 'Ada Lovelace', phone: '+49 40 1234 5678' },
}

let seq = 0
async function move(
  hub: ShopAndHub,
  pickup: string,
  name: StaffMove,
  by: { device: string; store: string } = till1,
  staff = 'Maya',
  reason: string | null = null,
): Promise<void> {
  seq += 1
  const now = hub.world.clock.now()
  const at = { store: by.store, device: by.device, epoch: 1, seq, now }
  const event = {
    kind: 'pickup.moved' as const,
    // older than the time for an undo: Shopify hears of it at once
    at: EpochMs.parse(now - 60_000),
    move: name,
    staff,
    till: 'Till',
    reason,
  }
  await transaction(hub.db, tx => applyPickupMoved(tx, at, { ...event, pickup: PickupId.parse(pickup) }))
}

async function received(hub: ShopAndHub, more: Partial<typeof order> & { note?: string } = {}) {
  const placed = hub.shop.createOrder({ ...order, ...more })
  await hub.poll()
  return { placed, pickup: placed.fulfillmentOrders[0]?.id ?? '' }
}

/** What someone else does at Shopify. */
async function mutate(hub: ShopAndHub, document: string, variables: Readonly<Record<string, unknown>>) {
  const mutation = { name: 'Other', document, answer: z.unknown(), userErrors: () => [] }
  const result = await hub.client.write({ ...mutation, points: { fixed: 10, perRow: 0 } }, variables, 'read')
  expect(result.kind).toBe('answered')
}

async function stateOf(hub: ShopAndHub, pickup: string) {
  const found = await readPickup(hub.db, pickup)
  return found === null ? null : found.body
}

async function commandsOf(hub: ShopAndHub, device: string) {
  const rows = await hub.db
    .selectFrom('command')
    .select('body')
    .where('device', '=', device)
    .orderBy('seq')
    .execute()
  return rows.map(
    row => JSON.parse(row.body) as { state: string; version: number; notice: PickupNotice | null },
  )
}

test('an order for pickup reaches every till of its store and no other', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { placed, pickup } = await received(hub, { note: 'Gift\u001b@ wrap\u0000, please\nThanks\u202e' })
  expect(await stateOf(hub, pickup)).toMatchObject({
    version: 1,
    state: 'received',
    order: { name: placed.name },
    customer: { name: 'Ada Lovelace', phoneEnd: '5678' },
    note: 'Gift@ wrap, please\nThanks',
    lines: [{ sku, units: 2, title: 'Stoneware mug', variantTitle: 'Blue', barcode: '9520110000154' }],
    shopify: 'nothing-due',
    notice: null,
  })
  expect((await commandsOf(hub, till1.device)).length).toBe(1)
  expect((await commandsOf(hub, till2.device)).length).toBe(1)
  expect(await commandsOf(hub, market.device)).toEqual([])
  await hub.poll()
  await hub.orders.checkOpen()
  expect((await commandsOf(hub, till1.device)).length).toBe(1)
  expect(await ledgerLevel(hub, sku, 'HAR')).toMatchObject({ onHand: 180, committed: 2 })
})

test('a pickup’s life: picked, ready and handed over, at Shopify too', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { placed, pickup } = await received(hub)
  await move(hub, pickup, 'pick')
  await move(hub, pickup, 'finish')
  expect(await stateOf(hub, pickup)).toMatchObject({ state: 'ready', movedBy: 'Maya', shopify: 'sending' })
  expect(await unconfirmedWrites(hub.db)).toBe(1)
  await hub.writeAll()
  expect(hub.shop.order(placed.name).fulfillmentOrders[0]?.prepared).toBe(true)
  expect(await stateOf(hub, pickup)).toMatchObject({ state: 'ready', shopify: 'confirmed', notice: null })
  await move(hub, pickup, 'collect')
  await hub.writeAll()
  expect(hub.shop.order(placed.name)).toMatchObject({
    fulfillmentStatus: 'FULFILLED',
    fulfillments: [{ lines: [2] }],
  })
  expect(await stateOf(hub, pickup)).toMatchObject({ state: 'collected', shopify: 'confirmed' })
  await hub.poll()
  expect(await ledgerLevel(hub, sku, 'HAR')).toEqual({ onHand: 178, posted: 178, committed: 0 })
  expect(shopLevel(hub, sku, 'HAR')).toMatchObject({ on_hand: 178, committed: 0 })
  expect(await openExceptions(hub)).toEqual([])
  expect(await unconfirmedWrites(hub.db)).toBe(0)
})

test.each(['lost-answer', 'lost-request', 'http-5xx', 'html-body', 'throttled'] as const)(
  'ready and handed over once despite %s',
  async kind => {
    await using hub = await shopAndHub()
    await hub.sync()
    const { placed, pickup } = await received(hub)
    await move(hub, pickup, 'pick')
    await move(hub, pickup, 'finish')
    hub.shop.faults.set({ kind, operation: 'fulfillmentOrderLineItemsPreparedForPickup' })
    await hub.writeAll()
    expect(await stateOf(hub, pickup)).toMatchObject({ state: 'ready', shopify: 'confirmed' })
    await move(hub, pickup, 'collect')
    hub.shop.faults.set({ kind, operation: 'fulfillmentCreate' })
    await hub.write()
    await hub.restart()
    await hub.writeAll()
    expect(hub.shop.order(placed.name).fulfillments.length).toBe(1)
    expect(await stateOf(hub, pickup)).toMatchObject({ state: 'collected', shopify: 'confirmed' })
    expect(await ledgerLevel(hub, sku, 'HAR')).toEqual({ onHand: 178, posted: 178, committed: 0 })
    expect((await writesOf(hub)).map(write => write.state)).toEqual(['confirmed', 'confirmed'])
  },
)

test('"ready" that staff said in the admin, or the hub before it was put back, is done', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { placed, pickup } = await received(hub)
  hub.shop.act(placed.name, { do: 'ready' })
  await move(hub, pickup, 'pick')
  await move(hub, pickup, 'finish')
  await hub.writeAll()
  expect(await writesOf(hub)).toMatchObject([{ kind: 'ready', state: 'confirmed', attempts: 1 }])
  expect(await stateOf(hub, pickup)).toMatchObject({ state: 'ready', shopify: 'confirmed', notice: null })
  expect(await openExceptions(hub)).toEqual([])
})

test('a lost answer to "ready" is settled by Shopify’s webhook, without asking twice', async () => {
  await using hub = await shopAndHub()
  const { pickup } = await received(hub)
  await move(hub, pickup, 'pick')
  await move(hub, pickup, 'finish')
  hub.shop.faults.set({ kind: 'lost-answer', operation: 'fulfillmentOrderLineItemsPreparedForPickup' })
  await hub.write()
  const body = JSON.stringify({ fulfillment_order: { id: pickup } })
  const headers = {
    'x-shopify-topic': 'fulfillment_orders/line_items_prepared_for_pickup',
    'x-shopify-event-id': 'e1',
    'x-shopify-shop-domain': hub.shop.shop,
    'x-shopify-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
  }
  const { db, settings, signals, client, world } = hub
  const part = {
    db,
    settings,
    signals,
    levels: noLevels,
    address: client.address,
    now: () => world.clock.now(),
  }
  await storeWebhook(part, headers, new TextEncoder().encode(body))
  await hub.writeAll()
  expect(await writesOf(hub)).toMatchObject([{ kind: 'ready', state: 'confirmed', attempts: 1 }])
  expect(await stateOf(hub, pickup)).toMatchObject({ shopify: 'confirmed' })
})

test('made ready and handed over while offline: the customer is not called for goods they hold', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { placed, pickup } = await received(hub)
  for (const step of ['pick', 'finish', 'collect'] as const) await move(hub, pickup, step)
  await hub.writeAll()
  expect(hub.shop.order(placed.name).fulfillmentOrders[0]?.prepared).toBe(false)
  expect(hub.shop.order(placed.name).fulfillmentStatus).toBe('FULFILLED')
  expect(await stateOf(hub, pickup)).toMatchObject({ state: 'collected', shopify: 'confirmed' })
})

test('two tills hand over: the first in hub order wins, the second hears who and when', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { placed, pickup } = await received(hub)
  await move(hub, pickup, 'pick')
  await move(hub, pickup, 'finish')
  await hub.writeAll()
  await move(hub, pickup, 'collect', till1, 'Maya')
  await move(hub, pickup, 'collect', till2, 'Ben')
  await hub.writeAll()
  expect(hub.shop.order(placed.name).fulfillments.length).toBe(1)
  expect(await ledgerLevel(hub, sku, 'HAR')).toMatchObject({ onHand: 178, committed: 0 })
  const notices = (await commandsOf(hub, till2.device)).map(command => command.notice)
  expect(notices.filter(notice => notice?.code === 'move-refused')).toEqual([
    { code: 'move-refused', move: 'collect', state: 'collected', by: 'Maya', at: expect.any(Number) },
  ])
  expect(await openExceptions(hub)).toMatchObject([{ kind: 'pickup-move-refused', store: 'HAR' }])
})

test('handed over before the till could know of the cancellation: it is accepted, and the stock follows', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { placed, pickup } = await received(hub)
  await move(hub, pickup, 'pick')
  await move(hub, pickup, 'finish')
  await hub.writeAll()
  hub.advance(2_000)
  hub.shop.cancelOrder(placed.name)
  await hub.poll()
  expect(await stateOf(hub, pickup)).toMatchObject({ state: 'cancelled', movedBy: 'Shopify' })
  expect(await ledgerLevel(hub, sku, 'HAR')).toMatchObject({ onHand: 180, committed: 0 })
  await move(hub, pickup, 'collect')
  expect(await stateOf(hub, pickup)).toMatchObject({
    state: 'collected',
    movedBy: 'Maya',
    notice: { code: 'collected-after-cancel' },
  })
  await hub.writeAll()
  expect(shopLevel(hub, sku, 'HAR')).toMatchObject({ available: 178, on_hand: 178, committed: 0 })
  expect(await ledgerLevel(hub, sku, 'HAR')).toEqual({ onHand: 178, posted: 178, committed: 0 })
  expect(await openExceptions(hub)).toMatchObject([
    { kind: 'cancelled-but-collected', owner: 'ops', store: 'HAR' },
  ])
})

test('handed over though the till knew of the cancellation: refused', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { placed, pickup } = await received(hub)
  hub.shop.cancelOrder(placed.name)
  await hub.poll()
  const log = commandLog(hub.db, till1.device, () => 0)
  await log.acknowledge(await log.last())
  await move(hub, pickup, 'collect')
  expect(await stateOf(hub, pickup)).toMatchObject({
    state: 'cancelled',
    notice: { code: 'move-refused', move: 'collect', state: 'cancelled', by: 'Shopify' },
  })
  expect(await ledgerLevel(hub, sku, 'HAR')).toMatchObject({ onHand: 180, committed: 0 })
  expect(await openExceptions(hub)).toMatchObject([{ kind: 'pickup-move-refused' }])
})

test('cancelled at Shopify before it heard of the hand-over: the stock follows and ops is told', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { placed, pickup } = await received(hub)
  for (const step of ['pick', 'finish', 'collect'] as const) await move(hub, pickup, step)
  hub.shop.cancelOrder(placed.name)
  await hub.writeAll()
  await hub.poll()
  await hub.writeAll()
  expect(await stateOf(hub, pickup)).toMatchObject({ state: 'collected', shopify: 'refused' })
  expect(shopLevel(hub, sku, 'HAR')).toMatchObject({ on_hand: 178, committed: 0 })
  expect(await ledgerLevel(hub, sku, 'HAR')).toEqual({ onHand: 178, posted: 178, committed: 0 })
  expect(await openExceptions(hub)).toMatchObject([{ kind: 'cancelled-but-collected' }])
})

test('a hold is shown; a hand-over that it stops is told again once it is lifted', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { placed, pickup } = await received(hub)
  await move(hub, pickup, 'pick')
  hub.advance(2_000)
  hub.shop.holdOrder(placed.name)
  await hub.orders.checkOpen()
  expect(await stateOf(hub, pickup)).toMatchObject({
    state: 'picking',
    notice: { code: 'on-hold' },
  })
  await move(hub, pickup, 'finish')
  await hub.write()
  expect(await stateOf(hub, pickup)).toMatchObject({
    shopify: 'refused',
    notice: { code: 'write-refused', step: 'ready', isRetried: true },
  })
  expect(await openExceptions(hub)).toMatchObject([{ kind: 'pickup-write-refused', owner: 'store' }])
  await mutate(
    hub,
    'mutation Release($id: ID!) { fulfillmentOrderReleaseHold(id: $id) { userErrors { message } } }',
    { id: pickup },
  )
  await hub.writeAll()
  expect(await stateOf(hub, pickup)).toMatchObject({ shopify: 'confirmed', notice: null })
  expect(hub.shop.order(placed.name).fulfillmentOrders[0]?.prepared).toBe(true)
  expect(await openExceptions(hub)).toEqual([])
})

test('refused by the store: e-commerce is told, and the promise is let go of when the order is cancelled', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { placed, pickup } = await received(hub)
  await move(hub, pickup, 'refuse', till1, 'Maya', 'broken')
  expect(await stateOf(hub, pickup)).toMatchObject({
    state: 'refused',
    notice: { code: 'refused', staff: 'Maya', reason: 'broken' },
  })
  expect(await openExceptions(hub)).toMatchObject([
    { kind: 'pickup-refused', sentence: expect.stringContaining('Maya: broken') },
  ])
  expect(await ledgerLevel(hub, sku, 'HAR')).toMatchObject({ committed: 2 })
  hub.shop.cancelOrder(placed.name)
  hub.advance(2_000)
  await hub.poll()
  expect(await ledgerLevel(hub, sku, 'HAR')).toMatchObject({ onHand: 180, committed: 0 })
  expect(await stateOf(hub, pickup)).toMatchObject({ state: 'refused' })
  expect(await openExceptions(hub)).toEqual([])
})

test('an unknown pickup and another store’s are named, never moved', async () => {
  await using hub = await shopAndHub()
  const { pickup } = await received(hub)
  await move(hub, 'gid://shopify/FulfillmentOrder/1', 'pick')
  await move(hub, pickup, 'pick', market)
  expect(await stateOf(hub, pickup)).toMatchObject({ state: 'received', version: 1 })
  expect((await openExceptions(hub)).map(one => one.kind)).toEqual([
    'pickup-move-refused',
    'pickup-move-refused',
  ])
})

test('an older snapshot never wins', async () => {
  await using hub = await shopAndHub()
  const { placed, pickup } = await received(hub)
  const older = await readOrder(hub.client, placed.id)
  hub.advance(2_000)
  hub.shop.cancelOrder(placed.name)
  await hub.poll()
  if (older === null) throw new Error('the order is there')
  await transaction(hub.db, tx => takeInOrder(tx, older, hub.world.clock.now()))
  expect(await stateOf(hub, pickup)).toMatchObject({ state: 'cancelled' })
})

test.each([
  ['a sentence from before the codes', 'The customer comes on Friday.'],
  ['a code of a newer hub', { code: 'customer-waits', since: 1 }],
])('a notice that is %s survives when its order is read again', async (_what, notice) => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { placed, pickup } = await received(hub)
  const body = { ...(await stateOf(hub, pickup)), notice }
  await transaction(hub.db, tx =>
    tx
      .updateTable('pickup')
      .set({ body_json: JSON.stringify(body) })
      .where('pickup', '=', pickup)
      .execute(),
  )
  const order = await readOrder(hub.client, placed.id)
  if (order === null) throw new Error('the order is there')
  await transaction(hub.db, tx => takeInOrder(tx, { ...order, note: 'Gift wrap' }, hub.world.clock.now()))
  expect(await stateOf(hub, pickup)).toMatchObject({ note: 'Gift wrap', notice })
})

test('moved to another store: it disappears from one and appears at the other', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { placed, pickup } = await received(hub)
  await move(hub, pickup, 'accept')
  hub.advance(2_000)
  await mutate(
    hub,
    'mutation Move($id: ID!, $to: ID!) { fulfillmentOrderMove(id: $id, newLocationId: $to) { userErrors { message } } }',
    { id: pickup, to: 'gid://shopify/Location/70100000002' },
  )
  expect(hub.shop.order(placed.name).fulfillmentOrders.at(-1)?.location).toBe('MKT')
  await hub.orders.checkOpen()
  expect((await commandsOf(hub, till1.device)).at(-1)).toMatchObject({
    state: 'cancelled',
    notice: { code: 'moved-away', to: 'Market Square' },
  })
  expect((await commandsOf(hub, market.device)).at(-1)).toMatchObject({ state: 'received' })
  expect(await ledgerLevel(hub, sku, 'HAR')).toMatchObject({ onHand: 180, committed: 0 })
  expect(await ledgerLevel(hub, sku, 'MKT')).toMatchObject({ onHand: 160, committed: 2 })
})

test('a pickup at an unmapped location is named and comes once it is mapped', async () => {
  await using hub = await shopAndHub({ mapped: false })
  const { pickup } = await received(hub)
  expect(await openExceptions(hub)).toMatchObject([{ kind: 'location-unmapped' }])
  await transaction(hub.db, tx =>
    tx
      .updateTable('warehouse')
      .set({ location_id: 'gid://shopify/Location/70100000001' })
      .where('store', '=', 'HAR')
      .execute(),
  )
  await hub.poll()
  expect(await stateOf(hub, pickup)).toMatchObject({ state: 'received' })
  expect(await openExceptions(hub)).toEqual([])
})

test('a new till gets its store’s open pickups; late ones are counted', async () => {
  await using hub = await shopAndHub()
  const first = await received(hub)
  hub.advance(2_000)
  const second = await received(hub)
  await move(hub, second.pickup, 'pick')
  await transaction(hub.db, tx => tx.deleteFrom('command').where('device', '=', till2.device).execute())
  await transaction(hub.db, tx => sendOpenPickups(tx, till2.device, hub.world.clock.now()))
  expect((await commandsOf(hub, till2.device)).map(command => command.state)).toEqual(['received', 'picking'])
  expect(await openPickupCounts(hub.db, hub.world.clock.now())).toEqual(
    new Map([['HAR', { open: 2, late: 0 }]]),
  )
  const promised = (await stateOf(hub, first.pickup))?.promisedBy ?? 0
  expect(promised).toBeGreaterThan(0)
  expect(await openPickupCounts(hub.db, promised + 5_000)).toEqual(new Map([['HAR', { open: 2, late: 2 }]]))
})
