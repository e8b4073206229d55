import { describe, expect, test } from 'vitest'
import { asked, linesOf, propose } from './proposals.ts'

/** What each sale holds: its lines, its taxes, what was paid. */
async function told(text: string, answers: Record<string, string> = {}): Promise<readonly string[]> {
  const { rows } = await propose(text, answers)
  return rows.map(({ event, problem }) => {
    if (event?.kind !== 'sale.completed') return problem?.code ?? ''
    const lines = event.lines.map(({ sku, title, net }) => `${sku ?? `(${title})`} ${net}`)
    const taxes = event.taxes.map(({ name, amount }) => `${name} ${amount}`)
    const paid = event.tenders.map(({ kind, amount }) => `${kind} ${amount}`)
    return [...lines, ...taxes, ...paid].join(', ')
  })
}

describe('several columns of taxes', () => {
  const rows = (heading: string, one: string, two: string) =>
    `Receipt Number,Date,SKU,Item,Qty,Net,${heading},Payment\n1,2026-07-18 10:00,A-1,Mug,1,10.00,${one},Debit\n2,2026-07-18 10:05,A-2,Book,1,20.00,${two},Cash\n`
  test.each([
    ['GST,PST', '0.50,0.70', '1.00,0.00', 'GST 50, PST 70'],
    ['TPS,TVQ', '0.50,1.00', '1.00,2.00', 'TPS 50, TVQ 100'],
    ['CGST,SGST', '0.90,0.90', '1.80,1.80', 'CGST 90, SGST 90'],
    ['VAT 5%,VAT 20%', '0.50,', ',4.00', 'VAT 5% 50'],
    [
      'State Tax,City Tax,County Tax',
      '0.40,0.45,0.03',
      '0.80,0.90,0.05',
      'State Tax 40, City Tax 45, County Tax 3',
    ],
  ])('%s are all told', async (headings, one, two, taxes) => {
    const answers = { currency: 'CAD', taxIncluded: 'no' }
    const [first] = await told(rows(headings, one, two), answers)
    const sum = one.split(',').reduce((all, each) => all + Math.round(Number(each) * 100), 0)
    expect(first).toBe(`A-1 1000, ${taxes}, card ${1_000 + sum}`)
  })

  test('a total proves that they are taxes of their own, and asks nothing', async () => {
    const text = rows('GST,PST,Total', '0.50,0.70,11.20', '1.00,0.00,21.00')
    expect(await asked(text, { currency: 'CAD' })).toEqual([])
    expect(await told(text, { currency: 'CAD' })).toEqual([
      'A-1 1000, GST 50, PST 70, card 1120',
      'A-2 2000, GST 100, cash 2100',
    ])
  })

  test('without a total it is asked whether the first holds the others', async () => {
    const text = rows('Tax,State Tax', '1.20,0.70', '1.00,0.40')
    const answers = { currency: 'USD', taxIncluded: 'no' }
    expect(await asked(text, answers)).toEqual(['taxes'])
    expect(await told(text, { ...answers, taxes: 'first' })).toEqual([
      'A-1 1000, Tax 120, card 1120',
      'A-2 2000, Tax 100, cash 2100',
    ])
  })
})

describe('columns beside the lines', () => {
  const plain = (heading: string, one: string, two: string) =>
    `Receipt,Date,SKU,Item,Qty,Line total,${heading},Total,Payment,Currency\n1,2026-07-18 10:00,A-1,Soup,1,10.00,${one},Cash,EUR\n2,2026-07-18 10:30,A-2,Tea,2,6.00,${two},Visa,EUR\n`
  test.each([
    ['Tip', '2.00,12.00', '0.00,6.00', 'A-1 1000, (Tip) 200, cash 1200'],
    ['Trinkgeld', '2.00,12.00', ',6.00', 'A-1 1000, (Trinkgeld) 200, cash 1200'],
    ['Surcharge', '0.11,10.11', '0.00,6.00', 'A-1 1000, (Surcharge) 11, cash 1011'],
    ['Shipping', '4.90,14.90', '0.00,6.00', 'A-1 1000, (Shipping) 490, cash 1490'],
    ['Receipt discount', '5.00,5.00', '0.00,6.00', 'A-1 1000, (Receipt discount) -500, cash 500'],
    ['Bonrabatt', '-5.00,5.00', ',6.00', 'A-1 1000, (Bonrabatt) -500, cash 500'],
  ])('%s is money that moves no stock', async (heading, one, two, first) => {
    const text = plain(heading, one, two)
    expect(await asked(text)).toEqual([])
    expect(await told(text)).toEqual([first, 'A-2 600, card 600'])
  })

  test('a tip and a discount of a receipt of two rows count once', async () => {
    const text = `Receipt,Date,SKU,Item,Qty,Line total,Tip,Receipt discount,Total,Payment,Currency
1,2026-07-18 10:00,A-1,Soup,1,10.00,2.00,3.00,15.00,Cash,EUR
1,2026-07-18 10:00,A-2,Tea,2,6.00,2.00,3.00,15.00,Cash,EUR
2,2026-07-18 10:30,A-2,Tea,2,6.00,0.00,0.00,6.00,Visa,EUR
`
    expect(await told(text)).toEqual([
      'A-1 1000, A-2 600, (Tip) 200, (Receipt discount) -300, cash 1500',
      'A-2 600, card 600',
    ])
  })

  test('a tip that no total proves is asked about', async () => {
    const text = `Receipt,Date,SKU,Item,Qty,Line total,Tip,Currency\n1,2026-07-18 10:00,A-1,Soup,1,10.00,2.00,EUR\n`
    expect(await asked(text)).toEqual(['charges'])
  })

  test.each(['Change', 'Rückgeld', 'Rendu monnaie', 'Växel', 'Wisselgeld', 'Reszta'])(
    '%s is off the cash where payments are what the customer gave',
    async heading => {
      const text = `Receipt,Date,SKU,Item,Qty,Line total,Total,Cash,Visa,${heading},Currency
1,2026-07-18 10:00,A-1,Soup,1,59.90,59.90,60.00,,0.10,EUR
2,2026-07-18 10:30,A-2,Tea,2,89.90,89.90,,89.90,0.00,EUR
3,2026-07-18 10:40,A-2,Tea,2,89.90,89.90,50.00,40.00,0.10,EUR
`
      expect(await asked(text)).toEqual([])
      expect(await told(text)).toEqual([
        'A-1 5990, cash 5990',
        'A-2 8990, card 8990',
        'A-2 8990, cash 4990, card 4000',
      ])
    },
  )
})

