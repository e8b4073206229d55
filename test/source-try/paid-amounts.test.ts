import { describe, expect, test } from 'vitest'
import { asked, linesOf, propose } from './proposals.ts'

const euro = { currency: 'EUR' }

describe('a column of what was paid beside a list price', () => {
  const file = (...odd: string[]) =>
    [
      'Bon;Datum;Artikelnr;Bezeichnung;Menge;Preis;Betrag;Zahlart',
      '71;16.07.2026 09:30;K-1;Krug;1;24,00;18,00;Bar',
      '72;16.07.2026 09:50;K-1;Krug;2;24,00;42,00;EC',
      ...odd,
      '74;16.07.2026 10:10;K-2;Tuch;-1;35,00;-35,00;Bar',
    ].join('\n')

  test.each([
    ['an empty cell', '73;16.07.2026 09:55;K-2;Tuch;1;35,00;;Bar'],
    ['a cell that is not a number', '73;16.07.2026 09:55;K-2;Tuch;1;35,00;12,50 K;Bar'],
    ['a price that hardly is one', '73;16.07.2026 09:55;K-2;Tuch;2;80,00;1,00;Bar'],
  ])('one odd row does not make it the list price: %s', async (_, odd) => {
    expect(await asked(file(odd), euro)).toEqual(['amount'])
    const paid = await linesOf(file(odd), { ...euro, amount: 'Betrag' })
    expect(paid.filter(line => /^\d/.test(line))).toEqual([
      '71: 1 K-1 1800',
      '72: 2 K-1 4200',
      '74: -1 K-2 -3500',
    ])
    expect(paid).toHaveLength(4)
    expect((await linesOf(file(odd), { ...euro, amount: 'price' }))[0]).toBe('71: 1 K-1 2400')
  })

  test('totals that prove the price ask for nothing', async () => {
    const proven = [
      'Bon;Datum;Artikelnr;Menge;Preis;Betrag;Summe;Zahlart',
      '71;16.07.2026 09:30;K-1;1;24,00;24,00;24,00;Bar',
      '72;16.07.2026 09:50;K-1;2;24,00;;48,00;EC',
      '73;16.07.2026 09:55;K-2;1;35,00;35,00;35,00;Bar',
    ].join('\n')
    expect(await asked(proven, euro)).toEqual([])
  })
})

describe('a mark on the first row of a receipt', () => {
  const returned = (second: string, third: string) =>
    [
      'Order,Date,SKU,Qty,Price,Payment,Is Return',
      '501,2026-07-16 09:10,K-1,1,12.00,Cash,No',
      '502,2026-07-16 09:20,K-1,1,12.00,Visa,Yes',
      `502,2026-07-16 09:20,K-2,1,21.00,Visa,${second}`,
      `503,2026-07-16 09:40,K-2,1,21.00,Visa,${third}`,
    ].join('\n')
  const back = { ...euro, 'mark:Is Return': 'refund' }

  test('that goods came back is the whole receipt’s or the line’s: it is refused', async () => {
    expect(await linesOf(returned('', 'No'), back)).toEqual([
      '501: 1 K-1 1200',
      'RECORD_MARKED',
      '503: 1 K-2 2100',
    ])
  })

  test('a column that says no of the other lines is of the lines', async () => {
    expect(await linesOf(returned('No', 'No'), back)).toEqual([
      '501: 1 K-1 1200',
      '502: -1 K-1 -1200',
      '502: 1 K-2 2100',
      '503: 1 K-2 2100',
    ])
  })

  test('a voided first line beside lines that are not', async () => {
    const file = [
      'Bon;Datum;Artikelnr;Menge;Betrag;Zahlart;Storniert',
      '61;16.07.2026 09:10;K-1;1;12,00;Bar;ja',
      '61;16.07.2026 09:10;K-2;1;21,00;Bar;nein',
    ].join('\n')
    expect(await linesOf(file, euro)).toEqual(['61: 1 K-2 2100'])
  })

  test.each([
    ['21,00', ['61: 1 K-2 2100', '62: 1 K-1 1200']],
    ['0,00', ['RECORD_MARKED', '62: 1 K-1 1200']],
  ])('a first line that the POS set to zero, beside %s', async (second, lines) => {
    const file = [
      'Bon;Datum;Artikelnr;Menge;Betrag;Summe;Zahlart;Storniert',
      `61;16.07.2026 09:10;K-1;1;0,00;${second};Bar;x`,
      `61;16.07.2026 09:10;K-2;1;${second};${second};Bar;`,
      '62;16.07.2026 09:20;K-1;1;12,00;12,00;Bar;',
    ].join('\n')
    expect(await linesOf(file, euro)).toEqual(lines)
  })
})

test('one payment of an unknown name does not hide the column of payments', async () => {
  const file = [
    'Receipt,Date,SKU,Qty,Amount,Settled by',
    '1,2026-07-16 09:10,K-1,1,12.00,Cash',
    '2,2026-07-16 09:20,K-1,1,12.00,Visa',
    '3,2026-07-16 09:30,K-1,-1,-12.00,Cash',
    '4,2026-07-16 09:40,K-1,1,12.00,Klubbkort',
  ].join('\n')
  expect(await asked(file, euro)).toEqual(['column-of:tender', 'tender:Klubbkort'])
  expect(await asked(file, { ...euro, 'column-of:tender': 'Settled by' })).toEqual(['tender:Klubbkort'])
})

