import { expect, test } from 'vitest'
import { fuzzDecoder } from './fuzz-run.ts'
import { chance, mutated } from './mutate.ts'

const SEED = 471_100
const INPUTS = 500

// The long run is decoder.fuzz.ts, by `npm run fuzz`.
test(`no hostile input makes the decoder throw or grow (seed ${SEED}, ${INPUTS} inputs)`, () => {
  expect(() => fuzzDecoder(SEED, INPUTS)).not.toThrow()
})

test('the same seed gives the same inputs', () => {
  const first = mutated(chance(1))
  expect(mutated(chance(1))).toEqual(first)
  expect(mutated(chance(2))).not.toEqual(first)
})
