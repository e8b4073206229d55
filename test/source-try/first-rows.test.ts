import { expect, test } from 'vitest'
import { asked, linesOf, propose } from './proposals.ts'

const JOURNAL = `When,Register,Docket,Served by,SKU,Item,Qty,Amount
2026-11-20 09:10,2,8001,Ida,,,,
,,,,M-1,Mug,2,22.00
,,,,,Spring offer,,-2.00
,,,,,Amount due,,20.00
,,,,,GST,,1.82
,,,,,Cash,,50.00
,,,,,Change,,30.00
2026-11-20 09:31,2,8002,Ida,,,,
,,,,C-1,Cap,,12.00
,,,,9100,Bundle,,-1.00
,,,,VOID,,,
,,,,M-1,Mug,,11.00
,,,,,Amount due,,11.00
,,,,,GST,,1.00
,,,,,EFTPOS,,11.00
`

test('a journal that names each receipt on its first row is read with two answers', async () => {
  expect(await asked(JOURNAL)).toEqual(['currency', 'item:9100'])
  const answers = { currency: 'AUD', 'item:9100': 'offer' }
  const { isProven, questions, settings, assumed } = await propose(JOURNAL, answers)
  expect({ isProven, questions }).toEqual({ isProven: true, questions: [] })
  expect(settings).toMatchObject({
    numberOnFirstRow: true,
    services: ['9100'],
    rowTypes: { VOID: 'void-next' },
  })
  expect(assumed.join('\n')).toContain('"Cash" (a payment)')
  expect(await linesOf(JOURNAL, answers)).toEqual([
    '2/8001: 2 M-1 2000',
    '2/8001: 1 Spring offer -182',
    '2/8002: 1 C-1 1091',
    '2/8002: 1 Bundle -91',
  ])
})

test('items below the first one, and totals once', async () => {
  const text = `Receipt;Datum;Kasse;Artikelnr;Bezeichnung;Menge;Betrag;Summe;Zahlart
17;20.11.2026 09:10;1;M-1;Becher;2;19,80 €;31,70 €;EC
;;;C-1;Kappe;1;11,90 €;;
18;20.11.2026 09:20;1;C-1;Kappe;1;11,90 €;11,90 €;Bar
19;20.11.2026 09:40;1;C-1;Kappe;-1;-11,90 €;-1,98 €;Bar
;;;M-1;Becher;1;9,92 €;;
`
  const { isProven, questions, settings } = await propose(text)
  expect({ isProven, questions }).toEqual({ isProven: true, questions: [] })
  expect(settings).toMatchObject({ numberOnFirstRow: true })
  expect(await linesOf(text)).toEqual([
    ...['1/17: 2 M-1 1980', '1/17: 1 C-1 1190', '1/18: 1 C-1 1190'],
    ...['1/19: -1 C-1 -1190', '1/19: 1 M-1 992'],
  ])
})

test('a file whose rows all have the number is not one of these', async () => {
  const text = `Receipt,Date,SKU,Qty,Amount\n1,2026-11-20 09:10,M-1,1,9.90\n2,2026-11-20 09:20,M-1,1,9.90\nTotal,,,2,19.80\n`
  expect((await propose(text)).settings).not.toHaveProperty('numberOnFirstRow')
})

test.each([
  [
    'in the column of the number',
    'Receipt,Date,SKU,Qty,Amount',
    '1,2026-11-20 09:10,M-1,1,9.90\n2,2026-11-20 09:20,M-1,1,9.90\nTotal,,,2,19.80\n',
  ],
  [
    'in the column of the date',
    'Date,Receipt,SKU,Qty,Amount',
    '2026-11-20 09:10,1,M-1,1,9.90\n2026-11-20 09:20,2,M-1,1,9.90\nGrand total,,,2,19.80\n',
  ],
  [
    'with a date beside it in its text',
    'Receipt,Date,SKU,Qty,Amount',
    '1,2026-11-20 09:10,M-1,1,9.90\nTotal 20.11.2026,,,1,9.90\n',
  ],
])('a total %s is not a receipt', async (_, headings, rows) => {
  const { settings, rows: read } = await propose(`${headings}\n${rows}`)
  expect(settings.notSales).toHaveLength(1)
  expect(read.map(({ problem }) => problem)).toEqual(read.map(() => null))
})

test('a receipt that is called total counts if it has a date', async () => {
  const text = 'Receipt,Date,SKU,Qty,Amount\nTotal-1,2026-11-20 09:10,M-1,1,9.90\n'
  expect((await propose(text)).settings).not.toHaveProperty('notSales')
})

test('one receipt of several rows among many of one row is enough to tell', async () => {
  const one = (no: number) => `${no},2026-11-20 09:1${no},M-1,1,9.90\n`
  const text = `Receipt,Date,SKU,Qty,Amount\n${one(1)}${one(2)}${one(3)},,C-1,1,5.00\n${one(4)}${one(5)}`
  expect((await propose(text, { currency: 'EUR' })).settings).toMatchObject({ numberOnFirstRow: true })
  expect(await linesOf(text, { currency: 'EUR' })).toContain('3: 1 C-1 500')
})
