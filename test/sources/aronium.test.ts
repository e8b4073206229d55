import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { databaseKinds } from '../../agent/sources/kinds.ts'
import { proposeDatabase } from '../../agent/tools/source-try/propose-database.ts'
import { SourceId } from '../../shared/ids.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { quietLog } from '../manual-world.ts'
import { PosReader } from './pos-reader.ts'
import { kindsOf, only, tempFolder } from './till.ts'

/** The tables of Aronium that are read, with the columns that are and those without which its rows make no sense. */
const TABLES = `
  CREATE TABLE DocumentType (
    Id INTEGER PRIMARY KEY, Name TEXT NOT NULL, Code TEXT NOT NULL, DocumentCategoryId INTEGER, WarehouseId INTEGER,
    StockDirection INTEGER (1), EditorType INTEGER);
  CREATE TABLE Warehouse (Id INTEGER PRIMARY KEY AUTOINCREMENT, Name TEXT NOT NULL);
  CREATE TABLE User (
    Id INTEGER PRIMARY KEY AUTOINCREMENT, FirstName TEXT, LastName TEXT, Username TEXT, Password TEXT, AccessLevel INTEGER);
  CREATE TABLE Tax (
    Id INTEGER PRIMARY KEY AUTOINCREMENT, Name TEXT, Rate NUMERIC, Code TEXT, IsFixed INTEGER (1) DEFAULT 0, IsEnabled INTEGER (1) DEFAULT 1);
  CREATE TABLE Product (
    Id INTEGER PRIMARY KEY AUTOINCREMENT, Name TEXT NOT NULL, Code TEXT, PLU INTEGER, MeasurementUnit TEXT, Price NUMERIC,
    IsTaxInclusivePrice INTEGER (1) DEFAULT 1, IsService INTEGER (1) DEFAULT 0, Cost NUMERIC);
  CREATE TABLE Barcode (Id INTEGER PRIMARY KEY AUTOINCREMENT, ProductId INTEGER, Value TEXT NOT NULL);
  CREATE INDEX IX_Barcode_Product ON Barcode (ProductId);
  CREATE TABLE Stock (Id INTEGER PRIMARY KEY AUTOINCREMENT, ProductId INTEGER, WarehouseId INTEGER, Quantity NUMERIC);
  CREATE TABLE Document (
    Id INTEGER PRIMARY KEY AUTOINCREMENT, Number TEXT NOT NULL, UserId INTEGER, CustomerId INTEGER, OrderNumber TEXT, Date DATE,
    StockDate DATETIME, Total NUMERIC, IsClockedOut INTEGER (1), DocumentTypeId INTEGER, WarehouseId INTEGER,
    ReferenceDocumentNumber TEXT, DateCreated DATETIME, DateUpdated DATETIME, Discount NUMERIC DEFAULT 0, DiscountType INT DEFAULT 0,
    PaidStatus INTEGER DEFAULT 0, DiscountApplyRule INTEGER(1) DEFAULT 0, ServiceType INTEGER DEFAULT 0);
  CREATE TABLE DocumentItem (
    Id INTEGER PRIMARY KEY AUTOINCREMENT, DocumentId INTEGER, ProductId INTEGER, Quantity NUMERIC, ExpectedQuantity NUMERIC DEFAULT 0,
    PriceBeforeTax NUMERIC, Price NUMERIC, Discount NUMERIC DEFAULT 0, DiscountType INTEGER DEFAULT 0, Total NUMERIC,
    TotalAfterDocumentDiscount NUMERIC);
  CREATE TABLE DocumentItemTax (DocumentItemId INTEGER, TaxId INTEGER, Amount NUMERIC, PRIMARY KEY (DocumentItemId, TaxId));
  CREATE TABLE PaymentType (
    Id INTEGER PRIMARY KEY AUTOINCREMENT, Name TEXT NOT NULL, IsChangeAllowed INTEGER (1) DEFAULT 1, MarkAsPaid INT (1) DEFAULT 1);
  CREATE TABLE Payment (
    Id INTEGER PRIMARY KEY AUTOINCREMENT, DocumentId INTEGER, PaymentTypeId INTEGER, Amount NUMERIC, Date DATE, UserId INTEGER,
    ZReportId INTEGER, DateCreated DATETIME DEFAULT 0);
  INSERT INTO DocumentType (Id, Name, Code, StockDirection) VALUES
    (1, 'Purchase', '100', 1), (2, 'Sales', '200', 2), (3, 'Inventory count', '300', 1), (4, 'Refund', '220', 1),
    (5, 'Stock return', '120', 2), (6, 'Loss and damage', '400', 2), (7, 'Proforma', '230', 0);
  INSERT INTO Warehouse (Name) VALUES ('Main');
  INSERT INTO User (FirstName, LastName) VALUES ('Anke', 'Kai');
  INSERT INTO Tax (Name, Rate) VALUES ('VAT 19%', 19), ('VAT 7%', 7);
  INSERT INTO PaymentType (Name, MarkAsPaid) VALUES ('Cash', 1), ('Credit card', 1), ('GCASH', 1), ('On the slate', 0);
  INSERT INTO Product (Name, Code, Price, IsTaxInclusivePrice, IsService) VALUES
    ('Mug', 'MUG-BLU', 11.90, 1, 0), ('Tea', 'TEA-100', 5.35, 1, 0), ('Delivery', '', 4, 1, 1), ('Net tee', 'TEE', 20, 0, 0);
  INSERT INTO Barcode (ProductId, Value) VALUES (1, '9520110000161'), (1, '9520110000178');
  INSERT INTO Stock (ProductId, WarehouseId, Quantity) VALUES (1, 1, 10), (2, 1, -2.5), (3, 1, 0)`

