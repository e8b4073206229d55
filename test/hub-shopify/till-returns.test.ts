import { expect, test } from 'vitest'
import { closeByHand } from '../../hub/checks/exceptions.ts'
import { returnStuck } from '../../hub/checks/return-stuck.ts'
import { transaction } from '../../hub/db/db.ts'
import { LedgerLines } from '../../hub/pickups/pickup-row.ts'
import { waitingReturns } from '../../hub/returns/store-return.ts'
import { sendStoreSnapshot } from '../../hub/returns/store-snapshot.ts'
import {
  type ShopifyClient,
  shopifyAnswerUnreadable,
  shopifyDenies,
  shopifyRefuses,
  shopifyUnreachable,
} from '../../hub/shopify/api/client.ts'
import { answerReturn, noShopForReturns } from '../../hub/shopify/returns/answer-return.ts'
import { readReturnableOrder } from '../../hub/shopify/returns/look-up.ts'
import { runReturnWrites } from '../../hub/shopify/returns/return-worker.ts'
import { agree } from '../../hub/stock/go-live.ts'
import { HubCommand } from '../../shared/commands.ts'
import { UNDO_MS } from '../../shared/pickup-moves.ts'
import type { ReturnRule } from '../../shared/returns.ts'
import { press } from '../hub-pickups/at-the-till.ts'
import { sendAllReturns, sendReturns, standingOf, takeBack, undoReturn } from './at-the-counter.ts'
import { followOrders } from './follow.ts'
import {
  ledgerLevel,
  look,
  openExceptions,
  type ShopAndHub,
  shopAndHub,
  shopLevel,
  tills,
} from './shop-and-hub.ts'

const SKU = 'MUG-BLU'
const PRICE = 1_690
const MINUTE = 60_000

/** An order of so many, sent to the customer from the harbour store. */
async function sent(hub: ShopAndHub, quantity: number) {
  await hub.sync()
  await settle(hub)
  const customer = { name: 'Ann Lee', email: 'ann.lee@example.com' }
  const { id, name } = hub.shop.createOrder({ location: 'ship', lines: [{ sku: SKU, quantity }], customer })
  hub.advance(MINUTE)
  hub.shop.act(name, { do: 'fulfil' })
  await settle(hub)
  const line = (await readReturnableOrder(hub.client, id))?.lines[0]?.orderLine ?? ''
  return { id, name, line, before: shopLevel(hub, SKU, 'HAR').on_hand }
}

async function settle(hub: ShopAndHub): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    hub.advance(MINUTE)
    await followOrders(hub).follow()
    await hub.write()
  }
}

/** Both books have so many of the item in the harbour store. */
async function both(hub: ShopAndHub, onHand: number): Promise<void> {
  await settle(hub)
  expect(shopLevel(hub, SKU, 'HAR').on_hand).toBe(onHand)
  expect(await ledgerLevel(hub, SKU, 'HAR')).toMatchObject({ onHand, posted: onHand })
}

const refunded = (hub: ShopAndHub, name: string) => hub.shop.order(name).money.refunded

const kinds = async (hub: ShopAndHub) => (await openExceptions(hub)).map(({ kind }) => kind)

/** What a till was told, of one kind. */
async function told<K extends HubCommand['kind']>(
  hub: ShopAndHub,
  kind: K,
  device: string = tills[1].device,
) {
  const rows = await hub.db
    .selectFrom('command')
    .select('body')
    .where('device', '=', device)
    .orderBy('seq')
    .execute()
  return rows
    .map(({ body }) => HubCommand.parse(JSON.parse(body)))
    .filter((one): one is Extract<HubCommand, { kind: K }> => one.kind === kind)
}

async function agreeOn(hub: ShopAndHub, returns: ReturnRule): Promise<void> {
  for (const store of ['HAR', 'MKT'])
    await transaction(hub.db, tx =>
      agree(tx, { store, terms: { returns }, by: 'Kim', why: 'test' }, hub.world.clock.now()),
    )
}

/** A shop and a hub whose stores pay back what they take back. */
async function openCounters(): Promise<ShopAndHub> {
  const hub = await shopAndHub()
  await agreeOn(hub, 'refund')
  return hub
}

async function mapTo(hub: ShopAndHub, location_id: string | null): Promise<void> {
  await transaction(hub.db, tx =>
    tx.updateTable('warehouse').set({ location_id }).where('store', '=', 'HAR').execute(),
  )
}

