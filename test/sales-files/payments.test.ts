import { expect, test } from 'vitest'
import { tenderMeant } from '../../agent/sources/sales-files/tender-words.ts'
import { only, SalesFolder } from './sales-folder.ts'

const settings = {
  warehouse: 'HAR',
  decimal: '.',
  date: 'YYYY-MM-DD HH:mm',
  rows: 'line',
  refunds: 'signed',
  taxIncluded: true,
}

async function told(text: string, more: Record<string, unknown>) {
  const folder = new SalesFolder('csv', { ...settings, ...more })
  folder.write('a.csv', text)
  const events = await folder.rest()
  return { sales: only('sale.completed', events), refused: only('source.row-refused', events) }
}

test.each([
  ['VISA', 'card'],
  ['Visa 1234', 'card'],
  ['EC', 'card'],
  ['EC-Karte', 'card'],
  ['Geg. Mastercard', 'card'],
  ['Carte bancaire', 'card'],
  ['TWINT', 'card'],
  ['MobilePay', 'card'],
  ['Bar', 'cash'],
  ['Geg. BAR', 'cash'],
  ['Esp\u00e8ces', 'cash'],
  ['Hotov\u011b', 'cash'],
  ['Got\u00f3wka', 'cash'],
  ['Gift Card', 'voucher'],
  ['Pr\u00e9sentkort', 'voucher'],
  ['Ch\u00e8que cadeau', 'voucher'],
  ['Ch\u00e8que', 'cheque'],
  ['Auf Rechnung', 'account'],
  ['\u00dcberweisung', 'bank'],
  ['Multibanco', 'card'],
  ['Multibanco Referência', 'bank'],
  ['Tikkie', 'bank'],
  ['Crediário', 'account'],
  ['Yemek Çeki', 'voucher'],
  ['クレジットカード', 'card'],
  ['Μετρητά', 'cash'],
  ['Cash Rounding', 'rounding'],
  ['\u00d6resavrundning', 'rounding'],
  ['Barter', null],
  ['Wibble', null],
])('the payment %s is %s', (name, kind) => {
  expect(tenderMeant(name, {})).toBe(kind)
})

test('what the settings say of a name comes first', () => {
  expect(tenderMeant('Visa', { visa: 'account' })).toBe('account')
})

const named = { columns: { receipt: 'No', date: 'At', sku: 'Code', amount: 'Sum', tender: 'Paid by' } }
const NAMED = 'No,At,Code,Sum,Paid by\n'

test('a payment that is named on each row has its kind and the sum of the lines', async () => {
  const text = `${NAMED}1,2026-11-20 09:10,CUP,15.00,VISA\n1,2026-11-20 09:10,PEN,4.00,VISA\n2,2026-11-20 09:11,PEN,4.00,Bar\n3,2026-11-20 09:12,PEN,4.00,\n`
  expect((await told(text, named)).sales.map(({ tenders }) => tenders)).toEqual([
    [{ kind: 'card', name: 'VISA', amount: 1900 }],
    [{ kind: 'cash', name: 'Bar', amount: 400 }],
    [{ kind: 'other', name: '', amount: 400 }],
  ])
})

test('a payment of no known kind is asked for, and read once the settings say it', async () => {
  const text = `${NAMED}1,2026-11-20 09:10,CUP,15.00,Wibble\n`
  const { sales, refused } = await told(text, named)
  expect(sales).toEqual([])
  expect(refused).toMatchObject([
    {
      code: 'TENDER_KIND_UNKNOWN',
      sentence: expect.stringContaining('"Paid by" names the payment "Wibble"'),
    },
  ])
  expect((await told(text, { ...named, tenderKinds: { wibble: 'other' } })).sales).toMatchObject([
    { tenders: [{ kind: 'other', name: 'Wibble', amount: 1500 }] },
  ])
})

test('two names on the rows of one receipt are refused: how much each paid is not written', async () => {
  const text = `${NAMED}1,2026-11-20 09:10,CUP,15.00,VISA\n1,2026-11-20 09:10,PEN,4.00,Bar\n`
  expect((await told(text, named)).refused).toMatchObject([
    { code: 'RECORD_VALUE_UNREADABLE', sentence: expect.stringContaining('VISA, Bar') },
  ])
})

const ledger = {
  columns: {
    receipt: 'No',
    date: 'At',
    rowType: 'Row',
    status: 'State',
    sku: 'Code',
    title: 'Text',
    quantity: 'Qty',
    amount: 'Sum',
    total: 'Sum',
    paid: 'Paid',
    tender: 'Text',
  },
  rowTypes: { Head: 'receipt', Item: 'line', Money: 'payment' },
  statuses: { DONE: 'counts', OWED: 'account', GONE: 'void', PARKED: 'nothing' },
}
const LEDGER = 'No,At,Row,State,Code,Text,Qty,Sum,Paid\n'
const AT = '2026-11-20 09:10'

