import { describe, expect, test } from 'vitest'
import { builtInTemplates, findTemplate, parseTemplate } from '../../agent/codecs/receipt-templates/load.ts'
import { saleFromFile, saleText } from '../../agent/codecs/receipt-templates/sale-from-file.ts'
import { context, refusalOf, saleIn } from './context.ts'
import { paper } from './print.ts'

const noFiles = { readText: () => null }
const unicenta = findTemplate('unicenta', noFiles)

/** A receipt as uniCenta's own layout sets it, in columns of 17, 8, 7 and 10 characters. */
function uniCentaReceipt(
  over: { title?: string; items?: string[]; totals?: string[]; paid?: string[] } = {},
) {
  return [
    '            Corner Shop',
    '',
    over.title ?? 'Receipt:       1042',
    'Date:          Nov 25, 2026, 9:30:05 AM',
    'Terminal:      till-2',
    'Served by:     Maria',
    '',
    'Item                Price    Qty    Amount',
    '------------------------------------------',
    ...(over.items ?? [
      'Blue shirt          €19.90     x2    €39.80',
      'Colour: navy',
      'Barcode :   4006381333931',
      'Dining table, oak€1,250.00     x1 €1,250.00',
      'Reference : TAB-1',
    ]),
    '------------------------------------------',
    'Items count: 3',
    '',
    ...(over.totals ?? [
      'Subtotal                         €1,083.87',
      'Tax                                €205.93',
      '',
      'Balance Due                      €1,289.80',
      '',
      'VAT 19%               €1,083.87    €205.93',
      '',
    ]),
    ...(over.paid ?? [
      'Cash',
      'Tendered:                        €1,300.00',
      'Change:                             €10.20',
    ]),
    'Thank you',
  ].join('\n')
}

describe('uniCenta', () => {
  test('a cash sale with tax inside the prices', () => {
    const sale = saleIn(uniCentaReceipt(), unicenta)
    expect(sale).toMatchObject({
      receiptNumber: '1042',
      till: 'till-2',
      staff: 'Maria',
      soldAt: { wall: '2026-11-25T09:30:05' },
      lines: [
        { title: 'Blue shirt', barcode: '4006381333931', sku: null, quantity: 2000 },
        { title: 'Dining table, oak', sku: 'TAB-1', quantity: 1000 },
      ],
      taxes: [{ name: 'VAT', rate: 190_000, base: 108_387, amount: 20_593 }],
      tenders: [{ kind: 'cash', name: 'Cash', amount: 128_980 }],
    })
    expect(sale.lines.map(line => line.net)).toEqual([3345, 105_042])
  })
  test('a card sale', () => {
    const paid = [
      'CARD SALE',
      'VISA',
      '************1111',
      '',
      'AMOUNT                           €1,289.80',
      'Auth Code   : 1234',
      'Total                            €1,289.80',
    ]
    expect(saleIn(uniCentaReceipt({ paid }), unicenta).tenders).toEqual([
      { kind: 'card', name: 'Card', amount: 128_980 },
    ])
  })
  test('a refund', () => {
    const sale = saleIn(
      uniCentaReceipt({
        title: 'Refund:        1043',
        items: ['Blue shirt          €19.90    x-1   -€19.90'],
        totals: [
          'Subtotal                           -€16.72',
          'Tax                                 -€3.18',
          'Balance Due                        -€19.90',
          'VAT 19%                 -€16.72     -€3.18',
        ],
        paid: ['Refund                             -€19.90'],
      }),
      unicenta,
    )
    expect(sale.lines).toMatchObject([{ quantity: -1000, net: -1672 }])
    expect(sale.tenders).toMatchObject([{ kind: 'cash', amount: -1990 }])
  })
  test('a cash close is not a sale', () => {
    expect(refusalOf('   Close Cash Report\nTerminal:  till-2\nTotal    100.00', unicenta)).toBe('report')
  })
  test('with a decimal comma set for the till', () => {
    const german = findTemplate('unicenta', noFiles, {
      numbers: { decimal: ',', thousands: '.', signs: ['€'], credit: [] },
    })
    const text = uniCentaReceipt().replace(
      /(\d)([.,])(?=\d{2,3})/g,
      (_, digit, sign) => digit + (sign === '.' ? ',' : '.'),
    )
    expect(saleIn(text, german).tenders[0]?.amount).toBe(128_980)
  })
})

