import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { databaseKinds } from '../../agent/sources/kinds.ts'
import { proposeDatabase } from '../../agent/tools/source-try/propose-database.ts'
import { SourceId } from '../../shared/ids.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { quietLog } from '../manual-world.ts'
import { hasMariaDb, startMariaDb, withoutMariaDb } from './mariadb.ts'
import { PosReader } from './pos-reader.ts'
import type { PosConnection, PosServer } from './pos-server.ts'
import { startPostgres } from './postgres.ts'
import { kindsOf, only, tempFolder } from './till.ts'

/** The tables of Floreant that are read, as Hibernate makes them, with the columns that are. */
const tables = (id: string, bool: string, double: string) => [
  `CREATE TABLE TICKET (
    ID ${id}, CREATE_DATE TIMESTAMP NULL, CLOSING_DATE TIMESTAMP NULL, PAID ${bool}, VOIDED ${bool}, REFUNDED ${bool}, SETTLED ${bool},
    SUB_TOTAL ${double}, TOTAL_DISCOUNT ${double}, TOTAL_TAX ${double}, TOTAL_PRICE ${double}, PAID_AMOUNT ${double},
    ADJUSTMENT_AMOUNT ${double}, SERVICE_CHARGE ${double}, DELIVERY_CHARGE ${double}, GRATUITY_ID INT, OWNER_ID INT, TERMINAL_ID INT)`,
  `CREATE TABLE TICKET_ITEM (
    ID ${id}, TICKET_ID INT, ITEM_ID INT, ITEM_COUNT INT, ITEM_QUANTITY ${double}, ITEM_NAME VARCHAR(120), SUB_TOTAL ${double},
    DISCOUNT ${double}, FRACTIONAL_UNIT ${bool}, TREAT_AS_SEAT ${bool})`,
  `CREATE TABLE TRANSACTIONS (
    ID ${id}, PAYMENT_TYPE VARCHAR(30), TRANSACTION_TYPE VARCHAR(30), TRANSACTION_TIME TIMESTAMP NULL, AMOUNT ${double},
    TENDER_AMOUNT ${double}, CUSTOM_PAYMENT_NAME VARCHAR(60), CARD_TYPE VARCHAR(20), GIFT_CERT_CASH_BACK_AMOUNT ${double},
    VOIDED ${bool}, TICKET_ID INT)`,
  `CREATE TABLE GRATUITY (ID ${id}, AMOUNT ${double}, TICKET_ID INT)`,
  `CREATE TABLE MENU_ITEM (ID ${id}, NAME VARCHAR(120), BARCODE VARCHAR(120), STOCK_AMOUNT ${double}, PRICE ${double})`,
  'CREATE TABLE TERMINAL (ID INT, NAME VARCHAR(60))',
  `CREATE TABLE RESTAURANT (ID INT, ITEM_PRICE_INCLUDES_TAX ${bool})`,
]
const MASTER = [
  `INSERT INTO MENU_ITEM (NAME, BARCODE, STOCK_AMOUNT, PRICE) VALUES
    ('Beans 250 g', '4006381333931', 12, 8.9), ('Loose tea', 'TEA', 3.5, 42), ('Soup', NULL, NULL, 6.5)`,
  `INSERT INTO TERMINAL VALUES (7, 'Bar')`,
  'INSERT INTO RESTAURANT VALUES (1, TRUE)',
]

interface Item {
  readonly product: 1 | 2 | 3 | 0
  readonly units?: number
  readonly amount: number
  readonly isWeighed?: true
  readonly isSeat?: true
}
interface Payment {
  readonly type: string
  readonly amount: number
  readonly name?: string
  readonly back?: number
}
type Run = (sql: string, params?: readonly (string | number | null)[]) => Promise<readonly object[]>

