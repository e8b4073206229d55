import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { KEY_LIFE_MS } from '../../hub/shopify/stock/request-life.ts'
import { catalogueSeed } from '../sandbox/shopify/catalogue-seed.ts'
import type { Fault } from '../sandbox/shopify/faults.ts'
import { ledgerLevel, openExceptions, sell, shopAndHub, shopLevel, writesOf } from './shop-and-hub.ts'

const sku = 'LIN-SHIRT-M'
const adjust = 'inventoryAdjustQuantities'

test('the ledger opens at Shopify’s level, once, and each sale lowers Shopify once', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await hub.sync()
  expect(await ledgerLevel(hub, sku, 'HAR')).toEqual({ onHand: 118, posted: 118, committed: 0 })
  await sell(hub, 'HAR', sku, 1)
  await sell(hub, 'HAR', sku, 2)
  await sell(hub, 'HAR', 'MUG-BLU', 1)
  await sell(hub, 'MKT', sku, 4)
  await hub.write()
  expect(shopLevel(hub, sku, 'HAR')).toMatchObject({ available: 115, on_hand: 115 })
  expect(shopLevel(hub, sku, 'MKT')).toMatchObject({ on_hand: 92 })
  expect(shopLevel(hub, 'MUG-BLU', 'HAR')).toMatchObject({ on_hand: 179 })
  expect(await ledgerLevel(hub, sku, 'HAR')).toEqual({ onHand: 115, posted: 115, committed: 0 })
  const writes = await writesOf(hub)
  expect(writes.map(write => [write.store, write.state])).toEqual([
    ['HAR', 'confirmed'],
    ['MKT', 'confirmed'],
  ])
  const { by, group, available, ...more } = JSON.parse(writes[1]?.answer_json ?? '{}')
  expect([by, group, Object.values(available), more]).toEqual([
    'answer',
    expect.stringMatching(/^gid:/),
    [shopLevel(hub, sku, 'MKT').available],
    {}, // a trace needs no more
  ])
  await hub.write()
  expect(shopLevel(hub, sku, 'HAR').on_hand).toBe(115)
})

const faults: readonly { name: string; faults: readonly Fault[] }[] = [
  { name: '429', faults: [{ kind: 'http-429', operation: adjust }] },
  { name: '5xx', faults: [{ kind: 'http-5xx', times: 3, operation: adjust }] },
  { name: '5xx while reading', faults: [{ kind: 'http-5xx', status: 500, times: 3, operation: 'nodes' }] },
  { name: 'an HTML page', faults: [{ kind: 'html-body', times: 2, operation: adjust }] },
  { name: 'a lost request', faults: [{ kind: 'lost-request', times: 2, operation: adjust }] },
  { name: 'a lost answer', faults: [{ kind: 'lost-answer', times: 2, operation: adjust }] },
  { name: 'throttling', faults: [{ kind: 'throttled', times: 3, operation: adjust }] },
  { name: 'throttled reading', faults: [{ kind: 'throttled', times: 3, operation: 'nodes' }] },
  {
    name: 'no quantities after the change',
    faults: [{ kind: 'quantity-after-change-null', times: 'always', operation: adjust }],
  },
]

test.each(faults)('stock falls once despite $name', async ({ faults: list }) => {
  await using hub = await shopAndHub()
  await hub.sync()
  await sell(hub, 'HAR', sku, 3)
  await sell(hub, 'HAR', 'TOTE-NAT', 1)
  for (const fault of list) hub.shop.faults.set(fault)
  await hub.writeAll()
  hub.shop.faults.clear()
  await hub.writeAll()
  expect(shopLevel(hub, sku, 'HAR')).toMatchObject({ available: 115, on_hand: 115 })
  expect(shopLevel(hub, 'TOTE-NAT', 'HAR').on_hand).toBe(219)
  expect((await writesOf(hub)).map(write => write.state)).toEqual(['confirmed'])
  expect(await openExceptions(hub)).toEqual([])
})

test('stock falls once despite a lost answer and ignored keys, and a person is asked: the level may be another app’s', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await sell(hub, 'HAR', sku, 3)
  hub.shop.faults.set({ kind: 'lost-answer', operation: adjust })
  hub.shop.faults.set({ kind: 'ignore-idempotency-keys', times: 'always', operation: adjust })
  await hub.writeAll()
  expect(shopLevel(hub, sku, 'HAR')).toMatchObject({ available: 115, on_hand: 115 })
  expect((await writesOf(hub)).map(write => write.state)).toEqual(['unknown'])
  expect((await openExceptions(hub)).map(({ kind }) => kind)).toEqual(['stock-write-unknown'])
})

