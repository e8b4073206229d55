import { expect, test } from 'vitest'
import { levelVariance } from '../../hub/checks/level-variance.ts'
import { transaction } from '../../hub/db/db.ts'
import { lookAgain } from '../../hub/shopify/stock/look-again.ts'
import { KEY_LIFE_MS } from '../../hub/shopify/stock/request-life.ts'
import type { Switches } from '../sandbox/shopify/switches.ts'
import { followOrders } from './follow.ts'
import {
  ledgerLevel,
  look,
  openExceptions,
  type ShopAndHub,
  sell,
  shopAndHub,
  shopLevel,
  writesOf,
} from './shop-and-hub.ts'

const SKU = 'MUG-BLU'
const MINUTE = 60_000
const ADJUST = 'inventoryAdjustQuantities'

async function opened(switches: Partial<Switches> = {}): Promise<{ hub: ShopAndHub; before: number }> {
  const hub = await shopAndHub({ sandbox: switches })
  await hub.sync()
  await followOrders(hub).follow()
  return { hub, before: shopLevel(hub, SKU, 'HAR').on_hand }
}

const others = (hub: ShopAndHub, delta: number, by = 'other-app', sku = SKU) =>
  hub.shop.control('POST', '/sandbox/stock/adjust', { by, sku, location: 'HAR', delta })
const order = (hub: ShopAndHub, quantity: number, sku = SKU) =>
  hub.shop.createOrder({ location: 'ship', lines: [{ sku, quantity }], customer: { name: 'Ann' } }).name

/** An hour of the running hub, by the minute as long as something is sent again, and a quarter more after a sync. */
async function anHour(hub: ShopAndHub): Promise<void> {
  const orders = followOrders(hub)
  const pass = async (minutes: readonly number[]) => {
    for (const length of minutes) {
      hub.advance(length * MINUTE)
      await hub.write()
      await orders.follow()
      await lookAgain({ db: hub.db, client: hub.client, now: () => hub.world.clock.now() })
    }
  }
  await pass([...Array.from({ length: 12 }, () => 1), 3, 5, 10, 10, 10, 10])
  await hub.sync()
  await pass([1, 1, 1, 2, 5, 5])
}

/** The shop has what was sold and what others did, and so has the ledger; or people are asked, by name. */
async function right(hub: ShopAndHub, goods: number, sku = SKU): Promise<'agree' | 'asked'> {
  const shop = shopLevel(hub, sku, 'HAR').on_hand
  const ledger = (await ledgerLevel(hub, sku, 'HAR')).onHand
  await look(hub, levelVariance)
  const asked = (await openExceptions(hub)).map(one => `${one.kind}: ${one.sentence}`)
  const about = asked.filter(one => one.includes(sku))
  if (shop === goods && ledger === goods && about.length === 0) return 'agree'
  expect({ shop, ledger, goods, asked }, 'no exception names the item').toMatchObject({
    asked: about.length > 0 ? asked : ['an exception that names it'],
  })
  return 'asked'
}

test.each(['throttled', 'lost-request'] as const)(
  'a sale whose request is %s while its SKU is given to another item lowers that item alone',
  async kind => {
    const { hub } = await opened()
    await using _ = hub
    const [old, next] = [shopLevel(hub, SKU, 'HAR').on_hand, shopLevel(hub, 'MUG-OAT', 'HAR').on_hand]
    await sell(hub, 'HAR', SKU, 2)
    hub.shop.faults.set({ kind, times: 'always', operation: ADJUST })
    await hub.write()
    await transaction(hub.db, async tx => {
      const from = await tx
        .selectFrom('item')
        .selectAll()
        .where('sku', '=', 'MUG-OAT')
        .executeTakeFirstOrThrow()
      await tx
        .updateTable('item')
        .set({ state: 'unknown', inventory_item_id: null, variant_id: null })
        .where('sku', '=', 'MUG-OAT')
        .execute()
      await tx
        .updateTable('item')
        .set({ inventory_item_id: from.inventory_item_id, variant_id: from.variant_id })
        .where('sku', '=', SKU)
        .execute()
    })
    hub.advance(20 * MINUTE)
    hub.shop.faults.clear()
    await anHour(hub)
    const asked = (await openExceptions(hub)).map(({ kind: of }) => of)
    expect({
      old: shopLevel(hub, SKU, 'HAR').on_hand,
      next: shopLevel(hub, 'MUG-OAT', 'HAR').on_hand,
      asked: asked.includes('stock-write-unknown'),
    }).toEqual({ old, next: next - 2, asked: false })
  },
)

