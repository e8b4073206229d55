import fc from 'fast-check'
import { expect, test } from 'vitest'
import { survivesKills } from './durable-property.ts'

test('whichever end is killed at any moment, every sale counts once and every order arrives', async () => {
  const seen = new Set<string>()
  await fc.assert(survivesKills(seen), { numRuns: 20, seed: 7 }) // many more in durable.fuzz.ts
  expect(seen.size).toBe(13) // each kind of step was among them
})