test('what a till takes back is paid back once, and its goods are in stock once', async () => {
  await using hub = await openCounters()
  const { id, name, line, before } = await sent(hub, 3)
  const key = await takeBack(hub, { orderId: id, orderName: name, lines: [{ line, units: 2 }] })
  await sendReturns(hub)
  expect(await standingOf(hub, key)).toEqual({ state: 'done', refunded: 2 * PRICE, problem: null })
  expect(refunded(hub, name)).toBe(2 * PRICE)
  expect(hub.shop.order(name).returns).toMatchObject([{ status: 'CLOSED' }])
  await both(hub, before + 2)
  expect((await told(hub, 'return.put')).map(({ state }) => state)).toEqual(['waiting', 'done'])
  expect(await told(hub, 'return.restocked')).toMatchObject([
    { returnId: key, lines: [{ sku: SKU, units: 2 }] },
  ])
  await takeBack(hub, { orderId: id, orderName: name, lines: [{ line, units: 2 }], returnId: key }) // sent again
  await sendAllReturns(hub)
  await both(hub, before + 2)
  expect(refunded(hub, name)).toBe(2 * PRICE)
  expect(await kinds(hub)).toEqual([])
})

test('what staff undo within seconds reaches Shopify never', async () => {
  await using hub = await openCounters()
  const { id, name, line, before } = await sent(hub, 1)
  const key = await takeBack(hub, { orderId: id, orderName: name, lines: [{ line, units: 1 }], agoMs: 0 })
  await sendReturns(hub)
  hub.advance(UNDO_MS)
  await sendReturns(hub) // an undo that is on its way must still arrive
  expect(hub.shop.order(name).returns).toEqual([])
  await undoReturn(hub, key)
  await undoReturn(hub, key) // sent again
  await sendAllReturns(hub)
  expect(await standingOf(hub, key)).toEqual({ state: 'refused', refunded: null, problem: 'undone' })
  expect(hub.shop.order(name).returns).toEqual([])
  expect((await told(hub, 'return.put')).at(-1)).toMatchObject({ state: 'refused', problem: 'undone' })
  await both(hub, before)
  expect(await kinds(hub)).toEqual([])
})

test('a return that is undone after Shopify heard of it is named, and the till is told', async () => {
  await using hub = await openCounters()
  const { id, name, line, before } = await sent(hub, 1)
  const key = await takeBack(hub, { orderId: id, orderName: name, lines: [{ line, units: 1 }] })
  await sendReturns(hub)
  await undoReturn(hub, key)
  await undoReturn(hub, key)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'done' })
  expect(await kinds(hub)).toEqual(['return-not-undone'])
  expect((await told(hub, 'return.put')).at(-1)).toMatchObject({ state: 'done', undoTooLate: true })
  await both(hub, before + 1)
})

test('a hub that is put back and hears of a return and of its late undo again knows that it came too late', async () => {
  await using hub = await openCounters()
  const { id, name, line, before } = await sent(hub, 1)
  await hub.backUp()
  const taken = { orderId: id, orderName: name, lines: [{ line, units: 1 }] }
  const key = await takeBack(hub, taken)
  await sendAllReturns(hub)
  await undoReturn(hub, key)
  await hub.putBack()
  await takeBack(hub, { ...taken, returnId: key })
  await undoReturn(hub, key)
  await sendAllReturns(hub)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'done', refunded: PRICE })
  expect(await kinds(hub)).toContain('return-not-undone')
  expect(refunded(hub, name)).toBe(PRICE)
  expect(shopLevel(hub, SKU, 'HAR').on_hand).toBe(before + 1)
})

test('what a store may not take back and is undone is asked about no longer', async () => {
  await using hub = await openCounters()
  const { id, name, line } = await sent(hub, 1)
  await agreeOn(hub, 'none')
  const key = await takeBack(hub, { orderId: id, orderName: name, lines: [{ line, units: 1 }] })
  expect(await kinds(hub)).toEqual(['return-refused'])
  await undoReturn(hub, key)
  expect(await kinds(hub)).toEqual([])
})

test.each([
  ['RESTOCKED', 2],
  ['NOT_RESTOCKED', 0],
] as const)('the POS is told what head office put back on sale itself: %s', async (disposition, units) => {
  await using hub = await openCounters()
  const { id, name, line } = await sent(hub, 2)
  hub.shop.faults.set({ kind: 'http-5xx', operation: 'returnProcess' })
  const key = await takeBack(hub, { orderId: id, orderName: name, lines: [{ line, units: 2 }] })
  await sendReturns(hub)
  const [open] = hub.shop.order(name).returns
  hub.shop.act(name, { do: 'take-return', return: open?.id ?? 0, disposition, at: 'HAR' })
  await sendAllReturns(hub)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'done' })
  const lines = [{ sku: SKU, units }]
  expect(await told(hub, 'return.restocked')).toMatchObject(units === 0 ? [] : [{ lines }])
})

