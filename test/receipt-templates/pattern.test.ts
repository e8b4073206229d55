import { describe, expect, test } from 'vitest'
import { dateScanner, isAmbiguous, timeScanner } from '../../agent/codecs/receipt-templates/date-format.ts'
import { scannersFor } from '../../agent/codecs/receipt-templates/fields.ts'
import {
  type NumberFormat,
  scanAmount,
  scanQuantity,
} from '../../agent/codecs/receipt-templates/number-format.ts'
import { compilePattern, parsePattern } from '../../agent/codecs/receipt-templates/pattern.ts'

const point: NumberFormat = { decimal: '.', thousands: ',', signs: ['$', 'EUR'], credit: ['CR'], decimals: 2 }
const comma: NumberFormat = { ...point, decimal: ',', thousands: '.', signs: ['€'] }
const blank: NumberFormat = { ...comma, thousands: ' ' }
const dates = {
  dates: ['DD.MM.YYYY', 'Do of MMM YYYY'],
  times: ['HH:mm', 'h:mm A', "HH'h'mm"],
  months: 'en',
} as const

function match(pattern: string, line: string) {
  const parts = parsePattern(pattern)
  if ('problem' in parts) return parts.problem
  return compilePattern(parts, scannersFor({ numbers: point, dates })).match(line)
}

test('a Greek word ends in another letter than it holds, and is found in capitals and small letters', () => {
  for (const line of ['ΑΡΙΘΜΟΣ 14', 'Αριθμός 14'.normalize('NFD').replace(/\p{M}/gu, ''), 'αριθμος 14'])
    expect(match('ΑΡΙΘΜΟΣ {receipt}', line)).toMatchObject({ receipt: '14' })
})

describe('amounts', () => {
  test.each([
    ['39.80', point, 3980],
    ['1,234.56', point, 123456],
    ['1234.56', point, 123456],
    ['1.234,56', comma, 123456],
    ['1 234,56', blank, 123456],
    ['1\u202f234,56', blank, 123456],
    ['-5.00', point, -500],
    ['−5.00', point, -500],
    ['5.00-', point, -500],
    ['(5.00)', point, -500],
    ['5.00CR', point, -500],
    ['5.00 CR', point, -500],
    ['$ 14.25', point, 1425],
    ['$      4.00', point, 400],
    ['-$4.00', point, -400],
    ['$-4.00', point, -400],
    ['39,80 €', comma, 3980],
    ['39.80 EUR', point, 3980],
    ['0.00', point, 0],
  ] as const)('%s', (text, format, value) => {
    expect(scanAmount(text, 0, format)).toEqual({ end: text.length, value })
  })

  test.each([
    ['39.8', 'one decimal'],
    ['39.800', 'three decimals'],
    ['1,23.45', 'a broken group'],
    ['12.50%', 'a rate'],
    ['1.2.3', 'an address'],
    ['25.11.2026', 'a date'],
    ['--5.00', 'two signs'],
    ['-5.00CR', 'two signs'],
    ['123456789012.00', 'a code'],
    ['39', 'no decimals'],
  ])('%s is not a pattern: %s', text => {
    expect(scanAmount(text, 0, point)).toBeNull()
  })

  test('a quantity has three decimals at most and no thousands', () => {
    expect(scanQuantity('0.42', 0, point)?.value).toBe(420)
    expect(scanQuantity('0,125', 0, comma)?.value).toBe(125)
    expect(scanQuantity('3', 0, point)?.value).toBe(3000)
    expect(scanQuantity('-2', 0, point)?.value).toBe(-2000)
    expect(scanQuantity('0.1234', 0, point)).toBeNull()
    // 1.000 is one or a thousand: not to be guessed
    expect(scanQuantity('1.000', 0, comma)).toBeNull()
  })
})

