import { join } from 'node:path'
import { expect, test } from 'vitest'
import { databaseKinds } from '../../agent/sources/kinds.ts'
import { previewSource } from '../../agent/sources/preview.ts'
import type { Files } from '../../shared/world.ts'
import { TestMemory } from './memory.ts'
import { PosReader } from './pos-reader.ts'
import { kindsOf, listeningLog, only, partsFor, source, tempFolder } from './till.ts'
import { sqliteConnection, UnicentaShop } from './unicenta-tables.ts'

/** What the settings and the mappings make of the same tables; the database product makes no difference. */
async function openShop(kind: 'unicenta' | 'chromis', settings: Readonly<Record<string, unknown>> = {}) {
  const folder = tempFolder()
  const file = join(folder.path, 'pos.db')
  const db = sqliteConnection(file)
  const shop = new UnicentaShop(db)
  await shop.open('sqlite')
  const database = { product: 'sqlite', file }
  const reader = new PosReader(kind, { database, ...settings })
  return {
    shop,
    db,
    reader,
    database,
    async [Symbol.asyncDispose]() {
      reader[Symbol.dispose]()
      await db[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

test('a business day that begins at four keeps the night with the day before', async () => {
  await using pos = await openShop('unicenta', { businessDayStartsAt: 4 })
  const times = ['2026-11-25 03:59:59', '2026-11-25 04:00:00', '2026-11-26 00:10:00', '2026-12-01 00:00:00']
  for (const at of times) await pos.shop.sell([{}], { at })
  await pos.db.run(`INSERT INTO receipts (id, money, datenew) VALUES ('c1', 'm1', '2026-11-26 03:00:00')`)
  await pos.db.run(`INSERT INTO payments (id, receipt, payment, total) VALUES ('c1', 'c1', 'cashin', 5)`)
  const events = await pos.reader.news()
  expect(only('sale.completed', events).map(sale => sale.businessDate)).toEqual([
    '2026-11-24',
    '2026-11-25',
    '2026-11-25',
    '2026-11-30',
  ])
  expect(only('cash.moved', events)[0]?.businessDate).toBe('2026-11-25')
})

test('startFrom means the business date', async () => {
  await using pos = await openShop('unicenta', { businessDayStartsAt: 4, startFrom: '2026-11-25' })
  const night = await pos.shop.sell([{}], { at: '2026-11-25 03:59:59' })
  const morning = await pos.shop.sell([{}], { at: '2026-11-25 04:00:00' })
  expect(only('sale.completed', await pos.reader.round()).map(sale => sale.receipt)).toEqual([morning])
  await pos.shop.deleteReceipt(night)
  expect(await pos.reader.round()).toEqual([])
})

test('counts and prices are told only when asked for, and once, whatever is restarted', async () => {
  await using pos = await openShop('unicenta')
  await pos.shop.sell()
  expect(kindsOf(await pos.reader.news())).toEqual(['sale.completed'])
  pos.reader.restart({ prices: true })
  expect(new Set(kindsOf(await pos.reader.news()))).toEqual(new Set(['price.changed']))
  pos.reader.restart({ prices: true, counts: true })
  expect(new Set(kindsOf(await pos.reader.news()))).toEqual(new Set(['stock.counted']))
  pos.reader.restart()
  expect(await pos.reader.round()).toEqual([])
  const counted = only('stock.counted', pos.reader.memory.events)[0]
  expect(counted?.countedAt).toEqual({ wall: '2026-11-25T13:00:00', zone: 'Europe/Berlin' })
})

test('one place of an item is reported without the others, and a deleted item reports nothing', async () => {
  await using pos = await openShop('unicenta', { counts: true, warehouse: 'WH-1' })
  await pos.db.run(`INSERT INTO locations (id, name) VALUES ('WH-2', 'Cellar')`)
  await pos.db.run(`INSERT INTO stockcurrent (location, product, units) VALUES ('WH-2', 'mug', 100)`)
  expect(only('stock.counted', await pos.reader.news()).map(count => count.entry)).toEqual([
    'mug@WH-1',
    'mug@WH-2',
    'tee@WH-1',
  ])
  await pos.db.run(`UPDATE stockcurrent SET units = 99 WHERE location = 'WH-2'`)
  expect(await pos.reader.round()).toMatchObject([{ entry: 'mug@WH-2', quantity: 99_000, warehouse: 'WH-2' }])
  await pos.db.run(`DELETE FROM stockcurrent WHERE product = 'tee'`)
  expect(await pos.reader.round()).toEqual([])
  await pos.db.run(`INSERT INTO stockcurrent (location, product, units) VALUES ('WH-1', 'tee', 7.5)`)
  expect(await pos.reader.round()).toMatchObject([{ entry: 'tee@WH-1', quantity: 7500 }])
})

test('a count and a price that cannot be read are refused alone; an item without a code is left out', async () => {
  await using pos = await openShop('unicenta', { counts: true, prices: true })
  await pos.db.run(`UPDATE stockcurrent SET units = 'many' WHERE product = 'tee'`)
  await pos.db.run(`UPDATE products SET pricesell = 'dear' WHERE id = 'mug'`)
  await pos.db.run(`UPDATE products SET reference = '' WHERE id = 'wrap'`)
  const events = await pos.reader.news()
  // SUM makes a number of any text, as SQLite does.
  expect(only('stock.counted', events).map(({ sku, quantity }) => [sku, quantity])).toEqual([
    ['MUG', 12_000],
    ['TEE', 0],
  ])
  expect(only('source.row-refused', events)).toMatchObject([{ row: 'prices/mug', code: 'MONEY_UNREADABLE' }])
  expect(only('price.changed', events).map(event => event.sku)).toEqual(['TEE'])
  await pos.db.run(`UPDATE products SET pricesell = 10 WHERE id = 'mug'`)
  expect(kindsOf(await pos.reader.round())).toEqual(['source.row-accepted', 'price.changed'])
})

test('Chromis: the line of a promotion names an item and takes money off only', async () => {
  await using pos = await openShop('chromis')
  const promoted = { 'product.name': '10% off', 'product.promotionadded': 'true' }
  await pos.shop.sell([
    { product: 'mug', units: 2, price: 10 },
    { product: 'mug', units: 2, price: -1, properties: promoted },
    { product: 'tee', units: 1, price: 20.5, properties: { 'product.promotionadded': 'true' } },
  ])
  await pos.shop.sell([{ product: 'tee', units: -1, price: 20.5 }], { type: 1 })
  const [sale, refund] = only('sale.completed', await pos.reader.news())
  expect(sale?.lines.map(line => [line.sku, line.title, line.quantity, line.net])).toEqual([
    ['MUG', 'Mug', 2000, 2000],
    [null, '10% off', 2000, -200],
    ['TEE', 'Tee', 1000, 2050],
  ])
  expect(refund?.lines).toMatchObject([{ sku: 'TEE', quantity: -1000, net: -2050 }])
})

test('codes that JavaScript itself knows mean nothing', async () => {
  await using pos = await openShop('unicenta')
  const id = await pos.shop.sell()
  await pos.db.run(`UPDATE payments SET payment = 'constructor'`)
  const typed = await pos.shop.sell()
  await pos.db.run(`UPDATE tickets SET tickettype = 'toString' WHERE id = ?`, [typed])
  const events = await pos.reader.news()
  expect(only('sale.completed', events)).toMatchObject([
    { receipt: id, tenders: [{ kind: 'other', name: 'constructor' }] },
  ])
  expect(only('source.row-refused', events)).toMatchObject([{ code: 'TICKET_TYPE_UNKNOWN' }])
})

test('a dry run shows counts by place and prices beside the sales', async () => {
  await using pos = await openShop('unicenta')
  const id = await pos.shop.sell()
  await pos.db.run(`INSERT INTO locations (id, name) VALUES ('WH-2', 'Cellar')`)
  await pos.db.run(`INSERT INTO stockcurrent (location, product, units) VALUES ('WH-2', 'mug', 100)`)
  const { identity, openReadOnly, readText } = partsFor(new TestMemory(), pos.reader.clock)
  const files = { identity, database: openReadOnly, readText } as Partial<Files> as Files
  const settings = {
    database: pos.database,
    warehouse: 'WH-1',
    currency: 'EUR',
    zone: 'Europe/Berlin',
    counts: true,
    prices: true,
  }
  const rows = []
  const world = { clock: pos.reader.clock, files, log: listeningLog() }
  for await (const row of previewSource({ source, kind: 'unicenta', settings }, world, databaseKinds))
    rows.push(row)
  expect(
    rows.map(({ row, event }) => [row, event !== null && 'entry' in event ? event.entry : event?.kind]),
  ).toEqual([
    [`receipts/${id}`, 'sale.completed'],
    ['counts/mug', 'mug@WH-1'],
    ['counts/mug', 'mug@WH-2'],
    ['counts/tee', 'tee@WH-1'],
    ['prices/mug', 'mug'],
    ['prices/tee', 'tee'],
    ['prices/wrap', 'wrap'],
  ])
})

test.each([
  [{}, 'give either "file" or "database"'],
  [{ file: 'a', database: { product: 'sqlite', file: 'a' } }, 'give either "file" or "database"'],
  [{ database: { product: 'oracle' } }, 'database.product'],
  [{ database: { product: 'postgres', host: 'h', database: 'd', user: 'u', password: 'x' } }, 'password'],
  [{ file: 'a', businessDayStartsAt: 24 }, 'businessDayStartsAt'],
])('settings that are wrong are named: %j', async (settings, problem) => {
  using reader = new PosReader('unicenta', settings)
  await expect(async () => reader.open()).rejects.toMatchObject({
    code: 'SOURCE_SETTINGS_INVALID',
    message: expect.stringContaining(problem),
  })
})
