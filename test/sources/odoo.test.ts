import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { databaseKinds } from '../../agent/sources/kinds.ts'
import { proposeDatabase } from '../../agent/tools/source-try/propose-database.ts'
import { SourceId } from '../../shared/ids.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { quietLog } from '../manual-world.ts'
import { PosReader } from './pos-reader.ts'
import type { PosConnection, PosServer } from './pos-server.ts'
import { startPostgres } from './postgres.ts'
import { only, tempFolder } from './till.ts'

/** The columns of Odoo 17 that are read, and those without which its rows make no sense. */
const TABLES = `
  CREATE TABLE pos_config (
    id SERIAL PRIMARY KEY, name VARCHAR, picking_type_id INT, tip_product_id INT, cash_rounding BOOL,
    rounding_method INT, active BOOL);
  CREATE TABLE pos_session (id SERIAL PRIMARY KEY, config_id INT, name VARCHAR, state VARCHAR);
  CREATE TABLE stock_warehouse (id SERIAL PRIMARY KEY, code VARCHAR(5), name VARCHAR);
  CREATE TABLE stock_picking_type (id SERIAL PRIMARY KEY, warehouse_id INT);
  CREATE TABLE account_cash_rounding (id SERIAL PRIMARY KEY, rounding NUMERIC);
  CREATE TABLE product_template (
    id SERIAL PRIMARY KEY, name JSONB NOT NULL, type VARCHAR NOT NULL, default_code VARCHAR, active BOOL);
  CREATE TABLE product_product (
    id SERIAL PRIMARY KEY, product_tmpl_id INT, default_code VARCHAR, barcode VARCHAR, active BOOL);
  CREATE TABLE pos_order (
    id SERIAL PRIMARY KEY, name VARCHAR NOT NULL, state VARCHAR, date_order TIMESTAMP, session_id INT NOT NULL,
    user_id INT, company_id INT, pos_reference VARCHAR, amount_tax NUMERIC NOT NULL, amount_total NUMERIC NOT NULL,
    amount_paid NUMERIC NOT NULL, amount_return NUMERIC NOT NULL, tip_amount NUMERIC, cashier VARCHAR, is_refund BOOL);
  CREATE INDEX pos_order_date_order ON pos_order (date_order);
  CREATE TABLE pos_order_line (
    id SERIAL PRIMARY KEY, name VARCHAR, order_id INT NOT NULL, product_id INT NOT NULL, qty NUMERIC,
    price_unit NUMERIC, discount NUMERIC, price_subtotal NUMERIC NOT NULL, price_subtotal_incl NUMERIC NOT NULL,
    full_product_name VARCHAR, refunded_orderline_id INT);
  CREATE INDEX pos_order_line_order ON pos_order_line (order_id);
  CREATE TABLE pos_payment_method (
    id SERIAL PRIMARY KEY, name JSONB NOT NULL, is_cash_count BOOL, use_payment_terminal VARCHAR, journal_id INT);
  CREATE TABLE pos_payment (
    id SERIAL PRIMARY KEY, pos_order_id INT NOT NULL, amount NUMERIC NOT NULL, payment_method_id INT NOT NULL,
    payment_date TIMESTAMP, is_change BOOL, card_type VARCHAR);
  CREATE INDEX pos_payment_order ON pos_payment (pos_order_id);
  GRANT SELECT ON ALL TABLES IN SCHEMA public TO tillbridge`

const MASTER = `
  INSERT INTO stock_warehouse VALUES (1, 'HAR', 'Harbour'), (2, 'MKT', 'Market');
  INSERT INTO stock_picking_type VALUES (1, 1), (2, 2);
  INSERT INTO pos_config (id, name, picking_type_id, tip_product_id) VALUES (1, 'Harbour till', 1, 5);
  INSERT INTO pos_session VALUES (1, 1, 'POS/1', 'opened');
  INSERT INTO product_template VALUES
    (1, '{"de_DE": "Becher", "en_US": "Mug"}', 'consu'), (2, '{"en_US": "Loose tea"}', 'product'),
    (3, '{"en_US": "Engraving"}', 'service'), (4, '{"en_US": "No code"}', 'consu'), (5, '{"en_US": "Tips"}', 'consu'),
    (6, '{"en_US": "Breakfast"}', 'combo');
  INSERT INTO product_product VALUES
    (11, 1, 'MUG', '9520110000161'), (2, 2, 'TEA', NULL), (3, 3, 'ENG', NULL), (4, 4, NULL, '4006381333931'), (5, 5, 'TIPS', NULL), (6, 6, NULL, NULL);
  INSERT INTO pos_payment_method VALUES
    (1, '{"en_US": "Cash"}', true, NULL), (2, '{"en_US": "Card"}', false, 'adyen'), (3, '{"en_US": "Voucher"}', false, NULL)`