test('a slow answer, given up on, is asked for again under the same key', async () => {
  await using hub = await shopAndHub({ settings: { requestTimeoutMs: 150 } })
  await hub.sync()
  await sell(hub, 'HAR', sku, 3)
  hub.shop.faults.set({ kind: 'slow', ms: 500, operation: adjust })
  await hub.write()
  const [sent] = await writesOf(hub)
  expect(sent?.state).toBe('sent')
  hub.advance(360_000)
  await hub.write() // Shopify is still at it and says so
  expect((await writesOf(hub))[0]).toMatchObject({ state: 'sent', idempotency_key: sent?.idempotency_key })
  await expect.poll(() => shopLevel(hub, sku, 'HAR').on_hand).toBe(115)
  await hub.writeAll()
  const [write] = await writesOf(hub)
  expect(write).toMatchObject({ state: 'confirmed', idempotency_key: sent?.idempotency_key })
  expect(shopLevel(hub, sku, 'HAR').on_hand).toBe(115)
})

test('killed between commit and send: the planned request goes out after the restart', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await sell(hub, 'HAR', sku, 3)
  hub.shop.faults.set({ kind: 'throttled', operation: adjust })
  await hub.write()
  expect((await writesOf(hub)).map(write => write.state)).toEqual(['planned'])
  await hub.restart()
  await hub.writeAll()
  expect(shopLevel(hub, sku, 'HAR').on_hand).toBe(115)
})

test('killed after send: the same key and bytes are sent again', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await sell(hub, 'HAR', sku, 3)
  hub.shop.faults.set({ kind: 'lost-answer', operation: adjust })
  await hub.write()
  const [sent] = await writesOf(hub)
  expect(sent?.state).toBe('sent')
  await hub.restart()
  expect((await writesOf(hub))[0]?.request_json).toBe(sent?.request_json)
  await hub.writeAll()
  const [write] = await writesOf(hub)
  expect(write).toMatchObject({ state: 'confirmed', idempotency_key: sent?.idempotency_key })
  expect(shopLevel(hub, sku, 'HAR').on_hand).toBe(115)
})

test('a key of 23 hours is never sent again: the levels tell', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await sell(hub, 'HAR', sku, 3)
  hub.shop.faults.set({ kind: 'lost-answer', operation: adjust })
  await hub.write()
  hub.advance(KEY_LIFE_MS + 1)
  hub.shop.faults.set({ kind: 'http-5xx', times: 'always', operation: adjust })
  await hub.write()
  const [write] = await writesOf(hub)
  expect(write).toMatchObject({ state: 'confirmed', attempts: 1 })
  expect(JSON.parse(write?.answer_json ?? '{}')).toMatchObject({ by: 'read-back' })
  expect(shopLevel(hub, sku, 'HAR').on_hand).toBe(115)
})

test('a request that never arrived, 23 hours old, goes out under a new key', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await sell(hub, 'HAR', sku, 3)
  hub.shop.faults.set({ kind: 'lost-request', operation: adjust })
  await hub.write()
  const [sent] = await writesOf(hub)
  hub.shop.createOrder({ location: 'HAR', lines: [{ sku, quantity: 5 }], customer: { name: 'Ada' } })
  hub.advance(KEY_LIFE_MS + 1)
  await hub.writeAll()
  const [write] = await writesOf(hub)
  expect(write?.state).toBe('confirmed')
  expect(write?.idempotency_key).not.toBe(sent?.idempotency_key)
  expect(shopLevel(hub, sku, 'HAR')).toMatchObject({ available: 110, on_hand: 115, committed: 5 })
})

test('an order between reading and writing makes us read again', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await sell(hub, 'HAR', sku, 3)
  hub.shop.faults.set({ kind: 'throttled', operation: adjust })
  await hub.write()
  hub.shop.createOrder({ location: 'HAR', lines: [{ sku, quantity: 2 }], customer: { name: 'Ada' } })
  await hub.writeAll()
  expect(shopLevel(hub, sku, 'HAR')).toMatchObject({ available: 113, on_hand: 115, committed: 2 })
  expect((await writesOf(hub)).map(write => write.state)).toEqual(['confirmed'])
})

test('a throttled repeat does not make a lost answer forgotten', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await sell(hub, 'HAR', sku, 3)
  hub.shop.faults.set({ kind: 'lost-answer', operation: adjust })
  hub.shop.faults.set({ kind: 'ignore-idempotency-keys', times: 'always', operation: adjust })
  await hub.write()
  hub.shop.faults.set({ kind: 'throttled', operation: adjust })
  await hub.writeAll()
  expect(shopLevel(hub, sku, 'HAR')).toMatchObject({ available: 115, on_hand: 115 })
})

test('an unknown outcome opens an exception and is never sent again', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await sell(hub, 'HAR', sku, 3)
  hub.shop.faults.set({ kind: 'lost-answer', operation: adjust })
  hub.shop.faults.set({ kind: 'ignore-idempotency-keys', times: 'always', operation: adjust })
  await hub.write()
  hub.shop.createOrder({ location: 'HAR', lines: [{ sku, quantity: 2 }], customer: { name: 'Ada' } })
  await hub.writeAll()
  expect(shopLevel(hub, sku, 'HAR')).toMatchObject({ available: 113, on_hand: 115 })
  expect((await writesOf(hub)).map(write => write.state)).toEqual(['unknown'])
  const [problem] = await openExceptions(hub)
  expect(problem).toMatchObject({ kind: 'stock-write-unknown', store: 'HAR' })
  expect(problem?.sentence).toContain(`${sku} (-3)`)
})

