import { checkInput } from './check-input.ts'
import { chance, mutated } from './mutate.ts'

/** Hostile inputs through the decoder, the same for a seed. @throws with the first input that breaks a promise */
export function fuzzDecoder(seed: number, inputs: number): void {
  const pick = chance(seed)
  for (let index = 0; index < inputs; index += 1) {
    const input = mutated(pick)
    try {
      checkInput(input, pick, index % 10 === 0)
    } catch (cause) {
      throw new Error(`seed ${seed}, input ${index}: ${input.toString('hex')}`, { cause })
    }
  }
}
