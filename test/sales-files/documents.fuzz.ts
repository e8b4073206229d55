import { expect, test } from 'vitest'
import { longRun } from '../long-run.ts'
import { fuzz } from './fuzz.ts'

const { seed, numRuns } = longRun(350_000)

test('broken documents: none throws past its own record', () => {
  expect(fuzz(seed, numRuns).read).toBeGreaterThan(numRuns)
})
