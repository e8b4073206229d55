import { describe, expect, test } from 'vitest'
import { proposeSource } from '../../agent/tools/source-try/propose.ts'
import { SourceId } from '../../shared/ids.ts'
import { manualWorld } from '../manual-world.ts'

function propose(text: string, answers: Record<string, string> = {}) {
  const given = {
    file: 'sales.csv',
    folder: '/till',
    bytes: Buffer.from(text),
    source: SourceId.parse('sales'),
    store: { zone: 'Europe/Berlin', warehouse: 'HAR' },
    unread: 0,
    answers: new Map(Object.entries(answers)),
  }
  return proposeSource(given, manualWorld())
}
async function linesOf(text: string, answers: Record<string, string> = {}) {
  const { rows } = await propose(text, answers)
  return rows.flatMap(({ event }) =>
    event?.kind === 'sale.completed'
      ? event.lines.map(({ sku, quantity, net }) => `${event.receipt}: ${quantity / 1_000} ${sku} ${net}`)
      : [],
  )
}
/** Null: it was asked or refused, which is right as well. */
async function toldOrAsked(text: string, answers: Record<string, string> = {}) {
  const proposal = await propose(text, answers).catch(() => null)
  if (proposal === null || proposal.questions.length > 0) return null
  return linesOf(text, answers)
}

describe('quantities with three decimals are never thousands of units', () => {
  test('a point in quantities beside a comma in amounts', async () => {
    const text = `Bon;Datum;Artikelnummer;Bezeichnung;Menge;Betrag
1;18.07.2026 10:00;A-1;Tasse;1.000;12,50
2;18.07.2026 10:05;A-2;Postkarte;2.000;5,00
`
    expect(await toldOrAsked(text, { currency: 'EUR' })).toSatisfy(
      told => told === null || told[0] === '1: 1 A-1 1250',
    )
  })
  test('a comma in quantities beside a point in amounts, though the file has the unit price', async () => {
    const text = `Receipt no,Date,SKU,Item,Qty,Unit price,Line total,Total,Payment method,Currency
1,2026-07-18 10:00,A-1,Mug,"1,000",12.50,12.50,12.50,Cash,EUR
2,2026-07-18 10:05,A-2,Tea,"2,000",20.00,40.00,40.00,Visa,EUR
`
    expect(await toldOrAsked(text)).toSatisfy(told => told === null || told[0] === '1: 1 A-1 1250')
  })
})

test('a sale on a receipt whose rows all say refund, told by its sign, stays a sale', async () => {
  const text = `Receipt no,Date,Type,SKU,Item,Qty,Amount,Payment method,Currency
1,2026-07-18 10:00,Sale,A-1,Shirt,1,50.00,Cash,EUR
2,2026-07-18 10:05,Refund,A-1,Shirt,-1,-50.00,Cash,EUR
2,2026-07-18 10:05,Refund,B-1,Sock,1,30.00,Cash,EUR
`
  const told = await toldOrAsked(text)
  expect(told ?? []).not.toContain('2: -1 B-1 -3000')
})

test('a second tax column that the settings can not name is a question, not a missing amount', async () => {
  const text = `Receipt Number,Date,SKU,Item,Qty,Net sales,GST,PST,Payment
1,2026-07-18 10:00,A-1,Mug,1,10.00,0.50,0.70,Debit
2,2026-07-18 10:05,A-2,Book,1,20.00,1.00,0.00,Cash
`
  const answers = { currency: 'CAD', taxIncluded: 'no' }
  const { rows, questions } = await propose(text, answers)
  const paid = rows.flatMap(({ event }) =>
    event?.kind === 'sale.completed' ? event.tenders.map(t => t.amount) : [],
  )
  expect(questions.length > 0 || paid[0] === 1_120).toBe(true)
})

describe('what can be said is not refused', () => {
  test('a discount as a row with a code', async () => {
    const text = `Bon;Datum;Artikelnummer;Bezeichnung;Menge;Betrag;Summe;Zahlart
1;18.07.2026 10:00;A-1;Tasse;1;12,50;11,25;Bar
1;18.07.2026 10:00;RAB10;Rabatt 10 %;1;-1,25;11,25;Bar
`
    expect(await linesOf(text, { currency: 'EUR' })).toContain('1: 1 A-1 1250')
  })
  test.each([
    ['Sat, 18 Jul 2026 10:00:05'],
    ['18 juli 2026 kl. 10:05'],
    ['18/07/2026 09:05:00 a. m.'],
    ['1784363405'],
    ['18-Jul-2026 10:05 AM CEST'],
  ])('the date %s', async date => {
    const text = `Receipt no\tDate\tSKU\tItem\tQty\tLine total\tCurrency\n1\t${date}\tA-1\tMug\t1\t12.50\tEUR\n`
    expect(await linesOf(text)).toEqual(['1: 1 A-1 1250'])
  })
  test('the number on the first row of a receipt alone', async () => {
    const text = `Time,Till,Receipt,Code,Description,Qty,Amount
2026-07-18 09:32:16,2,50196,,,,
,,,70011,TWINE,6,39
,,,,CASH,,39
2026-07-18 09:57:23,2,50199,,,,
,,,70023,TRAY,2,39.98
,,,,EFTPOS,,39.98
`
    expect(await linesOf(text, { currency: 'AUD' })).toEqual(['50196: 6 70011 3900', '50199: 2 70023 3998'])
  })
})

test('a number that is used twice in a file of three rows is not called 200 rows apart', async () => {
  const text = `Receipt no,Date,SKU,Item,Qty,Line total,Payment method,Currency
1,2026-07-18 10:00,A-1,Mug,1,12.50,Cash,EUR
2,2026-07-18 10:05,A-2,Tea,2,40.00,Visa,EUR
1,2026-07-18 15:30,A-3,Pot,1,30.00,Cash,EUR
`
  const { rows } = await propose(text)
  expect(rows.flatMap(({ problem }) => problem?.code ?? [])).toEqual(['RECEIPT_NUMBER_REPEATED'])
})
