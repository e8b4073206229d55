import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { openException } from '../../hub/checks/exceptions.ts'
import { pickupWriteStuck } from '../../hub/checks/pickup-write-stuck.ts'
import { shopifyWorkFails } from '../../hub/checks/shopify-work-fails.ts'
import { stockWriteStuck } from '../../hub/checks/stock-write-stuck.ts'
import { transaction } from '../../hub/db/db.ts'
import { planWrite, refuseWrite } from '../../hub/outbox/writes.ts'
import { watchLoops } from '../../hub/shopify/watch-loops.ts'
import {
  look,
  openExceptions,
  type ShopAndHub,
  sell,
  shopAndHub,
  shopLevel,
  writesOf,
} from './shop-and-hub.ts'

const MINUTE_MS = 60_000
const skus = ['LIN-SHIRT-M', 'MUG-BLU', 'LIN-SHIRT-S', 'LIN-SHIRT-L']
const bad = 'LIN-SHIRT-S'
const [good = ''] = skus

/** The write worker as it runs for so many minutes. */
async function work(hub: ShopAndHub, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    await hub.write()
    hub.advance(MINUTE_MS)
  }
}

type Write = ShopAndHub['client']['write']
type Answer = Awaited<ReturnType<Write>>

/** Shopify answers in its own way to each stock request with the bad item, whose delta is -7. */
function answerBad(hub: ShopAndHub, answer: (call: () => Promise<Answer>) => Promise<Answer>): void {
  const { write } = hub.client
  Object.assign(hub.client, {
    write: (...call: Parameters<Write>) => {
      const isBad = JSON.stringify(call[1]).includes('"delta":-7')
      return isBad ? answer(() => write(...call)) : write(...call)
    },
  })
}

const levels = (hub: ShopAndHub) => skus.map(sku => shopLevel(hub, sku, 'HAR').on_hand)
const lowered = (before: readonly number[], by: (sku: string) => number) =>
  skus.map((sku, index) => (before[index] ?? 0) - by(sku))
const sellAll = async (hub: ShopAndHub) => {
  for (const sku of skus) await sell(hub, 'HAR', sku, sku === bad ? 7 : 1)
}

test('a stock change that Shopify does not take for ten minutes is named, also after a restart, until Shopify takes it', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = levels(hub)
  hub.shop.faults.set({ kind: 'http-5xx', times: 'always', operation: 'inventoryAdjustQuantities' })
  await sell(hub, 'HAR', good, 2)
  await work(hub, 9)
  expect(await look(hub, stockWriteStuck)).toEqual([])
  await hub.restart()
  await work(hub, 2)
  const open = await look(hub, stockWriteStuck)
  expect(open).toMatchObject([{ subject: 'HAR/WH-HARBOUR', store: 'HAR', owner: 'it', severity: 'urgent' }])
  expect(JSON.stringify(open)).toContain(good)
  await work(hub, 12)
  expect(await look(hub, stockWriteStuck)).toMatchObject([{ count: 1 }])
  hub.shop.faults.clear()
  await hub.writeAll()
  expect(levels(hub)).toEqual(lowered(before, sku => (sku === good ? 2 : 0)))
  expect(await look(hub, stockWriteStuck)).toEqual([])
})

test('a request without an answer is split when its levels prove that it was not carried out; the others go', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = levels(hub)
  answerBad(hub, async () => ({ kind: 'unknown', problem: 'Shopify answered 500.' }))
  await sellAll(hub)
  const start = hub.world.clock.now()
  await work(hub, 60)
  expect(levels(hub)).toEqual(lowered(before, sku => (sku === bad ? 0 : 1)))
  const [found, ...others] = await look(hub, stockWriteStuck)
  expect(others).toEqual([])
  expect(found?.fields).toMatchObject({ items: bad })
  expect(Number(found?.evidence['since'])).toBeLessThan(start + MINUTE_MS)
  for (const sku of [good, 'MUG-BLU']) await sell(hub, 'HAR', sku, 1) // and what is sold later goes at once
  await work(hub, 2)
  expect(levels(hub)).toEqual(
    lowered(before, sku => (sku === bad ? 0 : [good, 'MUG-BLU'].includes(sku) ? 2 : 1)),
  )
})