describe('dates and times', () => {
  const date = dateScanner(dates)
  const time = timeScanner(dates)
  test.each([
    ['25.11.2026', '2026-11-25'],
    ['6th of April 2015', '2015-04-06'],
    ['6th of Apr. 2015', '2015-04-06'],
    ['29.02.2024', '2024-02-29'],
  ])('%s', (text, value) => expect(date(text, 0)).toEqual({ end: text.length, value }))
  test.each(['29.02.2026', '31.04.2026', '11.25.2026', '25.11.20261', '6th of Ju 2015'])(
    '%s is not a day',
    text => expect(date(text, 0)).toBeNull(),
  )
  test.each([
    ['09:30', '09:30'],
    ['9:30 PM', '21:30'],
    ['12:05 AM', '00:05'],
    ['14h30', '14:30'],
  ])('%s', (text, value) => expect(time(text, 0)).toEqual({ end: text.length, value }))
  test.each(['24:00', '09:60', '09:30:15', '13:00 PM'])('%s is not a time in these formats', text => {
    const found = time(text, 0)
    expect(found?.end === text.length).toBe(false)
  })
  test('formats that read one text as two days are told', () => {
    expect(isAmbiguous('DD/MM/YYYY', 'MM/DD/YYYY')).toBe(true)
    expect(isAmbiguous('DD/MM/YYYY', 'MM-DD-YYYY')).toBe(false)
    expect(isAmbiguous('DD.MM.YYYY', 'D.M.YYYY')).toBe(false)
    expect(isAmbiguous('D MMM YYYY', 'DD/MM/YYYY')).toBe(false)
  })
})

describe('patterns', () => {
  test('a blank is one blank or more; a line’s own ends don’t matter; letters match in either case', () => {
    expect(match('Total {amount}', '   TOTAL     39.80  ')).toEqual({ amount: '39.80' })
    expect(match('Total {amount}', 'TOTAL39.80')).toBeNull()
    expect(match('Total {amount}', 'Total 39.80 x')).toBeNull()
  })
  test('a text takes as little as it can', () => {
    expect(match('{name} {price} {amount}', 'Vase 2 1.50 3.00')).toEqual({
      name: 'Vase 2',
      price: '1.50',
      amount: '3.00',
    })
  })
  test('something that may be missing is taken when it is there', () => {
    expect(match('{name} {amount}[ {mark}]', 'Tea 1.50 A')).toEqual({
      name: 'Tea',
      amount: '1.50',
      mark: 'A',
    })
    expect(match('{name} {amount}[ {mark}]', 'Tea 1.50')).toEqual({ name: 'Tea', amount: '1.50' })
    expect(match('Change:[ {amount}]', 'Change:')).toEqual({})
  })
  test('columns part what no blank does', () => {
    expect(match('{name}{@10}{price} x{quantity}', 'Long name!1,234.56 x2')).toEqual({
      name: 'Long name!',
      price: '1,234.56',
      quantity: '2',
    })
    expect(match('{name}{@9}{price} x{quantity}', 'Long name!1,234.56 x2')).toBeNull()
  })
  test('signs of the language itself are written twice', () => {
    expect(match('{name} [[{sku}]] {amount}', 'Tea [T-1] 1.50')).toEqual({
      name: 'Tea',
      sku: 'T-1',
      amount: '1.50',
    })
    expect(match('{{{name}}}', '{x}')).toEqual({ name: 'x' })
  })
  test.each([
    ['{nme} {amount}', 'there is no field {nme}'],
    ['{amount', 'a { has no }'],
    ['[a', 'a [ has no ]'],
    ['[a [b] c]', 'a [ is inside another'],
    ['{amount} {amount}', '{amount} is in it twice'],
    ['{name}{staff}', 'nothing parts {name} from {staff}'],
    ['  ', 'it is empty'],
  ])('%s is refused', (pattern, problem) => expect(match(pattern, 'x')).toBe(problem))

  test('a line with more ways to match than can be tried is judged all the same', () => {
    const pattern = '{text} {word} {text} {word} {text} {word} {text} {word} {text} {amount} {mark} end'
    // nine places over 190 words: more than 10^14 ways
    expect(match(pattern, `${'a '.repeat(190)} end`)).toBeNull()
    expect(match(pattern, 'a '.repeat(5_000))).toBeNull()
  })
})