/** Writes a ticket as the POS does when it is paid. */
async function ticket(
  run: Run,
  items: readonly Item[],
  payments: readonly Payment[],
  row: Readonly<Record<string, string | number | boolean>> = {},
): Promise<number> {
  const sum = items.reduce((all, { amount }) => all + amount, 0)
  const all = {
    ...{
      CREATE_DATE: "'2026-11-25 09:30:00'",
      CLOSING_DATE: "'2026-11-25 10:00:00'",
      PAID: true,
      VOIDED: false,
    },
    ...{ REFUNDED: false, SETTLED: true, SUB_TOTAL: sum, TOTAL_DISCOUNT: 0, TOTAL_TAX: 0, TOTAL_PRICE: sum },
    ...{ ADJUSTMENT_AMOUNT: 0, SERVICE_CHARGE: 0, DELIVERY_CHARGE: 0, OWNER_ID: 3, TERMINAL_ID: 7, ...row },
  }
  await run(`INSERT INTO TICKET (${Object.keys(all).join(', ')}) VALUES (${Object.values(all).join(', ')})`)
  const [last] = await run('SELECT MAX(ID) AS id FROM TICKET')
  const id = Number(Object.values(last ?? {})[0])
  for (const { product, units = 1, amount, isWeighed = false, isSeat = false } of items)
    await run(
      `INSERT INTO TICKET_ITEM (TICKET_ID, ITEM_ID, ITEM_COUNT, ITEM_QUANTITY, ITEM_NAME, SUB_TOTAL, FRACTIONAL_UNIT, TREAT_AS_SEAT)
       VALUES (${id}, ${product}, ${isWeighed ? 1 : units}, ${units}, 'Item ${product}', ${amount}, ${isWeighed}, ${isSeat})`,
    )
  await pay(run, id, payments)
  return id
}

async function pay(run: Run, id: number, payments: readonly Payment[], at = '2026-11-25 10:00:00') {
  for (const { type, amount, name, back } of payments)
    await run(
      `INSERT INTO TRANSACTIONS (PAYMENT_TYPE, TRANSACTION_TYPE, TRANSACTION_TIME, AMOUNT, CUSTOM_PAYMENT_NAME,
         GIFT_CERT_CASH_BACK_AMOUNT, VOIDED, TICKET_ID)
       VALUES ('${type}', '${type === 'REFUND' ? 'DEBIT' : 'CREDIT'}', '${at}', ${amount},
         ${name === undefined ? 'NULL' : `'${name}'`}, ${back ?? 'NULL'}, FALSE, ${id})`,
    )
}

const cash = (amount: number): Payment => ({ type: 'CASH', amount })
const BEANS: Item = { product: 1, units: 2, amount: 17.8 }

