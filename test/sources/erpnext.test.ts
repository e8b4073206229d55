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

const INVOICE = `
  name VARCHAR(140) PRIMARY KEY, creation DATETIME(6), owner VARCHAR(140), docstatus INT NOT NULL DEFAULT 0,
  posting_date DATE, posting_time TIME(6), pos_profile VARCHAR(140), currency VARCHAR(140), is_pos INT DEFAULT 1,
  is_return INT DEFAULT 0, net_total DECIMAL(21,9) DEFAULT 0, grand_total DECIMAL(21,9) DEFAULT 0,
  rounded_total DECIMAL(21,9) DEFAULT 0, rounding_adjustment DECIMAL(21,9) DEFAULT 0,
  change_amount DECIMAL(21,9) DEFAULT 0, write_off_amount DECIMAL(21,9) DEFAULT 0,
  loyalty_amount DECIMAL(21,9) DEFAULT 0, redeem_loyalty_points INT DEFAULT 0, is_consolidated INT DEFAULT 0,
  KEY posting_date (posting_date)`
const ITEM = `
  name VARCHAR(140) PRIMARY KEY, parent VARCHAR(140), parenttype VARCHAR(140), idx INT, item_code VARCHAR(140),
  item_name VARCHAR(140), barcode VARCHAR(140), qty DECIMAL(21,9), stock_qty DECIMAL(21,9), amount DECIMAL(21,9),
  net_amount DECIMAL(21,9), discount_amount DECIMAL(21,9) DEFAULT 0, warehouse VARCHAR(140), KEY parent (parent)`
/** The columns of ERPNext 15 that are read, and those without which its rows make no sense. */
const TABLES = `
  ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
  CREATE TABLE \`tabPOS Invoice\` (${INVOICE});
  CREATE TABLE \`tabSales Invoice\` (${INVOICE});
  CREATE TABLE \`tabPOS Invoice Item\` (${ITEM});
  CREATE TABLE \`tabSales Invoice Item\` (${ITEM});
  CREATE TABLE \`tabPacked Item\` (
    name VARCHAR(140) PRIMARY KEY, parent VARCHAR(140), parenttype VARCHAR(140), idx INT, parent_item VARCHAR(140),
    item_code VARCHAR(140), item_name VARCHAR(140), qty DECIMAL(21,9), warehouse VARCHAR(140), KEY parent (parent));
  CREATE TABLE \`tabSales Taxes and Charges\` (
    name VARCHAR(140) PRIMARY KEY, parent VARCHAR(140), parenttype VARCHAR(140), idx INT, account_head VARCHAR(140),
    description TEXT, rate DECIMAL(21,9), tax_amount DECIMAL(21,9), tax_amount_after_discount_amount DECIMAL(21,9),
    KEY parent (parent));
  CREATE TABLE \`tabSales Invoice Payment\` (
    name VARCHAR(140) PRIMARY KEY, parent VARCHAR(140), parenttype VARCHAR(140), idx INT,
    mode_of_payment VARCHAR(140), type VARCHAR(140), amount DECIMAL(21,9), KEY parent (parent));
  CREATE TABLE \`tabItem\` (name VARCHAR(140) PRIMARY KEY, is_stock_item INT DEFAULT 1);
  CREATE TABLE \`tabPOS Profile\` (name VARCHAR(140) PRIMARY KEY, warehouse VARCHAR(140), disabled INT DEFAULT 0)`
const EMPTIED = [
  ...['tabPOS Invoice', 'tabSales Invoice', 'tabPOS Invoice Item', 'tabSales Invoice Item', 'tabPacked Item'],
  ...['tabSales Taxes and Charges', 'tabSales Invoice Payment', 'tabItem', 'tabPOS Profile'],
]
const MASTER = `
  INSERT INTO \`tabItem\` VALUES ('MUG', 1), ('TEA', 1), ('ENGRAVING', 0), ('SET', 0);
  INSERT INTO \`tabPOS Profile\` (name, warehouse) VALUES ('Harbour', 'Stores - H')`

interface Line {
  readonly code: string | null
  readonly qty?: number
  readonly factor?: number
  readonly amount: number
  readonly net?: number
  /** Taken off each unit. */
  readonly off?: number
}
interface Invoice {
  readonly name: string
  readonly lines: readonly Line[]
  readonly tax?: number
  readonly rate?: number
  /** Mode of payment, its type, and the amount. */
  readonly paid: readonly (readonly [mode: string, type: string, amount: number])[]
  readonly more?: Readonly<Record<string, string | number>>
}

