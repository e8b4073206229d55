import { expect, test } from 'vitest'
import { levelVariance } from '../../hub/checks/level-variance.ts'
import { transaction } from '../../hub/db/db.ts'
import { lookAgain } from '../../hub/shopify/stock/look-again.ts'
import { agree } from '../../hub/stock/go-live.ts'
import type { OrderActionInput } from '../sandbox/shopify/orders/action-schema.ts'
import type { Switches } from '../sandbox/shopify/switches.ts'
import { followOrders } from './follow.ts'
import {
  ledgerLevel,
  look,
  openExceptions,
  type ShopAndHub,
  type StoreOfTest,
  sell,
  shopAndHub,
  shopLevel,
} from './shop-and-hub.ts'

const SKU = 'MUG-BLU'
const MINUTE = 60_000
const ADJUST = 'inventoryAdjustQuantities'

async function minutes(hub: ShopAndHub, count: number): Promise<void> {
  const orders = followOrders(hub)
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

function ship(
  hub: ShopAndHub,
  quantity: number,
  location = 'ship',
  lines = [{ sku: SKU, quantity }],
): string {
  const { name } = hub.shop.createOrder({ location, lines, customer: { name: 'Ann' } })
  hub.advance(MINUTE)
  return name
}
const act = (hub: ShopAndHub, order: string, action: OrderActionInput) => hub.shop.act(order, action)
const numberOf = (id: string | undefined) => Number(id?.split('/').at(-1))
const orderOf = (hub: ShopAndHub, name: string) => hub.shop.state().orders.find(one => one.name === name)
const fulfilmentOrders = (hub: ShopAndHub, name: string) =>
  (orderOf(hub, name)?.fulfillmentOrders ?? []).map(one => numberOf(String(one.id)))
const shown = (hub: ShopAndHub, store: StoreOfTest) => shopLevel(hub, SKU, store).on_hand

async function settled(hub: ShopAndHub) {
  hub.advance(MINUTE)
  await hub.sync()
  await hub.writeAll()
  await minutes(hub, 12)
  await hub.writeAll()
  await minutes(hub, 1)
}

/** Both stores: the ledger is Shopify's, or an exception names the item. */
async function explained(
  hub: ShopAndHub,
  change: { HAR: number; MKT?: number },
  before: { HAR: number; MKT: number },
) {
  await settled(hub)
  const found: Record<string, unknown> = {}
  const wanted: Record<string, unknown> = {}
  for (const store of ['HAR', 'MKT'] as const) {
    found[`${store} shop`] = shown(hub, store)
    found[`${store} ledger`] = (await ledgerLevel(hub, SKU, store)).onHand
    wanted[`${store} shop`] = before[store] + (change[store] ?? 0)
    wanted[`${store} ledger`] = before[store] + (change[store] ?? 0)
  }
  const open = await look(hub, levelVariance)
  found['variance'] = open.map(one => one.fields['items'])
  wanted['variance'] = []
  expect(found).toEqual(wanted)
}
const both = (hub: ShopAndHub) => ({ HAR: shown(hub, 'HAR'), MKT: shown(hub, 'MKT') })

test('units of an order that a refund put back at its place are not moved by a later move of the rest to another store', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  const before = both(hub)
  const order = ship(hub, 4)
  act(hub, order, { do: 'refund', lines: [{ line: SKU, quantity: 1 }], restock: 'CANCEL', at: 'HAR' })
  await explained(hub, { HAR: 0 }, before)
  const [open = 0] = fulfilmentOrders(hub, order)
  act(hub, order, { do: 'move', fulfilmentOrder: open, to: 'MKT' })
  act(hub, order, { do: 'fulfil' })
  await explained(hub, { HAR: 0, MKT: -3 }, before)
})

test('a hub that hears of a refund and of the move of the rest at once follows both', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  const before = both(hub)
  const order = ship(hub, 4)
  act(hub, order, { do: 'refund', lines: [{ line: SKU, quantity: 1 }], restock: 'CANCEL', at: 'HAR' })
  const [open = 0] = fulfilmentOrders(hub, order)
  act(hub, order, { do: 'move', fulfilmentOrder: open, to: 'MKT' })
  act(hub, order, { do: 'fulfil' })
  await explained(hub, { HAR: 0, MKT: -3 }, before)
})