test('an Indian bill that is rounded off', async () => {
  const file = [
    'Bill No,Bill Date,Item Code,Item Name,Qty,MRP,Net Amount,Round Off,Bill Amount,Pay Mode',
    'C2,16-07-2026 09:20,K-2,Tea,1,207.40,207.40,-0.40,207.00,Cash',
    'C3,16-07-2026 09:40,K-2,Tea,-1,207.40,-207.40,0.40,-207.00,Cash',
  ].join('\n')
  const { rows, questions } = await propose(file, { currency: 'INR' })
  expect(questions).toEqual([])
  expect(
    rows.map(({ event }) => event?.kind === 'sale.completed' && [event.tenders[0]?.amount, event.rounding]),
  ).toEqual([
    [20700, -40],
    [-20700, 40],
  ])
})

describe('columns of payments', () => {
  const file = (heading: string, ...cells: string[]) =>
    [
      `Bon;Datum;Artikelnr;Menge;Betrag;Total;${heading}`,
      `31;16.07.2026 09:10;K-1;1;24,00;24,00;${cells[0]}`,
      `32;16.07.2026 09:20;K-1;2;48,00;48,00;${cells[1]}`,
      `33;16.07.2026 09:30;K-1;-1;-24,00;-24,00;${cells[2]}`,
    ].join('\n')
  const kinds = async (text: string, currency = 'CHF') => {
    const { rows, questions } = await propose(text, { currency })
    expect(questions).toEqual([])
    return rows.map(({ event, problem }) =>
      event?.kind === 'sale.completed'
        ? event.tenders.map(({ kind, amount }) => `${kind} ${amount}`).join()
        : problem?.code,
    )
  }

  test('a currency beside cash says nothing of the way', async () => {
    const text = file('Bar CHF;Bar EUR;Karte', '24,00;0,00;0,00', '0,00;0,00;48,00', '-24,00;0,00;0,00')
    expect(await kinds(text)).toEqual(['cash 2400', 'card 4800', 'cash -2400'])
  })

  test('cash in another currency is refused where it does not add up', async () => {
    const text = file('Bar CHF;Bar EUR;Karte', '24,00;0,00;0,00', '0,00;50,00;0,00', '-24,00;0,00;0,00')
    expect(await kinds(text)).toEqual(['cash 2400', 'SALE_DOES_NOT_ADD_UP', 'cash -2400'])
  })

  test('a discount of customers is not a payment, and empty columns give way to a name', async () => {
    const named = ['0,00;Bar', '0,00;EC', '0,00;Bar']
    expect(await kinds(file('Loyalty Rabatt;Zahlart', ...named))).toEqual([
      'cash 2400',
      'card 4800',
      'cash -2400',
    ])
    expect(await kinds(file('Gutschein;Zahlart', ...named))).toEqual(['cash 2400', 'card 4800', 'cash -2400'])
  })
})

test('one piece at a clearance price is read, and several that hardly are at it name all three figures', async () => {
  const file = (units: number) =>
    [
      'Bon;Datum;Artikelnr;Menge;Preis;Betrag;Zahlart',
      '71;16.07.2026 09:30;K-1;1;24,00;24,00;Bar',
      `72;16.07.2026 09:50;K-2;${units};80,00;1,00;EC`,
      '73;16.07.2026 10:10;K-1;-1;24,00;-24,00;Bar',
    ].join('\n')
  const answers = { currency: 'EUR', amount: 'Betrag' }
  expect((await linesOf(file(1), answers))[1]).toBe('72: 1 K-2 100')
  const { rows } = await propose(file(2), answers)
  expect(rows[1]?.problem?.sentence).toContain('"Betrag" of "Preis", which are 1,00 and 80,00')
})

test('a column of the type of record, under the name that German tills give it', async () => {
  const file = [
    'Bon;Datum;Vorgang;Artikelnr;Menge;Betrag;Zahlart',
    '71;16.07.2026 09:30;Verkauf;K-1;1;24,00;Bar',
    '72;16.07.2026 09:50;Rückgabe;K-1;1;24,00;EC',
  ].join('\n')
  expect(await asked(file, { currency: 'EUR' })).toEqual([])
  expect(await linesOf(file, { currency: 'EUR' })).toEqual(['71: 1 K-1 2400', '72: -1 K-1 -2400'])
})

test('parts of a sum below the receipts belong to the report', async () => {
  const file = [
    'Bon;Datum;Artikelnr;Menge;Betrag;Zahlart',
    '71;16.07.2026 09:30;K-1;1;24,00;Bar',
    '72;16.07.2026 09:50;K-1;-1;-24,00;EC',
    'Gesamt;;;;0,00;',
    'davon Bar;;;;24,00;',
    'EC;;;;-24,00;',
  ].join('\n')
  expect(await linesOf(file, { currency: 'EUR' })).toEqual(['71: 1 K-1 2400', '72: -1 K-1 -2400'])
})