test('the half that leaves a split request has waited since the first one was planned', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await sellAll(hub)
  const start = hub.world.clock.now()
  // no request is taken, so that the half that is planned again is stuck as well
  hub.shop.faults.set({ kind: 'http-5xx', times: 'always', operation: 'inventoryAdjustQuantities' })
  await work(hub, 40)
  const requests = (await writesOf(hub)).filter(({ settled_at }) => settled_at === null)
  expect(requests.length).toBeGreaterThan(1)
  const [found] = await look(hub, stockWriteStuck)
  expect(found?.evidence).toMatchObject({ skus: expect.arrayContaining(skus) })
  const dates = requests.flatMap(({ request_json, planned_at }) =>
    (JSON.parse(request_json) as { changes: { since?: number }[] }).changes.map(
      ({ since = planned_at }) => since,
    ),
  )
  expect(dates).toHaveLength(skus.length)
  expect(Math.max(...dates)).toBeLessThan(start + MINUTE_MS)
})

test('a request that was carried out although no answer ever came is found so after minutes, not after a day', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = levels(hub)
  answerBad(hub, async call => {
    await call()
    return { kind: 'unknown', problem: 'The connection to Shopify broke.' }
  })
  await sellAll(hub)
  await work(hub, 25)
  expect(levels(hub)).toEqual(lowered(before, sku => (sku === bad ? 7 : 1)))
  expect((await writesOf(hub)).map(({ state }) => state)).toEqual(['confirmed'])
  expect(await look(hub, stockWriteStuck)).toEqual([])
})

test.each([
  ['is still being carried out', 'IDEMPOTENCY_CONCURRENT_REQUEST', false],
  ['cannot be done just now', 'SERVICE_UNAVAILABLE', true],
] as const)('a request of which Shopify says for ever that it %s is named', async (_, code, isSplit) => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = levels(hub)
  answerBad(hub, async () => ({
    kind: 'user-errors',
    errors: [{ code, field: ['input'], message: 'Later.' }],
  }))
  await sellAll(hub)
  await work(hub, 60)
  // what may still be carried out is never sent under another key
  expect(levels(hub)).toEqual(lowered(before, sku => (isSplit && sku !== bad ? 1 : 0)))
  const open = await look(hub, stockWriteStuck)
  expect(open).toHaveLength(1)
  expect(open[0]?.fields).toMatchObject({ items: isSplit ? bad : expect.stringContaining(good) })
})

test('an error that nothing foresaw is named with its items, and the others of the store and other stores go', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = levels(hub)
  answerBad(hub, async () => {
    throw new TypeError('cannot read properties of undefined')
  })
  await sell(hub, 'HAR', bad, 7)
  await hub.write()
  await sell(hub, 'HAR', good, 1)
  await sell(hub, 'MKT', good, 1)
  await work(hub, 12)
  expect(levels(hub)).toEqual(lowered(before, sku => (sku === good ? 1 : 0)))
  const open = await look(hub, stockWriteStuck)
  expect(open).toHaveLength(1)
  expect(open[0]?.fields).toMatchObject({ items: bad, problem: 'cannot read properties of undefined' })
})

test('a place whose stock cannot be planned is named; the other stores go on', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = shopLevel(hub, good, 'MKT').on_hand
  const { read } = hub.client
  const location = (await hub.db.selectFrom('warehouse').selectAll().where('store', '=', 'HAR').execute())[0]
  Object.assign(hub.client, {
    read: (...call: Parameters<typeof read>) => {
      if (JSON.stringify(call[1]).includes(String(location?.location_id)))
        throw new RangeError('an answer that nothing foresaw')
      return read(...call)
    },
  })
  const doubt = sql`DELETE FROM known_level` // so that the levels are read
  await transaction(hub.db, tx => tx.rows(doubt))
  await sell(hub, 'HAR', good, 1)
  await sell(hub, 'MKT', good, 1)
  await work(hub, 11)
  expect(shopLevel(hub, good, 'MKT').on_hand).toBe(before - 1)
  expect(await look(hub, stockWriteStuck)).toMatchObject([
    { code: 'stock-write-stuck.place', subject: 'HAR/WH-HARBOUR' },
  ])
  Object.assign(hub.client, { read })
  await hub.writeAll()
  expect(await look(hub, stockWriteStuck)).toEqual([])
})