test('which store lost units that a refund drops is asked, when the rest has moved before the hub hears of it', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  const before = both(hub)
  const order = ship(hub, 4)
  await minutes(hub, 1) // the hub has seen the order at its first store, but not the refund there
  act(hub, order, { do: 'refund', lines: [{ line: SKU, quantity: 1 }], restock: 'NO_RESTOCK' })
  const [open = 0] = fulfilmentOrders(hub, order)
  act(hub, order, { do: 'move', fulfilmentOrder: open, to: 'MKT' })
  act(hub, order, { do: 'fulfil' })
  await settled(hub)
  expect((await ledgerLevel(hub, SKU, 'MKT')).onHand).toBe(before.MKT - 3)
  const differs = (await look(hub, levelVariance)).map(one => one.fields['items'])
  expect(differs).toEqual([`${SKU} ${before.HAR} → ${before.HAR - 1}`])
})

test('a short line that is refunded and sent before the hub looks again leaves the store where the hub had seen the order', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  const before = both(hub)
  const order = ship(hub, 4)
  await minutes(hub, 1)
  hub.advance(10_000)
  act(hub, order, { do: 'refund', lines: [{ line: SKU, quantity: 1 }], restock: 'NO_RESTOCK' })
  hub.advance(5_000)
  act(hub, order, { do: 'fulfil' })
  await explained(hub, { HAR: -4 }, before)
})

test('an order that comes back to a store after its refund elsewhere does not move the refunded units', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  const before = both(hub)
  const order = ship(hub, 4)
  act(hub, order, { do: 'refund', lines: [{ line: SKU, quantity: 1 }], restock: 'NO_RESTOCK' })
  await explained(hub, { HAR: -1 }, before)
  const [open = 0] = fulfilmentOrders(hub, order)
  act(hub, order, { do: 'move', fulfilmentOrder: open, to: 'MKT' })
  await explained(hub, { HAR: -1 }, before)
  act(hub, order, { do: 'refund', lines: [{ line: SKU, quantity: 1 }], restock: 'NO_RESTOCK' })
  await explained(hub, { HAR: -1, MKT: -1 }, before)
  act(hub, order, { do: 'fulfil' })
  await explained(hub, { HAR: -1, MKT: -3 }, before)
})

test('an edit that adds units, a refund that drops some and a fulfilment of the rest change stock once', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  const before = both(hub)
  const order = ship(hub, 2)
  act(hub, order, { do: 'edit', set: [{ line: SKU, quantity: 5 }] })
  act(hub, order, { do: 'refund', lines: [{ line: SKU, quantity: 1 }], restock: 'NO_RESTOCK' })
  await explained(hub, { HAR: -1 }, before)
  act(hub, order, { do: 'fulfil' })
  await explained(hub, { HAR: -5 }, before)
  act(hub, order, { do: 'refund', lines: [{ line: SKU, quantity: 2 }], restock: 'NO_RESTOCK' })
  await explained(hub, { HAR: -5 }, before)
  act(hub, order, { do: 'refund', lines: [{ line: SKU, quantity: 1 }], restock: 'RETURN', at: 'MKT' })
  await explained(hub, { HAR: -5, MKT: 1 }, before)
})

test('an edit that takes units off after a refund dropped some: what can’t be told differs by its number, the rest follows', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  const before = both(hub)
  const order = ship(hub, 5)
  act(hub, order, { do: 'refund', lines: [{ line: SKU, quantity: 1 }], restock: 'NO_RESTOCK' })
  await explained(hub, { HAR: -1 }, before)
  act(hub, order, { do: 'edit', set: [{ line: SKU, quantity: 3 }] })
  await explained(hub, { HAR: -1 }, before)
  act(hub, order, { do: 'fulfil' })
  await explained(hub, { HAR: shown(hub, 'HAR') - before.HAR }, before)
})