test.each([1, 2, 4, 30])(
  'a sale whose requests are lost for a while is not taken for what another app took %i seconds later',
  async seconds => {
    const { hub, before } = await opened()
    await using _ = hub
    await sell(hub, 'HAR', SKU, 1)
    hub.shop.faults.set({ kind: 'lost-request', times: 1, operation: ADJUST })
    await hub.write()
    hub.advance(seconds * 1000)
    others(hub, -1)
    await hub.writeAll()
    await anHour(hub)
    await right(hub, before - 2)
  },
)

test('a sale whose request is lost while Shopify POS sells as many at the same second counts both, or is asked about', async () => {
  const { hub, before } = await opened()
  await using _ = hub
  await sell(hub, 'HAR', SKU, 1)
  hub.shop.faults.set({ kind: 'lost-request', operation: ADJUST })
  await hub.write()
  hub.shop.control('POST', '/sandbox/pos/sales', { location: 'HAR', lines: [{ sku: SKU, quantity: 1 }] })
  await hub.writeAll()
  await anHour(hub)
  await right(hub, before - 2)
})

test('a request that Shopify carries out in part, whose answer is lost, counts each item once or asks', async () => {
  const { hub, before } = await opened({ partlyApplied: true })
  await using _ = hub
  const oat = shopLevel(hub, 'MUG-OAT', 'HAR').on_hand
  await sell(hub, 'HAR', SKU, 1)
  await sell(hub, 'HAR', 'MUG-OAT', 2)
  others(hub, -5) // what is known of it is outdated
  hub.shop.faults.set({ kind: 'lost-answer', operation: ADJUST })
  await hub.writeAll()
  await anHour(hub)
  await right(hub, before - 6)
  await right(hub, oat - 2, 'MUG-OAT')
})

test('a request that Shopify carries out in part and says so counts each item once or asks', async () => {
  const { hub, before } = await opened({ partlyApplied: true })
  await using _ = hub
  const oat = shopLevel(hub, 'MUG-OAT', 'HAR').on_hand
  await sell(hub, 'HAR', SKU, 1)
  await sell(hub, 'HAR', 'MUG-OAT', 2)
  others(hub, -5)
  await hub.writeAll()
  await anHour(hub)
  await right(hub, before - 6)
  await right(hub, oat - 2, 'MUG-OAT')
})

const combined: readonly [string, Partial<Switches>][] = [
  ['keys kept', {}],
  ['keys ignored', { idempotencyKeys: 'ignored' }],
  ['a resent call compared first', { keyReplay: 'after-compare' }],
  ['on hand said to change with every change', { onHandUpdatedAt: 'any-change' }],
  ['one error named at a time', { userErrors: 'first', keyAfterUserErrors: 'free' }],
]

test.each(combined)('a lost answer and an online order meanwhile, with %s', async (_, switches) => {
  const { hub, before } = await opened(switches)
  await using __ = hub
  await sell(hub, 'HAR', SKU, 3)
  hub.shop.faults.set({ kind: 'lost-answer', operation: ADJUST })
  await hub.write()
  const name = order(hub, 2)
  await hub.writeAll()
  hub.advance(MINUTE)
  hub.shop.act(name, { do: 'fulfil' })
  await anHour(hub)
  await right(hub, before - 5)
})

test.each(combined)(
  'a lost answer, an opposite change by staff and a day without the hub, with %s',
  async (_, switches) => {
    const { hub, before } = await opened(switches)
    await using __ = hub
    await sell(hub, 'HAR', SKU, 3)
    hub.shop.faults.set({ kind: 'lost-answer', operation: ADJUST })
    await hub.write()
    others(hub, 3, 'staff') // a box came in, in the same second
    hub.advance(KEY_LIFE_MS + MINUTE)
    await hub.writeAll()
    await anHour(hub)
    await right(hub, before)
  },
)