test('damaged goods are paid back and are in no stock', async () => {
  await using hub = await openCounters()
  const { id, name, line, before } = await sent(hub, 3)
  const lines = [
    { line, units: 1 },
    { line, units: 2, condition: 'damaged' as const },
  ]
  const key = await takeBack(hub, { orderId: id, orderName: name, lines })
  await sendAllReturns(hub)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'done', refunded: 3 * PRICE })
  await both(hub, before + 1)
  expect(await told(hub, 'return.restocked')).toMatchObject([{ lines: [{ sku: SKU, units: 1 }] }])
})

test.each(['returnCreate', 'returnProcess', 'returnClose'])(
  'a lost answer of %s does nothing twice',
  async operation => {
    await using hub = await openCounters()
    const { id, name, line, before } = await sent(hub, 3)
    hub.shop.faults.set({ kind: 'lost-answer', operation })
    const key = await takeBack(hub, { orderId: id, orderName: name, lines: [{ line, units: 1 }] })
    await sendAllReturns(hub)
    expect(await standingOf(hub, key)).toEqual({ state: 'done', refunded: PRICE, problem: null })
    expect(hub.shop.order(name).returns).toHaveLength(1)
    expect(refunded(hub, name)).toBe(PRICE)
    await both(hub, before + 1)
  },
)

test.each(['returnCreate', 'returnProcess'])(
  'a lost request of %s is sent again, a minute later',
  async operation => {
    await using hub = await openCounters()
    const { id, name, line } = await sent(hub, 1)
    hub.shop.faults.set({ kind: 'lost-request', operation })
    const key = await takeBack(hub, { orderId: id, orderName: name, lines: [{ line, units: 1 }] })
    await sendReturns(hub)
    expect(await standingOf(hub, key)).toMatchObject({ state: 'waiting' })
    await sendAllReturns(hub)
    expect(await standingOf(hub, key)).toMatchObject({ state: 'done', refunded: PRICE })
  },
)

test('a hub that is put back and hears of the return again does it once', async () => {
  await using hub = await openCounters()
  const { id, name, line, before } = await sent(hub, 2)
  await hub.backUp()
  const key = await takeBack(hub, { orderId: id, orderName: name, lines: [{ line, units: 1 }] })
  await sendAllReturns(hub)
  await hub.putBack()
  expect(await standingOf(hub, key)).toBeNull()
  await takeBack(hub, { orderId: id, orderName: name, lines: [{ line, units: 1 }], returnId: key })
  await sendAllReturns(hub)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'done', refunded: PRICE })
  expect(refunded(hub, name)).toBe(PRICE)
  expect(shopLevel(hub, SKU, 'HAR').on_hand).toBe(before + 1)
})

test('two tills take the same unit back: it is paid back once, and the other is named', async () => {
  await using hub = await openCounters()
  const { id, name, line, before } = await sent(hub, 1)
  const taken = { orderId: id, orderName: name, lines: [{ line, units: 1 }] }
  const one = await takeBack(hub, taken, tills[0])
  const other = await takeBack(hub, taken, tills[2])
  await sendAllReturns(hub)
  expect(await standingOf(hub, one)).toMatchObject({ state: 'done', refunded: PRICE })
  expect(await standingOf(hub, other)).toEqual({
    state: 'refused',
    refunded: null,
    problem: 'not-returnable',
  })
  expect(refunded(hub, name)).toBe(PRICE)
  await both(hub, before + 1)
  expect(await kinds(hub)).toEqual(['return-refused'])
  expect(await told(hub, 'return.put', tills[2].device)).toMatchObject([
    { state: 'waiting' },
    { state: 'refused', problem: 'not-returnable' },
  ])
})

test('a refund made at head office and the same goods taken back at the till count once', async () => {
  await using hub = await openCounters()
  const { id, name, line, before } = await sent(hub, 1)
  const lines = [{ line: SKU, quantity: 1 }]
  hub.shop.act(name, { do: 'refund', lines, restock: 'RETURN', at: 'HAR' })
  const paid = refunded(hub, name)
  const key = await takeBack(hub, { orderId: id, orderName: name, lines: [{ line, units: 1 }] })
  await sendAllReturns(hub)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'refused', problem: 'not-returnable' })
  expect(refunded(hub, name)).toBe(paid)
  await both(hub, before + 1)
})