test('a discount has the sign of the goods, whatever sign the file writes', async () => {
  const text = `Receipt,Date,SKU,Item,Qty,Gross sales,Discounts,Net sales,Currency
1,2026-07-18 10:00,A-1,Mug,2,25.00,-2.50,22.50,EUR
2,2026-07-18 11:00,A-2,Tea,-1,-4.50,0.50,-4.00,EUR
`
  const { rows } = await propose(text)
  const discounts = rows.flatMap(({ event }) =>
    event?.kind === 'sale.completed' ? event.lines.map(line => line.discount) : [],
  )
  expect(discounts).toEqual([250, -50])
})

test.each(['Rabatt 10 %', 'Loyalty discount', 'Remise fidélité'])(
  'the row "%s" with a code moves no stock',
  async name => {
    const text = `Bon;Datum;Artikelnummer;Bezeichnung;Menge;Betrag;Summe;Zahlart
1;18.07.2026 10:00;A-1;Tasse;1;12,50;11,25;Bar
1;18.07.2026 10:00;RAB10;${name};1;-1,25;11,25;Bar
`
    expect(await linesOf(text, { currency: 'EUR' })).toEqual(['1: 1 A-1 1250', `1: 1 ${name} -125`])
  },
)

test('services and gift cards move no stock, by the column that says what they are', async () => {
  const text = `Receipt,Date,Type,SKU,Item,Qty,Line total,Total,Payment method,Currency
1,2026-07-18 10:00,Item,A-1,Mug,1,12.50,62.50,Cash,EUR
1,2026-07-18 10:00,Gift card,GC,Gift card 50,1,50.00,62.50,Cash,EUR
2,2026-07-18 10:05,Service,REP,Repair,1,40.00,40.00,Visa,EUR
`
  expect(await asked(text)).toEqual([])
  expect(await linesOf(text)).toEqual(['1: 1 A-1 1250', '1: 1 Gift card 50 5000', '2: 1 Repair 4000'])
})

test('columns of taxes by their rates are taxes of their own, and nothing is asked', async () => {
  const text = `Belegnummer;Datum;Artikelnummer;Bezeichnung;Menge;Brutto;MwSt 7%;MwSt 19%;Summe;Zahlart
1;18.07.2026 10:00;B-1;Buch;1;10,70;0,70;;22,60;Bar
1;18.07.2026 10:00;T-1;Tasse;1;11,90;;1,90;22,60;Bar
2;18.07.2026 11:00;T-1;Tasse;1;11,90;;1,90;11,90;EC
`
  expect(await asked(text, { currency: 'EUR' })).toEqual([])
  expect(await told(text, { currency: 'EUR' })).toEqual([
    'B-1 1000, T-1 1000, MwSt 7% 70, MwSt 19% 190, cash 2260',
    'T-1 1000, MwSt 19% 190, card 1190',
  ])
})

test('a deposit is told by the type of its goods, in Swedish', async () => {
  const text = `Kvittonr;Datum;Artikelnr;Benämning;Varutyp;Antal;Belopp;Summa;Betalsätt
1;2026-07-18 10:00;A-1;Läsk;Vara;1;15,00;17,00;Swish
1;2026-07-18 10:00;PANT;Pant burk;Pant;1;2,00;17,00;Swish
`
  expect(await linesOf(text, { currency: 'SEK' })).toEqual(['1: 1 A-1 1500', '1: 1 Pant burk 200'])
})

test('a business day in another form than the date is read, the day before included', async () => {
  const text = `Receipt,Business date,Date,SKU,Item,Qty,Line total,Currency
1,07/18/2026,2026-07-18 23:50,A-1,Mug,1,12.50,EUR
2,07/18/2026,2026-07-19 00:20,A-2,Tea,2,40.00,EUR
`
  const { rows, settings } = await propose(text)
  expect(settings.businessDate).toBe('M/D/YYYY')
  expect(rows.map(({ event }) => event)).toMatchObject([
    { businessDate: '2026-07-18' },
    { businessDate: '2026-07-18', soldAt: { wall: '2026-07-19T00:20:00' } },
  ])
})
