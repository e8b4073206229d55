import fc from 'fast-check'
import { test } from 'vitest'
import { survivesFaults } from './stream-property.ts'

test('whatever the link and the two ends suffer, every record arrives, in order, and none twice in one history', async () => {
  await fc.assert(survivesFaults(), { numRuns: 150, seed: 11 }) // many more in stream.fuzz.ts
})