test('a return that is called off in Shopify before it was taken in is not opened again', async () => {
  await using hub = await openCounters()
  const { id, name, line, before } = await sent(hub, 1)
  hub.shop.faults.set({ kind: 'http-5xx', operation: 'returnProcess' })
  const key = await takeBack(hub, { orderId: id, orderName: name, lines: [{ line, units: 1 }] })
  await sendReturns(hub)
  const [open] = hub.shop.order(name).returns
  hub.shop.act(name, { do: 'cancel-return', return: open?.id ?? 0 })
  await sendAllReturns(hub)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'refused', problem: 'stopped-in-shopify' })
  expect(hub.shop.order(name).returns).toHaveLength(1)
  await both(hub, before)
})

test('where head office pays, the goods are booked and the money is asked for until it is paid', async () => {
  await using hub = await openCounters()
  await agreeOn(hub, 'goods-only')
  const { id, name, line, before } = await sent(hub, 2)
  const key = await takeBack(hub, { orderId: id, orderName: name, lines: [{ line, units: 1 }] })
  await sendReturns(hub)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'owed', refunded: null })
  expect(refunded(hub, name)).toBe(0)
  await both(hub, before + 1)
  expect(await openExceptions(hub)).toMatchObject([
    { kind: 'refund-owed', sentence: expect.stringContaining('€16.90 is still to be paid back') },
  ])
  expect(await told(hub, 'return.restocked')).toHaveLength(1)
  const [exception] = await openExceptions(hub)
  await transaction(hub.db, tx => closeByHand(tx, exception?.id ?? 0, 'paid in cash', hub.world.clock.now()))
  await sendAllReturns(hub)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'done' })
  expect(await kinds(hub)).toEqual([])
  expect(await told(hub, 'return.restocked')).toHaveLength(1)
})

test('a store that takes nothing back names what a till recorded all the same', async () => {
  await using hub = await openCounters()
  const { id, name, line } = await sent(hub, 1)
  await agreeOn(hub, 'none')
  const key = await takeBack(hub, { orderId: id, orderName: name, lines: [{ line, units: 1 }] })
  await sendAllReturns(hub)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'refused', problem: 'not-agreed' })
  expect(hub.shop.order(name).returns).toEqual([])
  await agreeOn(hub, 'refund')
  const unknown = await takeBack(
    hub,
    { orderId: null, pickup: 'gid://shopify/Parcel/1', lines: [{ line: 'x', units: 1 }] },
    tills[2],
  )
  expect(await standingOf(hub, unknown)).toMatchObject({ state: 'refused', problem: 'order-unknown' })
})

test('a store for which nothing was agreed takes nothing back', async () => {
  await using hub = await shopAndHub()
  const { id, name, line, before } = await sent(hub, 1)
  const key = await takeBack(hub, { orderId: id, orderName: name, lines: [{ line, units: 1 }] })
  await sendAllReturns(hub)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'refused', problem: 'not-agreed' })
  await both(hub, before)
  expect(refunded(hub, name)).toBe(0)
  const { client, world, db } = hub
  const parts = { db, client, world, rights: { can: () => true } }
  expect(await answerReturn(parts, 'HAR', { ask: 'returnable', order: id })).toMatchObject({
    is: 'problem',
    code: 'RETURNS_NOT_AGREED',
  })
})

test('what Shopify refuses is named and tried again', async () => {
  await using hub = await openCounters()
  const { id, name, line, before } = await sent(hub, 1)
  await mapTo(hub, null)
  const key = await takeBack(hub, { orderId: id, orderName: name, lines: [{ line, units: 1 }] })
  await sendReturns(hub)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'waiting' })
  expect(await kinds(hub)).toEqual(['return-stuck'])
  await mapTo(hub, 'gid://shopify/Location/70100000001')
  await sendAllReturns(hub)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'done' })
  expect(await kinds(hub)).toEqual([])
  expect(shopLevel(hub, SKU, 'HAR').on_hand).toBe(before + 1)
})

test('a return that Shopify does not answer about is named, until it does', async () => {
  await using hub = await openCounters()
  const { id, name, line } = await sent(hub, 1)
  hub.shop.faults.set({ kind: 'http-5xx', operation: 'returnCreate', times: 'always' })
  const key = await takeBack(hub, { orderId: id, orderName: name, lines: [{ line, units: 1 }] })
  await sendReturns(hub)
  expect(await kinds(hub)).toEqual([])
  for (let minute = 0; minute < 20; minute += 1) {
    hub.advance(MINUTE)
    await sendReturns(hub)
  }
  await look(hub, returnStuck)
  expect(await kinds(hub)).toEqual(['return-stuck'])
  hub.shop.faults.clear()
  await sendAllReturns(hub)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'done', refunded: PRICE })
  expect(await kinds(hub)).toEqual([])
})