interface Line {
  readonly product: number
  readonly units?: number
  /** Of the whole line after the document's discount. */
  readonly amount: number
  readonly tax?: number
  readonly rate?: 1 | 2
  readonly expected?: number
}
interface Sheet {
  readonly type?: number
  readonly at?: string
  readonly total?: number
  readonly paid?: readonly (readonly [kind: number, amount: number])[]
  readonly status?: number
}

let folder: ReturnType<typeof tempFolder>
let db: SQLite.Database
let file: string
let number = 0
beforeEach(() => {
  folder = tempFolder()
  file = join(folder.path, 'pos.db')
  db = new SQLite(file)
  db.exec(TABLES)
  number = 0
})
afterEach(() => {
  db.close()
  folder[Symbol.dispose]()
})

const readerOf = (settings: Readonly<Record<string, unknown>> = {}) =>
  new PosReader('aronium', { database: { product: 'sqlite', file }, ...settings })

/** Writes a document as the POS does; gives its id. */
function sheet(lines: readonly Line[], of: Sheet = {}): number {
  const { type = 2, at = '2026-11-25 10:00:00.1234567', status = 2 } = of
  const sum = lines.reduce((all, { amount }) => all + amount, 0)
  const { total = sum, paid = [[1, total]] } = of
  number += 1
  return db.transaction(() => {
    const { lastInsertRowid } = db
      .prepare(
        `INSERT INTO Document (Number, UserId, Date, StockDate, Total, DocumentTypeId, WarehouseId, DateCreated, PaidStatus)
         VALUES (?, 1, ?, ?, ?, ?, 1, ?, ?)`,
      )
      .run(`26-200-${String(number).padStart(6, '0')}`, at.slice(0, 10), at, total, type, at, status)
    const id = Number(lastInsertRowid)
    for (const { product, units = 1, amount, tax = 0, rate = 1, expected = 0 } of lines) {
      const item = db
        .prepare(
          'INSERT INTO DocumentItem (DocumentId, ProductId, Quantity, ExpectedQuantity, Total, TotalAfterDocumentDiscount) VALUES (?, ?, ?, ?, ?, ?)',
        )
        .run(id, product, units, expected, amount, amount).lastInsertRowid
      if (tax !== 0) db.prepare('INSERT INTO DocumentItemTax VALUES (?, ?, ?)').run(item, rate, tax)
    }
    for (const [kind, amount] of paid)
      db.prepare('INSERT INTO Payment (DocumentId, PaymentTypeId, Amount) VALUES (?, ?, ?)').run(
        id,
        kind,
        amount,
      )
    return id
  })()
}

test('a sale with tax within its prices, two taxes, and change given back', async () => {
  using reader = readerOf({ till: 'Counter' })
  sheet(
    [
      { product: 1, units: 2, amount: 23.8, tax: 3.8 },
      { product: 2, units: 0.5, amount: 2.68, tax: 0.1753, rate: 2 },
      { product: 3, amount: 4 },
    ],
    { paid: [[1, 35]] },
  )
  const [sale] = only('sale.completed', await reader.news())
  expect(sale).toMatchObject({
    receipt: '1',
    receiptNumber: '26-200-000001',
    soldAt: { wall: '2026-11-25T10:00:00' },
    businessDate: '2026-11-25',
    till: 'Counter',
    staff: 'Anke Kai',

    lines: [
      { sku: 'MUG-BLU', barcode: '9520110000161', quantity: 2_000, net: 2_000, warehouse: '1' },
      { sku: 'TEA-100', quantity: 500 },
      { sku: null, title: 'Delivery' },
    ],
    tenders: [{ kind: 'cash', amount: 3_048 }],
  })
  expect(sale?.taxes).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'VAT 19%', amount: 380 }),
      expect.objectContaining({ name: 'VAT 7%', amount: 18 }),
    ]),
  )
})