test('where very many places are stuck, one exception names the stores', async () => {
  await using hub = await shopAndHub()
  const now = hub.world.clock.now()
  await transaction(hub.db, async tx => {
    for (let place = 0; place < 7; place += 1) {
      const store = `S${place}`
      const base = { main: 1, location_id: `gid://shopify/Location/9${place}` }
      await tx
        .insertInto('store')
        .values({ code: store, name: store, zone: 'UTC', currency: 'EUR', created_at: 0 })
        .execute()
      await tx
        .insertInto('warehouse')
        .values({ store, code: 'shop', ...base })
        .execute()
      const since = now - 11 * MINUTE_MS
      await tx
        .insertInto('trouble')
        .values({ part: 'place', subject: base.location_id, since, problem: 'no answer' })
        .execute()
    }
  })
  const open = await look(hub, stockWriteStuck)
  expect(open).toMatchObject([{ code: 'stock-write-stuck.shop', subject: 'shopify', store: null }])
  expect(open[0]?.fields).toMatchObject({ count: 7, stores: 'S0, S1, S2, S3, S4, S5, S6' })
})

test('a write planned while the hub’s clock was days ahead counts as stuck once the clock is right', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  hub.shop.faults.set({ kind: 'http-5xx', times: 'always', operation: 'inventoryAdjustQuantities' })
  const { now } = hub.world.clock
  Object.assign(hub.world.clock, { now: () => now() + 2 * 86_400_000 })
  await sell(hub, 'HAR', bad, 7)
  await hub.write()
  Object.assign(hub.world.clock, { now })
  const before = shopLevel(hub, good, 'HAR').on_hand
  hub.shop.faults.clear()
  answerBad(hub, async () => ({ kind: 'unknown', problem: 'Shopify answered 500.' }))
  await sell(hub, 'HAR', good, 1)
  await work(hub, 2)
  expect(shopLevel(hub, good, 'HAR').on_hand).toBe(before - 1)
  expect((await look(hub, stockWriteStuck)).length + (await openExceptions(hub)).length).toBeGreaterThan(0)
})

test('a step of a pickup that Shopify does not take for ten minutes is named, unless it was refused by name', async () => {
  await using hub = await shopAndHub()
  const pickup = 'gid://shopify/FulfillmentOrder/1'
  const plan = { kind: 'ready', store: 'HAR', subject: pickup, key: 'k', request: {} } as const
  const id = await transaction(hub.db, tx => planWrite(tx, { ...plan, now: hub.world.clock.now() }))
  expect(await look(hub, pickupWriteStuck)).toEqual([])
  hub.advance(11 * MINUTE_MS)
  expect(await look(hub, pickupWriteStuck)).toMatchObject([
    { subject: pickup, store: 'HAR', code: 'pickup-write-stuck.ready' },
  ])
  await transaction(hub.db, tx => refuseWrite(tx, id, { problem: 'on hold', now: hub.world.clock.now() }))
  expect(await look(hub, pickupWriteStuck)).toEqual([])
})

test('a step that Shopify has refused is not stuck as well, though its id passes for a card number', async () => {
  await using hub = await shopAndHub()
  const subject = 'gid://shopify/FulfillmentOrder/5900000000402/ready'
  const now = hub.world.clock.now()
  await transaction(hub.db, async tx => {
    await planWrite(tx, { kind: 'ready', store: 'HAR', subject, key: 'k', request: {}, now })
    const code = 'pickup-write-refused.ready' as const
    const fields = { order: '#1', store: 'HAR', problem: 'on hold' }
    await openException(tx, { code, subject, store: 'HAR', fields, evidence: {} }, now)
  })
  hub.advance(11 * MINUTE_MS)
  expect(await look(hub, pickupWriteStuck)).toEqual([])
})

test('a loop that fails for ten minutes is one exception, and ends with its first good run', async () => {
  await using hub = await shopAndHub()
  const watched = watchLoops({ db: hub.db, world: hub.world, client: hub.client })
  let isBroken = true
  const run = (name: string) =>
    watched(name, async () => {
      if (isBroken) throw new TypeError('a fault of ours')
    })
  await expect(run('orders')).rejects.toThrow('a fault of ours')
  expect(await look(hub, shopifyWorkFails)).toEqual([])
  hub.advance(11 * MINUTE_MS)
  await expect(run('orders')).rejects.toThrow()
  await expect(run('webhooks')).rejects.toThrow()
  const one = await look(hub, shopifyWorkFails)
  expect(one).toMatchObject([{ subject: 'shopify', owner: 'it' }])
  expect(JSON.stringify(one)).toContain('a fault of ours')
  hub.advance(11 * MINUTE_MS)
  expect(await look(hub, shopifyWorkFails)).toHaveLength(1)
  isBroken = false
  await run('webhooks')
  // another process, which knows nothing of the failures before
  await watchLoops({ db: hub.db, world: hub.world, client: hub.client })('orders', async () => undefined)
  expect(await look(hub, shopifyWorkFails)).toEqual([])
})
