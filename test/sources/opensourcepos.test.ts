import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hasMariaDb, startMariaDb, withoutMariaDb } from './mariadb.ts'
import { PosReader } from './pos-reader.ts'
import type { PosConnection, PosServer } from './pos-server.ts'
import { kindsOf, only, tempFolder } from './till.ts'

/** The columns of OpenSourcePOS 3.4 that are read, and those without which its rows make no sense. */
const TABLES = `
  CREATE TABLE ospos_people (person_id INT AUTO_INCREMENT PRIMARY KEY, first_name VARCHAR(255), last_name VARCHAR(255));
  CREATE TABLE ospos_stock_locations (location_id INT PRIMARY KEY, location_name VARCHAR(255), deleted TINYINT DEFAULT 0);
  CREATE TABLE ospos_items (
    item_id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(255), item_number VARCHAR(255), unit_price DECIMAL(15,2),
    stock_type TINYINT DEFAULT 0, item_type TINYINT DEFAULT 0, deleted TINYINT DEFAULT 0);
  CREATE TABLE ospos_item_quantities (
    item_id INT, location_id INT, quantity DECIMAL(15,3), PRIMARY KEY (item_id, location_id));
  CREATE TABLE ospos_sales (
    sale_id INT AUTO_INCREMENT PRIMARY KEY, sale_time TIMESTAMP NULL, customer_id INT, employee_id INT,
    invoice_number VARCHAR(32), quote_number VARCHAR(32), sale_status TINYINT DEFAULT 0, sale_type TINYINT DEFAULT 0,
    KEY sale_time (sale_time));
  CREATE TABLE ospos_sales_items (
    sale_id INT, item_id INT, line INT, quantity_purchased DECIMAL(15,3), item_unit_price DECIMAL(15,2),
    discount DECIMAL(15,2) DEFAULT 0, discount_type TINYINT DEFAULT 0, item_location INT,
    PRIMARY KEY (sale_id, item_id, line));
  CREATE TABLE ospos_sales_items_taxes (
    sale_id INT, item_id INT, line INT, name VARCHAR(255), percent DECIMAL(15,4), tax_type TINYINT,
    item_tax_amount DECIMAL(15,4), PRIMARY KEY (sale_id, item_id, line, name, percent));
  CREATE TABLE ospos_sales_taxes (
    sales_taxes_id INT AUTO_INCREMENT PRIMARY KEY, sale_id INT, tax_type SMALLINT, tax_group VARCHAR(32),
    sale_tax_basis DECIMAL(15,4), sale_tax_amount DECIMAL(15,4), name VARCHAR(255), tax_rate DECIMAL(15,4), KEY (sale_id));
  CREATE TABLE ospos_sales_payments (
    payment_id INT AUTO_INCREMENT PRIMARY KEY, sale_id INT, payment_type VARCHAR(40), payment_amount DECIMAL(15,2),
    cash_refund DECIMAL(15,2) DEFAULT 0, cash_adjustment TINYINT DEFAULT 0, KEY (sale_id));
  CREATE TABLE ospos_inventory (
    trans_id INT AUTO_INCREMENT PRIMARY KEY, trans_items INT, trans_user INT, trans_date TIMESTAMP NULL,
    trans_comment TEXT, trans_location INT, trans_inventory DECIMAL(15,3), KEY (trans_date));
  INSERT INTO ospos_people (first_name, last_name) VALUES ('Anke', 'Till');
  INSERT INTO ospos_stock_locations (location_id, location_name) VALUES (1, 'Shop'), (2, 'Cellar')`

const MASTER = `
  INSERT INTO ospos_items (item_id, name, item_number, unit_price, stock_type, item_type) VALUES
    (1, 'Mug', '9520110000161', 11.90, 0, 0), (2, 'Tee', 'TEE', 24.90, 0, 0), (3, 'Set', 'SET', 30, 1, 1),
    (4, 'No code', NULL, 5, 0, 0);
  INSERT INTO ospos_item_quantities VALUES (1, 1, 10), (1, 2, 40), (2, 1, 7.5), (3, 1, 0), (4, 1, 9)`
const EMPTIED =
  'items item_quantities sales sales_items sales_items_taxes sales_taxes sales_payments inventory'

