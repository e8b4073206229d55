import { expect, test } from 'vitest'
import { only, SalesFolder } from './sales-folder.ts'

/** Journals that name each receipt on its first row alone. */

const settings = {
  ...{ warehouse: 'HAR', decimal: '.', date: 'YYYY-MM-DD HH:mm', rows: 'line', refunds: 'signed' },
  ...{ currency: 'AUD', zone: 'Australia/Hobart', numberOnFirstRow: true, taxIncluded: true },
  columns: {
    ...{ receipt: 'No', date: 'At', staff: 'By', sku: 'Code', title: 'What', quantity: 'Qty', amount: 'Sum' },
    ...{ rowType: 'What', paid: 'Sum', tender: 'What' },
  },
  rowTypes: {
    ...{ 'Amount due': 'total', GST: 'tax', Cash: 'payment', Card: 'payment', Change: 'change' },
    ...{ VOID: 'void-next', 'Docket *': 'nothing', '*': 'line' },
  },
}
const HEAD = 'No,At,By,Code,What,Qty,Sum\n'
const at = (no: number, rest = ',,,') => `${no},2026-11-20 09:1${no},Ida,${rest}\n`

async function told(text: string, more: Record<string, unknown> = {}) {
  const folder = new SalesFolder('csv', { ...settings, ...more })
  folder.write('a.csv', HEAD + text)
  const events = await folder.rest()
  return { folder, sales: only('sale.completed', events), refused: only('source.row-refused', events) }
}

const lines = (sales: Awaited<ReturnType<typeof told>>['sales']) =>
  sales.map(({ receipt, staff, lines: sold, taxes, tenders, rounding }) => [
    ...[receipt, staff, sold.map(({ sku, title, quantity }) => [sku ?? title, quantity])],
    ...[taxes.map(({ amount }) => amount), tenders.map(({ kind, amount }) => [kind, amount]), rounding],
  ])

test('items, offers, totals, taxes, payments, change and what was taken back, each as a row', async () => {
  const { sales, refused } = await told(
    [
      at(1),
      ',,,MUG,Mug,2,22.00\n,,,,-2.00 spring offer,,\n,,,,Spring offer,,-2.00\n',
      ',,,,Amount due,,20.00\n,,,,GST,,1.82\n,,,,Cash,,50.00\n,,,,Change,,30.00\n,,,,Docket 7,,\n',
      at(2, 'CAP,Cap,,12.00'),
      ',,,VOID,,,\n,,,MUG,Mug,,11.00\n,,,,Amount due,,12.00\n,,,,GST,,1.09\n,,,,Card,,12.00\n',
      at(3, 'MUG,Mug,-1,-11.00'),
      ',,,,Amount due,,-11.00\n,,,,GST,,-1.00\n,,,,Card,,-11.00\n',
      at(4, 'CAP,Cap,1,12.01'),
      ',,,,Cash rounding,,-0.01\n,,,,Amount due,,12.01\n,,,,GST,,1.09\n,,,,Cash,,12.00\n',
    ].join(''),
  )
  expect(refused).toEqual([])
  expect(lines(sales)).toEqual([
    [
      '1',
      'Ida',
      [
        ['MUG', 2000],
        ['Spring offer', 1000],
      ],
      [182],
      [['cash', 2000]],
      0,
    ],
    ['2', 'Ida', [['CAP', 1000]], [109], [['card', 1200]], 0],
    ['3', 'Ida', [['MUG', -1000]], [-100], [['card', -1100]], 0],
    ['4', 'Ida', [['CAP', 1000]], [109], [['cash', 1200]], -1],
  ])
})

test('a way of payment that the settings do not list is known by its words', async () => {
  const { sales } = await told(`${at(1, 'MUG,Mug,1,11.00')},,,,Visa,,11.00\n`)
  expect(sales).toMatchObject([
    { tenders: [{ kind: 'card', name: 'Visa', amount: 1100 }], lines: [{ sku: 'MUG' }] },
  ])
})

test.each([
  [
    'an offer with a code and no quantity',
    `${at(1, 'MUG,Mug,1,11.00')},,,9100,Bundle,,-1.00\n,,,,Card,,10.00\n`,
    'services',
  ],
  [
    'nothing below what takes it back',
    `${at(1, 'MUG,Mug,1,11.00')},,,,Card,,11.00\n,,,VOID,,,\n`,
    'takes back',
  ],
  [
    'a payment below what takes it back',
    `${at(1, 'MUG,Mug,1,11.00')},,,VOID,,,\n,,,,Card,,11.00\n`,
    'takes back',
  ],
  ['a payment that is not the sum', `${at(1, 'MUG,Mug,1,11.00')},,,,Card,,10.00\n`, 'Payments'],
  [
    'a total that is not the sum',
    `${at(1, 'MUG,Mug,1,11.00')},,,,Amount due,,21.00\n,,,,Card,,11.00\n`,
    'apart',
  ],
])('refused by name: %s', async (_, text, why) => {
  const { sales, refused } = await told(text)
  expect(sales).toEqual([])
  expect(refused).toMatchObject([{ row: 'receipts/1', sentence: expect.stringContaining(why) }])
})

test('an offer that the settings name moves no stock', async () => {
  const text = `${at(1, 'MUG,Mug,1,11.00')},,,9100,Bundle,,-1.00\n,,,,Card,,10.00\n`
  const { sales } = await told(text, { services: ['9100'] })
  expect(lines(sales)).toEqual([
    [
      '1',
      'Ida',
      [
        ['MUG', 1000],
        ['Bundle', 1000],
      ],
      [],
      [['card', 1000]],
      0,
    ],
  ])
})

test('without row types a payment is never something that was sold', async () => {
  const { rowType: _, paid: __, tender: ___, ...columns } = settings.columns
  const { sales, refused } = await told(
    `${at(1, 'MUG,Mug,1,11.00')},,,,Cash,,11.00\n${at(2, 'CAP,Cap,1,9.00')},,,MUG,Mug,1,11.00\n`,
    {
      ...{ columns, rowTypes: undefined },
    },
  )
  expect(refused).toMatchObject([{ row: 'receipts/1', sentence: expect.stringContaining('rowTypes') }])
  expect(lines(sales)).toEqual([
    [
      '2',
      'Ida',
      [
        ['CAP', 1000],
        ['MUG', 1000],
      ],
      [],
      [['other', 2000]],
      0,
    ],
  ])
})

test('a receipt that grows is told with all its rows, and rows above the first number are refused', async () => {
  const { folder, refused } = await told(`,,,MUG,Mug,1,11.00\n${at(1, 'MUG,Mug,1,11.00')},,,,Card,,11.00\n`)
  expect(refused).toMatchObject([{ code: 'RECORD_FIELD_MISSING' }])
  folder.append('a.csv', `${at(2, 'CAP,Cap,1,9.00')},,,MUG,Mug,1,11.00\n`)
  const events = await folder.rest()
  folder.append('a.csv', ',,,,Card,,20.00\n')
  const more = [...events, ...(await folder.rest())]
  expect(lines(only('sale.completed', more)).at(-1)).toEqual([
    ...[
      '2',
      'Ida',
      [
        ['CAP', 1000],
        ['MUG', 1000],
      ],
      [],
      [['card', 2000]],
      0,
    ],
  ])
})
