import { expect, test } from 'vitest'
import { levelVariance } from '../../hub/checks/level-variance.ts'
import { shopifyWorkFails } from '../../hub/checks/shopify-work-fails.ts'
import { transaction } from '../../hub/db/db.ts'
import { shopifyUnreachable } from '../../hub/shopify/api/client.ts'
import { intakeTurns } from '../../hub/shopify/orders/intake-turns.ts'
import { catalogueWork } from '../../hub/shopify/shop-work.ts'
import { lookAgain } from '../../hub/shopify/stock/look-again.ts'
import { runWebhooks } from '../../hub/shopify/webhooks/webhook-worker.ts'
import { followOrders } from './follow.ts'
import { look, openExceptions, type ShopAndHub, sell, shopAndHub, shopLevel } from './shop-and-hub.ts'

const SKU = 'MUG-BLU'
const OTHER = 'MUG-OAT'
const MINUTE = 60_000
const ADJUST = 'inventoryAdjustQuantities'

/** Shopify answers INTERNAL_SERVER_ERROR to every reading of one thing, as the client says it in the end. */
function failsOn(hub: ShopAndHub, id: string, operations = /./): void {
  const { read } = hub.client
  Object.assign(hub.client, {
    read: async (...call: Parameters<typeof read>) => {
      if (operations.test(call[0].name) && JSON.stringify(call[1]).includes(`"${id}"`))
        throw shopifyUnreachable({
          operation: call[0].name,
          problem: 'Internal error. INTERNAL_SERVER_ERROR',
        })
      return read(...call)
    },
  })
}

async function itemOf(hub: ShopAndHub, of: string): Promise<string> {
  const row = await hub.db.selectFrom('item').selectAll().where('sku', '=', of).executeTakeFirstOrThrow()
  return row.inventory_item_id ?? ''
}

/** What the loops of the running hub do with an error: they log it and come again. */
const tried = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    () => undefined,
  )

const gidOf = (hub: ShopAndHub, name: string) =>
  hub.shop.state().orders.find(one => one.name === name)?.id ?? ''

test('an order that Shopify fails on does not keep the orders after it from their store', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await hub.poll()
  const customer = { name: 'Ann' }
  const lines = [{ sku: SKU, quantity: 1 }]
  const { name } = hub.shop.createOrder({ location: 'HAR', lines, customer })
  hub.advance(MINUTE)
  const { name: good } = hub.shop.createOrder({ location: 'HAR', lines, customer })
  hub.advance(MINUTE)
  const id = gidOf(hub, name)
  failsOn(hub, id)
  for (let poll = 0; poll < 5; poll += 1) {
    hub.advance(MINUTE)
    await tried(hub.poll())
  }
  const pickups = await hub.db.selectFrom('pickup').select('order_name').execute()
  expect(pickups.map(one => one.order_name)).toEqual([good])
})

test('an order that Shopify fails on does not keep the goods of the orders after it from the ledger', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await followOrders(hub).follow()
  const customer = { name: 'Ann' }
  const sent = () => {
    const { name } = hub.shop.createOrder({ location: 'ship', lines: [{ sku: SKU, quantity: 2 }], customer })
    hub.advance(MINUTE)
    hub.shop.act(name, { do: 'fulfil' })
    hub.advance(MINUTE)
    return name
  }
  const bad = sent()
  const good = sent()
  failsOn(hub, gidOf(hub, bad))
  const orders = followOrders(hub)
  for (let poll = 0; poll < 5; poll += 1) {
    hub.advance(MINUTE)
    await tried(orders.follow())
  }
  const booked = await hub.db.selectFrom('shop_movement').select('order_name').execute()
  expect(booked.map(one => one.order_name)).toEqual([good])
})

test('a request without an answer whose levels Shopify fails on does not keep other stores from their turn', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = shopLevel(hub, SKU, 'MKT').on_hand
  await sell(hub, 'HAR', SKU, 1)
  hub.shop.faults.set({ kind: 'lost-answer', operation: ADJUST })
  await hub.write()
  failsOn(hub, await itemOf(hub, SKU), /^ItemLevels$/)
  await sell(hub, 'MKT', SKU, 2)
  for (let run = 0; run < 10; run += 1) {
    hub.advance(6 * MINUTE)
    await tried(hub.write())
  }
  expect(shopLevel(hub, SKU, 'MKT').on_hand).toBe(before - 2)
})

test('an item that Shopify fails on keeps neither the other new items of its store nor other stores', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const shown = () => [shopLevel(hub, OTHER, 'HAR').on_hand, shopLevel(hub, SKU, 'MKT').on_hand]
  const [here = 0, there = 0] = shown()
  await transaction(hub.db, tx => tx.deleteFrom('known_level').execute()) // as after a restore, or webhooks about them all
  failsOn(hub, await itemOf(hub, SKU), /^ItemLevels$/)
  await sell(hub, 'HAR', SKU, 1)
  await sell(hub, 'HAR', OTHER, 1)
  await sell(hub, 'MKT', OTHER, 1)
  for (let run = 0; run < 10; run += 1) {
    hub.advance(6 * MINUTE)
    await tried(hub.write())
  }
  expect(shown()).toEqual([here - 1, there])
})