test('a pickup is taken back by its own lines, also before Shopify has its hand-over', async () => {
  await using hub = await openCounters()
  await hub.sync()
  const order = hub.shop.createOrder({
    location: 'HAR',
    lines: [{ sku: SKU, quantity: 2 }],
    customer: { name: 'Ann' },
  })
  hub.advance(MINUTE)
  await hub.poll()
  const { pickup } = await hub.db.selectFrom('pickup').select('pickup').executeTakeFirstOrThrow()
  const body = await hub.db.selectFrom('pickup').select('lines_json').executeTakeFirstOrThrow()
  const { lines } = JSON.parse(body.lines_json) as { lines: { id: string }[] }
  const [{ id: ownLine = '' } = {}] = lines
  for (const move of ['pick', 'finish', 'collect'] as const) await press(hub, pickup, move)
  const back = {
    orderId: null,
    orderName: order.name,
    pickup,
    lines: [{ line: lines[0]?.id ?? '', units: 1 }],
  }
  const key = await takeBack(hub, back)
  await sendReturns(hub)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'waiting' })
  const ofPickups = [{ pickup, line: ownLine, units: 1 }]
  const [before] = await told(hub, 'return.put')
  expect(before).toMatchObject({ state: 'waiting', orderId: order.id, ofPickups })
  await hub.write()
  await sendAllReturns(hub)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'done', refunded: PRICE })
  const [, replaced] = tills
  await transaction(hub.db, tx => tx.deleteFrom('command').where('device', '=', replaced.device).execute())
  await transaction(hub.db, tx => sendStoreSnapshot(tx, replaced.device, hub.world.clock.now()))
  // a till that takes the place of another one must not take the same goods back again, also without a connection
  expect(await told(hub, 'return.put', replaced.device)).toMatchObject([
    { returnId: key, state: 'done', ofPickups },
  ])
})

test('staff find an order by its number, a part of its name or address, or an item of it', async () => {
  await using hub = await openCounters()
  const { id, name, line } = await sent(hub, 3)
  const { client, world, db } = hub
  const look = (text: string) =>
    answerReturn({ db, client, world, rights: { can: () => true } }, 'HAR', { ask: 'find-orders', text })
  const found = { order: id, name, customer: { name: 'Ann Lee', phoneEnd: null }, units: 3 }
  for (const text of [name, name.slice(1), 'ann', 'LEE ann', 'ann.lee@exa', SKU])
    expect(await look(text), text).toMatchObject({ is: 'orders', orders: [found] })
  expect(await look('9520110000154')).toMatchObject({ is: 'orders', orders: [found] })
  for (const text of ['zoe', 'a', '(', 'OR', '#99999', '"'])
    expect(await look(text), text).toMatchObject({ is: 'orders', orders: [] })
  const asked = await answerReturn({ db, client, world, rights: { can: () => true } }, 'HAR', {
    ask: 'returnable',
    order: id,
  })
  expect(asked).toMatchObject({
    is: 'order',
    order: {
      order: id,
      lines: [{ orderLine: line, sku: SKU, units: 3, price: { minor: PRICE, currency: 'EUR' } }],
    },
  })
  await takeBack(hub, { orderId: id, orderName: name, lines: [{ line, units: 3 }] })
  await sendAllReturns(hub)
  const after = await answerReturn({ db, client, world, rights: { can: () => true } }, 'HAR', {
    ask: 'returnable',
    order: id,
  })
  expect(after).toMatchObject({ is: 'order', order: { lines: [] } })
})

