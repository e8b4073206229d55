import { expect, test } from 'vitest'
import { levelVariance } from '../../hub/checks/level-variance.ts'
import { transaction } from '../../hub/db/db.ts'
import { lookAgain } from '../../hub/shopify/stock/look-again.ts'
import { acceptLevel } from '../../hub/stock/accept.ts'
import { agree } from '../../hub/stock/go-live.ts'
import { movementKinds } from '../../hub/stock/movement-kinds.ts'
import { traceShopMovements } from '../../hub/stock/trace-order.ts'
import type { OrderActionInput } from '../sandbox/shopify/orders/action-schema.ts'
import { followOrders } from './follow.ts'
import { ledgerLevel, look, type ShopAndHub, shopAndHub, shopLevel } from './shop-and-hub.ts'

const SKU = 'MUG-BLU'
const MINUTE = 60_000

/** Time passes as the running hub spends it: orders are followed, then levels are looked at. */
async function minutes(hub: ShopAndHub, count: number, can?: (capability: string) => boolean): Promise<void> {
  const orders = followOrders(hub, can)
  for (let minute = 0; minute < count; minute += 1) {
    hub.advance(MINUTE)
    await orders.follow()
    await lookAgain({ db: hub.db, client: hub.client, now: () => hub.world.clock.now() })
  }
}

async function ready(hub: ShopAndHub): Promise<void> {
  await hub.sync()
  await minutes(hub, 1)
}

/** An order to be sent from the harbour store. */
function ship(hub: ShopAndHub, quantity: number, sku = SKU): string {
  const { name } = hub.shop.createOrder({
    location: 'ship',
    lines: [{ sku, quantity }],
    customer: { name: 'Ann' },
  })
  hub.advance(MINUTE)
  return name
}

/** The number at the end of an id. */
const numberOf = (id: string | undefined) => Number(id?.split('/').at(-1))

const act = (hub: ShopAndHub, order: string, action: OrderActionInput) => hub.shop.act(order, action)

async function variance(hub: ShopAndHub): Promise<unknown> {
  const open = await look(hub, levelVariance)
  return open.map(one => one.fields['items'])
}

async function agrees(hub: ShopAndHub, store: 'HAR' | 'MKT' = 'HAR', sku = SKU) {
  const shown = shopLevel(hub, sku, store).on_hand
  expect(await ledgerLevel(hub, sku, store)).toMatchObject({ onHand: shown })
  return shown
}

/** The change is in the books of both, nothing differs, and nothing was sent to Shopify. */
async function explained(hub: ShopAndHub, before: number, change: number): Promise<void> {
  hub.advance(MINUTE)
  await hub.sync() // as the hourly sweep does
  await minutes(hub, 12)
  expect(await variance(hub)).toEqual([])
  expect(await agrees(hub)).toBe(before + change)
  expect(await hub.db.selectFrom('shopify_write').selectAll().execute()).toEqual([])
}

test('an order that is sent from a store leaves its stock, and only what else moved differs', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  const before = shopLevel(hub, SKU, 'HAR').on_hand
  act(hub, ship(hub, 4), { do: 'fulfil' })
  await explained(hub, before, -4)
  const [moved, ...others] = await traceShopMovements(hub.db, 'HAR', '1001')
  expect(moved).toMatchObject({
    kind: 'shop-fulfillment',
    order: '#1001',
    sku: SKU,
    units: -4,
    isCounted: false,
  })
  expect(others).toEqual([])
  expect(await traceShopMovements(hub.db, 'HAR', moved?.cause ?? '')).toEqual([moved])
  expect(await traceShopMovements(hub.db, 'MKT', '1001')).toEqual([])
  act(hub, ship(hub, 2), { do: 'fulfil' })
  hub.shop.control('POST', '/sandbox/stock/adjust', { by: 'other-app', sku: SKU, location: 'HAR', delta: -3 })
  hub.advance(MINUTE)
  await hub.sync()
  await minutes(hub, 12)
  expect(await variance(hub)).toEqual([`${SKU} ${before - 6} → ${before - 9}`])
})

