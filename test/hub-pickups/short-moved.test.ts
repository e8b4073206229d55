import { expect, test } from 'vitest'
import { codeFor } from '../../hub/db/codes.ts'
import { transaction } from '../../hub/db/db.ts'
import { itemNumbers } from '../../hub/items/item-table.ts'
import { locationsThatHave } from '../../hub/pickups/elsewhere.ts'
import type { ShopifyClient } from '../../hub/shopify/api/client.ts'
import { sendShort } from '../../hub/shopify/pickups/short-write.ts'
import { agree } from '../../hub/stock/go-live.ts'
import { openExceptions, type ShopAndHub, shopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { stores } from '../sandbox/catalogue.ts'
import { bothSides, press, shown } from './at-the-till.ts'

const mug = 'MUG-BLU'
const bag = 'TOTE-NAT'
const [harbour, , market] = tills

async function look(hub: ShopAndHub): Promise<void> {
  hub.advance(2_000)
  await hub.poll()
  await hub.writeAll()
}

/** Stores whose missing items go to a store that has them. */
async function openShop() {
  const hub = await shopAndHub()
  await hub.sync()
  for (const store of ['HAR', 'MKT'])
    await transaction(hub.db, tx =>
      agree(tx, { store, terms: { shortLines: 'move' }, by: 'Kim', why: 'test' }, hub.world.clock.now()),
    )
  return hub
}

/** An order of two mugs and a bag, of which the harbour store finds the bag and one mug. */
async function shortPick(hub: ShopAndHub) {
  const { name, fulfillmentOrders } = hub.shop.createOrder({
    location: 'HAR',
    lines: [
      { sku: mug, quantity: 2 },
      { sku: bag, quantity: 1 },
    ],
    customer: { name: 'Ada' },
  })
  await hub.poll()
  const pickup = fulfillmentOrders[0]?.id ?? ''
  await press(hub, pickup, 'pick')
  const [mugs = '', bags = ''] = (await shown(hub, pickup))?.lines.map(({ id }) => id) ?? []
  const lines = [
    { pickupLine: mugs, units: 1 },
    { pickupLine: bags, units: 1 },
  ]
  const missing = [{ pickupLine: mugs, units: 1, reason: 'not-on-shelf' as const, said: null }]
  await press(hub, pickup, 'finish', harbour, undefined, { lines, missing })
  return { name, pickup }
}

const parts = (hub: ShopAndHub, name: string) =>
  hub.shop.order(name).fulfillmentOrders.map(one => ({
    at: one.location,
    status: one.status,
    units: one.lines.filter(({ remaining }) => remaining > 0).map(({ remaining }) => remaining),
  }))

const here = { at: 'HAR', status: 'IN_PROGRESS', units: [1, 1] }
const there = { at: 'MKT', status: 'OPEN', units: [1] }
const held = { at: 'HAR', status: 'ON_HOLD', units: [1] }

const restOf = (hub: ShopAndHub, name: string): string =>
  hub.shop.order(name).fulfillmentOrders.find(({ status }) => status !== 'IN_PROGRESS')?.id ?? ''

test('what was not found is prepared by a store that has it, and the exception closes', async () => {
  await using hub = await openShop()
  const { name, pickup } = await shortPick(hub)
  await hub.writeAll()
  expect(parts(hub, name)).toEqual([here, there])
  for (let again = 0; again < 2; again += 1) await look(hub)
  const rest = restOf(hub, name)
  expect(await shown(hub, pickup)).toMatchObject({ state: 'ready' })
  expect(await shown(hub, rest)).toMatchObject({ state: 'received', lines: [{ units: 1 }] })
  expect(await openExceptions(hub)).toEqual([])
  hub.advance(120_000)
  await press(hub, rest, 'pick', market)
  await press(hub, rest, 'finish', market)
  await look(hub)
  await press(hub, rest, 'collect', market)
  await press(hub, pickup, 'collect', harbour)
  for (let again = 0; again < 2; again += 1) await look(hub)
  const { shopify, ledger } = await bothSides(hub, mug)
  expect(ledger).toEqual(shopify)
  expect(ledger.map(({ committed }) => committed)).toEqual(ledger.map(() => 0))
})

test.each(['lost-answer', 'lost-request', 'http-5xx'] as const)(
  '%s of the move: it is moved once',
  async kind => {
    await using hub = await openShop()
    hub.shop.faults.set({ kind, operation: 'fulfillmentOrderMove' })
    const { name } = await shortPick(hub)
    for (let run = 0; run < 4; run += 1) {
      await hub.writeAll()
      await look(hub)
      hub.advance(60_000)
    }
    expect(parts(hub, name)).toEqual([here, there])
    expect(await openExceptions(hub)).toEqual([])
  },
)

test.each(['user-errors', 'invalid'] as const)(
  'a move that Shopify refuses (%s) leaves it held',
  async kind => {
    await using hub = await openShop()
    const { name, pickup } = await shortPick(hub)
    const write = await hub.db
      .selectFrom('shopify_write')
      .selectAll()
      .where('kind', '=', 'short')
      .where('subject', '=', pickup)
      .executeTakeFirstOrThrow()
    const client: ShopifyClient = {
      ...hub.client,
      write: async (mutation, ...sent) => {
        if (mutation.name !== 'MoveFulfillmentOrder') return hub.client.write(mutation, ...sent)
        if (kind === 'invalid') return { kind, problem: 'no such field' }
        return { kind, errors: [{ code: null, field: [], message: 'Cannot change location.' }] }
      },
    }
    const { db, world, signals, isAllTold, links } = hub
    await sendShort({ db, client, world, signals, isAllTold, links }, write)
    expect(parts(hub, name)).toEqual([{ ...here, status: 'OPEN' }, held])
  },
)

test('a store that does not find it either does not send it back', async () => {
  await using hub = await openShop()
  const { name } = await shortPick(hub)
  for (let again = 0; again < 3; again += 1) await look(hub)
  const rest = restOf(hub, name)
  const [line = ''] = (await shown(hub, rest))?.lines.map(({ id }) => id) ?? []
  const missing = [{ pickupLine: line, units: 1, reason: 'not-on-shelf' as const, said: null }]
  hub.advance(120_000)
  await press(hub, rest, 'pick', market)
  await press(hub, rest, 'finish', market, undefined, { lines: [], missing })
  for (let again = 0; again < 3; again += 1) await look(hub)
  expect(parts(hub, name)).toEqual([here, there])
  expect(await shown(hub, rest)).toMatchObject({ state: 'short' })
  expect((await openExceptions(hub)).map(({ kind }) => kind)).toEqual(['pickup-short'])
})

test('where no store has enough that is promised to no customer, it is held', async () => {
  await using hub = await openShop()
  const other = hub.shop.createOrder({
    location: 'MKT',
    lines: [{ sku: mug, quantity: 160 }],
    customer: { name: 'Bo' },
  })
  await hub.poll()
  const { ledger } = await bothSides(hub, mug)
  const { name } = await shortPick(hub)
  await hub.writeAll()
  expect({ other: other.name, ledger, parts: parts(hub, name) }).toMatchObject({ parts: [here, held] })
})

test('what a store has is looked for at each of its locations: the one that has it gets the order', async () => {
  await using hub = await openShop()
  const id = stores.find(({ code }) => code === 'MKT')?.shopifyLocationId ?? 0
  await transaction(hub.db, async tx => {
    const location_id = `gid://shopify/Location/${id + 900}`
    await tx.insertInto('warehouse').values({ store: 'MKT', code: 'BACK', location_id, main: 0 }).execute()
    const [store, warehouse] = [await codeFor(tx, 'MKT'), await codeFor(tx, 'BACK')]
    const item = (await itemNumbers(tx, new Set([mug]))).get(mug) ?? 0
    await tx.insertInto('level').values({ store, warehouse, item, state: 0, quantity: 900_000 }).execute()
  })
  const wanted = new Map([[mug, 1_000]])
  const now = hub.world.clock.now()
  expect(await locationsThatHave(hub.db, wanted, new Set(['HAR']), now)).toEqual([
    `gid://shopify/Location/${id + 900}`,
    `gid://shopify/Location/${id}`,
  ])
  const more = new Map([[mug, 161_000]])
  expect(await locationsThatHave(hub.db, more, new Set(['HAR']), now)).toEqual([
    `gid://shopify/Location/${id + 900}`,
  ])
})
