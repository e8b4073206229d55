import { describe, expect, test } from 'vitest'
import { british, readBritish, row, told } from './learned-tills.ts'

const giftCard = (name: string) =>
  british(8)
    .replace(/^MG-04.*$/m, row(name, '£50.00'))
    .replaceAll('12.50', '50.00')
    .replace(/^VAT.*\n/m, '')

test.each([
  'GIFT CARD 50',
  'Gift voucher',
  'GIFT CARD 60123',
  'Geschenkkarte 50',
  'CARTE CADEAU',
  'PRESENTKORT',
  'CADEAUBON VERKOOP',
])('%s sold for money: the money is taken, no goods go out', name => {
  expect(told(readBritish(giftCard(name)))).toEqual([`1 ${name} 5000`, 'card 5000'])
})

test('a gift card beside goods has no part in their tax', () => {
  const text = british(8)
    .replace(/^MG-04.*$/m, line => `${line}\n${row('GIFT CARD 50', '£50.00')}`)
    .replace(/^Total.*$/m, row('Total to pay', '£62.50'))
    .replace(/^Visa.*$/m, row('Visa Debit', '£62.50'))
  expect(told(readBritish(text))).toEqual(['1 MG-04 1042', '1 GIFT CARD 50 5000', 'card 6250'])
})

test('a gift card that its own amount does not explain is refused, not put aside', () => {
  const text = giftCard('GIFT CARD 50').replace(/^Total.*$/m, row('Total to pay', '£55.00'))
  expect(told(readBritish(text))).toEqual(['RECEIPT_DOES_NOT_ADD_UP'])
})

test('a gift card that pays is a payment', () => {
  const text = british(8).replace('Visa Debit', 'Gift card ')
  expect(told(readBritish(text))).toEqual(['1 MG-04 1042', 'voucher 1250'])
})

test('a voucher that is printed without a payment is a print beside sales', () => {
  expect(told(readBritish('HARBOUR GOODS LTD\nGIFT VOUCHER\nGift voucher £20.00'))).toEqual([
    'no sale: voucher',
  ])
})

test.each([
  'CADEAUBON',
  'KADOBON',
  'Cadeau bon',
  'GESCHENKBON',
  'GÅVOBEVIS',
  'Gift voucher',
  'BON CADEAU',
  'Lieferschein',
])('%s with an amount pays a part of a sale: it is not the heading of another print', name => {
  const text = british(8).replace(/^Visa.*$/m, `${row(name, '£10.00')}\n${row('Visa Debit', '£2.50')}`)
  const kind = name === 'Lieferschein' ? 'account' : 'voucher'
  expect(told(readBritish(text))).toEqual(['1 MG-04 1042', `${kind} 1000`, 'card 250'])
})

describe('a deposit on a line that no pattern reads moves money and no stock', () => {
  test.each([
    'Bottle deposit',
    'STATIEGELD',
    'Consigne',
    'PANT',
    'Kaucja',
    'Panttivakuutus',
    'Emballasje',
    'PFAND',
  ])('%s', name => {
    const text = british(8)
      .replace(/^MG-04.*$/m, line => `${line}\n${row(name, '£0.15')}`)
      .replace(/^Total.*$/m, row('Total to pay', '£12.65'))
      .replace(/^Visa.*$/m, row('Visa Debit', '£12.65'))
    expect(told(readBritish(text))).toEqual(['1 MG-04 1042', `1 ${name} 15`, 'card 1265'])
  })
  test('given back alone', () => {
    const text = british(8)
      .replace(/^MG-04.*$/m, row('STATIEGELD RETOUR', '-£3.00'))
      .replaceAll('£12.50', '-£3.00')
      .replace(/^VAT.*\n/m, '')
    expect(told(readBritish(text))).toEqual(['-1 STATIEGELD RETOUR -300', 'card -300'])
  })
})

test('a discount of the total among the items is off all of them', () => {
  const text = british(8)
    .replace(/^MG-04.*$/m, line => `${line}\n${row('KORTING TOTAAL 10%', '-£1.25')}`)
    .replace(/^Total.*$/m, row('Total to pay', '£11.25'))
    .replace(/^Visa.*$/m, row('Visa Debit', '£11.25'))
    .replace(/^VAT.*$/m, row('VAT @ 20.00% included', '£1.88'))
  expect(told(readBritish(text))).toEqual(['1 MG-04 937', 'card 1125'])
})