test('rows for the receipt, its lines and its payments', async () => {
  const text = `${LEDGER}1,${AT},Head,DONE,,,2,19.00,19.00
1,${AT},Item,DONE,CUP,Cup,1,15.00,
1,${AT},Item,DONE,PEN,Pen,1,4.00,
1,${AT},Money,DONE,,Cash,,,9.00
1,${AT},Money,DONE,,Credit Card,,,10.00
2,${AT},Head,DONE,,,-1,-4.02,-4.00
2,${AT},Item,DONE,PEN,Pen,-1,-4.02,
2,${AT},Money,DONE,,Cash,,,-4.00
2,${AT},Money,DONE,,Cash Rounding,,,-0.02
3,${AT},Head,OWED,,,1,15.00,0.00
3,${AT},Item,OWED,CUP,Cup,1,15.00,
4,${AT},Head,GONE,,,1,15.00,0.00
4,${AT},Item,GONE,CUP,Cup,1,15.00,
5,${AT},Head,PARKED,,,1,15.00,0.00
5,${AT},Item,PARKED,CUP,Cup,1,15.00,
`
  const { sales, refused } = await told(text, ledger)
  expect(refused).toEqual([])
  expect(
    sales.map(({ receipt, lines, tenders, rounding }) => [
      receipt,
      lines.map(({ sku, quantity, net }) => [sku, quantity, net]),
      tenders.map(({ kind, amount }) => [kind, amount]),
      rounding,
    ]),
  ).toEqual([
    [
      '1',
      [
        ['CUP', 1000, 1500],
        ['PEN', 1000, 400],
      ],
      [
        ['cash', 900],
        ['card', 1000],
      ],
      0,
    ],
    ['2', [['PEN', -1000, -402]], [['cash', -400]], 2],
    ['3', [['CUP', 1000, 1500]], [['account', 1500]], 0],
  ])
})

test('payments that do not pay the receipt are refused, though they have rows', async () => {
  const text = `${LEDGER}1,${AT},Head,DONE,,,1,15.00,\n1,${AT},Item,DONE,CUP,Cup,1,15.00,\n1,${AT},Money,DONE,,Cash,,,9.00\n`
  expect((await told(text, ledger)).refused).toMatchObject([{ code: 'SALE_DOES_NOT_ADD_UP' }])
})

test.each([
  ['Check card', 'card'],
  ['Credit Memo', 'voucher'],
  ['Chèque vacances', 'voucher'],
  ['Cheque', 'cheque'],
  ['non-cash', null],
])('%s is %s', (name, kind) => {
  expect(tenderMeant(name, {})).toBe(kind)
})

test.each([
  ['SEK', '64.90', '65.00', 10],
  ['NOK', '19.50', '20.00', 50],
  ['DKK', '12.24', '12.00', -24],
  ['CZK', '99.40', '99.00', -40],
  ['CHF', '9.98', '10.00', 2],
  ['EUR', '9.98', '10.00', 2, 'Europe/Helsinki'],
  ['AUD', '-9.98', '-10.00', -2],
  ['NZD', '9.94', '9.90', -4],
  ['CAD', '9.98', '10.00', 2],
])('cash in %s: %s paid with %s', async (currency, sum, cash, rounding, zone = 'Europe/Berlin') => {
  const columns = { receipt: 'No', date: 'At', amount: 'Sum', tenders: [{ column: 'Cash', kind: 'cash' }] }
  const { sales } = await told(`No,At,Sum,Cash\n1,${AT},${sum},${cash}\n`, { currency, zone, columns })
  expect(sales).toMatchObject([{ rounding, unexplained: 0 }])
})

test('a difference of a coin, or of a card payment, is never rounding; one that the file names is', async () => {
  const columns = {
    receipt: 'No',
    date: 'At',
    amount: 'Sum',
    rounding: 'Off',
    tenders: [
      { column: 'Cash', kind: 'cash' },
      { column: 'Card', kind: 'card' },
    ],
  }
  const head = 'No,At,Sum,Off,Cash,Card\n'
  const read = (row: string) => told(`${head}1,${AT},${row}\n`, { currency: 'SEK', columns })
  expect((await read('64.90,,66.00,')).refused).toMatchObject([{ code: 'SALE_DOES_NOT_ADD_UP' }])
  expect((await read('64.90,,,65.00')).refused).toMatchObject([{ code: 'SALE_DOES_NOT_ADD_UP' }])
  expect((await read('64.90,0.10,,65.00')).sales).toMatchObject([{ rounding: 10 }])
  expect((await read('-64.90,0.10,-65.00,')).sales).toMatchObject([{ rounding: -10 }])
})

test.each([
  ['more than half a coin', 'SEK', 'Europe/Stockholm', '64.20', '65.00'],
  ['cents where euros are not rounded', 'EUR', 'Europe/Berlin', '9.97', '10.00'],
])('%s is not taken for rounding', async (_, currency, zone, sum, cash) => {
  const columns = { receipt: 'No', date: 'At', amount: 'Sum', tenders: [{ column: 'Cash', kind: 'cash' }] }
  const { refused } = await told(`No,At,Sum,Cash\n1,${AT},${sum},${cash}\n`, { currency, zone, columns })
  expect(refused).toMatchObject([{ code: 'SALE_DOES_NOT_ADD_UP' }])
})
