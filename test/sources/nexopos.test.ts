import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { databaseKinds } from '../../agent/sources/kinds.ts'
import { proposeDatabase } from '../../agent/tools/source-try/propose-database.ts'
import { SourceId } from '../../shared/ids.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { quietLog } from '../manual-world.ts'
import { hasMariaDb, startMariaDb, withoutMariaDb } from './mariadb.ts'
import { PosReader } from './pos-reader.ts'
import type { PosConnection, PosServer } from './pos-server.ts'
import { only, tempFolder } from './till.ts'

/** The columns of NexoPOS 5 that are read, and those without which its rows make no sense; amounts as its older releases keep them. */
const TABLES = `
  CREATE TABLE nexopos_orders (
    id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, code VARCHAR(255), payment_status VARCHAR(255),
    discount FLOAT DEFAULT 0, shipping FLOAT DEFAULT 0, subtotal FLOAT DEFAULT 0, total_coupons FLOAT DEFAULT 0,
    total FLOAT DEFAULT 0, tax_value FLOAT DEFAULT 0, products_tax_value DOUBLE(8, 2) DEFAULT 0, tax_type VARCHAR(255),
    tendered FLOAT DEFAULT 0, \`change\` FLOAT DEFAULT 0, register_id INT, author INT, created_at TIMESTAMP NULL);
  CREATE TABLE nexopos_orders_products (
    id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, order_id INT, product_id INT, unit_id INT, unit_quantity_id INT,
    name VARCHAR(255), status VARCHAR(255) DEFAULT 'sold', quantity DOUBLE(18, 5), unit_price DOUBLE(18, 5),
    discount FLOAT DEFAULT 0, tax_value FLOAT DEFAULT 0, total_price FLOAT DEFAULT 0);
  CREATE TABLE nexopos_orders_payments (
    id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, order_id INT, value FLOAT, author INT, identifier VARCHAR(255));
  CREATE TABLE nexopos_orders_refunds (
    id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, order_id INT, author INT, total FLOAT, tax_value FLOAT DEFAULT 0,
    shipping FLOAT DEFAULT 0, payment_method VARCHAR(255));
  CREATE TABLE nexopos_payments_types (id INT AUTO_INCREMENT PRIMARY KEY, label VARCHAR(255), identifier VARCHAR(255));
  CREATE TABLE nexopos_registers (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(255));
  CREATE TABLE nexopos_products (
    id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(255), sku VARCHAR(255), barcode VARCHAR(255), type VARCHAR(255),
    stock_management VARCHAR(255) DEFAULT 'enabled');
  CREATE TABLE nexopos_units (id INT AUTO_INCREMENT PRIMARY KEY, identifier VARCHAR(255), value DOUBLE(18, 5));
  CREATE TABLE nexopos_products_unit_quantities (
    id INT AUTO_INCREMENT PRIMARY KEY, product_id INT, unit_id INT, barcode VARCHAR(255), quantity DOUBLE(18, 5),
    sale_price FLOAT);
  CREATE TABLE nexopos_products_histories (
    id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, product_id INT, unit_id INT, operation_type VARCHAR(255),
    before_quantity FLOAT, quantity FLOAT, after_quantity FLOAT, created_at TIMESTAMP NULL)`
const MASTER = `
  INSERT INTO nexopos_payments_types (label, identifier) VALUES
    ('Cash', 'cash-payment'), ('Customer Account', 'account-payment'), ('Card terminal', 'terminal');
  INSERT INTO nexopos_registers VALUES (1, 'Counter 1');
  INSERT INTO nexopos_units VALUES (1, 'piece', 1), (2, 'dozen', 12);
  INSERT INTO nexopos_products (id, name, sku, barcode, type) VALUES
    (1, 'Mug', 'MUG', '9520110000161', 'materialized'), (2, 'Egg', 'EGG', 'E1', 'tangible'),
    (3, 'Engraving', 'ENG', 'E2', 'dematerialized'), (4, 'No code', '', '', 'materialized');
  INSERT INTO nexopos_products_unit_quantities VALUES
    (1, 1, 1, NULL, 10, 11.90), (2, 2, 1, '4006381333931', 40, 0.30), (3, 2, 2, '4006381333948', 3, 3),
    (4, 3, 1, NULL, 0, 5), (5, 4, 1, NULL, 1, 1)`
const EMPTIED = `orders orders_products orders_payments orders_refunds payments_types registers products units
  products_unit_quantities products_histories`.split(/\s+/)

