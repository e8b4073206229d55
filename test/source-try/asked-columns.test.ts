import { describe, expect, test } from 'vitest'
import { asked, linesOf, propose } from './proposals.ts'

/** `cash 500` for each payment of each sale. */
const paidBy = async (text: string, answers: Record<string, string> = {}) => {
  const { rows } = await propose(text, answers)
  return rows.flatMap(({ event }) =>
    event?.kind === 'sale.completed' ? event.tenders.map(({ kind, amount }) => `${kind} ${amount}`) : [],
  )
}

describe('a column whose heading is not known and whose values may be what the file lacks', () => {
  const kinds = (heading: string) => `${heading},Receipt,DateTime,Code,Name,Qty,Amount,Tax,Method,Currency
SALE,501,2026-07-02 10:00:00,,,,30.25,5.25,,EUR
ITEM,501,2026-07-02 10:00:00,MUG-1,Mug,2,20.00,4.20,,EUR
ITEM,501,2026-07-02 10:00:00,TEA-1,Tea,1,5.00,1.05,,EUR
PAY,501,2026-07-02 10:00:00,,,,30.25,,Card,EUR
SALE,502,2026-07-02 10:10:00,,,,-12.10,-2.10,,EUR
ITEM,502,2026-07-02 10:10:00,MUG-1,Mug,-1,-10.00,-2.10,,EUR
PAY,502,2026-07-02 10:10:00,,,,-12.10,,Cash,EUR
`
  const right = ['501: 2 MUG-1 2000', '501: 1 TEA-1 500', '502: -1 MUG-1 -1000']

  test('kinds of rows: a known heading is read, another one is asked about', async () => {
    const answers = { taxIncluded: 'no' }
    expect(await linesOf(kinds('Record'), answers)).toEqual(right)
    expect(await asked(kinds('Xyz'), answers)).toContain('column-of:rowType')
    const said = { ...answers, 'column-of:rowType': 'Xyz' }
    expect(await linesOf(kinds('Xyz'), said)).toEqual(right)
    expect(await asked(kinds('Xyz'), said)).toEqual([])
    expect(await paidBy(kinds('Xyz'), said)).toEqual(['card 3025', 'cash -1210'])
  })

  test('words that nothing knows tell rows without an item apart: what each means is asked', async () => {
    const text = kinds('Xyz')
      .replaceAll(/^SALE/gm, 'K1')
      .replaceAll(/^ITEM/gm, 'P2')
      .replaceAll(/^PAY/gm, 'Z3')
    const ids = await asked(text, { 'column-of:rowType': 'Xyz' })
    expect(ids).toEqual(expect.arrayContaining(['row:K1', 'row:P2', 'row:Z3']))
  })

  const pieces = (heading: string) => `Receipt no,Date,SKU,Item,${heading},Line total,Payment method,Currency
1,2026-07-18 10:00,A-1,Mug,2,15.00,Cash,EUR
2,2026-07-18 10:05,A-2,Cheese,0.412,13.82,Visa,EUR
3,2026-07-18 10:09,A-1,Mug,-1,-7.50,Visa,EUR
`
  const sold = ['1: 2 A-1 1500', '2: 0.412 A-2 1382', '3: -1 A-1 -750']

  test.each(['Anz.', 'Stck.', 'Pcs', 'Nb', 'Uds.', 'Pz', 'Aant.', 'Ant.', 'St', 'Lkm', 'Szt.', 'Quant.'])(
    '%s is a quantity',
    async heading => {
      expect(await linesOf(pieces(heading))).toEqual(sold)
      expect(await asked(pieces(heading))).toEqual([])
    },
  )
  test('numbers in a file without a quantity are asked about', async () => {
    expect(await asked(pieces('Xyz'))).toEqual(['column-of:quantity'])
    const said = { 'column-of:quantity': 'Xyz' }
    expect(await linesOf(pieces('Xyz'), said)).toEqual(sold)
    expect(await asked(pieces('Xyz'), said)).toEqual([])
  })

  const paid = (heading: string) => `Beleg;Datum;Artikel-Nr.;Text;Anzahl;Total CHF;${heading}
1;21.03.2026 08:00;K-1;Kaffee;1;5.00;Bar
2;21.03.2026 08:10;K-3;Messer;1;49.50;TWINT
3;21.03.2026 08:20;K-1;Kaffee;2;10.00;EC
`
  test.each([
    'Bezahlt mit',
    'Payé par',
    'Pagato con',
    'Betaald met',
    'Betalt med',
    'Paid with',
    'Forma zapłaty',
  ])('%s is how a receipt was paid', async heading => {
    expect(await paidBy(paid(heading))).toEqual(['cash 500', 'card 4950', 'card 1000'])
  })
  test('words of payments under another heading are asked about', async () => {
    expect(await asked(paid('Xyz'))).toContain('column-of:tender')
    expect(await paidBy(paid('Xyz'), { 'column-of:tender': 'Xyz' })).toEqual([
      'cash 500',
      'card 4950',
      'card 1000',
    ])
    expect(await paidBy(paid('Xyz'), { 'column-of:tender': 'none' })).toEqual([
      'other 500',
      'other 4950',
      'other 1000',
    ])
  })
})