test('a fulfilment that is cancelled after a refund of part of it, and goes again from another store', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  const before = both(hub)
  const order = ship(hub, 4)
  const sent = act(hub, order, { do: 'fulfil' })
  await explained(hub, { HAR: -4 }, before)
  act(hub, order, { do: 'cancel-fulfilment', fulfilment: numberOf(sent.fulfillments[0]?.id) })
  act(hub, order, { do: 'refund', lines: [{ line: SKU, quantity: 1 }], restock: 'NO_RESTOCK' })
  const open = fulfilmentOrders(hub, order).at(-1) ?? 0
  act(hub, order, { do: 'move', fulfilmentOrder: open, to: 'MKT' })
  act(hub, order, { do: 'fulfil' })
  await settled(hub)
  expect((await ledgerLevel(hub, SKU, 'MKT')).onHand).toBe(shown(hub, 'MKT'))
  const differs = (await look(hub, levelVariance)).map(one => one.fields['items'])
  const har = (await ledgerLevel(hub, SKU, 'HAR')).onHand
  expect(differs).toEqual(har === shown(hub, 'HAR') ? [] : [`${SKU} ${har} → ${shown(hub, 'HAR')}`])
})

test('a return that is opened again and taken once more counts each disposal once', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  const before = both(hub)
  const order = ship(hub, 4)
  act(hub, order, { do: 'fulfil' })
  const opened = act(hub, order, { do: 'open-return', lines: [{ line: SKU, quantity: 2 }] })
  const taken = { do: 'take-return', return: Number(opened.returns[0]?.id) } as const
  act(hub, order, { ...taken, disposition: 'RESTOCKED', at: 'MKT' })
  await explained(hub, { HAR: -4, MKT: 2 }, before)
  act(hub, order, { ...taken, disposition: 'RESTOCKED', at: 'HAR' }) // nothing of it is left
  await explained(hub, { HAR: -4, MKT: 2 }, before)
  const again = act(hub, order, { do: 'open-return', lines: [{ line: SKU, quantity: 1 }] })
  act(hub, order, {
    do: 'take-return',
    return: Number(again.returns.at(-1)?.id),
    disposition: 'RESTOCKED',
    at: 'HAR',
  })
  await explained(hub, { HAR: -3, MKT: 2 }, before)
})

test.each(['MKT', 'HAR'] as const)(
  'a pickup that is handed over, whose fulfilment staff cancel, and that is refunded into %s counts as Shopify has it',
  async at => {
    await using hub = await shopAndHub()
    await ready(hub)
    const before = both(hub)
    const order = ship(hub, 3, 'HAR')
    await hub.poll()
    const sent = act(hub, order, { do: 'fulfil' })
    await hub.poll()
    await explained(hub, { HAR: -3 }, before)
    act(hub, order, { do: 'cancel-fulfilment', fulfilment: numberOf(sent.fulfillments[0]?.id) })
    await hub.poll()
    await explained(hub, { HAR: 0 }, before)
    act(hub, order, { do: 'refund', lines: [{ line: SKU, quantity: 3 }], restock: 'CANCEL', at })
    await hub.poll()
    await explained(hub, { HAR: at === 'HAR' ? 0 : -3, MKT: at === 'MKT' ? 3 : 0 }, before)
  },
)

test('a sale whose answer is lost while an order of the same units is sent from the store counts both', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  const before = both(hub)
  const order = ship(hub, 3)
  await sell(hub, 'HAR', SKU, 3)
  hub.shop.faults.set({ kind: 'lost-answer', operation: ADJUST })
  await hub.write()
  act(hub, order, { do: 'fulfil' })
  await explained(hub, { HAR: -6 }, before)
})

test('a sale whose request is lost, twice, while an order of the same units is sent from the store is asked about', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  const before = both(hub)
  const order = ship(hub, 3)
  await sell(hub, 'HAR', SKU, 3)
  hub.shop.faults.set({ kind: 'lost-request', operation: ADJUST, times: 2 })
  await hub.write()
  act(hub, order, { do: 'fulfil' })
  await settled(hub)
  expect((await ledgerLevel(hub, SKU, 'HAR')).onHand).toBe(before.HAR - 6)
  const asked = await openExceptions(hub)
  if (shown(hub, 'HAR') !== before.HAR - 6)
    expect(asked).toMatchObject([{ kind: 'stock-write-unknown', store: 'HAR' }])
})

