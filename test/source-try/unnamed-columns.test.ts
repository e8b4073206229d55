import { describe, expect, test } from 'vitest'
import { asked, propose } from './proposals.ts'

async function read(text: string, answers: Record<string, string> = {}) {
  const { rows, assumed } = await propose(text, answers)
  const sales = rows.map(({ event, problem }) =>
    event?.kind === 'sale.completed'
      ? [
          event.lines.map(({ net }) => net).join('+'),
          ...event.taxes.map(({ amount }) => `tax ${amount}`),
          ...event.tenders.map(({ kind, amount }) => `${kind} ${amount}`),
        ].join(', ')
      : problem?.code,
  )
  return { sales, assumed }
}

describe('a column that is a tax by its amounts alone', () => {
  const sold = (heading: string, [one, two, three]: readonly [string, string, string]) =>
    `Receipt no,Date,SKU,Qty,Amount,${heading},Payment method,Currency
1,2026-07-18 09:10,T-1,1,48.40,${one},Cash,EUR
2,2026-07-18 09:20,T-2,2,11.00,${two},Card,EUR
3,2026-07-18 09:30,T-1,-1,-48.40,${three},Cash,EUR
`
  test.each([
    ['within the amounts, of two rates', ['8.40', '1.00', '-8.40'], '4000, tax 840, cash 4840'],
    ['on a part of the rows', ['8.40', '', '-8.40'], '4000, tax 840, cash 4840'],
  ] as const)('%s', async (_, taxes, first) => {
    const text = sold('Xyz', taxes)
    expect(await asked(text)).toContain('tax:Xyz')
    const { sales } = await read(text, { 'tax:Xyz': 'yes', taxIncluded: 'yes' })
    expect(sales[0]).toBe(first)
    expect((await read(text, { 'tax:Xyz': 'no' })).sales[0]).toBe('4840, cash 4840')
  })

  test.each([
    ['what a line costs', ['31.10', '7.20', '-31.10']],
    ['points', ['4', '1', '-4']],
    ['another sign', ['8.40', '1.00', '8.40']],
    ['no amounts', ['A', 'B', 'A']],
  ] as const)('%s is not asked about', async (_, cells) => {
    expect(await asked(sold('Xyz', cells))).toEqual([])
  })

  test('a second tax beside one that is known is asked about, what repeats it is not', async () => {
    const text = (city: string) => `Receipt no,Date,SKU,Qty,Amount,Tax,Xyz,Payment method,Currency
1,2026-07-18 09:10,T-1,1,40.00,4.00,${city},Cash,USD
2,2026-07-18 09:20,T-2,2,25.00,2.50,${city === '0.80' ? '0.50' : '2.50'},Card,USD
`
    expect(await asked(text('0.80'), { taxIncluded: 'no' })).toContain('tax:Xyz')
    expect(await asked(text('4.00'), { taxIncluded: 'no' })).not.toContain('tax:Xyz')
  })
})

describe('columns that are payments by their sums alone', () => {
  const text = `Receipt no,Date,SKU,Qty,Amount,Xa,Xb,Xc,Currency
1,2026-07-18 09:10,T-1,1,11.30,20.00,0.00,8.70,EUR
2,2026-07-18 09:20,T-2,2,33.00,0.00,33.00,0.00,EUR
3,2026-07-18 09:30,T-2,1,16.50,6.50,10.00,0.00,EUR
4,2026-07-18 09:40,T-2,-1,-16.50,-16.50,0.00,0.00,EUR
`
  const said = { 'payment:Xa': 'cash', 'payment:Xb': 'card', 'payment:Xc': 'change' }

  test('each is asked about, change among them', async () => {
    expect(await asked(text)).toEqual(Object.keys(said))
    const { sales, assumed } = await read(text, said)
    expect(sales).toEqual([
      '1130, cash 1130',
      '3300, card 3300',
      '1650, cash 650, card 1000',
      '-1650, cash -1650',
    ])
    expect(assumed.join()).not.toMatch(/payments/)
  })

  test('one beside those that are known', async () => {
    const known = text.replace('Xa', 'Cash').replace('Xc', 'Change')
    expect(await asked(known)).toEqual(['payment:Xb'])
    expect((await read(known, { 'payment:Xb': 'voucher' })).sales[1]).toBe('3300, voucher 3300')
  })

  test('net and tax make up an amount as well, and so does the amount itself: no payments', async () => {
    const other = `Receipt no,Date,SKU,Qty,Amount,Xa,Xb,Xc,Currency
1,2026-07-18 09:10,T-1,1,12.00,8.00,4.00,12.00,EUR
2,2026-07-18 09:20,T-2,2,33.00,22.00,11.00,33.00,EUR
`
    expect(await asked(other)).toEqual([])
    expect((await read(other)).assumed.join()).toMatch(/No column is known as one of payments/)
  })

  test('change in the first row of a receipt, zero in the others', async () => {
    const more = `Receipt no,Date,SKU,Qty,Amount,Total,Cash,Card,Change,Currency
1,2026-07-18 09:10,T-1,1,11.30,14.30,20.00,0.00,5.70,EUR
1,2026-07-18 09:10,T-2,1,3.00,14.30,0.00,0.00,0.00,EUR
2,2026-07-18 09:20,T-2,2,6.00,6.00,0.00,6.00,0.00,EUR
`
    expect((await read(more)).sales).toEqual(['1130+300, cash 1430', '600, card 600'])
  })
})