test('a level that was seen before its order is explained by it, and is never booked twice where the contract accepts', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  await transaction(hub.db, tx =>
    agree(
      tx,
      { store: 'HAR', terms: { onDifference: 'accept' }, by: 'Kim', why: 'Shopify leads' },
      hub.world.clock.now(),
    ),
  )
  const before = shopLevel(hub, SKU, 'HAR').on_hand
  act(hub, ship(hub, 4), { do: 'fulfil' })
  hub.advance(MINUTE)
  await hub.sync()
  const levels = { db: hub.db, client: hub.client, now: () => hub.world.clock.now() }
  for (let minute = 0; minute < 9; minute += 1) {
    hub.advance(MINUTE)
    await lookAgain(levels)
  }
  await followOrders(hub).follow() // orders are read at the last moment
  hub.advance(2 * MINUTE)
  await lookAgain(levels)
  await minutes(hub, 12)
  expect(await agrees(hub)).toBe(before - 4)
  expect(await hub.db.selectFrom('shopify_write').selectAll().execute()).toEqual([]) // nothing was accepted
})

test('what was accepted before its order was read is not booked once more', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  const before = shopLevel(hub, SKU, 'HAR').on_hand
  const [first, second] = [ship(hub, 4), ship(hub, 1)]
  act(hub, first, { do: 'fulfil' })
  hub.advance(MINUTE)
  await hub.sync()
  await transaction(hub.db, tx =>
    acceptLevel(tx, { store: 'HAR', sku: SKU, by: 'Kim', why: 'counted', now: hub.world.clock.now() }),
  )
  hub.advance(MINUTE)
  act(hub, second, { do: 'fulfil' })
  await minutes(hub, 12)
  expect(await variance(hub)).toEqual([])
  expect(await agrees(hub)).toBe(before - 5)
})

test('goods that were sent before the ledger began are in it already; a fulfilment of theirs that is cancelled later comes back', async () => {
  await using hub = await shopAndHub()
  const order = ship(hub, 4)
  const { fulfillments } = act(hub, order, { do: 'fulfil' })
  hub.advance(MINUTE)
  await followOrders(hub).follow()
  await ready(hub)
  const before = await agrees(hub)
  const late = ship(hub, 1)
  await explained(hub, before, 0)
  act(hub, order, { do: 'cancel-fulfilment', fulfilment: numberOf(fulfillments[0]?.id) })
  act(hub, late, { do: 'fulfil' })
  await explained(hub, before, 3)
})

test('a fulfilment that is cancelled puts its goods back once, seen in between or not', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  const before = shopLevel(hub, SKU, 'HAR').on_hand
  const order = ship(hub, 4)
  const unseen = ship(hub, 2)
  const sent = act(hub, order, { do: 'fulfil' })
  await explained(hub, before, -4)
  act(hub, order, { do: 'cancel-fulfilment', fulfilment: numberOf(sent.fulfillments[0]?.id) })
  const other = act(hub, unseen, { do: 'fulfil' })
  act(hub, unseen, { do: 'cancel-fulfilment', fulfilment: numberOf(other.fulfillments[0]?.id) })
  await explained(hub, before, 0)
  act(hub, order, { do: 'fulfil' })
  await explained(hub, before, -4)
})

test.each([
  ['RETURN', 4, -2],
  ['NO_RESTOCK', 4, -4],
  ['CANCEL', 0, 0],
  ['NO_RESTOCK', 0, -2],
] as const)(
  'a refund of 2 of 4 with restock type %s after %i were sent changes stock as Shopify says',
  async (restock, sent, change) => {
    await using hub = await shopAndHub()
    await ready(hub)
    const before = shopLevel(hub, SKU, 'HAR').on_hand
    const order = ship(hub, 4)
    if (sent > 0) act(hub, order, { do: 'fulfil' })
    await explained(hub, before, -sent)
    const at = restock === 'RETURN' ? { at: 'HAR' } : {}
    act(hub, order, { do: 'refund', lines: [{ line: SKU, quantity: 2 }], restock, ...at })
    await explained(hub, before, change)
    if (sent === 0) act(hub, order, { do: 'fulfil' })
    await explained(hub, before, sent === 0 ? change - 2 : change)
  },
)

test('units that a refund puts back at another place than they were promised at leave the one and come to the other', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  const [here, there] = [shopLevel(hub, SKU, 'HAR').on_hand, shopLevel(hub, SKU, 'MKT').on_hand]
  const lines = [{ line: SKU, quantity: 2 }]
  act(hub, ship(hub, 4), { do: 'refund', lines, restock: 'CANCEL', at: 'MKT' })
  await explained(hub, here, -2)
  expect(await agrees(hub, 'MKT')).toBe(there + 2)
})

