import fc from 'fast-check'
import { test } from 'vitest'
import { longRun } from '../long-run.ts'
import { survivesKills } from './durable-property.ts'

test('whichever end is killed at any moment, every sale counts once and every order arrives', async () => {
  await fc.assert(survivesKills(new Set()), longRun(2_000))
})