test('cash that the file names without an amount is less its rounding, whichever sign that has', async () => {
  const text = (said: string) => `Beleg;Datum;Artikel-Nr.;Text;Anzahl;Total CHF;Bezahlt mit;Rundung
1;21.03.2026 08:10;K-2;Käse;0.412;13.82;Bar;${said}
2;21.03.2026 08:20;K-2;Käse;0.412;13.82;TWINT;0.00
3;21.03.2026 08:30;K-1;Kaffee;1;5.00;Bar;0.00
`
  for (const said of ['-0.02', '0.02'])
    expect(await paidBy(text(said))).toEqual(['cash 1380', 'card 1382', 'cash 500'])
})

describe('a heading that says whether tax is in its amounts', () => {
  const taxed = (heading: string) => `Receipt no,Date,SKU,Item,Qty,${heading},VAT,Payment method,Currency
1,2026-07-18 10:00,A-1,Mug,2,12.00,2.00,Cash,EUR
2,2026-07-18 10:05,A-2,Pot,1,24.00,4.00,Visa,EUR
`
  test.each([
    'Line Total (inc VAT)',
    'Bedrag incl. btw',
    'Betrag inkl. MwSt',
    'Montant TVA comprise',
    'Total ligne TTC',
    'Importo con IVA',
    'Importe IVA incluido',
    'Belopp inkl. moms',
    'Amount incl. tax EUR',
  ])('%s: it is', async heading => {
    expect(await asked(taxed(heading))).toEqual([])
    expect(await linesOf(taxed(heading))).toEqual(['1: 2 A-1 1000', '2: 1 A-2 2000'])
  })
  test.each([
    'Line total excl. VAT',
    'Betrag ohne MwSt',
    'Bedrag excl. btw',
    'Total ligne HT',
    'Belopp exkl. moms',
  ])('%s: it is not', async heading => {
    expect(await asked(taxed(heading))).toEqual([])
    expect(await linesOf(taxed(heading))).toEqual(['1: 2 A-1 1200', '2: 1 A-2 2400'])
  })
})

describe('a file that lacks one of the necessary columns', () => {
  const text = (receipt: string, date: string, amount: string) =>
    `${receipt},${date},SKU,Item,Qty,${amount},Payment method,Currency
7001,2026-07-18 10:00,A-1,Mug,2,12.00,Cash,EUR
7002,2026-07-18 10:05,A-2,Pot,1,24.00,Visa,EUR
`
  test.each([
    ['receipt', text('Xyz', 'Date', 'Amount')],
    ['date', text('Receipt no', 'Xyz', 'Amount')],
    ['amount', text('Receipt no', 'Date', 'Xyz')],
  ])('%s: which column it is is asked', async (field, file) => {
    const id = `column-of:${field}`
    expect(await asked(file)).toContain(id)
    expect(await linesOf(file, { [id]: 'Xyz' })).toEqual(['7001: 2 A-1 1200', '7002: 1 A-2 2400'])
  })
  test('where no column can be it, the sentence says what is missing', async () => {
    const file = text('Receipt no', 'Date', 'Xyz').replaceAll(/\d\d\.00/g, 'much')
    await expect(propose(file)).rejects.toMatchObject({
      code: 'SOURCE_LAYOUT_UNKNOWN',
      message: expect.stringContaining('no amount'),
    })
  })
})
