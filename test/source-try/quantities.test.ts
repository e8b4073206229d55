import { describe, expect, test } from 'vitest'
import { asked, linesOf } from './proposals.ts'

const semicolons = (rows: string) => `Bon;Datum;Artikelnummer;Bezeichnung;Menge;Betrag\n${rows}`
const priced = (rows: string) =>
  `Receipt no,Date,SKU,Item,Qty,Unit price,Line total,Total,Payment method,Currency\n${rows}`

describe('quantities with three decimals are never thousands of units', () => {
  test('a point in quantities beside a comma in amounts', async () => {
    const text = semicolons(`1;18.07.2026 10:00;A-1;Tasse;1.000;12,50
2;18.07.2026 10:05;A-2;Postkarte;2.000;5,00
3;18.07.2026 10:09;A-2;Postkarte;-1.000;-2,50
`)
    const right = ['1: 1 A-1 1250', '2: 2 A-2 500', '3: -1 A-2 -250']
    expect(await linesOf(text, { currency: 'EUR' })).toEqual(right)
  })
  test('a comma in quantities beside a point in amounts', async () => {
    const text = priced(`1,2026-07-18 10:00,A-1,Mug,"1,000",12.50,12.50,12.50,Cash,EUR
2,2026-07-18 10:05,A-2,Tea,"0,538",20.00,10.76,10.76,Visa,EUR
`)
    expect(await linesOf(text)).toEqual(['1: 1 A-1 1250', '2: 0.538 A-2 1076'])
  })
  test('where some have the sign and others do not, the unit price tells which it is', async () => {
    const text = (price: string, amount: string) =>
      priced(`1,2026-07-18 10:00,A-1,Screw,2,0.05,0.10,0.10,Cash,EUR
2,2026-07-18 10:05,A-1,Screw,"1,000",${price},${amount},${amount},Visa,EUR
`)
    expect(await linesOf(text('0.05', '50.00'))).toContain('2: 1000 A-1 5000')
    expect(await linesOf(text('12.50', '12.50'))).toContain('2: 1 A-1 1250')
  })
  test('where nothing tells it is asked', async () => {
    const text = semicolons(`1;18.07.2026 10:00;A-1;Schraube;2;0,10
2;18.07.2026 10:05;A-1;Schraube;1.000;50,00
`)
    expect(await asked(text, { currency: 'EUR' })).toContain('quantities')
    const said = await linesOf(text, { currency: 'EUR', quantities: '1.500,0' })
    expect(said).toContain('2: 1000 A-1 5000')
  })
})

test('a sale on a receipt whose rows all say refund, told by its sign, stays a sale', async () => {
  const text = `Receipt no,Date,Type,SKU,Item,Qty,Amount,Payment method,Currency
1,2026-07-18 10:00,Sale,A-1,Shirt,1,50.00,Cash,EUR
2,2026-07-18 10:05,Refund,A-1,Shirt,-1,-50.00,Cash,EUR
2,2026-07-18 10:05,Refund,B-1,Sock,1,30.00,Cash,EUR
3,2026-07-18 10:15,Refund,A-1,Shirt,1,50.00,Cash,EUR
`
  expect(await linesOf(text)).toEqual([
    '1: 1 A-1 5000',
    '2: -1 A-1 -5000',
    '2: 1 B-1 3000',
    '3: -1 A-1 -5000',
  ])
})