const folder = tempFolder()
const passwordFile = join(folder.path, 'password')
let server: PosServer
let db: PosConnection
beforeAll(async () => {
  writeFileSync(passwordFile, 'till-secret')
  server = await startPostgres()
})
afterAll(async () => {
  await db?.[Symbol.asyncDispose]()
  await server?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})
let made = 0
beforeEach(async () => {
  await db?.[Symbol.asyncDispose]()
  made += 1
  db = await server.createDatabase(`odoo_${made}`)
  await db.run(TABLES)
  await db.run(MASTER)
})

const database = () => ({
  product: 'postgres',
  host: 'localhost',
  port: server.port,
  database: `odoo_${made}`,
  user: 'tillbridge',
  passwordFile,
})
const readerOf = (settings: Readonly<Record<string, unknown>> = {}) =>
  new PosReader('odoo', { database: database(), ...settings })

interface Line {
  readonly product: number
  readonly qty?: number
  readonly price: number
  readonly discount?: number
  readonly net: number
  readonly incl: number
  readonly name?: string
}
/** Payment method and amount. */
type Payment = readonly [method: number, amount: number]
interface Order {
  readonly at?: string
  readonly state?: string
  readonly session?: number
  readonly cashier?: string
}

const sum = (amounts: readonly number[]) => Math.round(amounts.reduce((a, b) => a + b, 0) * 100) / 100

