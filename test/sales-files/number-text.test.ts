import { expect, test } from 'vitest'
import { type NumberRules, plainNumber } from '../../agent/sources/sales-files/number-text.ts'
import { unitsIn } from '../../agent/sources/sales-files/values.ts'

const swiss: NumberRules = { decimal: '.', thousands: "'" }
const german: NumberRules = { decimal: ',', thousands: '.' }
const nordic: NumberRules = { decimal: ',', thousands: ' ' }
const english: NumberRules = { decimal: '.', thousands: ',' }
const bare: NumberRules = { decimal: '.', thousands: '' }

const read = (text: string, rules: NumberRules, currency = 'CHF') =>
  plainNumber(text, 'Amount', rules, { currency })

test.each([
  ['8.-', swiss, '8'],
  ['8.\u2013', swiss, '8'],
  ['8.--', swiss, '8'],
  ['8,\u2014', german, '8'],
  ['8.-', german, '8'],
  ['1.250,-', german, '1250'],
  ['-8.-', swiss, '-8'],
  ['(8.--)', swiss, '-8'],
  ['Fr. 8.-', swiss, '8'],
  ['8.\u2013 CHF', swiss, '8'],
  ['7.35-', swiss, '-7.35'],
  ['7,35\u2212', german, '-7.35'],
  ['\u2212\u00a07.35', swiss, '-7.35'],
  ['($91.20)', english, '-91.20', 'CAD'],
  ['$(91.20)', english, '-91.20', 'CAD'],
  ['-$91.20', english, '-91.20', 'CAD'],
  ['$-91.20', english, '-91.20', 'CAD'],
  ['3\u20191\u0030\u0030.05', swiss, '3100.05'],
  ["3'100.05", swiss, '3100.05'],
  ['3\u00a0100,05', nordic, '3100.05'],
  ['3\u202f100,05', nordic, '3100.05'],
  ['3\u2009100,05 kr', nordic, '3100.05', 'SEK'],
  ['12,34,567.00', english, '1234567.00'],
  ['1,240/-', english, '1240', 'INR'],
  ['Rs.\u00a0640.00', english, '640.00', 'INR'],
  ['R$ 640,00', german, '640.00', 'BRL'],
  ['R640.00', bare, '640.00', 'ZAR'],
  ['640,00 z\u0142', nordic, '640.00', 'PLN'],
  ['K\u010d 640,00', nordic, '640.00', 'CZK'],
  ['\uff16\uff14\uff10', bare, '640'],
  ['="640.00"', bare, '640.00'],
  ["'640.00", bare, '640.00'],
  ["'-640.00", bare, '-640.00'],
  ['8.149999999999999', bare, '8.15'],
  ['128.14500000000001', bare, '128.145'],
  ['-1.4210854715202004E-14', bare, '-0'],
] as [string, NumberRules, string, string?][])('%s is a number', (text, rules, plain, currency) => {
  expect(read(text, rules, currency)).toBe(plain)
})

test.each([
  ...(['$', 'C$', 'CA$', 'CAD$', 'CAD'] as const).map(sign => [sign, 'CAD']),
  ...(['$', 'US$', 'USD'] as const).map(sign => [sign, 'USD']),
  ...(['A$', 'AU$'] as const).map(sign => [sign, 'AUD']),
  ...[
    ['£', 'GBP'],
    ['€', 'EUR'],
    ['¥', 'JPY'],
    ['NT$', 'TWD'],
    ['R$', 'BRL'],
    ['kr', 'DKK'],
  ],
])('%s is the sign of %s, and no other currency takes it for noise', (sign, currency) => {
  expect(read(`${sign}7.35`, english, currency)).toBe('7.35')
  for (const other of ['CHF', 'PLN'])
    expect(() => read(`${sign}7.35`, english, other)).toThrow('"Amount" holds')
})