test('where the contract accepts, an order that the list shows late is not accepted and booked as well', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  await transaction(hub.db, tx =>
    agree(
      tx,
      { store: 'HAR', terms: { onDifference: 'accept' }, by: 'Kim', why: 'Shopify leads' },
      hub.world.clock.now(),
    ),
  )
  const before = both(hub)
  hub.shop.switches.turn({ indexLagMs: 30 * MINUTE })
  act(hub, ship(hub, 4), { do: 'fulfil' })
  await sell(hub, 'HAR', SKU, 1)
  await hub.writeAll()
  await minutes(hub, 20)
  await hub.sync()
  await minutes(hub, 40)
  await explained(hub, { HAR: -5 }, before)
  await explained(hub, { HAR: -5 }, before)
  expect(await openExceptions(hub)).toEqual([])
})

const unknowns: readonly [string, Partial<Switches>][] = [
  ['an edit keeps fulfilment orders', {}],
  ['an edit makes others', { editFulfillmentOrders: 'separate' }],
  ['an edit replaces them', { editFulfillmentOrders: 'replace' }],
  ['units taken off stay in the total', { removedUnits: 'stay-in-total' }],
]

test.each(unknowns)(
  'units taken off by a refund, added by an edit, sent and returned in part count once, where %s',
  async (_, switches) => {
    await using hub = await shopAndHub({ sandbox: switches })
    await ready(hub)
    const before = both(hub)
    const order = ship(hub, 3)
    act(hub, order, { do: 'refund', lines: [{ line: SKU, quantity: 1 }], restock: 'CANCEL', at: 'HAR' })
    act(hub, order, { do: 'edit', add: [{ sku: SKU, quantity: 2 }] })
    await explained(hub, { HAR: 0 }, before)
    act(hub, order, { do: 'fulfil' })
    await explained(hub, { HAR: -4 }, before)
    act(hub, order, { do: 'refund', lines: [{ line: SKU, quantity: 1 }], restock: 'RETURN', at: 'HAR' })
    const opened = act(hub, order, { do: 'open-return', lines: [{ line: SKU, quantity: 1 }] })
    act(hub, order, {
      do: 'take-return',
      return: Number(opened.returns[0]?.id),
      disposition: 'RESTOCKED',
      at: 'MKT',
    })
    await explained(hub, { HAR: -3, MKT: 1 }, before)
  },
)

test.each(unknowns)(
  'a pickup of which a line is short, edited and refunded into another store counts as Shopify has it, where %s',
  async (_, switches) => {
    await using hub = await shopAndHub({ sandbox: switches })
    await ready(hub)
    const before = both(hub)
    const order = ship(hub, 4, 'HAR')
    await hub.poll()
    act(hub, order, { do: 'edit', set: [{ line: SKU, quantity: 3 }] })
    await hub.poll()
    act(hub, order, { do: 'refund', lines: [{ line: SKU, quantity: 1 }], restock: 'CANCEL', at: 'MKT' })
    await hub.poll()
    await explained(hub, { HAR: -1, MKT: 1 }, before)
    act(hub, order, { do: 'fulfil' })
    await hub.poll()
    await explained(hub, { HAR: -3, MKT: 1 }, before)
  },
)

test('an order that is cancelled after its goods were moved to another store counts as Shopify has it', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  const before = both(hub)
  const order = ship(hub, 4)
  const [open = 0] = fulfilmentOrders(hub, order)
  act(hub, order, { do: 'move', fulfilmentOrder: open, to: 'MKT' })
  await explained(hub, { HAR: 0, MKT: 0 }, before)
  act(hub, order, { do: 'cancel', restock: false })
  await explained(hub, { HAR: shown(hub, 'HAR') - before.HAR, MKT: shown(hub, 'MKT') - before.MKT }, before)
})

test('a fulfilment that is cancelled with its order, while Shopify answers errors, leaves nothing in the books', async () => {
  await using hub = await shopAndHub()
  await ready(hub)
  const before = both(hub)
  const order = ship(hub, 2)
  const other = ship(hub, 1)
  act(hub, order, { do: 'fulfil' })
  hub.shop.faults.set({ kind: 'http-5xx', times: 3, operation: 'order' })
  await explained(hub, { HAR: -2 }, before)
  const sent = act(hub, other, { do: 'fulfil' })
  act(hub, other, { do: 'cancel-fulfilment', fulfilment: numberOf(sent.fulfillments[0]?.id) })
  act(hub, other, { do: 'cancel', restock: true })
  await explained(hub, { HAR: -2 }, before)
})