test('a look-up that can’t be answered says why', async () => {
  await using hub = await openCounters()
  const { client, world, db } = hub
  const look = (can: boolean) =>
    answerReturn({ db, client, world, rights: { can: () => can } }, 'HAR', {
      ask: 'find-orders',
      text: 'ann',
    })
  expect(await look(false)).toMatchObject({ is: 'problem', code: 'RETURNS_NOT_ALLOWED' })
  hub.shop.faults.set({ kind: 'http-5xx', times: 'always' })
  expect(await look(true)).toMatchObject({ is: 'problem', code: 'RETURNS_UNREACHABLE' })
  const failing = (error: Error): ShopifyClient => ({ ...client, read: () => Promise.reject(error) })
  const facts = { operation: 'FindOrders', problem: 'p' }
  for (const [error, code] of [
    [shopifyUnreachable({ ...facts, isThrottled: true }), 'RETURNS_THROTTLED'],
    [shopifyUnreachable(facts), 'RETURNS_UNREACHABLE'],
    [shopifyRefuses(facts), 'RETURNS_REFUSED'],
    [shopifyDenies({ ...facts, capability: 'orders' }), 'RETURNS_NOT_ALLOWED'],
    [shopifyAnswerUnreadable(facts), 'RETURNS_FAILED'],
    [new TypeError('of ours'), 'RETURNS_FAILED'],
  ] as const) {
    const parts = { db, world, rights: { can: () => true }, client: failing(error) }
    const asked = await answerReturn(parts, 'HAR', { ask: 'find-orders', text: 'ann' })
    expect(asked, code).toMatchObject({ is: 'problem', code })
  }
  expect(noShopForReturns()).toMatchObject({ is: 'problem', code: 'RETURNS_NO_SHOP' })
  await agreeOn(hub, 'none')
  expect(await look(true)).toMatchObject({ is: 'problem', code: 'RETURNS_NOT_AGREED' })
})

/** What Shopify shows of one query is as it was, until the time is over: `change` is put over its answer. */
function showing(
  hub: ShopAndHub,
  name: string,
  change: unknown,
): { readonly client: ShopifyClient; end(): void } {
  let isOld = true
  return {
    client: {
      ...hub.client,
      async read(operation, variables, lane) {
        const answer = await hub.client.read(operation, variables, lane)
        return isOld && operation.name === name ? operation.answer.parse(change) : answer
      },
    },
    end() {
      isOld = false
    },
  }
}

const runWith = (hub: ShopAndHub, client: ShopifyClient) =>
  runReturnWrites({ db: hub.db, client, world: hub.world, signals: hub.signals })

const nothingShown = {
  order: { returns: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } } },
}

/** A shop that is slow: `meanwhile` comes once, while it is asked by this name, or while such a request is on its way. */
function during(hub: ShopAndHub, name: string, meanwhile: () => Promise<void>): ShopifyClient {
  let isDue = true
  async function turn(asked: string): Promise<void> {
    if (!isDue || asked !== name) return
    isDue = false
    await meanwhile()
  }
  return {
    ...hub.client,
    async read(operation, variables, lane) {
      const answer = await hub.client.read(operation, variables, lane)
      await turn(operation.name)
      return answer
    },
    async write(mutation, variables, lane) {
      const answer = await hub.client.write(mutation, variables, lane)
      await turn(mutation.name)
      return answer
    },
  }
}

test.each(['NamedReturns', 'Returnable'])(
  'what staff undo while Shopify is asked reaches it never: %s',
  async name => {
    await using hub = await openCounters()
    const order = await sent(hub, 1)
    const lines = [{ line: order.line, units: 1 }]
    const key = await takeBack(hub, { orderId: order.id, orderName: order.name, lines })
    await runWith(
      hub,
      during(hub, name, () => undoReturn(hub, key)),
    )
    await sendAllReturns(hub)
    expect(hub.shop.order(order.name).returns).toEqual([])
    expect(await standingOf(hub, key)).toEqual({ state: 'refused', refunded: null, problem: 'undone' })
    expect((await told(hub, 'return.put')).at(-1)).toMatchObject({ state: 'refused', problem: 'undone' })
    await both(hub, order.before)
    expect(await kinds(hub)).toEqual([])
  },
)

test.each(['CreateReturn', 'ReturnStanding', 'ReturnOutcome', 'ProcessReturn', 'CloseReturn'])(
  'an undo that comes while Shopify is at work on the return stays too late: %s',
  async name => {
    await using hub = await openCounters()
    const order = await sent(hub, 1)
    const lines = [{ line: order.line, units: 1 }]
    const key = await takeBack(hub, { orderId: order.id, orderName: order.name, lines })
    await runWith(
      hub,
      during(hub, name, () => undoReturn(hub, key)),
    )
    await sendAllReturns(hub)
    expect(await standingOf(hub, key)).toMatchObject({ state: 'done', refunded: PRICE })
    expect(await kinds(hub)).toEqual(['return-not-undone'])
    const words = await told(hub, 'return.put')
    expect(words.at(-1)).toMatchObject({ state: 'done', undoTooLate: true })
    const first = words.findIndex(({ undoTooLate }) => undoTooLate === true)
    expect(words.slice(first).every(({ undoTooLate }) => undoTooLate === true)).toBe(true)
    await both(hub, order.before + 1)
  },
)