describe('in SQLite', () => {
  let folder: ReturnType<typeof tempFolder>
  let db: SQLite.Database
  let file: string
  const run: Run = async sql => {
    const statement = db.prepare(sql)
    if (statement.reader) return statement.all() as object[]
    statement.run()
    return []
  }
  beforeEach(() => {
    folder = tempFolder()
    file = join(folder.path, 'floreant.db')
    db = new SQLite(file)
    for (const sql of [...tables('INTEGER PRIMARY KEY', 'BOOLEAN', 'DOUBLE'), ...MASTER]) db.exec(sql)
  })
  afterEach(() => {
    db.close()
    folder[Symbol.dispose]()
  })
  const readerOf = (settings: Readonly<Record<string, unknown>> = {}) =>
    new PosReader('floreant', { database: { product: 'sqlite', file }, warehouse: 'HAR', ...settings })

  test('tax within the prices, a discount, a tip, and payments in two ways', async () => {
    using reader = readerOf()
    await ticket(
      run,
      [
        BEANS,
        { product: 2, units: 0.25, amount: 10.5, isWeighed: true },
        { product: 0, amount: 0, isSeat: true },
      ],
      [cash(20), { type: 'CREDIT_CARD', amount: 8.47 }],
      { TOTAL_DISCOUNT: 2.83, TOTAL_TAX: 4.07, TOTAL_PRICE: 28.47, GRATUITY_ID: 1 },
    )
    await run('INSERT INTO GRATUITY (AMOUNT, TICKET_ID) VALUES (3, 1)')
    const [sale] = only('sale.completed', await reader.news())
    expect(sale).toMatchObject({
      ...{ receipt: '1', receiptNumber: '1', till: 'Bar', businessDate: '2026-11-25' },
      soldAt: { wall: '2026-11-25T10:00:00' },
      lines: [
        {
          sku: '4006381333931',
          barcode: '4006381333931',
          title: 'Item 1',
          quantity: 2_000,
          warehouse: 'HAR',
        },
        { sku: 'TEA', quantity: 250 },
        { sku: null, title: 'Discount', net: -283 },
        { sku: null, title: 'Tip', net: 300 },
      ],
      taxes: [{ amount: 407, base: 2_140 }],
      tenders: expect.arrayContaining([
        expect.objectContaining({ kind: 'cash', amount: 2_000 }),
        expect.objectContaining({ kind: 'card', amount: 847 }),
      ]),
      unexplained: 0,
    })
  })

  test('tax on top, service, delivery, and a certificate that gave cash back', async () => {
    using reader = readerOf()
    await ticket(run, [BEANS], [{ type: 'GIFT_CERT', amount: 24.49, back: 5.51 }], {
      TOTAL_TAX: 3.38,
      TOTAL_PRICE: 24.49,
      SERVICE_CHARGE: 0.89,
      DELIVERY_CHARGE: 2.42,
    })
    expect(only('sale.completed', await reader.news())).toMatchObject([
      {
        lines: [{ net: 1_780 }, { title: 'Delivery', net: 242 }, { title: 'Service charge', net: 89 }],
        taxes: [{ amount: 338, base: 1_780 }],
        tenders: expect.arrayContaining([
          expect.objectContaining({ kind: 'voucher', amount: 3_000 }),
          expect.objectContaining({ kind: 'cash', amount: -551 }),
        ]),
        unexplained: 0,
      },
    ])
  })

  test('a ticket counts once it is paid, and no more once it is void', async () => {
    using reader = readerOf()
    const open = await ticket(run, [BEANS], [], { PAID: false, SETTLED: false })
    await ticket(run, [BEANS], [cash(17.8)], { VOIDED: true })
    expect(await reader.news()).toEqual([])
    await run(`UPDATE TICKET SET PAID = TRUE WHERE ID = ${open}`)
    await pay(run, open, [{ type: 'CUSTOM_PAYMENT', amount: 17.8, name: 'Gift card' }], '2026-11-25 11:15:00')
    expect(await reader.round(10)).toMatchObject([
      {
        receipt: String(open),
        soldAt: { wall: '2026-11-25T11:15:00' },
        tenders: [{ kind: 'voucher', name: 'Gift card', amount: 1_780 }],
      },
    ])
    await run(`UPDATE TICKET SET VOIDED = TRUE WHERE ID = ${open}`)
    expect(await reader.round(10)).toMatchObject([{ kind: 'sale.voided', receipt: String(open) }])
  })

  test('paid back in full it counts no more; in part it is refused by name', async () => {
    using reader = readerOf()
    const whole = await ticket(run, [BEANS], [cash(17.8)])
    const part = await ticket(run, [BEANS], [cash(17.8)])
    expect(kindsOf(await reader.news())).toEqual(['sale.completed', 'sale.completed'])
    await run('UPDATE TICKET SET REFUNDED = TRUE')
    await pay(run, whole, [{ type: 'REFUND', amount: 17.8 }])
    await pay(run, part, [{ type: 'REFUND', amount: 8.9 }])
    const events = await reader.round(10)
    expect(only('sale.voided', events)).toMatchObject([{ receipt: String(whole) }])
    expect(only('source.row-refused', events)).toMatchObject([
      {
        row: `ticket/${part}`,
        code: 'RECEIPT_UNPROVEN',
        sentence: expect.stringContaining('a part was paid back'),
      },
    ])
  })

  test.each([
    ['its items do not give', { TOTAL_PRICE: 18 }, 18],
    ['its payments do not give', {}, 17],
  ])('a total that %s is refused', async (why, row, paid) => {
    using reader = readerOf()
    await ticket(run, [BEANS], [cash(paid)], row)
    expect(await reader.news()).toMatchObject([
      { kind: 'source.row-refused', code: 'RECEIPT_UNPROVEN', sentence: expect.stringContaining(why) },
    ])
  })

  test('an item without a barcode is refused, or moves no stock', async () => {
    await ticket(run, [{ product: 3, amount: 6.5 }], [cash(6.5)])
    using strict = readerOf()
    expect(await strict.news()).toMatchObject([{ code: 'PRODUCT_WITHOUT_SKU' }])
    using kitchen = readerOf({ uncoded: 'no-stock' })
    expect(await kitchen.news()).toMatchObject([{ lines: [{ sku: null, title: 'Item 3', net: 650 }] }])
  })

  test('counts and prices of items with a barcode', async () => {
    using reader = readerOf({ counts: true, prices: true, warehouse: "Anna's" })
    const events = await reader.news()
    expect(only('stock.counted', events)).toMatchObject([
      { sku: '4006381333931', quantity: 12_000, warehouse: "Anna's" },
      { sku: 'TEA', quantity: 3_500 },
    ])
    expect(only('price.changed', events)).toMatchObject([
      { sku: '4006381333931', price: 890, taxIncluded: true },
      { sku: 'TEA', price: 4_200 },
    ])
  })

  test('startFrom leaves out what is older, and sources try recognises the tables', async () => {
    using reader = readerOf({ startFrom: '2026-11-25' })
    await ticket(run, [BEANS], [cash(17.8)], { CREATE_DATE: "'2026-11-24 23:59:00'" })
    const kept = await ticket(run, [BEANS], [cash(17.8)])
    expect(await reader.news()).toMatchObject([{ receipt: String(kept) }])
    const found = await proposeDatabase(
      {
        ...{ name: file, database: { product: 'sqlite' as const, file }, source: SourceId.parse('sales') },
        store: { zone: 'Europe/Berlin', warehouse: 'HAR' },
        answers: new Map([['currency', 'EUR']]),
      },
      nodeWorld({ log: quietLog }),
      databaseKinds,
    )
    expect(found).toMatchObject({ kind: 'floreant', questions: [], isProven: true })
  })
})

