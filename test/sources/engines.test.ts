import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasMariaDb, startMariaDb, withoutMariaDb } from './mariadb.ts'
import { PosReader } from './pos-reader.ts'
import type { PosServer } from './pos-server.ts'
import { startPostgres } from './postgres.ts'
import { kindsOf, only, tempFolder } from './till.ts'
import { type Product, sqliteConnection, UnicentaShop } from './unicenta-tables.ts'

/** What is true of every database product that uniCenta runs on. */

const folder = tempFolder()
const passwordFile = join(folder.path, 'password')
writeFileSync(passwordFile, 'till-secret\n')
interface Place extends AsyncDisposable {
  readonly shop: UnicentaShop
  readonly database: Readonly<Record<string, unknown>>
}
const places = new Map<Product, Place>()

beforeAll(async () => {
  places.set('sqlite', await sqlitePlace())
  places.set('postgres', await serverPlace(await startPostgres()))
  if (hasMariaDb) places.set('mysql', await serverPlace(await startMariaDb()))
})
afterAll(async () => {
  for (const place of places.values()) await place[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

async function sqlitePlace(): Promise<Place> {
  const file = join(folder.path, 'pos.db')
  const db = sqliteConnection(file)
  const shop = new UnicentaShop(db)
  await shop.open('sqlite')
  return {
    shop,
    database: { product: 'sqlite', file },
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  }
}

/** The reader has no more rights than SELECT on the shop's tables. */
async function serverPlace(server: PosServer): Promise<Place> {
  const { product, port } = server
  const db = await server.createDatabase('shop')
  const shop = new UnicentaShop(db)
  await shop.open(product)
  await db.run(
    product === 'postgres'
      ? 'GRANT SELECT ON ALL TABLES IN SCHEMA public TO tillbridge'
      : `GRANT SELECT ON shop.* TO tillbridge@'%'`,
  )
  return {
    shop,
    database: { product, host: 'localhost', port, database: 'shop', user: 'tillbridge', passwordFile },
    async [Symbol.asyncDispose]() {
      await db[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

/** The product's shop without a sale, and a reader that knows nothing. */
async function openShop(product: Product, settings: Readonly<Record<string, unknown>> = {}) {
  const place = places.get(product)
  if (place === undefined) throw new Error(`no ${product}`)
  const { shop, database } = place
  await shop.clear()
  const reader = new PosReader('unicenta', { database, ...settings })
  return { shop, db: shop.db, reader, [Symbol.dispose]: () => reader[Symbol.dispose]() }
}

const products: readonly (readonly [string, Product])[] = [
  ['SQLite', 'sqlite'],
  ['PostgreSQL', 'postgres'],
  [`MariaDB${withoutMariaDb}`, 'mysql'],
]

for (const [name, product] of products)
  describe.skipIf(product === 'mysql' && !hasMariaDb)(`over ${name}`, () => {
    test('a sale is told once, whole and exact', async () => {
      using pos = await openShop(product)
      const id = await pos.shop.sell([
        { product: 'mug', units: 2, properties: { 'product.name': 'Mug &amp; saucer' } },
        { product: 'wrap', price: 2 },
        { product: null, price: -0.5, properties: { 'product.name': 'Rebate' } },
      ])
      const [sale, ...more] = await pos.reader.news()
      expect(more).toEqual([])
      expect(sale).toMatchObject({
        kind: 'sale.completed',
        receipt: id,
        receiptNumber: '1',
        till: 'TILL-1',
        staff: 'Anke',
        businessDate: '2026-11-25',
        soldAt: { wall: '2026-11-25T10:01:00', zone: 'Europe/Berlin' },
        lines: [
          { line: 0, sku: 'MUG', barcode: '9520110000161', title: 'Mug & saucer', quantity: 2000, net: 2000 },
          { line: 1, sku: null, title: 'Gift wrap', quantity: 1000, net: 200 },
          { line: 2, sku: null, title: 'Rebate', quantity: 1000, net: -50 },
        ],
        taxes: [{ name: 'VAT 19 %', rate: 190_000, base: 2150, amount: 409 }],
        tenders: [{ kind: 'cash', name: 'cash', amount: 2559 }],
        rounding: 0,
        unexplained: 0,
      })
      expect(await pos.reader.round()).toEqual([])
      pos.reader.restart()
      expect(await pos.reader.round()).toEqual([])
    })

    test('edits, deletions and voids of fresh receipts are told soon', async () => {
      using pos = await openShop(product)
      const ids = [await pos.shop.sell(), await pos.shop.sell(), await pos.shop.sell()]
      await pos.reader.poll()
      await pos.db.run('UPDATE payments SET total = 23.8 WHERE receipt = ?', [ids[0] ?? ''])
      await pos.db.run('UPDATE taxlines SET base = 20, amount = 3.8 WHERE receipt = ?', [ids[0] ?? ''])
      await pos.db.run('UPDATE ticketlines SET units = 2 WHERE ticket = ?', [ids[0] ?? ''])
      await pos.shop.deleteReceipt(ids[1] ?? '')
      await pos.db.run('UPDATE tickets SET tickettype = 3 WHERE id = ?', [ids[2] ?? ''])
      pos.reader.clock.pass(2_000)
      const events = await pos.reader.news()
      expect(only('sale.completed', events)).toMatchObject([{ receipt: ids[0], lines: [{ quantity: 2000 }] }])
      expect(
        new Set(only('sale.voided', events).map(({ receipt, reason }) => [receipt, reason].join())),
      ).toEqual(new Set([`${ids[1]},deleted`, `${ids[2]},marked-void`]))
    })

    test('late rows, rows out of order and edits far back are found; a first start tells all in order', async () => {
      using pos = await openShop(product)
      const at = (n: number) =>
        `2026-11-2${n % 4} 1${n % 10}:${String(n % 60).padStart(2, '0')}:${10 + (n % 49)}`
      const ids: string[] = []
      for (let n = 0; n < 240; n += 1) ids.push(await pos.shop.sell([{}], { at: at(n) }))
      const sales = only('sale.completed', await pos.reader.news())
      expect(new Set(sales.map(sale => sale.receipt))).toEqual(new Set(ids))
      const walls = sales.map(sale => sale.soldAt.wall)
      expect(walls).toEqual([...walls].sort())

      const late = await pos.shop.sell([{}], { at: '2026-10-01 09:00:00' })
      const old = ids[walls.length - 4] ?? ''
      await pos.db.run(`UPDATE payments SET payment = 'magcard' WHERE receipt = ?`, [old])
      const gone = ids[8] ?? ''
      await pos.shop.deleteReceipt(gone)
      const news = await pos.reader.round(60)
      expect(
        only('sale.completed', news)
          .map(sale => sale.receipt)
          .sort(),
      ).toEqual([late, old].sort())
      expect(only('sale.voided', news).map(event => event.receipt)).toEqual([gone])
    })

    test('a row that does not fit is refused alone, and reported once it is corrected', async () => {
      using pos = await openShop(product)
      const bad = await pos.shop.sell([{ product: 'mug', units: 0.33333 }])
      const good = await pos.shop.sell()
      const events = await pos.reader.news()
      expect(only('source.row-refused', events)).toMatchObject([
        { row: `receipts/${bad}`, code: 'QUANTITY_UNREADABLE' },
      ])
      expect(only('sale.completed', events).map(sale => sale.receipt)).toEqual([good])
      await pos.db.run('UPDATE ticketlines SET units = 0.333 WHERE ticket = ?', [bad])
      pos.reader.clock.pass(2_000)
      expect(kindsOf(await pos.reader.news())).toEqual(['source.row-accepted', 'sale.completed'])
    })

    test('a sale that is not committed is not seen, and the POS never waits for the reader', async () => {
      using pos = await openShop(product)
      await pos.shop.sell()
      await pos.reader.poll()
      await pos.db.run('BEGIN')
      const open = 'r-open'
      await pos.db.run(
        `INSERT INTO receipts (id, money, datenew) VALUES ('r-open', 'm1', '2026-11-25 12:00:00')`,
      )
      await pos.db.run(
        `INSERT INTO tickets (id, tickettype, ticketid, person) VALUES ('r-open', 0, 99, 'p1')`,
      )
      expect(await pos.reader.news()).toEqual([])
      await pos.shop.write(open, [{}])
      pos.reader.clock.pass(3_000)
      expect(await pos.reader.news()).toEqual([])
      await pos.db.run('COMMIT')
      expect(await pos.reader.news()).toMatchObject([{ receipt: open, unexplained: 0 }])
    })

    test('the stock diary and cash in the drawer are told', async () => {
      using pos = await openShop(product)
      await pos.db.run(`
      INSERT INTO stockdiary (id, datenew, reason, location, product, units, price) VALUES
        ('d1', '2026-11-25 09:00:00', 1, 'WH-1', 'mug', 24, 4), ('d2', '2026-11-25 09:01:00', -1, 'WH-1', 'mug', -1, 4)`)
      await pos.db.run(`INSERT INTO receipts (id, money, datenew) VALUES ('c1', 'm1', '2026-11-25 09:02:00')`)
      await pos.db.run(
        `INSERT INTO payments (id, receipt, payment, total, notes) VALUES ('c1', 'c1', 'cashout', -20, 'milk')`,
      )
      const events = await pos.reader.news()
      expect(only('stock.moved', events)).toMatchObject([
        { entry: 'd1', reason: 'received', sku: 'MUG', quantity: 24_000, warehouse: 'WH-1' },
      ])
      expect(only('cash.moved', events)).toMatchObject([{ receipt: 'c1', amount: -2000, name: 'milk' }])
      expect(events).toHaveLength(2)
    })

    test('counts and prices are told when asked for: all at first, then what is new', async () => {
      using pos = await openShop(product, { counts: true, prices: true })
      const first = await pos.reader.news()
      expect(only('stock.counted', first).map(({ entry, sku, quantity }) => [entry, sku, quantity])).toEqual([
        ['mug@WH-1', 'MUG', 12_000],
        ['tee@WH-1', 'TEE', 7_500],
      ])
      expect(
        only('price.changed', first).map(({ sku, price, taxIncluded }) => [sku, price, taxIncluded]),
      ).toEqual([
        ['MUG', 1000, false],
        ['TEE', 2050, false],
        ['WRAP', 200, false],
      ])
      expect(await pos.reader.round()).toEqual([])
      await pos.db.run(`UPDATE stockcurrent SET units = 11 WHERE product = 'mug'`)
      await pos.db.run(`UPDATE products SET pricesell = 21, name = 'T-shirt' WHERE id = 'tee'`)
      const news = await pos.reader.round()
      expect(news).toMatchObject([
        { kind: 'stock.counted', entry: 'mug@WH-1', quantity: 11_000 },
        { kind: 'price.changed', entry: 'tee', price: 2100 },
      ])
    })

    test('a schema that lacks something is said in plain words', async () => {
      using pos = await openShop(product)
      await pos.db.run('ALTER TABLE receipts RENAME COLUMN datenew TO soldon')
      await expect(pos.reader.open()).rejects.toMatchObject({
        code: 'POS_SCHEMA_UNKNOWN',
        message: expect.stringContaining('the column "receipts.datenew"'),
      })
      await pos.db.run('ALTER TABLE receipts RENAME COLUMN soldon TO datenew')
    })
  })
