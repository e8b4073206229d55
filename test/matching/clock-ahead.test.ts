import { expect, test } from 'vitest'
import { minute, printer, sale, start, Watched } from './sales.ts'

test('a sighting made while the clock was a day ahead waits from when the clock is right, and not for a day', () => {
  using watched = new Watched()
  watched.now = start + 24 * 60 * minute
  watched.absorb(printer, sale(printer, { receipt: 'p-1', number: '1' }))
  watched.now = start
  expect(watched.pass(0)).toEqual([])
  expect(watched.nextDue()).toBe(start + 15 * minute)
  expect(watched.pass(14 * minute)).toEqual([])
  expect(watched.pass(minute)).toHaveLength(1)
})
