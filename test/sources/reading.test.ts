import { expect, test } from 'vitest'
import { SaleCompleted } from '../../shared/events.ts'
import { diaryReasons } from '../sandbox/pos/pos.ts'
import { kindsOf, only, Till } from './till.ts'

test('a sale is told once, whole and exact', async () => {
  using till = new Till()
  const { id } = till.pos.sell({
    at: '2026-11-25 09:30:00',
    staff: 'Bilal',
    lines: [
      { sku: 'LIN-SHIRT-M', units: 2 },
      { sku: 'TEA-ASSAM', units: 3 },
      { sku: 'GIFT-WRAP', units: 1 },
      { sku: null, units: 1, grossMinor: 500, title: 'Hemming & <care>' },
    ],
    tenders: [
      { kind: 'cash', minor: 5000 },
      { kind: 'magcard', minor: 8200 },
    ],
  })
  const [sale, ...more] = await till.news()
  expect(more).toEqual([])
  expect(sale).toEqual({
    kind: 'sale.completed',
    at: till.clock.now(),
    source: 'pos',
    receipt: id,
    receiptNumber: '1',
    fingerprint: expect.stringMatching(/^[\w-]{43}$/),
    till: 'HAR-TILL-1',
    staff: 'Bilal',
    businessDate: '2026-11-25',
    soldAt: { wall: '2026-11-25T09:30:00', zone: 'Europe/Berlin' },
    currency: 'EUR',
    lines: [
      line(0, 'LIN-SHIRT-M', '9520110000024', 'Linen shirt Sand / M', 2000, 8387),
      line(1, 'TEA-ASSAM', '9520110000239', 'Assam tea 100 g Loose leaf', 3000, 2215),
      line(2, null, '9520110000260', 'Gift wrap', 1000, 294),
      line(3, null, null, 'Hemming & <care>', 1000, 420),
    ],
    taxes: [
      { name: 'VAT 19 %', rate: 190_000, base: 9101, amount: 1729 },
      { name: 'VAT 7 %', rate: 70_000, base: 2215, amount: 155 },
    ],
    tenders: [
      { kind: 'cash', name: 'cash', amount: 5000 },
      { kind: 'card', name: 'magcard', amount: 8200 },
    ],
    rounding: 0,
    unexplained: 0,
  })
  expect(SaleCompleted.parse(sale)).toEqual(sale)
  expect(await till.news()).toEqual([])
})

function line(
  n: number,
  sku: string | null,
  barcode: string | null,
  title: string,
  quantity: number,
  net: number,
) {
  return { line: n, sku, barcode, title, quantity, net, warehouse: 'WH-HARBOUR' }
}

test('a refund has negative units and negative payments', async () => {
  using till = new Till()
  till.pos.refund({ lines: [{ sku: 'MUG-BLU', units: 1 }] })
  const [refund] = only('sale.completed', await till.news())
  expect(refund?.lines).toMatchObject([{ sku: 'MUG-BLU', quantity: -1000, net: -1420 }])
  expect(refund?.tenders).toEqual([{ kind: 'cash', name: 'cashrefund', amount: -1690 }])
  expect(refund?.unexplained).toBe(0)
})

test.each([
  ['2026-11-25 09:30:00', '2026-11-25T09:30:00'],
  ['2026-11-25 09:30:00.5', '2026-11-25T09:30:00.500'],
  ['2026-11-25T09:30:00.123456', '2026-11-25T09:30:00.123'],
  ['2026-11-25T08:30:00Z', '2026-11-25T09:30:00'],
  [Date.parse('2026-11-25T08:30:00Z'), '2026-11-25T09:30:00'],
  [Date.parse('2026-10-25T01:30:00.250Z'), '2026-10-25T02:30:00.250'],
  // Shortly before midnight in the store, the next day nowhere near.
  [Date.parse('2028-02-29T22:59:59Z'), '2028-02-29T23:59:59'],
])('the time %s is the wall clock %s', async (datenew, wall) => {
  using till = new Till()
  till.pos.sell({ at: datenew, lines: [{ sku: 'MUG-BLU', units: 1 }] })
  const [sale] = only('sale.completed', await till.news())
  expect(sale?.soldAt.wall).toBe(wall)
  expect(sale?.businessDate).toBe(wall.slice(0, 10))
})

test('cash into and out of the drawer is not a sale', async () => {
  using till = new Till()
  const id = till.pos.cashMovement({ minor: -2500, note: 'window cleaner' })
  const events = await till.news()
  expect(events).toMatchObject([
    {
      kind: 'cash.moved',
      receipt: id,
      till: 'HAR-TILL-1',
      amount: -2500,
      name: 'window cleaner',
      currency: 'EUR',
    },
  ])
  till.sql('DELETE FROM payments WHERE receipt = ?', id)
  till.sql('DELETE FROM receipts WHERE id = ?', id)
  expect(await till.news()).toMatchObject([{ kind: 'sale.voided', receipt: id, reason: 'deleted' }])
})

test('a customer who pays a debt buys nothing', async () => {
  using till = new Till()
  const { id } = till.pos.sell({
    lines: [],
    tenders: [
      { kind: 'cash', minor: 4000 },
      { kind: 'debtpaid', minor: -4000 },
    ],
  })
  till.sql('UPDATE tickets SET tickettype = 2 WHERE id = ?', id)
  const [paid] = only('sale.completed', await till.news())
  expect(paid?.lines).toEqual([])
  expect(paid?.tenders.map(tender => [tender.kind, tender.amount])).toEqual([
    ['cash', 4000],
    ['account', -4000],
  ])
})