/** An order in one transaction, as Odoo writes it; gives its number. */
async function sell(
  lines: readonly Line[],
  payments: readonly Payment[],
  order: Order = {},
): Promise<number> {
  const { at = '2026-11-25 09:00:00', state = 'paid', session = 1, cashier = null } = order
  const total = sum(lines.map(line => line.incl))
  const paid = sum(payments.map(([, amount]) => amount))
  await db.run('BEGIN')
  const [row] = await db.run(
    `INSERT INTO pos_order (name, state, date_order, session_id, user_id, pos_reference, amount_tax, amount_total,
                            amount_paid, amount_return, cashier)
     VALUES ('Harbour/0001', ?, ?, ?, 2, 'Order 00001-001-0001', ?, ?, ?, 0, ?) RETURNING id`,
    [state, at, session, sum([total, ...lines.map(line => -line.net)]), total, paid, cashier],
  )
  const id = Number((row as { id: unknown }).id)
  for (const { product, qty = 1, price, discount = 0, net, incl, name = null } of lines)
    await db.run(
      `INSERT INTO pos_order_line (order_id, product_id, qty, price_unit, discount, price_subtotal,
                                   price_subtotal_incl, full_product_name) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      [id, product, qty, price, discount, net, incl, name],
    )
  for (const [method, amount] of payments)
    await db.run(
      `INSERT INTO pos_payment (pos_order_id, payment_method_id, amount, is_change, payment_date)
       VALUES (?, ?, ?, ?, '2026-11-25 09:00:01')`,
      [id, method, amount, amount < 0 ? 'true' : 'false'],
    )
  await db.run('COMMIT')
  return id
}

const MUG: Line = { product: 11, price: 11.9, net: 10, incl: 11.9 }

test('tax within prices, a discount, a fraction of a kilogram, two payments and change', async () => {
  using reader = readerOf()
  const id = await sell(
    [
      { product: 11, qty: 2, price: 11.9, discount: 10, net: 18, incl: 21.42, name: 'Mug (blue)' },
      { product: 2, qty: 0.25, price: 40, net: 9.35, incl: 10 },
    ],
    [
      [2, 20],
      [1, 15],
      [1, -3.58],
    ],
    { cashier: 'Anke' },
  )
  expect(await reader.news()).toEqual([
    {
      kind: 'sale.completed',
      at: reader.clock.now(),
      source: 'pos',
      receipt: String(id),
      receiptNumber: 'Order 00001-001-0001',
      fingerprint: expect.stringMatching(/^[\w-]{43}$/),
      till: 'Harbour till',
      staff: 'Anke',
      businessDate: '2026-11-25',
      soldAt: { wall: '2026-11-25T10:00:00', zone: 'Europe/Berlin' },
      currency: 'EUR',
      lines: [
        {
          ...{ line: 1, sku: 'MUG', barcode: '9520110000161', title: 'Mug (blue)', quantity: 2000 },
          ...{ net: 1800, discount: 200, warehouse: 'HAR' },
        },
        {
          ...{ line: 2, sku: 'TEA', barcode: null, title: 'Loose tea', quantity: 250 },
          ...{ net: 935, warehouse: 'HAR' },
        },
      ],
      taxes: [{ name: 'Tax', rate: null, base: 2735, amount: 407 }],
      tenders: [
        { kind: 'cash', name: 'Cash', amount: 1142 },
        { kind: 'card', name: 'Card', amount: 2000 },
      ],
      rounding: 0,
      unexplained: 0,
    },
  ])
  // the session is closed, a method and an item are renamed: no edit of the sale
  await db.run(`UPDATE pos_order SET state = 'done'`)
  await db.run(`UPDATE pos_payment_method SET name = '{"en_US": "Notes"}'`)
  await db.run(`UPDATE product_template SET name = '{"en_US": "Cup"}'`)
  expect(await reader.round(10)).toEqual([])
})

test('tax on top of prices, and a refund', async () => {
  using reader = readerOf({ tenders: { Voucher: 'voucher' } })
  const line: Line = { product: 11, qty: 3, price: 10, discount: 50, net: 15, incl: 17.85 }
  await sell([line], [[3, 17.85]])
  await sell([{ ...line, qty: -3, net: -15, incl: -17.85 }], [[1, -17.85]], { at: '2026-11-25 09:05:00' })
  const sales = only('sale.completed', await reader.news())
  expect(sales).toMatchObject([
    {
      lines: [{ quantity: 3000, net: 1500, discount: 1500 }],
      taxes: [{ amount: 285 }],
      tenders: [{ kind: 'voucher', name: 'Voucher', amount: 1785 }],
      unexplained: 0,
    },
    {
      lines: [{ quantity: -3000, net: -1500, discount: -1500 }],
      taxes: [{ base: -1500, amount: -285 }],
      tenders: [{ kind: 'cash', amount: -1785 }],
      unexplained: 0,
    },
  ])
})

test('drafts and cancelled orders do not count; a draft does once it is paid', async () => {
  using reader = readerOf()
  const draft = await sell([MUG], [], { state: 'draft' })
  await sell([MUG], [], { state: 'cancel' })
  const posted = await sell([MUG], [[1, 11.9]], { state: 'done', at: '2026-11-25 10:00:00' })
  const invoiced = await sell([MUG], [[1, 11.9]], { state: 'invoiced', at: '2026-11-25 10:01:00' })
  expect(await reader.news()).toMatchObject([
    { kind: 'sale.completed', receipt: String(posted) },
    { kind: 'sale.completed', receipt: String(invoiced) },
  ])
  await db.run('INSERT INTO pos_payment (pos_order_id, payment_method_id, amount) VALUES (?, 1, 11.9)', [
    draft,
  ])
  await db.run(`UPDATE pos_order SET state = 'paid', amount_paid = 11.9 WHERE id = ?`, [draft])
  expect(await reader.news()).toMatchObject([{ kind: 'sale.completed', receipt: String(draft) }])
})

test('services, combos and tips move no stock; an item without a code is refused by its number', async () => {
  using reader = readerOf()
  await sell(
    [
      { product: 3, price: 5.95, net: 5, incl: 5.95 },
      { product: 5, price: 1, net: 1, incl: 1 },
      { product: 6, price: 0, net: 0, incl: 0 },
      MUG,
    ],
    [[1, 18.85]],
  )
  const uncoded = await sell([{ product: 4, price: 1.19, net: 1, incl: 1.19 }], [[1, 1.19]])
  const events = await reader.news()
  expect(only('sale.completed', events)).toMatchObject([
    { lines: [{ sku: null }, { sku: null }, { sku: null }, { sku: 'MUG' }], unexplained: 0 },
  ])
  expect(only('source.row-refused', events)).toMatchObject([
    { row: `pos_order/${uncoded}`, code: 'PRODUCT_WITHOUT_SKU' },
  ])
})

test('what cash is rounded by is rounding; a larger difference stays unexplained', async () => {
  using reader = readerOf()
  // another company rounds to whole units
  await db.run('INSERT INTO account_cash_rounding (id, rounding) VALUES (1, 0.10), (2, 1.00)')
  await db.run('UPDATE pos_config SET rounding_method = 1 WHERE id = 1')
  const line: Line = { product: 11, price: 11.94, net: 10.03, incl: 11.94 }
  await sell([line], [[1, 11.9]])
  await sell([line], [[1, 10]], { at: '2026-11-25 09:05:00' })
  await sell([line], [[1, 11.14]], { at: '2026-11-25 09:10:00' })
  const first = await reader.news()
  reader.clock.pass(2_000)
  const sales = only('sale.completed', [...first, ...(await reader.news())])
  expect(sales.map(({ rounding, unexplained }) => [rounding, unexplained])).toEqual([
    [-4, 0],
    [0, -194],
    [0, -80],
  ])
})

test('a refund of Odoo 19 has amounts above zero: they are turned if it was paid back, else refused', async () => {
  using reader = readerOf()
  const line: Line = { product: 11, qty: -2, price: 11.9, discount: 10, net: 18, incl: 21.42 }
  const back = await sell([line], [[1, -21.42]])
  const unmarked = await sell([line], [[1, -21.42]])
  const unpaid = await sell([line], [[1, 21.42]])
  const mixed = await sell([line, MUG], [[1, -33.32]])
  await db.run('UPDATE pos_order SET is_refund = true WHERE id <> ?', [unmarked])
  const events = await reader.news()
  expect(only('sale.completed', events)).toMatchObject([
    {
      receipt: String(back),
      lines: [{ sku: 'MUG', quantity: -2000, net: -1800, discount: -200 }],
      taxes: [{ base: -1800, amount: -342 }],
      tenders: [{ kind: 'cash', amount: -2142 }],
      rounding: 0,
      unexplained: 0,
    },
  ])
  expect(only('source.row-refused', events).map(({ row, code }) => [row, code])).toEqual(
    [unmarked, unpaid, mixed].map(id => [`pos_order/${id}`, 'TICKET_TYPE_UNKNOWN']),
  )
})

test('times are UTC: the wall clock, the business date and the repeated hour follow the zone', async () => {
  using reader = readerOf({ zone: 'America/New_York', businessDayStartsAt: 4, startFrom: '2026-10-31' })
  const at = async (moment: string) => sell([MUG], [[1, 11.9]], { at: moment })
  await at('2026-10-31 07:59:59')
  await at('2026-10-31 08:00:00')
  await at('2026-11-01 05:30:00')
  await at('2026-11-01 06:30:00.250')
  await at('2026-11-01 09:30:00')
  const sales = only('sale.completed', await reader.news())
  expect(sales.map(({ soldAt, businessDate }) => [soldAt.wall, businessDate])).toEqual([
    ['2026-10-31T04:00:00', '2026-10-31'],
    ['2026-11-01T01:30:00', '2026-10-31'],
    ['2026-11-01T01:30:00.250', '2026-10-31'],
    ['2026-11-01T04:30:00', '2026-11-01'],
  ])
})

test('before Odoo 16 names are text, and there is no name on the line', async () => {
  await sell([MUG], [[2, 11.9]])
  await db.run(`
    ALTER TABLE product_template ALTER name TYPE VARCHAR USING name ->> 'en_US';
    ALTER TABLE pos_payment_method ALTER name TYPE VARCHAR USING name ->> 'en_US', DROP COLUMN use_payment_terminal;
    ALTER TABLE pos_order_line DROP COLUMN full_product_name;
    ALTER TABLE pos_config DROP COLUMN tip_product_id;
    ALTER TABLE pos_order DROP COLUMN cashier, DROP COLUMN is_refund`)
  using reader = readerOf({ tenders: { Card: 'card' } })
  expect(await reader.news()).toMatchObject([
    { staff: null, lines: [{ sku: 'MUG', title: 'Mug' }], tenders: [{ kind: 'card', name: 'Card' }] },
  ])
})

const aboutTry = (answers: Record<string, string>) => ({
  name: 'odoo',
  database: database(),
  source: SourceId.parse('sales'),
  store: { zone: 'Europe/Berlin', warehouse: 'HAR' },
  answers: new Map(Object.entries(answers)),
})
const tryIt = (answers: Record<string, string> = {}) =>
  proposeDatabase(aboutTry(answers), nodeWorld({ log: quietLog }), databaseKinds)

test('of a database of several stores only the points of sale that are named are read', async () => {
  await db.run(`INSERT INTO pos_config (id, name, picking_type_id) VALUES (2, 'Market till', 2)`)
  await db.run(`INSERT INTO pos_session VALUES (2, 2, 'POS/2', 'opened')`)
  const here = await sell([MUG], [[1, 11.9]])
  const there = await sell([MUG], [[1, 11.9]], { session: 2 })
  await expect(readerOf().poll()).rejects.toMatchObject({
    code: 'POINTS_OF_SALE_OPEN',
    message: expect.stringContaining('1 Harbour till, 2 Market till'),
  })
  await expect(readerOf({ points: [1, 3] }).poll()).rejects.toMatchObject({ code: 'POINTS_OF_SALE_OPEN' })
  using one = readerOf({ points: [1] })
  expect(await one.news()).toMatchObject([{ receipt: String(here), lines: [{ warehouse: 'HAR' }] }])
  using other = readerOf({ points: [2] })
  expect(await other.news()).toMatchObject([
    { receipt: String(there), till: 'Market till', lines: [{ warehouse: 'MKT' }] },
  ])
  await expect(readerOf({ points: [1, 2] }).poll()).rejects.toMatchObject({ code: 'WAREHOUSE_UNKNOWN' })

  const open = await tryIt()
  expect(open.questions.map(({ id }) => id)).toEqual(['currency', 'points'])
  expect(open.isProven).toBe(false)
  const found = await tryIt({ currency: 'EUR', points: '2' })
  expect(found).toMatchObject({ kind: 'odoo', settings: { points: [2] }, questions: [], isProven: true })
  expect(found.rows.map(({ event }) => event)).toMatchObject([{ receipt: String(there) }])
  await expect(tryIt({ points: '7' })).rejects.toMatchObject({ code: 'POINTS_OF_SALE_OPEN' })
  await expect(tryIt({ points: 'all' })).rejects.toMatchObject({ code: 'SOURCE_ANSWER_UNKNOWN' })
})

test('a till that is added later is not read as this store’s', async () => {
  using reader = readerOf()
  await sell([MUG], [[1, 11.9]])
  expect(await reader.news()).toHaveLength(1)
  await db.run(`INSERT INTO pos_config (id, name, picking_type_id) VALUES (2, 'Market till', 2)`)
  await db.run(`INSERT INTO pos_session VALUES (2, 2, 'POS/2', 'opened')`)
  await sell([MUG], [[1, 11.9]], { session: 2 })
  expect(await reader.round(10)).toEqual([])
})

test('sources try recognises Odoo by its tables, and before 13, without pos_payment, does not', async () => {
  await sell([MUG], [[1, 11.9]])
  expect((await tryIt()).questions.map(({ id }) => id)).toEqual(['currency'])
  expect(await tryIt({ currency: 'EUR' })).toMatchObject({
    kind: 'odoo',
    layout: 'the tables of odoo (postgres)',
    questions: [],
    isProven: true,
  })
  await db.run('ALTER TABLE pos_payment RENAME TO account_bank_statement_line')
  await expect(tryIt()).rejects.toMatchObject({ code: 'SOURCE_DATABASE_UNKNOWN' })
})