test('tax on top: the document’s total says so', async () => {
  using reader = readerOf()
  sheet([{ product: 4, units: 2, amount: 40, tax: 7.6 }], { total: 47.6, paid: [[2, 47.6]] })
  const [sale] = only('sale.completed', await reader.news())
  expect(sale).toMatchObject({ tenders: [{ kind: 'card', amount: 4_760 }] })
  expect(sale?.taxes).toMatchObject([{ amount: 760, base: 4_000 }])
})

test('a document whose total its lines do not give is refused, not guessed', async () => {
  using reader = readerOf()
  sheet([{ product: 1, amount: 11.9, tax: 1.9 }], { total: 11 })
  const events = await reader.news()
  expect(only('sale.completed', events)).toEqual([])
  expect(only('source.row-refused', events)).toMatchObject([
    {
      code: 'RECEIPT_UNPROVEN',
      sentence: expect.stringContaining('it is a document with a total that its lines do not give. Compare'),
    },
  ])
})

test('lines with more decimals than the total of their rounded amounts', async () => {
  using reader = readerOf()
  const weighed = { product: 2, units: 0.5, amount: 2.674 }
  sheet([weighed, weighed, weighed], { total: 8.01 })
  const [sale] = only('sale.completed', await reader.news())
  expect(sale).toMatchObject({ tenders: [{ amount: 801 }] })
  expect(sale?.lines.map(({ net }) => net)).toEqual([267, 267, 267])
})

test('a total is compared as finely as its currency is', async () => {
  using reader = readerOf({ currency: 'KWD' })
  sheet([{ product: 1, amount: 11.9 }], { total: 11.904 })
  expect(kindsOf(await reader.news())).toEqual(['source.row-refused'])
})

test.each([1, -1])('a refund takes goods and money back, written with the sign %i', async sign => {
  using reader = readerOf()
  sheet([{ product: 1, units: sign * 2, amount: sign * 23.8, tax: sign * 3.8 }], { type: 4 })
  const [sale] = only('sale.completed', await reader.news())
  expect(sale).toMatchObject({
    lines: [{ sku: 'MUG-BLU', quantity: -2_000 }],
    tenders: [{ kind: 'cash', amount: -2_380 }],
  })
  expect(sale?.taxes).toMatchObject([{ amount: -380 }])
})

test('a refund with sold goods is refused: which of them came back it does not say', async () => {
  using reader = readerOf()
  sheet(
    [
      { product: 1, units: -1, amount: -11.9 },
      { product: 2, units: 1, amount: 5.35 },
    ],
    { type: 4 },
  )
  expect(kindsOf(await reader.news())).toEqual(['source.row-refused'])
})

test('several payments, one of the shop’s own name, and what is owed', async () => {
  using reader = readerOf({ tenders: { gcash: 'card' } })
  sheet([{ product: 1, amount: 11.9 }], {
    paid: [
      [3, 5],
      [1, 6.9],
    ],
  })
  sheet([{ product: 1, amount: 11.9 }], { paid: [[1, 4]], status: 1 })
  sheet([{ product: 1, amount: 11.9 }], { paid: [[4, 11.9]] })
  const sales = only('sale.completed', await reader.news())
  expect(sales.map(({ tenders }) => tenders.map(({ kind, amount }) => [kind, amount]).sort())).toEqual([
    [
      ['card', 500],
      ['cash', 690],
    ],
    [
      ['account', 790],
      ['cash', 400],
    ],
    [['account', 1_190]],
  ])
})

test('a payment of the shop’s own name is known in any case, in every alphabet', async () => {
  using reader = readerOf({
    tenders: { карта: 'card', ÜBERWEISUNG: 'bank', ' Écart ': 'voucher', Наличные: 'cash' },
  })
  db.exec(
    `INSERT INTO PaymentType (Id, Name) VALUES (11, 'Карта'), (12, 'Überweisung'), (13, 'ÉCART'), (14, 'НАЛИЧНЫЕ')`,
  )
  for (const kind of [11, 12, 13]) sheet([{ product: 1, amount: 11.9 }], { paid: [[kind, 11.9]] })
  // a surplus of cash is change
  sheet([{ product: 1, amount: 11.9 }], { paid: [[14, 20]] })
  const sales = only('sale.completed', await reader.news())
  expect(sales.map(({ tenders }) => tenders.map(({ kind, name, amount }) => [kind, name, amount]))).toEqual([
    [['card', 'Карта', 1190]],
    [['bank', 'Überweisung', 1190]],
    [['voucher', 'ÉCART', 1190]],
    [['cash', 'НАЛИЧНЫЕ', 1190]],
  ])
})