test('what Shopify does not let return and is undone meanwhile is asked about by no exception', async () => {
  await using hub = await openCounters()
  const order = await sent(hub, 1)
  const lines = [{ line: order.line, units: 2 }]
  const key = await takeBack(hub, { orderId: order.id, orderName: order.name, lines })
  await runWith(
    hub,
    during(hub, 'Returnable', () => undoReturn(hub, key)),
  )
  expect(await standingOf(hub, key)).toMatchObject({ state: 'refused', problem: 'undone' })
  expect(await kinds(hub)).toEqual([])
})

test('a hub that is put back and has found a return in Shopify names an undo that comes then', async () => {
  await using hub = await openCounters()
  const { id, name, line, before } = await sent(hub, 1)
  await hub.backUp()
  hub.shop.faults.set({ kind: 'http-5xx', operation: 'returnProcess' })
  const taken = { orderId: id, orderName: name, lines: [{ line, units: 1 }] }
  const key = await takeBack(hub, taken)
  await sendReturns(hub)
  await hub.putBack()
  await takeBack(hub, { ...taken, returnId: key })
  const places = {
    return: { reverseFulfillmentOrders: { nodes: [], pageInfo: nothingShown.order.returns.pageInfo } },
  }
  await runWith(hub, showing(hub, 'ReturnPlaces', places).client)
  await undoReturn(hub, key)
  expect(await kinds(hub)).toContain('return-not-undone')
  await sendAllReturns(hub)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'done', refunded: PRICE })
  expect((await told(hub, 'return.put')).at(-1)).toMatchObject({ state: 'done', undoTooLate: true })
  await both(hub, before + 1)
})

test('a return that Shopify answered and does not show yet is not opened again', async () => {
  await using hub = await openCounters()
  const { id, name, line, before } = await sent(hub, 3)
  const list = showing(hub, 'NamedReturns', nothingShown)
  hub.shop.faults.set({ kind: 'http-5xx', operation: 'returnProcess' })
  const key = await takeBack(hub, { orderId: id, orderName: name, lines: [{ line, units: 1 }] })
  await runWith(hub, list.client)
  for (let round = 0; round < 3; round += 1) {
    hub.advance(10 * MINUTE)
    await runWith(hub, list.client)
  }
  expect(hub.shop.order(name).returns).toHaveLength(1)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'done', refunded: PRICE })
  await both(hub, before + 1)
})

test('a return by its own id that Shopify does not show yet waits', async () => {
  await using hub = await openCounters()
  const { id, name, line, before } = await sent(hub, 3)
  const one = showing(hub, 'ReturnStanding', { return: null })
  const key = await takeBack(hub, { orderId: id, orderName: name, lines: [{ line, units: 1 }] })
  await runWith(hub, one.client)
  hub.advance(MINUTE)
  await runWith(hub, one.client)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'waiting' })
  expect(hub.shop.order(name).returns).toHaveLength(1)
  one.end()
  await sendAllReturns(hub)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'done', refunded: PRICE })
  await both(hub, before + 1)
})

test('goods are not taken in before Shopify shows where they are put back', async () => {
  await using hub = await openCounters()
  const { id, name, line, before } = await sent(hub, 1)
  const places = showing(hub, 'ReturnPlaces', {
    return: { reverseFulfillmentOrders: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } } },
  })
  const key = await takeBack(hub, { orderId: id, orderName: name, lines: [{ line, units: 1 }] })
  await runWith(hub, places.client)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'waiting' })
  await sendAllReturns(hub)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'done', refunded: PRICE })
  await both(hub, before + 1)
})

test('what is owed stays owed when Shopify no longer shows the order or the return', async () => {
  await using hub = await openCounters()
  await agreeOn(hub, 'goods-only')
  const { id, name, line, before } = await sent(hub, 1)
  const key = await takeBack(hub, { orderId: id, orderName: name, lines: [{ line, units: 1 }] })
  await sendReturns(hub)
  for (const [query, change] of [
    ['NamedReturns', { order: null }],
    ['ReturnStanding', { return: null }],
  ] as const) {
    hub.advance(60 * MINUTE)
    await runWith(hub, showing(hub, query, change).client)
    expect(await standingOf(hub, key), query).toMatchObject({ state: 'owed' })
    expect(await kinds(hub)).toEqual(['refund-owed'])
  }
  await both(hub, before + 1)
})