describe.skipIf(!hasMariaDb)(`ERPNext${withoutMariaDb}:`, () => {
  const folder = tempFolder()
  const passwordFile = join(folder.path, 'password')
  let server: PosServer
  let db: PosConnection
  beforeAll(async () => {
    writeFileSync(passwordFile, 'till-secret')
    server = await startMariaDb()
    db = await server.createDatabase('erpnext')
    await db.run(TABLES)
    await db.run(`GRANT SELECT ON erpnext.* TO tillbridge@'%'`)
  })
  afterAll(async () => {
    await db?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })
  beforeEach(async () => {
    for (const table of EMPTIED) await db.run(`TRUNCATE \`${table}\``)
    await db.run(MASTER)
  })

  const database = () => ({
    product: 'mysql',
    host: 'localhost',
    port: server.port,
    database: 'erpnext',
    user: 'tillbridge',
    passwordFile,
  })
  const readerOf = (settings: Readonly<Record<string, unknown>> = {}) =>
    new PosReader('erpnext', { database: database(), ...settings })

  const insert = (table: string, row: Readonly<Record<string, string | number | null>>) =>
    db.run(
      `INSERT INTO \`${table}\` (${Object.keys(row).join(', ')})
       VALUES (${Object.keys(row)
         .map(() => '?')
         .join(', ')})`,
      Object.values(row),
    )

  /** A submitted invoice in one transaction, as Frappe writes it. */
  async function sell(invoice: Invoice, type = 'POS Invoice'): Promise<void> {
    const { name, lines, tax = 0, rate = 19, paid, more = {} } = invoice
    const net = lines.reduce((sum, line) => sum + (line.net ?? line.amount), 0)
    const ours = { parent: name, parenttype: type }
    const own = `${type} ${name}`
    await db.run('BEGIN')
    await insert(`tab${type}`, {
      ...{ name, owner: 'anke@shop.example', docstatus: 1, posting_date: '2026-11-25' },
      ...{ posting_time: '10:00:00.125000', pos_profile: 'Harbour', currency: 'EUR' },
      ...{ net_total: net, grand_total: net + tax, ...more },
    })
    for (const [index, line] of lines.entries()) {
      const { code, qty = 1, factor = 1, amount, off = 0 } = line
      await insert(`tab${type} Item`, {
        ...{
          name: `${own}-${index}`,
          ...ours,
          idx: index + 1,
          item_code: code,
          item_name: `Name of ${code}`,
        },
        ...{ barcode: null, qty, stock_qty: qty * factor, amount, net_amount: line.net ?? amount },
        ...{ discount_amount: off, warehouse: 'Stores - H' },
      })
    }
    if (tax !== 0)
      await insert('tabSales Taxes and Charges', {
        ...{ name: `${own}-t`, ...ours, idx: 1, account_head: 'VAT - H', description: 'VAT', rate },
        ...{ tax_amount: tax, tax_amount_after_discount_amount: tax },
      })
    for (const [index, [mode, kind, amount]] of paid.entries())
      await insert('tabSales Invoice Payment', {
        ...{ name: `${own}-p${index}`, ...ours, idx: index + 1, mode_of_payment: mode, type: kind, amount },
      })
    await db.run('COMMIT')
  }

  const MUG: Invoice = {
    name: 'ACC-PSINV-2026-00001',
    lines: [{ code: 'MUG', amount: 11.9, net: 10 }],
    tax: 1.9,
    paid: [['Cash', 'Cash', 11.9]],
  }

  test('tax within prices, a discount, a dozen as one unit of sale, two payments and change', async () => {
    using reader = readerOf({ tenders: { 'Bank Card': 'card' } })
    await sell({
      name: 'ACC-PSINV-2026-00007',
      lines: [
        { code: 'MUG', qty: 2, factor: 12, amount: 214.2, net: 180, off: 11.9 },
        { code: 'TEA', qty: 0.25, amount: 10, net: 8.4 },
      ],
      tax: 35.8,
      paid: [
        ['Bank Card', 'Bank', 200],
        ['Cash', 'Cash', 30],
        ['Cheque', 'Bank', 0],
      ],
      more: { change_amount: 5.8 },
    })
    expect(await reader.news()).toEqual([
      {
        kind: 'sale.completed',
        at: reader.clock.now(),
        source: 'pos',
        receipt: 'ACC-PSINV-2026-00007',
        receiptNumber: 'ACC-PSINV-2026-00007',
        fingerprint: expect.stringMatching(/^[\w-]{43}$/),
        till: 'Harbour',
        staff: 'anke@shop.example',
        businessDate: '2026-11-25',
        soldAt: { wall: '2026-11-25T10:00:00.125', zone: 'Europe/Berlin' },
        currency: 'EUR',
        lines: [
          {
            ...{ line: 1, sku: 'MUG', barcode: null, title: 'Name of MUG', quantity: 24_000 },
            ...{ net: 18_000, discount: 2_000, warehouse: 'Stores - H' },
          },
          {
            ...{ line: 2, sku: 'TEA', barcode: null, title: 'Name of TEA', quantity: 250 },
            ...{ net: 840, warehouse: 'Stores - H' },
          },
        ],
        taxes: [{ name: 'VAT', rate: 190_000, base: 18_840, amount: 3580 }],
        tenders: [
          { kind: 'card', name: 'Bank Card', amount: 20_000 },
          { kind: 'cash', name: 'Cash', amount: 2420 },
        ],
        rounding: 0,
        unexplained: 0,
      },
    ])
    // the day is closed and its invoices are merged: no other sale
    await sell({ ...MUG, name: 'ACC-SINV-2026-00001', more: { is_consolidated: 1 } }, 'Sales Invoice')
    expect(await reader.round(10)).toEqual([])
  })

  test('drafts and cancelled invoices do not count; one that is cancelled later is taken back', async () => {
    using reader = readerOf()
    await sell({ ...MUG, name: 'A-1', more: { docstatus: 0 } })
    await sell({ ...MUG, name: 'A-2', more: { docstatus: 2 } })
    await sell({ ...MUG, name: 'A-3' })
    expect(await reader.news()).toMatchObject([{ kind: 'sale.completed', receipt: 'A-3' }])
    await db.run(`UPDATE \`tabPOS Invoice\` SET docstatus = docstatus + 1 WHERE name <> 'A-2'`)
    const events = await reader.round(10)
    expect(events).toMatchObject([
      { kind: 'sale.completed', receipt: 'A-1' },
      { kind: 'sale.voided', receipt: 'A-3', reason: 'marked-void' },
    ])
  })

  test('a return, services, a bundle’s parts, and what is owed, written off or paid in points', async () => {
    using reader = readerOf()
    await sell({
      name: 'R-1',
      lines: [{ code: 'MUG', qty: -1, amount: -11.9, net: -10 }],
      tax: -1.9,
      paid: [['Cash', 'Cash', -11.9]],
      more: { is_return: 1 },
    })
    await sell({
      name: 'R-2',
      lines: [
        { code: 'SET', qty: 2, amount: 60 },
        { code: 'ENGRAVING', amount: 5 },
        { code: null, amount: 1 },
      ],
      paid: [['Credit Card', 'Bank', 40]],
      more: { write_off_amount: 1, redeem_loyalty_points: 1, loyalty_amount: 5 },
    })
    for (const [idx, [code, qty]] of [['MUG', 4] as const, ['TEA', 2] as const].entries())
      await insert('tabPacked Item', {
        ...{ name: `k${idx}`, parent: 'R-2', parenttype: 'POS Invoice', idx: idx + 1, parent_item: 'SET' },
        ...{ item_code: code, item_name: code, qty, warehouse: 'Stores - H' },
      })
    expect(only('sale.completed', await reader.news())).toMatchObject([
      {
        receipt: 'R-1',
        lines: [{ sku: 'MUG', quantity: -1000, net: -1000 }],
        taxes: [{ base: -1000, amount: -190 }],
        tenders: [{ kind: 'cash', amount: -1190 }],
        unexplained: 0,
      },
      {
        receipt: 'R-2',
        lines: [
          { sku: null, quantity: 2000, net: 6000 },
          { sku: null, net: 500 },
          { sku: null, net: 100 },
          { sku: 'MUG', quantity: 4000, net: 0 },
          { sku: 'TEA', quantity: 2000, net: 0 },
        ],
        tenders: expect.arrayContaining([
          { kind: 'card', name: 'Credit Card', amount: 4000 },
          { kind: 'voucher', name: 'Loyalty points', amount: 500 },
          { kind: 'other', name: 'Written off', amount: 100 },
          { kind: 'account', name: 'On account', amount: 2000 },
        ]),
        unexplained: 0,
      },
    ])
  })

  test('rounding is told apart; an invoice in another currency is refused; a deleted item is named', async () => {
    using reader = readerOf()
    await sell({
      name: 'C-1',
      lines: [{ code: 'MUG', amount: 11.93, net: 10.03 }],
      tax: 1.9,
      paid: [['Cash', 'Cash', 11.95]],
      more: { rounded_total: 11.95, rounding_adjustment: 0.02 },
    })
    await sell({ ...MUG, name: 'C-2', more: { currency: 'USD' } })
    await sell({ ...MUG, name: 'C-3', lines: [{ code: 'GONE', amount: 11.9, net: 10 }] })
    const events = await reader.news()
    expect(only('sale.completed', events)).toMatchObject([{ receipt: 'C-1', rounding: 2, unexplained: 0 }])
    expect(only('source.row-refused', events)).toMatchObject([
      { row: 'tabpos invoice/C-2', code: 'TICKET_TYPE_UNKNOWN' },
      { row: 'tabpos invoice/C-3', code: 'PRODUCT_UNKNOWN' },
    ])
  })

  test('startFrom leaves out what is older, also by the hour at which the day begins', async () => {
    using reader = readerOf({ startFrom: '2026-11-25', businessDayStartsAt: 4 })
    const at = (name: string, posting_date: string, posting_time: string) =>
      sell({ ...MUG, name, more: { posting_date, posting_time } })
    await at('D-1', '2026-11-24', '23:00:00')
    await at('D-2', '2026-11-25', '03:59:59')
    await at('D-3', '2026-11-25', '04:00:00')
    expect(await reader.news()).toMatchObject([{ receipt: 'D-3', businessDate: '2026-11-25' }])
    expect(await reader.round(10)).toEqual([])
  })

  test('where the POS writes sales invoices, those are read, and the ones of the office are not', async () => {
    using reader = readerOf({ documents: 'Sales Invoice' })
    await sell({ ...MUG, name: 'S-1' }, 'Sales Invoice')
    await sell({ ...MUG, name: 'S-2', more: { is_pos: 0 } }, 'Sales Invoice')
    await sell({ ...MUG, name: 'S-3', more: { is_consolidated: 1 } }, 'Sales Invoice')
    await sell({ ...MUG, name: 'S-1' })
    expect(await reader.news()).toMatchObject([
      {
        kind: 'sale.completed',
        receipt: 'S-1',
        lines: [{ net: 1000 }],
        taxes: [{ amount: 190 }],
        tenders: [{ amount: 1190 }],
      },
    ])
  })

  test('of several stores only the profiles that are named are read; sources try asks for them', async () => {
    await db.run(
      `INSERT INTO \`tabPOS Profile\` (name, warehouse) VALUES ('Joe’s "kiosk"; DROP', 'Stores - K')`,
    )
    await sell({ ...MUG, name: 'P-1' })
    await sell({ ...MUG, name: 'P-2', more: { pos_profile: 'Joe’s "kiosk"; DROP' } })
    await expect(readerOf().poll()).rejects.toMatchObject({
      code: 'POINTS_OF_SALE_OPEN',
      message: expect.stringContaining('Harbour, Joe’s'),
    })
    using kiosk = readerOf({ points: ['Joe’s "kiosk"; DROP'] })
    expect(await kiosk.news()).toMatchObject([{ receipt: 'P-2', till: 'Joe’s "kiosk"; DROP' }])
    await expect(readerOf({ points: ['Elsewhere'] }).poll()).rejects.toMatchObject({
      code: 'POINTS_OF_SALE_OPEN',
    })
    const tryIt = (answers: Record<string, string>) =>
      proposeDatabase(
        {
          ...{ name: 'erpnext', database: database(), source: SourceId.parse('sales') },
          store: { zone: 'Europe/Berlin', warehouse: 'HAR' },
          answers: new Map(Object.entries(answers)),
        },
        nodeWorld({ log: quietLog }),
        databaseKinds,
      )
    expect((await tryIt({})).questions.map(({ id }) => id)).toEqual(['currency', 'points'])
    const found = await tryIt({ currency: 'EUR', points: 'Harbour' })
    expect(found).toMatchObject({ kind: 'erpnext', settings: { points: ['Harbour'] }, isProven: true })
    expect(found.rows.map(({ event }) => event)).toMatchObject([{ receipt: 'P-1' }])
    await expect(tryIt({ points: 'Elsewhere' })).rejects.toMatchObject({ code: 'POINTS_OF_SALE_OPEN' })
  })
})