interface Line {
  readonly item: number
  readonly units?: number
  readonly price: number
  readonly percent?: number
  readonly off?: number
  /** Tax in or on the whole line. */
  readonly tax?: number
  readonly location?: number
}
interface Payment {
  readonly kind?: string
  readonly amount: number
  readonly change?: number
  readonly rounding?: boolean
}

describe.skipIf(!hasMariaDb)(`OpenSourcePOS${withoutMariaDb}:`, () => {
  const folder = tempFolder()
  const passwordFile = join(folder.path, 'password')
  let server: PosServer
  let db: PosConnection
  beforeAll(async () => {
    writeFileSync(passwordFile, 'till-secret')
    server = await startMariaDb()
    db = await server.createDatabase('ospos')
    await db.run(TABLES)
    await db.run(`GRANT SELECT ON ospos.* TO tillbridge@'%'`)
  })
  afterAll(async () => {
    await db?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })
  beforeEach(async () => {
    for (const table of EMPTIED.split(' ')) await db.run(`TRUNCATE ospos_${table}`)
    await db.run(MASTER)
  })

  const readerOf = (settings: Readonly<Record<string, unknown>> = {}) =>
    new PosReader('opensourcepos', {
      database: {
        product: 'mysql',
        host: 'localhost',
        port: server.port,
        database: 'ospos',
        user: 'tillbridge',
        passwordFile,
      },
      ...settings,
    })

  /** A sale in one transaction, taxed by 19 % as its lines say; gives its number. */
  async function sell(
    lines: readonly Line[],
    payments: readonly Payment[],
    sale: { included?: boolean; at?: string; status?: number; type?: number; invoice?: string } = {},
  ): Promise<number> {
    const { included = true, at = '2026-11-25 10:00:00', status = 0, type = 0, invoice = null } = sale
    await db.run('BEGIN')
    await db.run(
      'INSERT INTO ospos_sales (sale_time, employee_id, sale_status, sale_type, invoice_number) VALUES (?, 1, ?, ?, ?)',
      [at, status, type, invoice],
    )
    const [row] = await db.run('SELECT LAST_INSERT_ID() AS id')
    const id = Number((row as { id: unknown }).id)
    let basis = 0
    let taxed = 0
    for (const [index, line] of lines.entries()) {
      const { item, units = 1, price, percent = 0, off = 0, tax = 0, location = 1 } = line
      await db.run('INSERT INTO ospos_sales_items VALUES (?, ?, ?, ?, ?, ?, ?, ?)', [
        ...[id, item, index + 1, units, price],
        ...[off === 0 ? percent : off, off === 0 ? 0 : 1, location],
      ])
      await db.run('INSERT INTO ospos_sales_items_taxes VALUES (?, ?, ?, ?, 19, ?, ?)', [
        ...[id, item, index + 1],
        ...['VAT', included ? 0 : 1, tax],
      ])
      basis += units * (price - off) - (units * price * percent) / 100
      taxed += tax
    }
    await db.run(
      `INSERT INTO ospos_sales_taxes (sale_id, tax_type, tax_group, sale_tax_basis, sale_tax_amount, name, tax_rate)
       VALUES (?, ?, 'VAT', ?, ?, 'VAT', 19)`,
      [id, included ? 0 : 1, basis, Math.round(taxed * 100) / 100],
    )
    for (const { kind = 'Cash', amount, change = 0, rounding = false } of payments)
      await db.run(
        `INSERT INTO ospos_sales_payments (sale_id, payment_type, payment_amount, cash_refund, cash_adjustment)
         VALUES (?, ?, ?, ?, ?)`,
        [id, kind, amount, change, rounding ? 1 : 0],
      )
    await db.run('COMMIT')
    return id
  }

  test('tax included: discounts by percentage and by amount, change given back', async () => {
    using reader = readerOf({ till: 'Counter' })
    const id = await sell(
      [
        { item: 1, units: 2, price: 11.9, percent: 10, tax: 3.42 },
        { item: 2, price: 24.9, off: 5, tax: 3.1773, location: 2 },
      ],
      [{ amount: 50, change: 8.68 }],
      { invoice: 'INV-7' },
    )
    expect(await reader.news()).toEqual([
      {
        kind: 'sale.completed',
        at: reader.clock.now(),
        source: 'pos',
        receipt: String(id),
        receiptNumber: 'INV-7',
        fingerprint: expect.stringMatching(/^[\w-]{43}$/),
        till: 'Counter',
        staff: 'Anke Till',
        businessDate: '2026-11-25',
        soldAt: { wall: '2026-11-25T10:00:00', zone: 'Europe/Berlin' },
        currency: 'EUR',
        lines: [
          {
            ...{ line: 1, sku: '9520110000161', barcode: '9520110000161', title: 'Mug' },
            ...{ quantity: 2000, net: 1800, discount: 200, warehouse: '1' },
          },
          {
            ...{ line: 2, sku: 'TEE', barcode: 'TEE', title: 'Tee' },
            ...{ quantity: 1000, net: 1672, discount: 420, warehouse: '2' },
          },
        ],
        taxes: [{ name: 'VAT', rate: 190_000, base: 3472, amount: 660 }],
        tenders: [{ kind: 'cash', name: 'Cash', amount: 4132 }],
        rounding: 0,
        unexplained: 0,
      },
    ])
    expect(await reader.round(10)).toEqual([])
  })

  test('tax on top, several payments, a gift card whose number stays in the POS, cash rounded', async () => {
    using reader = readerOf({ tenders: { Bar: 'cash' } })
    await sell(
      [{ item: 2, units: 3, price: 24.9, tax: 14.193 }],
      [
        { kind: 'Gift Card:4711', amount: 20 },
        { kind: 'Credit Card', amount: 30 },
        { kind: 'Bar', amount: 38.9 },
        { kind: 'Cash Adjustment', amount: 0.01, rounding: true },
      ],
      { included: false },
    )
    const [sale] = only('sale.completed', await reader.news())
    expect(sale).toMatchObject({
      receiptNumber: 'POS 1',
      till: '',
      lines: [{ net: 7470, quantity: 3000 }],
      taxes: [{ base: 7470, amount: 1419 }],
      rounding: 1,
      unexplained: 0,
    })
    expect(sale?.lines[0]).not.toHaveProperty('discount')
    expect(sale?.tenders).toEqual([
      { kind: 'cash', name: 'Bar', amount: 3890 },
      { kind: 'card', name: 'Credit Card', amount: 3000 },
      { kind: 'voucher', name: 'Gift Card', amount: 2000 },
    ])
  })

  test('returns, kits and items without stock', async () => {
    using reader = readerOf()
    await sell([{ item: 2, units: -1, price: 24.9, tax: -3.98 }], [{ amount: -24.9 }], { type: 4 })
    await sell(
      [
        { item: 3, price: 30, tax: 4.79 },
        { item: 1, price: 0 },
        { item: 2, price: 0 },
      ],
      [{ amount: 30 }],
    )
    const sales = only('sale.completed', await reader.news())
    expect(sales.map(sale => sale.lines.map(line => [line.sku, line.quantity, line.net]))).toEqual([
      [['TEE', -1000, -2092]],
      [
        [null, 1000, 2521],
        ['9520110000161', 1000, 0],
        ['TEE', 1000, 0],
      ],
    ])
    expect(sales.map(sale => sale.unexplained)).toEqual([0, 0])
  })

  test('what is suspended, quoted, ordered or cancelled is not a sale until it is completed', async () => {
    using reader = readerOf()
    const mug: Line[] = [{ item: 1, price: 11.9, tax: 1.9 }]
    const paid: Payment[] = [{ amount: 11.9 }]
    const suspended = await sell(mug, [], { status: 1 })
    await sell(mug, [], { status: 1, type: 3 })
    await sell(mug, [], { status: 1, type: 2 })
    await sell(mug, paid, { status: 0, type: 3 })
    await sell(mug, paid, { status: 2 })
    const sold = await sell(mug, paid)
    expect(await reader.news()).toMatchObject([{ receipt: String(sold) }])
    await db.run(
      `INSERT INTO ospos_sales_payments (sale_id, payment_type, payment_amount) VALUES (?, 'Cash', 11.9)`,
      [suspended],
    )
    await db.run(
      `UPDATE ospos_sales SET sale_status = 0, sale_time = '2026-11-25 11:00:00' WHERE sale_id = ?`,
      [suspended],
    )
    expect(await reader.news()).toMatchObject([{ kind: 'sale.completed', receipt: String(suspended) }])
    await db.run('UPDATE ospos_sales SET sale_status = 2 WHERE sale_id = ?', [sold])
    expect(await reader.news()).toMatchObject([
      { kind: 'sale.voided', receipt: String(sold), reason: 'marked-void' },
    ])
  })

  test('the stock diary leaves out what sales tell', async () => {
    using reader = readerOf()
    const entry =
      'INSERT INTO ospos_inventory (trans_items, trans_date, trans_comment, trans_location, trans_inventory) VALUES'
    await db.run(`${entry} (1, '2026-11-25 09:00:00', 'POS 12', 1, -2), (1, '2026-11-25 09:01:00', 'Deleting sale 12', 1, 2),
      (1, '2026-11-25 09:02:00', 'RECV 3', 2, 24), (2, '2026-11-25 09:03:00', 'RECV 4', 1, -1),
      (2, '2026-11-25 09:04:00', 'POS was down, counted', 1, 0.5)`)
    const moves = only('stock.moved', await reader.news())
    expect(moves.map(move => [move.reason, move.sku, move.quantity, move.warehouse])).toEqual([
      ['received', '9520110000161', 24_000, '2'],
      ['returned-to-supplier', 'TEE', -1000, '1'],
      ['corrected', 'TEE', 500, '1'],
    ])
  })

  test('counts of each place and prices, without what has no code or no stock', async () => {
    using reader = readerOf({ counts: true, prices: true, pricesIncludeTax: true })
    const first = await reader.news()
    const counted = only('stock.counted', first).map(({ sku, warehouse, quantity }) => [
      sku,
      warehouse,
      quantity,
    ])
    expect(counted).toEqual([
      ['9520110000161', '1', 10_000],
      ['9520110000161', '2', 40_000],
      ['TEE', '1', 7_500],
    ])
    expect(
      only('price.changed', first).map(({ sku, price, taxIncluded }) => [sku, price, taxIncluded]),
    ).toEqual([
      ['9520110000161', 1190, true],
      ['TEE', 2490, true],
      ['SET', 3000, true],
    ])
    await db.run('UPDATE ospos_item_quantities SET quantity = 39 WHERE item_id = 1 AND location_id = 2')
    await db.run('DELETE FROM ospos_item_quantities WHERE item_id = 2')
    await db.run('UPDATE ospos_items SET deleted = 1 WHERE item_id = 3')
    expect(await reader.round(10)).toMatchObject([{ kind: 'stock.counted', entry: '1@2', quantity: 39_000 }])
  })

  test('before 3.3 there is no change and no kind of discount: a surplus of cash is change', async () => {
    await db.run(`
      ALTER TABLE ospos_sales_payments DROP COLUMN cash_refund, DROP COLUMN cash_adjustment;
      ALTER TABLE ospos_sales_items DROP COLUMN discount_type, CHANGE discount discount_percent DECIMAL(15,2);
      ALTER TABLE ospos_sales DROP COLUMN sale_type;
      INSERT INTO ospos_sales (sale_time, employee_id) VALUES ('2026-11-25 10:00:00', 1);
      INSERT INTO ospos_sales_items VALUES (1, 1, 1, 2, 11.90, 50, 1);
      INSERT INTO ospos_sales_items_taxes VALUES (1, 1, 1, 'VAT', 19, 0, 1.90);
      INSERT INTO ospos_sales_taxes (sale_id, tax_type, tax_group, sale_tax_basis, sale_tax_amount, name, tax_rate)
        VALUES (1, 0, 'VAT', 11.90, 1.90, 'VAT', 19);
      INSERT INTO ospos_sales_payments (sale_id, payment_type, payment_amount) VALUES (1, 'Cash', 20)`)
    using reader = readerOf()
    expect(await reader.news()).toMatchObject([
      {
        lines: [{ quantity: 2000, net: 1000, discount: 1000 }],
        tenders: [{ kind: 'cash', amount: 1190 }],
        rounding: 0,
        unexplained: 0,
      },
    ])
    await db.run('UPDATE ospos_sales_payments SET payment_amount = 8')
    reader.clock.pass(2_000)
    expect(kindsOf(await reader.news())).toEqual([])
    reader.clock.pass(2_000)
    expect(await reader.news()).toMatchObject([{ tenders: [{ amount: 800 }], unexplained: -390 }])
  })
})
