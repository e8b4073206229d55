import { expect, test } from 'vitest'
import { longRun } from '../long-run.ts'
import { fuzzDecoder } from './fuzz-run.ts'

const { seed, numRuns } = longRun(200_000)

test('hostile inputs: none makes the decoder throw or grow', () => {
  expect(() => fuzzDecoder(seed, numRuns)).not.toThrow()
})
