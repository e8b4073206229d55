import { expect, test } from 'vitest'
import { sum } from '../../shared/money.ts'
import { only, SalesFolder } from './sales-folder.ts'

const AT = '2026-11-20 09:10'
const HEAD = 'No,At,Code,Qty,Price,Net,Tax,Rate,Total,Cash,Card\n'
const settings = {
  warehouse: 'HAR',
  decimal: '.',
  date: 'YYYY-MM-DD HH:mm',
  rows: 'line',
  refunds: 'signed',
  taxIncluded: false,
  columns: {
    ...{ receipt: 'No', date: 'At', sku: 'Code', quantity: 'Qty', price: 'Price', amount: 'Net' },
    ...{ tax: 'Tax', taxRate: 'Rate', total: 'Total' },
    tenders: [
      { column: 'Cash', kind: 'cash' },
      { column: 'Card', kind: 'card' },
    ],
  },
}

async function told(rows: readonly string[], more: Record<string, unknown> = {}) {
  const folder = new SalesFolder('csv', { ...settings, ...more })
  folder.write('a.csv', HEAD + rows.map(row => `1,${AT},${row}\n`).join(''))
  const events = await folder.rest()
  return { sales: only('sale.completed', events), refused: only('source.row-refused', events) }
}

const withTax = { taxIncluded: true }
const { price, ...unpriced } = settings.columns
const withRounding = { ...unpriced, rounding: price }

/** Rows as `code,quantity,price,net,tax,rate,total,cash,card`; then nets, taxes and rounding. */
test.each([
  [
    'the tax of each line in cents, of the receipt by its rate',
    {},
    ['A,1,,10.05,0.80,8,21.70,,21.70', 'B,1,,10.05,0.80,8,21.70,,21.70'],
    [1005, 1005],
    [160],
    0,
  ],
  [
    '8 % of 10.07 twice is 1.61, though each line has 0.81',
    {},
    ['A,1,,10.07,0.81,8,21.75,,21.75', 'B,1,,10.07,0.81,8,21.75,,21.75'],
    [1007, 1007],
    [161],
    0,
  ],
  [
    'taxes of four decimals on top',
    {},
    ['A,1,,22.50,1.9969,,27.76,,27.76', 'B,1,,3.00,0.2663,,27.76,,27.76'],
    [2250, 300],
    [226],
    0,
  ],
  [
    'taxes of four decimals in the prices',
    withTax,
    ['A,1,,10.00,1.5966,19,20.00,,20.00', 'B,1,,10.00,1.5966,19,20.00,,20.00'],
    [840, 841],
    [319],
    0,
  ],
  [
    'taxes of four decimals of what came back',
    {},
    ['A,-1,,-22.50,-1.9969,,-27.76,,-27.76', 'B,-1,,-3.00,-0.2663,,-27.76,,-27.76'],
    [-2250, -300],
    [-226],
    0,
  ],
  [
    'two taxes in cents without their rates',
    {},
    ['A,1,,3.33,0.28,,7.23,,7.23', 'B,1,,3.33,0.28,,7.23,,7.23'],
    [333, 333],
    [57],
    0,
  ],
  [
    'amounts of four decimals',
    {},
    ['A,1,,3.3333,,,10.00,,10.00', 'B,1,,3.3333,,,10.00,,10.00', 'C,1,,3.3333,,,10.00,,10.00'],
    [334, 333, 333],
    [],
    0,
  ],
  [
    'prices times weights, rounded once',
    {},
    ['A,0.125,1.99,,,,0.50,,0.50', 'B,0.125,1.99,,,,0.50,,0.50'],
    [25, 25],
    [],
    0,
  ],
  [
    'prices times weights, rounded down once',
    {},
    ['A,0.375,0.68,0.26,,,0.51,,0.51', 'B,0.375,0.68,0.26,,,0.51,,0.51'],
    [26, 25],
    [],
    0,
  ],
  [
    'cash of a country that rounds, and the till that says so',
    { currency: 'CHF' },
    ['A,1,,9.98,,,9.98,10.00,'],
    [998],
    [],
    2,
  ],
  [
    'cash that is rounded beside a tax that is',
    { currency: 'AUD', columns: withRounding },
    ['A,1,0.02,3.33,0.28,,7.23,7.25,', 'B,1,,3.33,0.28,,7.23,7.25,'],
    [333, 333],
    [57],
    2,
  ],
])('%s', async (_, more, rows, nets, taxes, rounding) => {
  const { sales, refused } = await told(rows, more)
  expect(refused).toEqual([])
  const [sale] = sales
  expect(sale?.lines.map(({ net }) => net)).toEqual(nets)
  expect(sale?.taxes.map(({ amount }) => amount)).toEqual(taxes)
  expect(sale?.rounding).toBe(rounding)
  const due = sum([...nets, ...taxes, rounding])
  expect(sum(sale?.tenders.map(({ amount }) => amount) ?? [])).toBe(due)
})

test.each([
  ['a cent between lines that hold their tax and the total', withTax, ['A,1,,11.90,1.90,19,11.91,,11.91']],
  [
    'a cent between whole cents and the total',
    {},
    ['A,1,,3.33,,,10.00,,10.00', 'B,1,,3.33,,,10.00,,10.00', 'C,1,,3.33,,,10.00,,10.00'],
  ],
  ['a tax that its rate does not make', {}, ['A,1,,10.00,0.80,8,10.81,,10.81']],
  ['a cent of one tax alone', {}, ['A,1,,3.33,0.28,,3.62,,3.62']],
  ['two cents of two taxes', {}, ['A,1,,3.33,0.28,,7.20,,7.20', 'B,1,,3.33,0.28,,7.20,,7.20']],
  ['a card payment that is a cent short', {}, ['A,1,,9.98,,,9.98,,9.97']],
  ['cash that is a cent short where cash is not rounded', {}, ['A,1,,9.98,,,9.98,9.97,']],
])('refused, as no rounding explains it: %s', async (_, more, rows) => {
  const { sales, refused } = await told(rows, more)
  expect(sales).toEqual([])
  expect(refused).toMatchObject([{ code: 'SALE_DOES_NOT_ADD_UP' }])
})

test('JSON: taxes of the receipt come to its total by their bases, and nothing else does', async () => {
  const sale = (no: number, total: number, amount: number) => ({
    ...{ no, at: `${AT}:00`, total },
    items: [{ code: 'A', amount: 20.14 }],
    vat: [
      { name: 'State', percent: 4, base: 10.07, amount: 0.4 },
      { name: 'City', percent: 4, base: 10.07, amount },
    ],
  })
  const folder = new SalesFolder('json', {
    ...{ warehouse: 'HAR', taxIncluded: false, refunds: 'signed' },
    fields: {
      ...{ receipt: '/no', date: '/at', total: '/total', lines: '/items', taxes: '/vat' },
      line: { sku: '/code', amount: '/amount' },
      tax: { name: '/name', rate: '/percent', base: '/base', amount: '/amount' },
    },
  })
  folder.write('a.json', JSON.stringify([sale(1, 20.95, 0.4), sale(2, 20.95, 0.41), sale(3, 20.98, 0.4)]))
  const events = await folder.rest()
  expect(
    only('sale.completed', events).map(({ receipt, taxes }) => [receipt, sum(taxes.map(t => t.amount))]),
  ).toEqual([
    ['1', 81],
    ['2', 81],
  ])
  expect(only('source.row-refused', events)).toMatchObject([{ code: 'SALE_DOES_NOT_ADD_UP' }])
})