test('a lost answer that an opposite change hides is asked of a person, not sent again', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await sell(hub, 'HAR', sku, 3)
  hub.shop.faults.set({ kind: 'lost-answer', operation: adjust })
  await hub.write()
  hub.advance(60_000)
  hub.shop.control('POST', '/sandbox/stock/count', { sku, location: 'HAR', counted: 118 })
  hub.advance(KEY_LIFE_MS + 1)
  await hub.writeAll()
  expect(shopLevel(hub, sku, 'HAR')).toMatchObject({ available: 118, on_hand: 118 })
  expect(await openExceptions(hub)).toMatchObject([{ kind: 'stock-write-unknown', store: 'HAR' }])
})

test.each([
  ['another app makes the same change while our requests are lost', 'lost-request', [-3], 115],
  ['ours was made, and another app made the opposite one and the same', 'lost-answer', [3, -3], 115],
  ['ours was made, and another app undid it', 'lost-answer', [3], 118],
] as const)('%s: a person is asked, and nothing is lost without a word', async (_, fault, others, shown) => {
  await using hub = await shopAndHub()
  await hub.sync()
  await sell(hub, 'HAR', sku, 3)
  hub.shop.faults.set({ kind: fault, times: 'always', operation: adjust })
  await hub.write()
  for (const delta of others) {
    hub.advance(60_000)
    hub.shop.control('POST', '/sandbox/stock/adjust', { by: 'other-app', sku, location: 'HAR', delta })
  }
  for (let minute = 0; minute < 30; minute += 1) {
    hub.advance(60_000)
    await hub.write()
  }
  hub.shop.faults.clear()
  hub.shop.faults.set({ kind: 'ignore-idempotency-keys', times: 'always', operation: adjust })
  for (let run = 0; run < 10; run += 1) {
    hub.advance(6 * 60_000)
    await hub.write()
  }
  expect(shopLevel(hub, sku, 'HAR').on_hand).toBe(shown)
  expect((await writesOf(hub)).map(write => write.state)).toEqual(['unknown'])
  const [problem] = await openExceptions(hub)
  expect(problem).toMatchObject({ kind: 'stock-write-unknown', store: 'HAR' })
  expect(problem?.sentence).toContain(`${sku} (-3) 118 → ${shown}`)
})

test('a sale and its void ask nothing of Shopify', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await sell(hub, 'HAR', sku, 2)
  await sell(hub, 'HAR', sku, -2)
  hub.shop.faults.set({ kind: 'http-5xx', times: 'always', operation: adjust })
  await hub.write()
  const [write] = await writesOf(hub)
  expect(write).toMatchObject({ state: 'confirmed', attempts: 0 })
  expect(await ledgerLevel(hub, sku, 'HAR')).toEqual({ onHand: 118, posted: 118, committed: 0 })
})

test('more changes than one request may hold go out in several', async () => {
  await using hub = await shopAndHub({
    seed: {
      ...catalogueSeed(),
      products: Array.from({ length: 330 }, (_, index) => ({
        handle: `p${index}`,
        title: `Product ${index}`,
        variants: [
          {
            sku: `P-${index}`,
            title: 'Default Title',
            barcode: null,
            priceMinor: 100,
            taxRate: 19,
            stock: { 70100000001: 10 },
          },
        ],
      })),
    },
  })
  await hub.sync()
  await Promise.all(Array.from({ length: 330 }, (_, index) => sell(hub, 'HAR', `P-${index}`, 1)))
  await hub.write()
  expect((await writesOf(hub)).map(write => write.state)).toEqual(['confirmed', 'confirmed'])
  const levels = Object.values(hub.shop.state().levels)
  expect(levels.every(level => JSON.stringify(level['HAR']).includes('"on_hand":9'))).toBe(true)
})

test('a tiny bucket is never overdrawn: nothing is throttled', async () => {
  await using hub = await shopAndHub({
    sandbox: { costBucket: { maximumAvailable: 60, restoreRate: 400 } },
  })
  await hub.sync()
  for (const one of ['LIN-SHIRT-S', 'LIN-SHIRT-M', 'MUG-BLU', 'MUG-OAT']) {
    await sell(hub, 'HAR', one, 1)
    await sell(hub, 'MKT', one, 1)
  }
  await hub.write()
  expect((await writesOf(hub)).map(write => write.state)).toEqual(['confirmed', 'confirmed'])
  expect(hub.lines.filter(line => JSON.stringify(line.facts).includes('throttles'))).toEqual([])
})

test('an item that Shopify has deleted goes back to the catalogue, also when nothing else waits', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await sell(hub, 'HAR', sku, 1)
  const gone = 'gid://shopify/InventoryItem/999999'
  await transaction(hub.db, tx =>
    tx.updateTable('item').set({ inventory_item_id: gone }).where('sku', '=', sku).execute(),
  )
  await hub.write()
  const item = await hub.db
    .selectFrom('item')
    .select('state')
    .where('sku', '=', sku)
    .executeTakeFirstOrThrow()
  expect(item.state).toBe('unknown')
  expect((await openExceptions(hub)).map(({ kind }) => kind)).toContain('sku-unknown')
})
