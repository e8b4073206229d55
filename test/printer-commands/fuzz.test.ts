import { expect, test } from 'vitest'
import { checkInput } from './check-input.ts'
import { chance, mutated } from './mutate.ts'

// The long run, a million inputs, is fuzz.child.ts; this one is the same for every run.
const SEED = 471_100
const INPUTS = 20_000

test(`no hostile input makes the decoder throw, grow or slow down (seed ${SEED}, ${INPUTS} inputs)`, () => {
  const pick = chance(SEED)
  let slowest = 0
  for (let index = 0; index < INPUTS; index += 1) {
    const input = mutated(pick)
    try {
      slowest = Math.max(slowest, checkInput(input, pick, index % 10 === 0))
    } catch (cause) {
      throw new Error(`input ${index}: ${input.toString('hex')}`, { cause })
    }
  }
  expect(slowest).toBeLessThan(500)
})

test('the check sees what it is for', () => {
  const first = mutated(chance(1))
  expect(mutated(chance(1))).toEqual(first)
  expect(mutated(chance(2))).not.toEqual(first)
})