test.each([
  ['\uffe51,240', 'JPY', '1240'],
  ['\uffe5 1,240', 'JPY', '1240'],
  ['-\uffe51,240', 'JPY', '-1240'],
  ['\u22121,240\u5186', 'JPY', '-1240'],
  ['\uffe5\uff11\uff0c\uff12\uff14\uff10', 'JPY', '1240'],
  ['\\1,240', 'JPY', '1240'],
  ['1,240\u5186', 'JPY', '1240'],
  ['1,240 \u5186', 'JPY', '1240'],
  ['\uffe51,240.-', 'JPY', '1240'],
  ['\uffe6 12,400', 'KRW', '12400'],
  ['\\12,400', 'KRW', '12400'],
  ['12,400\uc6d0', 'KRW', '12400'],
  ['\uffe512.40', 'CNY', '12.40'],
  ['12.40\u5143', 'CNY', '12.40'],
  ['12.40 \u5143', 'TWD', '12.40'],
  ['124\u5713', 'HKD', '124'],
  ['\uffe112.40', 'GBP', '12.40'],
  ['\u20a412.40', 'GBP', '12.40'],
  ['\ufe6912.40', 'USD', '12.40'],
  ['US\ufe6912.40', 'USD', '12.40'],
  ['\uff35\uff33\uff0412.40', 'USD', '12.40'],
  ['\u20c0 12.40', 'KGS', '12.40'],
  ['12.40 \u20c0', 'KGS', '12.40'],
  ['\u0bf912.40', 'INR', '12.40'],
  ['$12.40 AUD', 'AUD', '12.40'],
  ['USD $12.40', 'USD', '12.40'],
  ['-$12.40 USD', 'USD', '-12.40'],
  ['Rs.1,240/-', 'INR', '1240'],
  ['KSh 1,240/=', 'KES', '1240'],
  ['TSh 1,240/=', 'TZS', '1240'],
  ['1,240 F CFA', 'XOF', '1240'],
  ['1,240 FCFA', 'XAF', '1240'],
  ['F 1,240', 'XPF', '1240'],
  ['12.40 KM', 'BAM', '12.40'],
  ['12,400 \u0111', 'VND', '12400'],
  ['12,400 VN\u0110', 'VND', '12400'],
  ['1,240.00 \u0e1a\u0e32\u0e17', 'THB', '1240.00'],
  ['12.40 \u062f.\u0625', 'AED', '12.40'],
  ['12.40 \u062f.\u0625.', 'AED', '12.40'],
  ['12.40 \u0631.\u0633', 'SAR', '12.40'],
  ['R.O. 1.240', 'OMR', '1.240'],
  ['B/.12.40', 'PAB', '12.40'],
  ['S/.12.40', 'PEN', '12.40'],
  ['\u0661\u066c\u0662\u0664\u0660\u066b\u0665\u0660 SAR', 'SAR', '1240.50'],
])('%s is an amount in %s and in no other currency', (text, currency, plain) => {
  expect(read(text, english, currency)).toBe(plain)
  for (const other of ['EUR', 'PLN', 'CHF'])
    expect(() => read(text, english, other)).toThrow('"Amount" holds')
})

test.each([
  ['\uffe51,240', 'USD'],
  ['\ufe6912.40', 'JPY'],
  ['1,240\u5186', 'CNY'],
  ['1,240\uc6d0', 'JPY'],
  ['\uffe61,240', 'JPY'],
  ['\\12.40', 'USD'],
  ['\uffe050', 'USD'], // cents
  ['12.40R', 'ZAR'], // Latin, Cyrillic and Greek letters may be the mark of a tax rate
  ['12.40\u0440', 'RUB'],
  // the end of the figure, or a minus
  ...(['\uffe51,240-', '\u00a51,240-', '\\1,240-', 'JPY1,240-', 'yen 1,240-'] as const).map(each => [
    each,
    'JPY',
  ]),
  ...(['1,240-\u5186', '1,240\u5186-', '\u00a51,240- JPY', '\u00a5 1,240 \u2212'] as const).map(each => [
    each,
    'JPY',
  ]),
  ...(['\u20a912,400-', '\uffe612,400-', '12,400\uc6d0-', '\\12,400-', 'KRW 12,400-'] as const).map(each => [
    each,
    'KRW',
  ]),
  ...(['CN\u00a51,240-', '1,240\u5143-', '\u00a51,240 -'] as const).map(each => [each, 'CNY']),
  ...(['NT$1,240-', '1,240-\u5143'] as const).map(each => [each, 'TWD']),
  ['50 PENCE', 'PEN'],
  ['50 Eurocents', 'EUR'],
  ['TOPUP 5', 'TOP'],
  ['$12.40 AUD', 'USD'],
  ['\u00a312.40 AUD', 'AUD'],
  ['$12.40 \u20ac', 'EUR'],
  ['AUD 12.40 AUD', 'AUD'],
  ['12.40/2', 'INR'],
  ['1,240 F', 'XPF'],
])('%s is not an amount in %s', (text, currency) => {
  expect(() => read(text, english, currency)).toThrow('"Amount" holds')
})

