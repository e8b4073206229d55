import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canMatchOne, isNamed } from '../../agent/sources/sales-files/name-patterns.ts'

test.each([
  ['*.csv', '*.CSV', true],
  ['*.csv', 'sales*.csv', true],
  ['day1*.csv', 'day2*.csv', false],
  ['*.csv', '*.txt', false],
  ['a*', '*b', true],
  ['a?c', 'a*d', false],
  ['a?', '?b', true],
  ['*', '', true],
  ['**', '?', true],
  ['a*b*c', 'c*', false],
  ['*a', 'b', false],
])('%s and %s can match one name: %s', (first, second, can) => {
  expect(canMatchOne(first, second)).toBe(can)
  expect(canMatchOne(second, first)).toBe(can)
})

test('two patterns can match one name where some name is found that both match', () => {
  const names = ['a', 'b'].reduce<string[]>(
    all => [...all, ...all.flatMap(name => [`${name}a`, `${name}b`])],
    [''],
  )
  const every = new Set(['', ...names, ...names.flatMap(one => names.map(two => one + two))])
  const pattern = fc.array(fc.constantFrom('a', 'b', '?', '*'), { maxLength: 3 }).map(signs => signs.join(''))
  fc.assert(
    fc.property(pattern, pattern, (first, second) => {
      const both = [...every].some(name => isNamed(name, first) && isNamed(name, second))
      expect(canMatchOne(first, second)).toBe(both)
    }),
  )
})
