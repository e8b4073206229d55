import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  quantityFromUnits,
  quantityUnreadable,
  units,
  unitsForPeople,
  unitsWithin,
} from '../../shared/quantity.ts'

test.each([
  [1, 1000],
  [-2, -2000],
  [0.42, 420],
  [0.1 + 0.2, 300],
  [1.001, 1001],
  [4.35, 4350],
  [1.005, 1005],
  ['3', 3000],
  [' 0.125 ', 125],
  ['-0.5', -500],
  ['2.500000', 2500],
  [1e-10, 0],
  [-0, 0],
  [1_000_000_000.001, 1_000_000_000_001],
])('%j units are %i thousandths', (value, expected) => {
  expect(quantityFromUnits(value, 'UNITS')).toBe(expected)
})

test.each([
  '',
  ' ',
  'abc',
  '1,5',
  '0x10',
  '0b11',
  'Infinity',
  Number.NaN,
  Number.NEGATIVE_INFINITY,
  0.0005,
  1.2345,
  1000.0005,
  123_456.7891,
  1e15,
  null,
  undefined,
  true,
  {},
])('%j is refused, naming the field', value => {
  const read = () => quantityFromUnits(value, 'UNITS')
  expect(read).toThrow(/"UNITS" should be a quantity/)
  expect(read).toThrow(expect.objectContaining({ code: quantityUnreadable.code }))
})

const thousandths = fc.integer({ min: -(10 ** 11), max: 10 ** 11 })

test('every thousandth a till can sell is exact, as a number and as text', () => {
  fc.assert(
    fc.property(thousandths, count => {
      const expected = count === 0 ? 0 : count
      expect(quantityFromUnits(count / 1000, 'x')).toBe(expected)
      expect(quantityFromUnits((count / 1000).toFixed(3), 'x')).toBe(expected)
      expect(quantityFromUnits(unitsForPeople(count), 'x')).toBe(expected)
    }),
  )
})

test('a fourth decimal is never rounded away in silence', () => {
  const tenThousandths = fc.integer({ min: -(10 ** 11), max: 10 ** 11 }).filter(count => count % 10 !== 0)
  fc.assert(
    fc.property(tenThousandths, count => {
      expect(() => quantityFromUnits(count / 10_000, 'x')).toThrow(/quantity/)
    }),
  )
})

test('quantities add up exactly in any order, where units would not', () => {
  fc.assert(
    fc.property(fc.array(thousandths), counts => {
      const sum = (list: number[]) => list.reduce((total, count) => total + count, 0)
      const read = counts.map(count => quantityFromUnits(count / 1000, 'x'))
      expect(sum(read)).toBe(sum([...read].reverse()))
      expect(sum(read) - sum(counts)).toBe(0)
    }),
  )
})

test('only whole units go to Shopify', () => {
  expect(unitsWithin(3000)).toBe(3)
  expect(unitsWithin(-3000)).toBe(-3)
  expect(unitsWithin(3001)).toBe(3)
  expect(unitsWithin(-30_500)).toBe(-30)
  expect(unitsWithin(-999)).toBe(0)
  expect(unitsWithin(0)).toBe(0)
  expect(units(-4)).toBe(-4000)
  expect(() => units(0.0001)).toThrow(RangeError)
  expect(() => units(1e13)).toThrow(RangeError)
})