test('a service on a purchase moves no stock, with a code or without one', async () => {
  using reader = readerOf()
  db.exec(
    `INSERT INTO Product (Name, Code, Price, IsTaxInclusivePrice, IsService) VALUES ('Freight', 'FREIGHT', 9, 1, 1)`,
  )
  sheet(
    [
      { product: 1, units: 12, amount: 60 },
      { product: 3, amount: 4 },
      { product: 5, amount: 9 },
    ],
    { type: 1, paid: [] },
  )
  expect(
    (await reader.news()).map(event => ('sku' in event ? [event.kind, event.sku] : [event.kind])),
  ).toEqual([['stock.moved', 'MUG-BLU']])
})

test('documents of other types than sales move stock by what they are, and pro formas move nothing', async () => {
  using reader = readerOf()
  sheet([{ product: 1, units: 12, amount: 60 }], { type: 1, paid: [] })
  sheet([{ product: 1, units: 3, amount: 15 }], { type: 5, paid: [] })
  sheet([{ product: 1, units: 8, expected: 9, amount: 0 }], { type: 3, paid: [] })
  sheet([{ product: 2, units: 1.5, amount: 0 }], { type: 6, paid: [] })
  sheet([{ product: 1, units: 5, amount: 59.5 }], { type: 7, paid: [] })
  const events = await reader.news()
  expect(only('sale.completed', events)).toEqual([])
  expect(
    only('stock.moved', events).map(({ reason, sku, quantity, warehouse }) => [
      reason,
      sku,
      quantity,
      warehouse,
    ]),
  ).toEqual([
    ['received', 'MUG-BLU', 12_000, '1'],
    ['returned-to-supplier', 'MUG-BLU', -3_000, '1'],
    ['corrected', 'MUG-BLU', -1_000, '1'],
    ['damaged', 'TEA-100', -1_500, '1'],
  ])
})

test('a kind of document that is not known is named, and moves nothing', async () => {
  using reader = readerOf()
  db.exec(`INSERT INTO DocumentType (Id, Name, Code) VALUES (9, 'Kit', '500')`)
  sheet([{ product: 1, units: 5, amount: 0 }], { type: 9, paid: [] })
  expect(only('source.row-refused', await reader.news())).toMatchObject([
    { sentence: expect.stringContaining('500') },
  ])
})

test('an edited sale is corrected, a deleted one is voided', async () => {
  using reader = readerOf()
  const edited = sheet([{ product: 1, units: 2, amount: 23.8 }])
  const deleted = sheet([{ product: 2, amount: 5.35 }])
  await reader.news()
  db.prepare(
    'UPDATE DocumentItem SET Quantity = 1, Total = 11.9, TotalAfterDocumentDiscount = 11.9 WHERE DocumentId = ?',
  ).run(edited)
  db.prepare('UPDATE Document SET Total = 11.9 WHERE Id = ?').run(edited)
  db.prepare('UPDATE Payment SET Amount = 11.9 WHERE DocumentId = ?').run(edited)
  for (const table of ['Payment', 'DocumentItem'])
    db.prepare(`DELETE FROM ${table} WHERE DocumentId = ?`).run(deleted)
  db.prepare('DELETE FROM Document WHERE Id = ?').run(deleted)
  const events = await reader.round()
  expect(only('sale.completed', events)).toMatchObject([
    { lines: [{ quantity: 1_000 }], tenders: [{ amount: 1_190 }] },
  ])
  expect(only('sale.voided', events)).toHaveLength(1)
})

test('counts and prices, of items with a code; a price without its tax is left out', async () => {
  using reader = readerOf({ counts: true, prices: true, startFrom: '2026-11-25' })
  sheet([{ product: 1, amount: 11.9 }], { at: '2026-11-24 18:00:00' })
  const events = await reader.round()
  expect(only('sale.completed', events)).toEqual([])
  expect(only('stock.counted', events).map(({ sku, quantity }) => [sku, quantity])).toEqual([
    ['MUG-BLU', 10_000],
    ['TEA-100', -2_500],
  ])
  expect(JSON.stringify(events)).not.toContain('"TEE"')
  expect(kindsOf(events).filter(kind => kind.startsWith('price'))).toHaveLength(2)
})

test('`sources try` knows it by its tables, and asks nothing but the currency', async () => {
  sheet([{ product: 1, amount: 11.9, tax: 1.9 }])
  const found = await proposeDatabase(
    {
      ...{ name: 'pos.db', database: { product: 'sqlite', file }, source: SourceId.parse('sales') },
      store: { zone: 'Europe/Berlin', warehouse: 'HAR' },
      answers: new Map([['currency', 'EUR']]),
    },
    nodeWorld({ log: quietLog }),
    databaseKinds,
  )
  expect(found).toMatchObject({ kind: 'aronium', questions: [], isProven: true })
})