test.each([
  ['1,240-', 'JPY', '-1240'],
  ['1,240.-\u5186', 'JPY', '1240'],
  ['-\u20a912,400', 'KRW', '-12400'],
  ['$1,240.00-', 'USD', '-1240.00'],
  ['CHF 12.40-', 'CHF', '-12.40'],
  ['12.40 Euro', 'EUR', '12.40'],
  ['12.40 Eur.', 'EUR', '12.40'],
  ['CAD$12.40', 'CAD', '12.40'],
])('the dash of %s is read in %s', (text, currency, plain) => {
  expect(read(text, english, currency)).toBe(plain)
})

test.each([
  ['12 TND 500', 'TND'],
  ['12TND500', 'TND'],
  ['12 din 500', 'TND'],
  ['12 \u20ac 500', 'EUR'],
  ['12\u20ac500', 'EUR'],
  ['5 \u20ac 000', 'EUR'],
  ['1 $ 250 CAD', 'CAD'],
])('%s has its currency where decimals begin: it is refused in %s', (text, currency) => {
  expect(() => read(text, nordic, currency)).toThrow('"Amount" holds')
})

test('a unit between digits is refused', () => {
  for (const text of ['1 kg 250', '2 pcs 500', '1kg250'])
    expect(() => unitsIn(text, 'Menge', nordic)).toThrow('"Menge" holds')
})

test.each([
  ['12\u066c50', 'SAR'],
  ['\u0661\u0662\u066c\u0665\u0660', 'SAR'],
  ['\u0660\u066c\u0662\u0665\u0660', 'KWD'],
  ['1240\u066c500', 'SAR'],
  ['1\u066c2400', 'SAR'],
])('%s is refused: its Arabic sign is not before three digits', (text, currency) => {
  for (const rules of [bare, english, nordic])
    expect(() => read(text, rules, currency)).toThrow('"Amount" holds')
})

test('the Arabic sign between thousands needs no setting', () => {
  for (const rules of [bare, english, nordic, swiss])
    expect(
      Number(read('\u0661\u066c\u0662\u0664\u0660\u066c\u0660\u0660\u0660\u066b\u0665', rules, 'SAR')),
    ).toBe(1_240_000.5)
  expect(read('12\u066c34\u066c567', bare, 'PKR')).toBe('1234567')
})

test.each([
  ['£20.00', 'EUR'],
  ['CA$20.00', 'EUR'],
  ['CA$20.00', 'USD'],
  ['US$20.00', 'CAD'],
  ['$20.00', 'EUR'],
  ['20.00 kr', 'EUR'],
  ['€20.00', 'USD'],
])('%s is not an amount in %s', (text, currency) => {
  expect(() => read(text, english, currency)).toThrow(`"${text}" instead of an amount in ${currency} such as`)
})

test.each([
  ['7.35 CR', swiss],
  ['7.35 A', swiss],
  ['7.35 N', swiss],
  ['7.35%', swiss],
  ['USD 7.35', swiss],
  ['7.35 EUR', swiss],
  ['7:35', swiss],
  ['7.35E+1', swiss],
  ['7.35.-', swiss],
  ['1.250.-', bare],
  ['1.250', { decimal: ',', thousands: '' }],
  ['1,250', bare],
  ['3 100.05', swiss],
  ['31.00,05', german],
  ['-7.35-', swiss],
  ['(-7.35)', swiss],
  ['--7.35', swiss],
  ['7\u00b2', bare],
  ['', bare],
  ['.', bare],
  ['-', bare],
] as [string, NumberRules][])('%s is refused, not guessed', (text, rules) => {
  expect(() => read(text, rules)).toThrow('"Amount" holds')
})

test('what 1.250 is, the settings say', () => {
  expect(read('1.250', german)).toBe('1250')
  expect(read('1.250', bare)).toBe('1.250')
})

test('a quantity may name its unit, and no other measure', () => {
  expect(unitsIn('3 Stk.', 'Menge', german)).toBe(3_000)
  expect(unitsIn('0,538 kg', 'Menge', german)).toBe(538)
  expect(unitsIn('0.30000000000000004', 'Qty', bare)).toBe(300)
  expect(() => unitsIn('538 g', 'Menge', german)).toThrow('"Menge" holds')
  expect(() => unitsIn('3 CHF', 'Menge', german)).toThrow('"Menge" holds')
})