const servers = [
  { product: 'postgres', isThere: true, id: 'SERIAL PRIMARY KEY', bool: 'BOOL', start: startPostgres },
  {
    product: 'mysql',
    isThere: hasMariaDb,
    id: 'INT AUTO_INCREMENT PRIMARY KEY',
    bool: 'BIT(1)',
    start: startMariaDb,
  },
] as const

for (const { product, isThere, id, bool, start } of servers)
  describe.skipIf(!isThere)(`on ${product}${isThere ? '' : withoutMariaDb}`, () => {
    const folder = tempFolder()
    const passwordFile = join(folder.path, 'password')
    let server: PosServer
    let db: PosConnection
    beforeAll(async () => {
      writeFileSync(passwordFile, 'till-secret')
      server = await start()
      db = await server.createDatabase('floreant')
      for (const sql of [...tables(id, bool, product === 'mysql' ? 'DOUBLE' : 'DOUBLE PRECISION'), ...MASTER])
        await db.run(sql)
      await db.run(
        product === 'mysql'
          ? `GRANT SELECT ON floreant.* TO tillbridge@'%'`
          : 'GRANT SELECT ON ALL TABLES IN SCHEMA public TO tillbridge',
      )
    })
    afterAll(async () => {
      await db?.[Symbol.asyncDispose]()
      await server?.[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    })

    test('a ticket is read, changed and voided as in SQLite', async () => {
      const database = {
        ...{ product, host: 'localhost', port: server.port, database: 'floreant', user: 'tillbridge' },
        passwordFile,
      }
      using reader = new PosReader('floreant', { database, warehouse: 'HAR', counts: true, prices: true })
      const run: Run = async sql => (await db.run(sql)) as readonly object[]
      const sold = await ticket(
        run,
        [BEANS, { product: 2, units: 0.25, amount: 10.5, isWeighed: true }],
        [cash(20), { type: 'CUSTOM_PAYMENT', amount: 5.47, name: 'Visa' }],
        { TOTAL_DISCOUNT: 2.83, TOTAL_TAX: 4.07, TOTAL_PRICE: 25.47 },
      )
      const events = await reader.news()
      expect(only('sale.completed', events)).toMatchObject([
        {
          soldAt: { wall: '2026-11-25T10:00:00' },
          lines: [
            { sku: '4006381333931', quantity: 2_000 },
            { sku: 'TEA', quantity: 250 },
            { title: 'Discount' },
          ],
          taxes: [{ amount: 407, base: 2_140 }],
          tenders: expect.arrayContaining([
            expect.objectContaining({ kind: 'cash', amount: 2_000 }),
            expect.objectContaining({ kind: 'card', name: 'Visa', amount: 547 }),
          ]),
          unexplained: 0,
        },
      ])
      expect(only('stock.counted', events)).toHaveLength(2)
      expect(only('price.changed', events)).toHaveLength(2)
      await db.run(`UPDATE TICKET SET VOIDED = TRUE WHERE ID = ${sold}`)
      expect(await reader.round(10)).toMatchObject([{ kind: 'sale.voided', receipt: String(sold) }])
    })
  })