test('an order that Shopify does not show is not taken for one without a return', async () => {
  await using hub = await openCounters()
  const { id, name, line } = await sent(hub, 1)
  const hidden = showing(hub, 'NamedReturns', { order: null })
  const key = await takeBack(hub, { orderId: id, orderName: name, lines: [{ line, units: 1 }] })
  await runWith(hub, hidden.client)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'waiting' })
  expect(hub.shop.order(name).returns).toEqual([])
  hub.advance(11 * MINUTE)
  await look(hub, returnStuck)
  expect(await openExceptions(hub)).toMatchObject([
    { kind: 'return-stuck', sentence: expect.stringContaining('Shopify does not show the order.') },
  ])
  await sendAllReturns(hub)
  await look(hub, returnStuck)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'done' })
  expect(await kinds(hub)).toEqual([])
})

test('a hub that is put back after the goods were taken in still asks for the money', async () => {
  await using hub = await openCounters()
  await agreeOn(hub, 'goods-only')
  const { id, name, line } = await sent(hub, 2)
  await hub.backUp()
  const taken = { orderId: id, orderName: name, lines: [{ line, units: 1 }] }
  const key = await takeBack(hub, taken)
  await sendReturns(hub)
  await hub.putBack()
  await takeBack(hub, { ...taken, returnId: key })
  await sendReturns(hub)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'owed', refunded: null })
  const owed = (await openExceptions(hub)).filter(({ kind }) => kind === 'refund-owed')
  expect(owed).toMatchObject([{ sentence: expect.stringContaining('€16.90 is still to be paid back') }])
})

test('a return of a pickup that the hub does not know yet is carried out by what Shopify says of it', async () => {
  await using hub = await openCounters()
  await hub.sync()
  const customer = { name: 'Ann' }
  const order = hub.shop.createOrder({ location: 'HAR', lines: [{ sku: SKU, quantity: 2 }], customer })
  hub.advance(MINUTE)
  await hub.poll()
  const { pickup, lines_json } = await hub.db
    .selectFrom('pickup')
    .select(['pickup', 'lines_json'])
    .executeTakeFirstOrThrow()
  const line = LedgerLines.parse(JSON.parse(lines_json)).lines[0]?.id ?? ''
  for (const move of ['pick', 'finish', 'collect'] as const) await press(hub, pickup, move)
  await hub.write()
  await transaction(hub.db, tx => tx.deleteFrom('pickup').execute()) // as after a restore
  const back = { orderId: null, orderName: order.name, pickup, lines: [{ line, units: 1 }] }
  const key = await takeBack(hub, back)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'waiting' })
  await sendAllReturns(hub)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'done', refunded: PRICE })
})

test('a return of a pickup that Shopify never shows is given up after a month', async () => {
  await using hub = await openCounters()
  const pickup = 'gid://shopify/FulfillmentOrder/1'
  const key = await takeBack(hub, { orderId: null, pickup, lines: [{ line: 'x', units: 1 }] })
  await sendReturns(hub)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'waiting' })
  hub.advance(31 * 24 * 60 * MINUTE)
  await sendReturns(hub)
  expect(await standingOf(hub, key)).toMatchObject({ state: 'refused', problem: 'order-unknown' })
  expect(await kinds(hub)).toEqual(['return-refused'])
})

test('a return that Shopify does not answer for ten minutes is named, and closes when it is carried out', async () => {
  await using hub = await openCounters()
  const { id, name, line } = await sent(hub, 1)
  hub.shop.faults.set({ kind: 'http-5xx', operation: 'returnProcess', times: 'always' })
  await takeBack(hub, { orderId: id, orderName: name, lines: [{ line, units: 1 }] })
  await sendReturns(hub)
  hub.advance(9 * MINUTE)
  await look(hub, returnStuck)
  expect(await kinds(hub)).toEqual([])
  hub.advance(2 * MINUTE)
  await look(hub, returnStuck)
  expect(await kinds(hub)).toEqual(['return-stuck'])
  hub.shop.faults.clear()
  await sendAllReturns(hub)
  expect(await kinds(hub)).toEqual([])
})

test('what head office still has to pay does not keep a till from taking back', async () => {
  await using hub = await openCounters()
  await agreeOn(hub, 'goods-only')
  const { id, name, line } = await sent(hub, 3)
  const taken = { orderId: id, orderName: name, lines: [{ line, units: 1 }] }
  await takeBack(hub, taken)
  await sendReturns(hub)
  expect(await waitingReturns(hub.db, tills[0].device)).toBe(0)
  await takeBack(hub, taken)
  expect(await waitingReturns(hub.db, tills[0].device)).toBe(1)
})
