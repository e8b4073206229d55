import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { openException } from '../../hub/checks/exceptions.ts'
import { type Db, transaction } from '../../hub/db/db.ts'
import { applyEvents } from '../../hub/effects/index.ts'
import { putStore } from '../../hub/fleet/stores.ts'
import { businessDateNow } from '../../hub/web/business-date.ts'
import { acceptsGzip, gzipText } from '../../hub/web/compress.ts'
import { readFigures, readNow } from '../../hub/web/now-view.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { openTestHubDb } from '../hub-engines.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

const NOON = Date.parse('2026-11-25T12:00:00+01:00')

async function hubWithStores(folder: string, stores: number): Promise<Db> {
  const db = await openTestHubDb(manualWorld(), join(folder, `hub-${stores}.db`))
  await transaction(db, async tx => {
    for (let index = 0; index < stores; index += 1) {
      const store = `S${String(index).padStart(3, '0')}`
      await putStore(tx, { code: store, name: store, zone: 'Europe/Berlin', currency: 'EUR' }, 0) // it went live before its sales
      const place = { store, device: `dev_${store}`, epoch: 1, at: NOON }
      const placed = [1, 2, 3].map(seq => ({ event: sale(seq, index + 1), origin: { ...place, seq } }))
      await applyEvents(tx, store, placed, NOON)
    }
  })
  return db
}

/** Runs `read` and gives its result beside the number of queries it sent. */
async function counting<T>(db: Db, read: (db: Db) => Promise<T>): Promise<{ result: T; queries: number }> {
  let queries = 0
  const counted = db.withPlugin({
    transformQuery({ node }) {
      queries += 1
      return node
    },
    transformResult: async ({ result }) => result,
  })
  return { result: await read(counted), queries }
}

const parts = (db: Db) => ({
  db,
  live: () => new Map(),
  storage: () => null,
  shopify: () => ({ state: 'not-configured', shop: null, problem: null }) as const,
  now: () => NOON,
})

test('the first page asks as many questions for 40 stores as for 2, and finds each store’s sales', async () => {
  using folder = temporaryFolder()
  const few = await hubWithStores(folder.path, 2)
  const many = await hubWithStores(folder.path, 40)
  const small = await counting(few, db => readNow(parts(db)))
  const large = await counting(many, db => readNow(parts(db)))
  expect(large.queries).toBe(small.queries)
  expect(large.result.locations).toHaveLength(40)
  expect(large.result.locations[4]).toMatchObject({
    store: 'S004',
    lastSale: { receiptNumber: '3', total: 5_000, currency: 'EUR' },
    salesToday: { receipts: 3, totals: [{ total: 15_000, currency: 'EUR' }] },
  })
  await few.destroy()
  await many.destroy()
})

test('takings are added up by currency, the store’s own first', async () => {
  using folder = temporaryFolder()
  const db = await hubWithStores(folder.path, 1)
  const origin = { store: 'S000', device: 'dev_S000', epoch: 1, at: NOON }
  const placed = ['CHF', 'USD', 'CHF'].map((currency, index) => ({
    event: sale(index + 10, 2, { currency }),
    origin: { ...origin, seq: index + 10 },
  }))
  await transaction(db, tx => applyEvents(tx, 'S000', placed, NOON))
  expect((await readNow(parts(db))).locations[0]?.salesToday).toEqual({
    receipts: 6,
    totals: [
      { currency: 'EUR', total: 3_000 },
      { currency: 'CHF', total: 4_000 },
      { currency: 'USD', total: 2_000 },
    ],
  })
  await db.destroy()
})

test('exceptions that are not listed are counted', async () => {
  using folder = temporaryFolder()
  const db = await hubWithStores(folder.path, 1)
  await transaction(db, async tx => {
    for (let index = 0; index < 503; index += 1) {
      const sku = `SKU-${index}`
      const fields = { sku, stores: 'S000' }
      await openException(
        tx,
        {
          code: 'sku-unknown',
          subject: sku,
          store: index % 2 === 0 ? 'S000' : null,
          device: null,
          fields,
          evidence: {},
        },
        NOON,
      )
    }
  })
  const view = await readNow(parts(db))
  expect([view.exceptions.length, view.moreExceptions]).toEqual([500, 4]) // and a warehouse that is not mapped
  await db.destroy()
})

test('what monitoring asks for reads no sales', async () => {
  using folder = temporaryFolder()
  const db = await hubWithStores(folder.path, 2)
  const asked: string[] = []
  const listening = db.withPlugin({
    transformQuery({ node }) {
      asked.push(JSON.stringify(node))
      return node
    },
    transformResult: async ({ result }) => result,
  })
  const figures = await readFigures(parts(listening))
  expect([...figures.openPickups.keys()].toSorted()).toEqual(['S000', 'S001'])
  expect(asked.filter(query => query.includes('"name":"sale"'))).toEqual([])
  await db.destroy()
})

test('today is the POS’s business date where it still books on the day before', () => {
  const zone = 'Europe/Berlin'
  const afterMidnight = Date.parse('2026-11-26T01:30:00+01:00')
  expect(businessDateNow(afterMidnight, zone, undefined)).toBe('2026-11-26')
  const late = { soldAt: '2026-11-26T01:10:00', businessDate: '2026-11-25' }
  expect(businessDateNow(afterMidnight, zone, late)).toBe('2026-11-25')
  const yesterday = { soldAt: '2026-11-25T19:00:00', businessDate: '2026-11-25' }
  expect(businessDateNow(afterMidnight, zone, yesterday)).toBe('2026-11-26')
})

test.each([
  ['gzip', true],
  ['br, gzip;q=0.5', true],
  ['*', true],
  ['gzip;q=0', false],
  ['br', false],
  ['', false],
])('an answer goes out gzipped only to callers that take it: %s', async (header, takes) => {
  expect(acceptsGzip(header)).toBe(takes)
  const sent = new Map<string, string>()
  const reply = {
    header(name: string, value: string) {
      sent.set(name, value)
      return reply
    },
    removeHeader: () => reply,
    hasHeader: (name: string) => sent.has(name),
  }
  const text = 'x'.repeat(5_000)
  const request = { headers: { 'accept-encoding': header } }
  type Arguments = Parameters<typeof gzipText>
  const payload = await gzipText(request as Arguments[0], reply as unknown as Arguments[1], text)
  expect(sent.get('content-encoding')).toBe(takes ? 'gzip' : undefined)
  expect(Buffer.isBuffer(payload) ? gunzipSync(payload).toString() : payload).toBe(text)
})