test('an order that is cancelled leaves stock only when its goods are not put back', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  const before = shopLevel(hub, SKU, 'HAR').on_hand
  act(hub, ship(hub, 4), { do: 'cancel' })
  await explained(hub, before, 0)
  act(hub, ship(hub, 3), { do: 'cancel', restock: false })
  await explained(hub, before, -3)
})

test('a return puts goods back where they are disposed of, however late', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  const [here, there] = [shopLevel(hub, SKU, 'HAR').on_hand, shopLevel(hub, SKU, 'MKT').on_hand]
  const order = ship(hub, 4)
  act(hub, order, { do: 'fulfil' })
  const opened = act(hub, order, { do: 'open-return', lines: [{ line: SKU, quantity: 3 }] })
  await explained(hub, here, -4)
  const taken = { do: 'take-return', return: Number(opened.returns[0]?.id) } as const
  act(hub, order, { ...taken, disposition: 'RESTOCKED', at: 'MKT' })
  await explained(hub, here, -4)
  expect(await agrees(hub, 'MKT')).toBe(there + 3)
})

test('without the scope for returns what one puts back differs', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  const order = ship(hub, 4)
  act(hub, order, { do: 'fulfil' })
  const opened = act(hub, order, { do: 'open-return', lines: [{ line: SKU, quantity: 3 }] })
  const taken = { do: 'take-return', return: Number(opened.returns[0]?.id) } as const
  act(hub, order, { ...taken, disposition: 'RESTOCKED', at: 'HAR' })
  hub.advance(MINUTE)
  await hub.sync()
  await minutes(hub, 12, one => one !== 'returns')
  const shown = shopLevel(hub, SKU, 'HAR').on_hand
  expect(await variance(hub)).toEqual([`${SKU} ${shown - 3} → ${shown}`])
})

test('what Shopify POS sells at a store leaves its stock', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  const before = shopLevel(hub, SKU, 'HAR').on_hand
  hub.shop.control('POST', '/sandbox/pos/sales', { location: 'HAR', lines: [{ sku: SKU, quantity: 2 }] })
  await explained(hub, before, -2)
})

test('an edit that takes units off says not whether they were put back: what left stock differs', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  const before = shopLevel(hub, SKU, 'HAR').on_hand
  act(hub, ship(hub, 4), { do: 'edit', set: [{ line: SKU, quantity: 2 }] })
  await explained(hub, before, 0)
  act(hub, ship(hub, 4), { do: 'edit', set: [{ line: SKU, quantity: 3 }], restock: false })
  hub.advance(MINUTE)
  await hub.sync()
  await minutes(hub, 12)
  expect(await variance(hub)).toEqual([`${SKU} ${before} → ${before - 1}`])
})

test('a pickup that is handed over is booked as that alone, and its refund besides', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  const before = shopLevel(hub, SKU, 'HAR').on_hand
  const customer = { name: 'Ann' }
  const { name } = hub.shop.createOrder({ location: 'HAR', lines: [{ sku: SKU, quantity: 4 }], customer })
  hub.advance(MINUTE)
  await hub.poll()
  act(hub, name, { do: 'fulfil' })
  await minutes(hub, 1)
  await hub.poll()
  await explained(hub, before, -4)
  const lines = [{ line: SKU, quantity: 1 }]
  act(hub, name, { do: 'refund', lines, restock: 'RETURN', at: 'HAR' })
  await hub.poll()
  await explained(hub, before, -3)
  const kinds = await hub.db.selectFrom('shop_movement').select('kind').execute()
  expect(kinds).toEqual([{ kind: movementKinds['refund-restock'] }])
})

test('a hub that was put back reads once more what orders did since', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  const before = shopLevel(hub, SKU, 'HAR').on_hand
  act(hub, ship(hub, 1), { do: 'fulfil' })
  await explained(hub, before, -1)
  await hub.backUp()
  act(hub, ship(hub, 4), { do: 'fulfil' })
  await explained(hub, before, -5)
  await hub.restart()
  await explained(hub, before, -5)
  await hub.putBack()
  await minutes(hub, 2)
  expect(await agrees(hub)).toBe(before - 5)
})

test('orders that concern no place of the hub cost their line in the list', async () => {
  await using hub = await shopAndHub({ mapped: false })
  await hub.sync()
  act(hub, ship(hub, 4), { do: 'fulfil' })
  const calls = hub.shop.state().log.length
  await followOrders(hub).follow()
  expect(hub.shop.state().log.length - calls).toBe(0) // no store has a location
})