test.each(combined)(
  'a lost request, an order sent at once and a day without the hub, with %s',
  async (_, switches) => {
    const { hub, before } = await opened(switches)
    await using __ = hub
    await sell(hub, 'HAR', SKU, 2)
    hub.shop.faults.set({ kind: 'lost-request', operation: ADJUST })
    await hub.write()
    hub.advance(30_000)
    hub.shop.act(order(hub, 2), { do: 'fulfil' })
    hub.advance(KEY_LIFE_MS + MINUTE)
    await hub.writeAll()
    await anHour(hub)
    await right(hub, before - 4)
  },
)

test('a location that is deactivated with a request on its way, and activated again, has each sale once', async () => {
  const { hub, before } = await opened()
  await using _ = hub
  await sell(hub, 'HAR', SKU, 2)
  hub.shop.faults.set({ kind: 'lost-answer', operation: ADJUST })
  await hub.write()
  hub.shop.control('POST', '/sandbox/locations/HAR/deactivate', { destination: 'MKT' })
  await sell(hub, 'HAR', SKU, 1)
  await anHour(hub)
  const middle = (await openExceptions(hub)).map(({ kind }) => kind)
  hub.shop.control('POST', '/sandbox/locations/HAR/activate', {})
  await anHour(hub)
  hub.advance(7 * 60 * MINUTE)
  await anHour(hub)
  expect(middle.length).toBeGreaterThan(0)
  await right(hub, before - 3)
})

test('fractions of which a request goes stale and its answer is lost are sent once', async () => {
  const { hub, before } = await opened()
  await using _ = hub
  await sell(hub, 'HAR', SKU, 1.4)
  others(hub, -1)
  await hub.write()
  await sell(hub, 'HAR', SKU, 0.8)
  hub.shop.faults.set({ kind: 'lost-answer', operation: ADJUST })
  others(hub, -2)
  await hub.write()
  await hub.writeAll()
  await sell(hub, 'HAR', SKU, 0.8)
  await hub.writeAll()
  await anHour(hub)
  expect(shopLevel(hub, SKU, 'HAR').on_hand).toBe(before - 6)
  expect((await ledgerLevel(hub, SKU, 'HAR')).onHand).toBe(before - 3)
  expect((await look(hub, levelVariance)).map(one => one.fields['items'])).toEqual([
    `${SKU} ${before - 3} → ${before - 6}`,
  ])
})

test('a hub that is put back to before its known levels, while another app took some, sends each sale once', async () => {
  const { hub, before } = await opened()
  await using _ = hub
  await sell(hub, 'HAR', SKU, 1)
  await hub.writeAll()
  await hub.backUp()
  hub.advance(10 * MINUTE)
  await sell(hub, 'HAR', SKU, 2)
  await hub.writeAll()
  others(hub, 2) // the level is as the copy knows it
  hub.advance(MINUTE)
  await hub.putBack()
  await sell(hub, 'HAR', SKU, 4)
  await hub.writeAll()
  await anHour(hub)
  expect(shopLevel(hub, SKU, 'HAR').on_hand).toBe(before - 1 - 2 + 2 - 4)
})

test('an item that goes stale before each send, with an answer lost in between, never counts twice nor holds the other', async () => {
  const { hub, before } = await opened()
  await using _ = hub
  const oat = shopLevel(hub, 'MUG-OAT', 'HAR').on_hand
  const { write } = hub.client
  let calls = 0
  Object.assign(hub.client, {
    write: (...call: Parameters<typeof write>) => {
      calls += 1
      if (calls <= 60) others(hub, -1)
      if (calls === 7 || calls === 31) hub.shop.faults.set({ kind: 'lost-answer', operation: ADJUST })
      return write(...call)
    },
  })
  await sell(hub, 'HAR', SKU, 3)
  await sell(hub, 'HAR', 'MUG-OAT', 1)
  await hub.write()
  expect(shopLevel(hub, 'MUG-OAT', 'HAR').on_hand).toBe(oat - 1)
  for (let turn = 0; turn < 30; turn += 1) {
    hub.advance(6 * MINUTE)
    await hub.write()
  }
  hub.advance(7 * 60 * MINUTE)
  await anHour(hub)
  await right(hub, before - Math.min(calls, 60) - 3)
  const states = (await writesOf(hub)).map(({ state }) => state)
  expect(states.filter(state => state === 'planned' || state === 'sent')).toEqual([])
})