interface Line {
  /** Number of the product's unit; null: typed in by hand. */
  readonly unit: 1 | 2 | 3 | 4 | 5 | null
  readonly qty?: number
  readonly price: number
  readonly off?: number
  readonly tax?: number
}
const OF_UNIT = { 1: [1, 1], 2: [2, 1], 3: [2, 2], 4: [3, 1], 5: [4, 1] } as const

describe.skipIf(!hasMariaDb)(`NexoPOS${withoutMariaDb}:`, () => {
  const folder = tempFolder()
  const passwordFile = join(folder.path, 'password')
  let server: PosServer
  let db: PosConnection
  beforeAll(async () => {
    writeFileSync(passwordFile, 'till-secret')
    server = await startMariaDb()
    db = await server.createDatabase('nexopos')
    await db.run(TABLES)
    await db.run(`GRANT SELECT ON nexopos.* TO tillbridge@'%'`)
  })
  afterAll(async () => {
    await db?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })
  beforeEach(async () => {
    for (const table of EMPTIED) await db.run(`TRUNCATE nexopos_${table}`)
    await db.run(MASTER)
  })

  const database = () => ({
    product: 'mysql',
    host: 'localhost',
    port: server.port,
    database: 'nexopos',
    user: 'tillbridge',
    passwordFile,
  })
  const readerOf = (settings: Readonly<Record<string, unknown>> = {}) =>
    new PosReader('nexopos', { database: database(), warehouse: 'HAR', ...settings })

  /** An order in one transaction, as NexoPOS writes it; gives its number. */
  async function sell(
    lines: readonly Line[],
    payments: readonly (readonly [identifier: string, value: number])[],
    order: Readonly<Record<string, string | number>> = {},
  ): Promise<number> {
    const amount = ({ qty = 1, price, off = 0 }: Line) => qty * price - off
    const subtotal = lines.reduce((sum, line) => sum + amount(line), 0)
    const tax = lines.reduce((sum, { tax = 0 }) => sum + tax, 0)
    const row = {
      ...{ code: '261125-001', payment_status: 'paid', subtotal, total: subtotal, tax_value: tax },
      ...{ products_tax_value: tax, register_id: 1, author: 7, created_at: '2026-11-25 10:00:00', ...order },
    }
    await db.run('BEGIN')
    await db.run(
      `INSERT INTO nexopos_orders (${Object.keys(row).join(', ')}) VALUES (${Object.keys(row)
        .map(() => '?')
        .join(', ')})`,
      Object.values(row),
    )
    const [last] = await db.run('SELECT LAST_INSERT_ID() AS id')
    const id = Number((last as { id: unknown }).id)
    for (const line of lines) {
      const [product, unit] = line.unit === null ? [0, 1] : OF_UNIT[line.unit]
      await db.run(
        `INSERT INTO nexopos_orders_products (order_id, product_id, unit_id, unit_quantity_id, name, quantity,
           unit_price, discount, tax_value, total_price) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          ...[id, product, unit, line.unit ?? 0, `Line of ${product}`, line.qty ?? 1, line.price],
          ...[line.off ?? 0, line.tax ?? 0, amount(line)],
        ],
      )
    }
    for (const [identifier, value] of payments)
      await db.run('INSERT INTO nexopos_orders_payments (order_id, value, identifier) VALUES (?, ?, ?)', [
        id,
        value,
        identifier,
      ])
    await db.run('COMMIT')
    return id
  }
  const MUG: Line = { unit: 1, price: 11.9, tax: 1.9 }

  test('tax within prices, a discount, several units, change, and amounts of single precision', async () => {
    using reader = readerOf({ tenders: { terminal: 'card' } })
    const id = await sell(
      [
        { unit: 1, qty: 1000, price: 12.35, off: 0.33, tax: 1971.79 },
        { unit: 3, qty: 2, price: 3, tax: 0.42 },
        { unit: 2, price: 0.3, tax: 0.02 },
      ],
      [
        ['terminal', 12_000],
        ['cash-payment', 400],
      ],
    )
    expect(await reader.news()).toEqual([
      {
        kind: 'sale.completed',
        at: reader.clock.now(),
        source: 'pos',
        receipt: String(id),
        receiptNumber: '261125-001',
        fingerprint: expect.stringMatching(/^[\w-]{43}$/),
        till: 'Counter 1',
        staff: null,
        businessDate: '2026-11-25',
        soldAt: { wall: '2026-11-25T10:00:00', zone: 'Europe/Berlin' },
        currency: 'EUR',
        lines: [
          {
            ...{ line: 1, sku: 'MUG', barcode: '9520110000161', title: 'Line of 1', quantity: 1_000_000 },
            ...{ net: 1_037_788, discount: 28, warehouse: 'HAR' },
          },
          {
            ...{ line: 2, sku: 'EGG/dozen', barcode: '4006381333948', title: 'Line of 2', quantity: 2000 },
            ...{ net: 558, warehouse: 'HAR' },
          },
          {
            ...{ line: 3, sku: 'EGG/piece', barcode: '4006381333931', title: 'Line of 2', quantity: 1000 },
            ...{ net: 28, warehouse: 'HAR' },
          },
        ],
        taxes: [{ name: 'Tax', rate: null, base: 1_038_374, amount: 197_223 }],
        tenders: [
          { kind: 'cash', name: 'Cash', amount: 35_597 },
          { kind: 'card', name: 'Card terminal', amount: 1_200_000 },
        ],
        rounding: 0,
        unexplained: 0,
      },
    ])
  })

  test('tax on top, a discount of the order, shipping, a service and a line typed by hand', async () => {
    using reader = readerOf()
    await sell(
      [
        { unit: 1, qty: 2, price: 10, tax: 3.8 },
        { unit: 4, price: 5 },
        { unit: null, price: 2 },
      ],
      [['cash-payment', 33.8]],
      { tax_type: 'exclusive', discount: 2, total_coupons: 1, shipping: 6, total: 33.8 },
    )
    expect(only('sale.completed', await reader.news())).toMatchObject([
      {
        lines: [
          { sku: 'MUG', quantity: 2000, net: 2000 },
          { sku: null, net: 500 },
          { sku: null, net: 200 },
          { sku: null, title: 'Discount', net: -300 },
          { sku: null, title: 'Shipping', net: 600 },
        ],
        taxes: [{ base: 2400, amount: 380 }],
        tenders: [{ kind: 'cash', amount: 3380 }],
        unexplained: 0,
      },
    ])
  })

  test('orders on hold or void do not count; what is owed is told, and replaced once it is paid', async () => {
    using reader = readerOf()
    const held = await sell([MUG], [], { payment_status: 'hold' })
    await sell([MUG], [], { payment_status: 'order_void' })
    const owing = await sell([MUG], [['cash-payment', 5]], { payment_status: 'partially_paid' })
    expect(await reader.news()).toMatchObject([
      {
        receipt: String(owing),
        tenders: [
          { kind: 'cash', amount: 500 },
          { kind: 'account', amount: 690 },
        ],
        unexplained: 0,
      },
    ])
    await db.run('INSERT INTO nexopos_orders_payments (order_id, value, identifier) VALUES (?, 6.9, ?)', [
      owing,
      'cash-payment',
    ])
    await db.run(`UPDATE nexopos_orders SET payment_status = 'paid' WHERE id = ?`, [owing])
    await db.run(`UPDATE nexopos_orders SET payment_status = 'order_void' WHERE id = ?`, [held])
    expect(await reader.round(10)).toMatchObject([
      { receipt: String(owing), tenders: [{ kind: 'cash', amount: 1190 }] },
    ])
    await db.run(`UPDATE nexopos_orders SET payment_status = 'order_void' WHERE id = ?`, [owing])
    expect(await reader.round(10)).toMatchObject([{ kind: 'sale.voided', receipt: String(owing) }])
  })

  test('a refund changes its order: fewer units, and what was paid back, in its own way', async () => {
    using reader = readerOf()
    const id = await sell([{ unit: 1, qty: 3, price: 11.9, tax: 5.7 }], [['cash-payment', 40]])
    expect(only('sale.completed', await reader.news())).toMatchObject([
      { lines: [{ quantity: 3000 }], tenders: [{ amount: 3570 }] },
    ])
    await db.run('BEGIN')
    await db.run(`UPDATE nexopos_orders_products SET quantity = 2, total_price = 23.8, tax_value = 3.8`)
    await db.run(
      `INSERT INTO nexopos_orders_refunds (order_id, total, payment_method) VALUES (?, 11.9, 'account-payment')`,
      [id],
    )
    await db.run(`UPDATE nexopos_orders SET payment_status = 'partially_refunded', subtotal = 23.8, total = 23.8,
                    tax_value = 3.8, products_tax_value = 3.8, \`change\` = 16.2`)
    await db.run(`INSERT INTO nexopos_products_histories (product_id, unit_id, operation_type, before_quantity,
                    quantity, after_quantity, created_at) VALUES
                    (1, 1, 'returned', 7, 1, 8, '2026-11-26 09:00:00'), (1, 1, 'defective', 8, 1, 7, '2026-11-26 09:00:00')`)
    await db.run('COMMIT')
    const events = await reader.round(10)
    expect(only('sale.completed', events)).toMatchObject([
      {
        receipt: String(id),
        lines: [{ sku: 'MUG', quantity: 2000, net: 2000 }],
        tenders: expect.arrayContaining([
          { kind: 'cash', name: 'Cash', amount: 3570 },
          { kind: 'voucher', name: 'Customer Account', amount: -1190 },
        ]),
        unexplained: 0,
      },
    ])
    expect(only('stock.moved', events)).toMatchObject([{ reason: 'damaged', sku: 'MUG', quantity: -1000 }])
    await db.run(`UPDATE nexopos_orders_products SET quantity = 0, total_price = 0, tax_value = 0`)
    await db.run(
      `UPDATE nexopos_orders SET payment_status = 'refunded', subtotal = 0, total = 0, tax_value = 0`,
    )
    expect(await reader.round(10)).toMatchObject([{ kind: 'sale.voided', receipt: String(id) }])
  })

  test('stock moves by hand, counts and prices; a kind that is not known is refused', async () => {
    using reader = readerOf({ counts: true, prices: true })
    await db.run(`INSERT INTO nexopos_products_histories (product_id, unit_id, operation_type, before_quantity,
                    quantity, after_quantity, created_at) VALUES
                    (1, 1, 'procured', 0, 12, 12, '2026-11-25 08:00:00'), (1, 1, 'removed', 12, 2, 10, '2026-11-25 08:01:00'),
                    (2, 2, 'convert-out', 4, 1, 3, '2026-11-25 08:02:00'), (2, 1, 'convert-in', 28, 12, 40, '2026-11-25 08:02:00'),
                    (1, 1, 'set', 10, 9, 9, '2026-11-25 08:03:00'), (1, 1, 'sold', 9, 1, 8, '2026-11-25 08:04:00'),
                    (1, 1, 'wondrous', 9, 1, 8, '2026-11-25 08:05:00')`)
    const events = await reader.news()
    expect(only('stock.moved', events).map(({ reason, sku, quantity }) => [reason, sku, quantity])).toEqual([
      ['received', 'MUG', 12_000],
      ['corrected', 'MUG', -2000],
      ['corrected', 'EGG/dozen', -1000],
      ['corrected', 'EGG/piece', 12_000],
      ['corrected', 'MUG', -1000],
    ])
    expect(only('source.row-refused', events)).toMatchObject([
      { row: 'nexopos_products_histories/7', code: 'STOCK_REASON_UNKNOWN' },
    ])
    expect(only('stock.counted', events)).toMatchObject([
      { sku: 'MUG', quantity: 10_000, warehouse: 'HAR' },
      { sku: 'EGG/piece', quantity: 40_000 },
      { sku: 'EGG/dozen', quantity: 3000 },
      { sku: 'ENG', quantity: 0 },
    ])
    expect(only('price.changed', events).map(({ sku, price }) => [sku, price])).toEqual([
      ['MUG', 1190],
      ['EGG/piece', 30],
      ['EGG/dozen', 300],
      ['ENG', 500],
    ])
  })

  test('an item without a code is refused; startFrom leaves out what is older; a table prefix', async () => {
    using reader = readerOf({ startFrom: '2026-11-25' })
    await sell([MUG], [['cash-payment', 11.9]], { created_at: '2026-11-24 23:59:59' })
    const uncoded = await sell([{ unit: 5, price: 1 }], [['cash-payment', 1]])
    expect(await reader.news()).toMatchObject([
      { row: `nexopos_orders/${uncoded}`, code: 'PRODUCT_WITHOUT_SKU' },
    ])
    await expect(readerOf({ tablePrefix: 'ns_' }).poll()).rejects.toMatchObject({
      code: 'POS_SCHEMA_UNKNOWN',
      message: expect.stringContaining('ns_nexopos_orders'),
    })
  })

  test('sources try recognises NexoPOS by its tables', async () => {
    await sell([MUG], [['cash-payment', 11.9]])
    const found = await proposeDatabase(
      {
        ...{ name: 'nexopos', database: database(), source: SourceId.parse('sales') },
        store: { zone: 'Europe/Berlin', warehouse: 'HAR' },
        answers: new Map([['currency', 'EUR']]),
      },
      nodeWorld({ log: quietLog }),
      databaseKinds,
    )
    expect(found).toMatchObject({
      kind: 'nexopos',
      settings: { warehouse: 'HAR' },
      questions: [],
      isProven: true,
    })
  })
})
