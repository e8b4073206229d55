import { expect, test } from 'vitest'
import { EVERY_ONE, gatherWrites } from '../../hub/shopify/write-scope.ts'

test('a run looks at the stores that were reported, once; every so often at all of them', () => {
  let now = 0
  const scope = gatherWrites(() => now, 5_000)
  expect(scope.take()).toEqual(EVERY_ONE) // the first run knows nothing
  scope.stockChanged('HAR')
  scope.stockChanged('HAR')
  expect(scope.take()).toEqual(new Set(['HAR']))
  now = 5_000
  scope.stockChanged('MKT')
  expect(scope.take()).toEqual(EVERY_ONE)
})

test('a failed run, and a change of every store, make the next run look at everything', () => {
  const scope = gatherWrites(() => 0, 5_000)
  scope.take()
  scope.stockChanged('HAR')
  scope.takeEverythingNext()
  expect(scope.take()).toEqual(EVERY_ONE)
  scope.stockChanged('')
  expect(scope.take()).toEqual(EVERY_ONE)
})
