import { expect, test } from 'vitest'
import { longRun } from '../long-run.ts'
import { fuzz } from './fuzz.ts'

const { seed, numRuns } = longRun(200_000)

test('mutated scans: none throws, all fit their event', () => {
  const { problems } = fuzz(seed, numRuns)
  expect(problems).toBeGreaterThan(numRuns / 10)
  expect(problems).toBeLessThan(0.9 * numRuns)
})