describe('generic', () => {
  const generic = findTemplate('generic', noFiles)
  test.each([
    [
      'en',
      'Receipt No. 42\n2026-11-25 09:30\n2 x Tea 2.50 5.00\nMug 8.00\nSubtotal 13.00\nTotal $13.00\nCash 20.00\nChange 7.00',
      1300,
    ],
    [
      'de',
      'Bon-Nr: 42\nKasse 3\n25.11.2026 09:30\nTee 5.00 A\n2 x 2.50\nSumme EUR 5.00\nMwSt 19% 4.20 0.80 5.00\nBar 5.00',
      500,
    ],
    ['es', 'Ticket: 42\n25.11.2026 09:30\nTé 5.00\nTotal 5.00\nTarjeta 5.00', 500],
  ])('%s', (_, text, total) => {
    expect(saleIn(text, generic).tenders.reduce((sum, tender) => sum + tender.amount, 0)).toBe(total)
  })
})

describe('templates', () => {
  test('every one that ships has the name that it is called by, and leaves nothing open', () => {
    for (const name of builtInTemplates) {
      const template = findTemplate(name, noFiles)
      expect([template.name, template.undecided]).toEqual([name, []])
    }
  })
  test('a file is read as one, and what is wrong in it is named', () => {
    const text = JSON.stringify({ ...unicenta, name: 'mine' })
    expect(findTemplate('mine.json', { readText: () => text }).name).toBe('mine')
    expect(() => findTemplate('none.json', noFiles)).toThrow(
      /RECEIPT|neither a file nor one of unicenta, generic/,
    )
    const wrong = {
      ...unicenta,
      extra: 1,
      dates: { formats: ['DD/MM/YYYY', 'MM/DD/YYYY'], times: ['HH:mm'] },
      numbers: { decimal: '.', thousands: '.' },
      items: { ...unicenta.items, after: [], before: ['{name}'], lines: ['{name}'] },
    }
    expect(() => parseTemplate(wrong, 'wrong.json')).toThrow(/extra/)
    const { extra: _, ...closer } = wrong
    expect(() => parseTemplate(closer, 'wrong.json')).toThrow(
      /items\.lines\.0: "\{name\}": it lacks \{amount\}/,
    )
    const nearly = { ...closer, items: { ...closer.items, lines: ['{name} {amount}'] } }
    expect(() => parseTemplate(nearly, 'wrong.json')).toThrow(
      /can not have the same sign.*read one date as two days.*would become an item/,
    )
  })
})

test('a print job is told receipt by receipt, for machines and for people', () => {
  const job = [uniCentaReceipt(), uniCentaReceipt().replace('€10.20', '€10.30'), '  Partial Cash Report'].map(
    text => ({
      ...paper(text),
      codes: [],
    }),
  )
  const receipts = job as unknown as Parameters<typeof saleFromFile>[0]
  const views = saleFromFile(receipts, unicenta, context)
  expect(JSON.parse(JSON.stringify(views))).toMatchObject([
    { receipt: 1, is: 'sale', sale: { receiptNumber: '1042' } },
    { receipt: 2, is: 'unparsed', error: { code: 'RECEIPT_DOES_NOT_ADD_UP', facts: { off: '0.10 EUR' } } },
    { receipt: 3, is: 'none', why: 'report' },
  ])
  const text = saleText(views)
  expect(text).toContain('2 x Blue shirt (no SKU: moves no stock)')
  expect(text).toContain('Receipt 2 of the file: NOT READ, RECEIPT_DOES_NOT_ADD_UP')
  expect(text).toContain('Receipt 3 of the file: no sale (report)')
})