test('every payment name has its kind, by the POS or by its words, and an unknown one is kept as "other"', async () => {
  using till = new Till()
  const names = [
    'cash',
    'ccard',
    'cheque',
    'paperin',
    'debt',
    'bank',
    'free',
    'slip',
    'bitcoin',
    'Visa Debit',
    'Gutschein',
  ]
  till.pos.sell({
    lines: [{ sku: null, units: 1, grossMinor: 1_100, title: 'Work' }],
    tenders: names.map(kind => ({ kind, minor: 100 })),
  })
  const [sale] = only('sale.completed', await till.news())
  expect(Object.fromEntries(sale?.tenders.map(tender => [tender.name, tender.kind]) ?? [])).toEqual({
    cash: 'cash',
    ccard: 'card',
    cheque: 'cheque',
    paperin: 'voucher',
    debt: 'account',
    bank: 'bank',
    free: 'free',
    slip: 'other',
    bitcoin: 'other',
    'Visa Debit': 'card',
    Gutschein: 'voucher',
  })
})

test('cash rounded by a cent is rounding, ten euros are not', async () => {
  using till = new Till()
  till.pos.sell({ lines: [{ sku: 'MUG-BLU', units: 1 }], tenders: [{ kind: 'cash', minor: 1689 }] })
  till.pos.sell({ lines: [{ sku: 'MUG-BLU', units: 1 }], tenders: [{ kind: 'cash', minor: 690 }] })
  const sales = only('sale.completed', await till.news())
  expect(sales.map(sale => [sale.rounding, sale.unexplained])).toEqual([[-1, 0]])
  till.clock.pass(2_000)
  const late = only('sale.completed', await till.news())
  expect(late.map(sale => [sale.rounding, sale.unexplained])).toEqual([[0, -1000]])
})

test('the stock diary tells what no sale tells', async () => {
  using till = new Till()
  till.pos.sell({ lines: [{ sku: 'MUG-BLU', units: 1 }] })
  const moves = [
    [diaryReasons.received, 10, 'received'],
    [diaryReasons.returnedToSupplier, -1, 'returned-to-supplier'],
    [diaryReasons.broken, -2, 'damaged'],
    [diaryReasons.movedIn, 5, 'transferred'],
    [diaryReasons.movedOut, -5, 'transferred'],
    [diaryReasons.used, -0.25, 'used'],
    [diaryReasons.subtracted, -1, 'corrected'],
  ] as const
  for (const [reason, units] of moves)
    till.pos.stockDiary({ sku: 'MUG-OAT', reason, units, at: '2026-11-25 08:00:00' })
  const moved = only('stock.moved', await till.news())
  const told = moved.map(({ reason, quantity }) => [reason, quantity]).sort()
  expect(told).toEqual(moves.map(([, units, reason]) => [reason, units * 1000]).sort())
  expect(moved[0]).toMatchObject({
    sku: 'MUG-OAT',
    barcode: '9520110000161',
    warehouse: 'WH-HARBOUR',
    happenedAt: { wall: '2026-11-25T08:00:00', zone: 'Europe/Berlin' },
  })
})

test('a diary entry that is changed, deleted or turned into a sale is replaced', async () => {
  using till = new Till()
  const [a, b] = [1, 2].map(() => till.pos.stockDiary({ sku: 'MUG-OAT', reason: 1, units: 10 }))
  await till.poll()
  till.sql('UPDATE stockdiary SET units = 12 WHERE id = ?', a)
  expect(await till.news()).toMatchObject([{ kind: 'stock.moved', entry: a, quantity: 12_000 }])
  till.sql('DELETE FROM stockdiary WHERE id = ?', a)
  till.sql('UPDATE stockdiary SET reason = 2 WHERE id = ?', b)
  const gone = only('stock.moved', await till.news())
  expect(new Set(gone.map(move => move.entry))).toEqual(new Set([a, b]))
  for (const move of gone) expect(move).toMatchObject({ sku: 'MUG-OAT', quantity: 0, reason: 'corrected' })
})

test('columns that not every version has may be missing', async () => {
  using till = new Till()
  till.pos.sell({ lines: [{ sku: 'GIFT-WRAP', units: 1 }] })
  for (const [table, column] of [
    ['ticketlines', 'attributes'],
    ['payments', 'notes'],
    ['payments', 'voucher'],
    ['payments', 'tip'],
    ['products', 'isservice'],
  ])
    till.pos.db.exec(`ALTER TABLE ${table} DROP COLUMN ${column}`)
  const [sale] = only('sale.completed', await till.news())
  expect(sale?.lines).toMatchObject([{ sku: 'GIFT-WRAP', title: 'Gift wrap' }])
})

test('renaming an item, a person or a till edits no old receipt', async () => {
  using till = new Till()
  till.pos.sell({ lines: [{ sku: 'MUG-BLU', units: 1 }] })
  await till.poll()
  till.sql(`UPDATE products SET name = 'Mug'`)
  till.sql(`UPDATE people SET name = name || ' X'`)
  till.sql(`UPDATE closedcash SET host = 'elsewhere'`)
  await till.round()
  expect(kindsOf(till.memory.events)).toEqual(['sale.completed'])
})

test('without the setting, sales take from where the diary says they do', async () => {
  using till = new Till({ warehouse: undefined })
  till.pos.sell({ lines: [{ sku: 'MUG-BLU', units: 1 }] })
  const [sale] = only('sale.completed', await till.news())
  expect(sale?.lines[0]?.warehouse).toBe('WH-HARBOUR')
})
