import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  Currency,
  decimalFromMinor,
  formatMoney,
  minor,
  minorDigits,
  minorFromDecimal,
  moneyUnreadable,
} from '../../shared/money.ts'

const EUR = Currency.parse('EUR')
const JPY = Currency.parse('JPY')
const KWD = Currency.parse('KWD')

test('a currency has the minor digits of ISO 4217', () => {
  expect([EUR, JPY, KWD].map(minorDigits)).toEqual([2, 0, 3])
})

describe('a POS’s amount becomes minor units, rounded half away from zero', () => {
  test.each([
    ['10.50', EUR, 1050],
    [' 7 ', EUR, 700],
    ['+3.1', EUR, 310],
    ['5.', EUR, 500],
    ['0.004', EUR, 0],
    ['0.005', EUR, 1],
    ['-0.005', EUR, -1],
    ['-0.0049999', EUR, 0],
    ['1.0049999999', EUR, 100],
    ['0.4', JPY, 0],
    ['0.5', JPY, 1],
    ['-0.5', JPY, -1],
    ['1200', JPY, 1200],
    ['1.0004', KWD, 1000],
    ['1.0005', KWD, 1001],
    ['-1.0005', KWD, -1001],
    ['00012.30', EUR, 1230],
    ['90071992547409.91', EUR, Number.MAX_SAFE_INTEGER],
  ])('text %j %s is %i', (text, currency, expected) => {
    expect(minorFromDecimal(text, currency, 'total')).toBe(expected)
  })

  test.each([
    [1.005, EUR, 101],
    [-1.005, EUR, -101],
    [2.675, EUR, 268],
    [1.115, EUR, 112],
    [0.1 + 0.2, EUR, 30],
    [4.35 * 100, EUR, 43_500],
    [1.1 * 3, EUR, 330],
    [0.285, EUR, 29],
    [1e-7, EUR, 0],
    [-1e-7, EUR, 0],
    [-0, EUR, 0],
    [0.5, JPY, 1],
    [2.0005, KWD, 2001],
    [123_456_789_012.34, EUR, 12_345_678_901_234],
  ])('binary float %d %s is %i', (value, currency, expected) => {
    expect(minorFromDecimal(value, currency, 'total')).toBe(expected)
  })

  test('nothing is ever minus zero', () => {
    for (const value of ['-0', '-0.001', -0, -0.001])
      expect(Object.is(minorFromDecimal(value, EUR, 'total'), 0)).toBe(true)
  })

  test.each([
    '',
    ' ',
    'abc',
    '1,50',
    '1.5.0',
    '1e3',
    '.5',
    '- 5',
    '--5',
    '0x10',
    '٣',
    '99999999999999999',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e15,
    null,
    undefined,
    true,
    {},
    [1],
    new Date(0),
  ])('%j is refused, naming the field', value => {
    const read = () => minorFromDecimal(value, EUR, 'TOTAL')
    expect(read).toThrow(/"TOTAL" should be an amount of money/)
    expect(read).toThrow(expect.objectContaining({ code: moneyUnreadable.code }))
  })
})

const currency = fc.constantFrom(EUR, JPY, KWD)
const amount = fc.integer({ min: -(10 ** 14), max: 10 ** 14 })

test('what Shopify is told of an amount is read back as the same amount, as text and as a number', () => {
  fc.assert(
    fc.property(amount, currency, (cents, of) => {
      const text = decimalFromMinor(cents, of)
      expect(text).toMatch(minorDigits(of) === 0 ? /^-?\d+$/ : /^-?\d+\.\d+$/)
      expect(minorFromDecimal(text, of, 'x')).toBe(cents === 0 ? 0 : cents)
      expect(minorFromDecimal(Number(text), of, 'x')).toBe(cents === 0 ? 0 : cents)
    }),
  )
})

test('rounding agrees with exact integer arithmetic on any decimal', () => {
  const decimal = fc.record({ whole: fc.nat(10 ** 9), fraction: fc.stringMatching(/^\d{1,8}$/) })
  fc.assert(
    fc.property(decimal, fc.boolean(), currency, ({ whole, fraction }, negative, of) => {
      const scale = 10n ** 8n
      const exact = BigInt(whole) * scale + BigInt(fraction.padEnd(8, '0'))
      const unit = scale / 10n ** BigInt(minorDigits(of))
      const rounded = Number((exact * 2n + unit) / (unit * 2n))
      const expected = negative && rounded !== 0 ? -rounded : rounded
      expect(minorFromDecimal(`${negative ? '-' : ''}${whole}.${fraction}`, of, 'x')).toBe(expected)
    }),
  )
})

test('a fraction of a minor unit inside the program is a bug, loudly', () => {
  expect(() => minor(0.5)).toThrow(RangeError)
  expect(() => minor(2 ** 53)).toThrow(RangeError)
})

test('people read an amount in their language', () => {
  expect(formatMoney(1050, 'EUR', 'de').replaceAll(/\s/g, ' ')).toBe('10,50 €')
  expect(formatMoney(-1050, 'EUR', 'en')).toBe('-€10.50')
  expect(formatMoney(1200, 'JPY', 'en')).toBe('¥1,200')
  expect(formatMoney(1234, 'KWD', 'en').replaceAll(/\s/g, ' ')).toBe('KWD 1.234')
})