test('an item that Shopify fails on keeps no other level from being looked at', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  for (const [sku, location] of [
    [SKU, 'HAR'],
    [OTHER, 'MKT'],
  ] as const)
    hub.shop.control('POST', '/sandbox/stock/adjust', { by: 'other-app', sku, location, delta: -3 })
  hub.advance(MINUTE)
  await transaction(hub.db, tx => tx.updateTable('shopify_level').set({ dirty: 1 }).execute())
  failsOn(hub, await itemOf(hub, SKU), /^ItemLevels$/)
  for (let minute = 0; minute < 25; minute += 1) {
    hub.advance(MINUTE)
    await tried(lookAgain({ db: hub.db, client: hub.client, now: () => hub.world.clock.now() }))
  }
  const open = await look(hub, levelVariance)
  const shown = shopLevel(hub, OTHER, 'MKT').on_hand
  expect(open.map(one => one.fields['items'])).toEqual([`${OTHER} ${shown + 3} → ${shown}`])
})

test.each([1, 4])(
  'webhooks of %i orders that Shopify fails on keep no webhook of another order waiting',
  async bad => {
    await using hub = await shopAndHub()
    await hub.sync()
    const ordered = () =>
      hub.shop.createOrder({ location: 'HAR', lines: [{ sku: SKU, quantity: 1 }], customer: { name: 'Ann' } })
        .name
    const names = Array.from({ length: bad + 1 }, ordered)
    hub.advance(MINUTE)
    const { db, client, signals, world } = hub
    for (const [index, name] of names.entries())
      await transaction(db, tx =>
        tx
          .insertInto('webhook')
          .values({
            topic: 'orders/create',
            event_id: `e${index}`,
            shop: 'shop',
            subject: gidOf(hub, name),
            triggered_at: null,
            received_at: index,
            body: '{}',
            body_hash: null,
            state: 'stored',
            attempts: 0,
            due_at: 0,
            problem: null,
          })
          .execute(),
      )
    for (const name of names.slice(0, bad)) failsOn(hub, gidOf(hub, name))
    const none = () => undefined
    const now = () => world.clock.now()
    for (let run = 0; run < 5; run += 1) {
      hub.advance(MINUTE)
      const parts = { db, client, signals, world, turns: intakeTurns(), now, onItems: none, onApp: none }
      await tried(runWebhooks({ ...parts, onLocations: async () => undefined }))
    }
    const pickups = await db.selectFrom('pickup').select('order_name').execute()
    expect(pickups.map(one => one.order_name)).toEqual(names.slice(-1))
  },
)

test('a webhook that failed just as an outage ended waits as long again as it has waited, not the longest time', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { db, client, signals, world } = hub
  const customer = { name: 'Ann' }
  const { name } = hub.shop.createOrder({ location: 'HAR', lines: [{ sku: SKU, quantity: 1 }], customer })
  const [told] = hub.shop.order(name).fulfillmentOrders
  const id = told?.id ?? ''
  await transaction(db, tx => tx.insertInto('webhook').values(storedHook(id, world.clock.now())).execute())
  hub.advance(10_000)
  const heal = failsToShow(hub, id, /^FulfillmentOrder$/)
  const none = () => undefined
  const run = () => {
    const parts = { db, client, signals, world, turns: intakeTurns(), onItems: none, onApp: none }
    const now = () => world.clock.now()
    return tried(runWebhooks({ ...parts, now, onLocations: async () => undefined }))
  }
  const states = async () => (await db.selectFrom('webhook').select('state').execute()).map(row => row.state)
  await run()
  expect(await states()).toEqual(['stored'])
  heal()
  hub.advance(11_000)
  await run()
  expect(await states()).toEqual(['applied'])
})

const storedHook = (subject: string, received_at: number) => ({
  topic: 'fulfillment_orders/order_routing_complete',
  event_id: 'e1',
  shop: 'shop',
  subject,
  triggered_at: null,
  received_at,
  body: '{}',
  body_hash: null,
  state: 'stored' as const,
  attempts: 0,
  due_at: 0,
  problem: null,
})

/** Shopify fails on every answer that would show one thing, unless only ids are asked for. @returns how to end that */
function failsToShow(hub: ShopAndHub, id: string, operations: RegExp): () => void {
  const { read } = hub.client
  Object.assign(hub.client, {
    read: async (...call: Parameters<typeof read>) => {
      const answer = await read(...call)
      if (operations.test(call[0].name) && JSON.stringify([call[1], answer]).includes(`"${id}"`))
        throw shopifyUnreachable({
          operation: call[0].name,
          problem: 'Internal error. INTERNAL_SERVER_ERROR',
        })
      return answer
    },
  })
  return () => void Object.assign(hub.client, { read })
}