test('a return among what was refused is not said to be missing', async () => {
  const { assumed, sales } = await read(`Receipt no,Date,SKU,Qty,Amount,Payment method,Currency
1,2026-07-18 09:10,T-1,1,11.30,Cash,EUR
2,2026-07-18 09:20,T-1,-1,nothing,Cash,EUR
3,2026-07-18 09:20,T-1,1,11.30,Cash,EUR
`)
  expect(sales[1]).toBe('RECORD_VALUE_UNREADABLE')
  expect(assumed.join()).toMatch(/No goods came back on the receipts that were read/)
})

test.each(['İptal', 'İade'])('Turkish E and H in "%s" are yes and no', async heading => {
  const text = (second: string) => `Fiş No;Tarih;Stok Kodu;Miktar;Tutar;${heading};Ödeme Şekli
1;18.07.2026 09:10;T-1;1;11,30;H;Nakit
2;18.07.2026 09:20;T-1;${heading === 'İade' ? '-1;-11,30' : '1;11,30'};${second};Nakit
`
  expect(await asked(text('E'), { currency: 'TRY' })).toEqual([])
  expect((await read(text('E'), { currency: 'TRY' })).sales).toContain('1130, cash 1130')
})

test('a total of each row that is the amount and its tax says that tax comes on top', async () => {
  const text = `Receipt no,Date,SKU,Qty,Net amount,VAT,Total,Payment method,Currency
1,2026-07-18 09:10,T-1,1,10.00,2.00,12.00,Cash,EUR
2,2026-07-18 09:20,T-2,2,20.00,4.00,24.00,Card,EUR
`
  expect(await asked(text)).toEqual([])
  expect((await read(text)).sales[0]).toBe('1000, tax 200, cash 1200')
})

test("what came back had its discount taken off as well: the amount before it is not the line's", async () => {
  const text = `Receipt no,Date,SKU,Qty,Gross sales,Discounts,Net sales,Payment method,Currency
1,2026-07-18 09:10,T-1,2,30.00,-3.00,27.00,Shopify Payments,USD
2,2026-07-18 09:20,T-1,-1,-15.00,1.50,-13.50,Shopify Payments,USD
`
  expect(await asked(text)).toEqual([])
  expect((await read(text)).sales).toEqual(['2700, card 2700', '-1350, card -1350'])
})

test('amounts that agree with every total are what was paid, though prices less a discount do as well', async () => {
  const text = `Receipt no,Date,SKU,Qty,Unit price,Discount,Amount,Total,Payment method,Currency
1,2026-07-18 09:10,T-1,2,15.00,0.00,30.00,34.00,Cash,EUR
1,2026-07-18 09:10,T-2,1,4.00,0.00,4.00,34.00,Cash,EUR
2,2026-07-18 09:20,T-1,1,15.00,1.50,13.50,13.50,Card,EUR
`
  expect(await asked(text)).toEqual([])
  expect((await read(text)).sales).toEqual(['3000+400, cash 3400', '1350, card 1350'])
})

describe('a column that may be the code of what was sold', () => {
  const sold = (headings: string, rows: readonly string[]) =>
    `Receipt no,Date,${headings},Qty,Amount,Payment method,Currency
${rows.map((row, index) => `${index + 1},2026-07-18 09:${10 + index},${row},1,12.00,Cash,EUR\n`).join('')}`
  const codesIn = async (text: string, answers: Record<string, string> = {}) => {
    const { rows } = await propose(text, answers)
    return rows.map(({ event }) => (event?.kind === 'sale.completed' ? event.lines[0]?.sku : null))
  }

  test.each([
    ['under the name of goods', 'Artikl,Naziv', ['100,Majica', '7,Bilježnica', '100,Majica']],
    ['under a heading that says nothing', 'Xyz,Item', ['T-1,Shirt', 'M-2,Mug', 'T-1,Shirt']],
    ['alone', 'Xyz', ['T-1', 'M-2', 'T-1']],
  ])('%s', async (_, headings, rows) => {
    const text = sold(headings, rows)
    const [heading = ''] = headings.split(',')
    expect(await asked(text)).toContain('column-of:sku')
    const codes = rows.map(row => row.split(',')[0])
    expect(await codesIn(text, { 'column-of:sku': heading })).toEqual(codes)
    expect(await codesIn(text, { 'column-of:sku': 'none' })).toEqual(rows.map(() => null))
  })

  test.each([
    ['numbers of rows', 'Xyz,Item', ['1,Shirt', '2,Mug', '3,Shirt']],
    ['the name of the staff', 'Xyz,Item', ['S1,Shirt', 'S1,Mug', 'S2,Shirt']],
    ['a number for each row', 'Xyz,Item', ['9x4,Shirt', '3k1,Shirt', '5p2,Shirt', '7c8,Shirt', '2d6,Shirt']],
    ['amounts', 'Xyz,Item', ['4.10,Shirt', '9.20,Mug', '4.10,Shirt']],
    ['nothing on some rows', 'Xyz,Item', ['T-1,Shirt', ',Mug', 'T-1,Shirt']],
  ])('%s is not', async (_, headings, rows) => {
    const text = sold(headings, rows)
    expect(await asked(text)).not.toContain('column-of:sku')
    const { assumed } = await read(text)
    expect(assumed).toContain('No column holds the codes of items: what was sold moves no stock.')
  })
})
