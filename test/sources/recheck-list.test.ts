import { expect, test } from 'vitest'
import { recheckList } from '../../agent/sources/sql/recheck-list.ts'
import type { RowKind } from '../../agent/sources/sql/row-kind.ts'

const GRACE = 2_000
const YEAR = 365 * 86_400_000
// only its name is read
const kind = { name: 'receipt' } as RowKind

test('a row is due once its grace period is over, and a refused one only when something changes', () => {
  const list = recheckList(GRACE)
  list.note(kind, 'waits', 'waiting', 1_000, 1_000)
  list.note(kind, 'refused', 'refused', 1_000, 1_000)
  list.note(kind, 'sold', 'sold', 1_000, 1_000)
  expect(list.due(kind, 2_999)).toEqual([])
  expect(list.due(kind, 3_000)).toEqual(['waits'])
  expect(list.all(kind)).toEqual(['waits', 'refused'])
})

test('what was read after its grace period is not due at each wake', () => {
  const list = recheckList(GRACE)
  list.note(kind, 'waits', 'waiting', 1_000, 3_000)
  expect(list.due(kind, 3_001)).toEqual([])
  expect(list.due(kind, 3_000 + YEAR)).toEqual([])
})

test('a row that was noted while the clock was a year ahead is due once the clock is right', () => {
  const list = recheckList(GRACE)
  list.note(kind, 'waits', 'waiting', YEAR, YEAR)
  expect(list.due(kind, 1_000)).toEqual(['waits'])
  list.note(kind, 'waits', 'waiting', YEAR, 1_000) // read again: still not complete
  expect(list.due(kind, 1_001)).toEqual([])
  expect(list.due(kind, 1_000 + GRACE)).toEqual(['waits'])
})