/** The catalogue's round, as the running hub has it. */
const catalogueOf = (hub: ShopAndHub) =>
  catalogueWork({
    db: hub.db,
    client: hub.client,
    turns: intakeTurns(),
    signals: hub.signals,
    world: hub.world,
    settings: hub.settings,
    now: () => hub.world.clock.now(),
  })

const workFails = (hub: ShopAndHub) =>
  hub.db.selectFrom('trouble').select(['part', 'subject']).orderBy('subject').execute()

test('a level that Shopify fails on keeps neither the other levels of its location nor other stores from their ledger', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const [bad, good] = [await itemOf(hub, SKU), await itemOf(hub, OTHER)]
  await transaction(hub.db, async tx => {
    await tx.deleteFrom('shopify_level').execute()
    await tx.deleteFrom('setting').where('key', 'like', 'shopify.levels/%').execute()
  })
  const mend = failsToShow(hub, bad, /^(LocationLevels|ItemLevels)$/)
  const work = catalogueOf(hub)
  await work.items()
  const opened = () =>
    hub.db
      .selectFrom('shopify_level')
      .select(['store', 'item'])
      .where('item', 'in', [bad, good])
      .orderBy('store')
      .execute()
  expect(await opened()).toEqual([
    { store: 'HAR', item: good },
    { store: 'MKT', item: good },
  ])
  expect((await workFails(hub)).map(({ part }) => part)).toEqual(['thing', 'thing'])
  hub.advance(11 * MINUTE)
  const [named] = await shopifyWorkFails.find(hub.db, hub.world.clock.now())
  expect(JSON.stringify(named?.fields)).toContain(bad)
  mend()
  await work.items()
  expect(await opened()).toHaveLength(4)
  expect(await workFails(hub)).toEqual([])
})

test('a variant that Shopify fails on keeps the rest of the catalogue neither from its items nor from their levels', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = await hub.db.selectFrom('item').select(['sku', 'state']).orderBy('sku').execute()
  const mend = failsToShow(hub, await itemOf(hub, SKU), /^(AllVariants|Variants)$/)
  hub.shop.control('POST', '/sandbox/stock/adjust', {
    by: 'other-app',
    sku: OTHER,
    location: 'HAR',
    delta: -3,
  })
  const work = catalogueOf(hub)
  await work.items()
  expect(await hub.db.selectFrom('item').select(['sku', 'state']).orderBy('sku').execute()).toEqual(before)
  expect(await workFails(hub)).toEqual([{ part: 'thing', subject: 'catalogue' }])
  mend()
  await work.items()
  expect(await workFails(hub)).toEqual([])
})

test('a pickup whose state Shopify fails on does not hide that another was cancelled', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const lines = [{ sku: SKU, quantity: 1 }]
  const names = [1, 2].map(
    () => hub.shop.createOrder({ location: 'HAR', lines, customer: { name: 'Ann' } }).name,
  )
  hub.advance(MINUTE)
  await hub.poll()
  const [first = '', second = ''] = names
  const bad = await hub.db
    .selectFrom('pickup')
    .select('pickup')
    .where('order_name', '=', first)
    .executeTakeFirstOrThrow()
  failsToShow(hub, bad.pickup, /^FulfillmentOrderStates$/)
  hub.shop.act(second, { do: 'cancel', restock: true })
  hub.advance(MINUTE)
  await hub.orders.checkOpen()
  const states = await hub.db
    .selectFrom('pickup')
    .select(['order_name', 'state'])
    .orderBy('order_name')
    .execute()
  expect(states).toEqual([
    { order_name: first, state: 'received' },
    { order_name: second, state: 'cancelled' },
  ])
})

test('an order whose goods can’t be read is named until they can', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await followOrders(hub).follow()
  const lines = [{ sku: SKU, quantity: 2 }]
  const { name } = hub.shop.createOrder({ location: 'ship', lines, customer: { name: 'Ann' } })
  hub.shop.act(name, { do: 'fulfil' })
  hub.advance(MINUTE)
  const mend = failsToShow(hub, gidOf(hub, name), /^(OrderGoods|MovedOrders|MovedOrdersById)$/)
  const orders = followOrders(hub)
  await orders.follow()
  expect((await openExceptions(hub)).map(({ code, subject }) => [code, subject])).toEqual([
    ['order-unreadable.goods', `goods/${gidOf(hub, name)}`],
  ])
  mend()
  hub.advance(11 * MINUTE)
  await orders.follow()
  expect(await openExceptions(hub)).toEqual([])
  expect(await hub.db.selectFrom('shop_movement').select('units').execute()).toEqual([{ units: -2 }])
})
