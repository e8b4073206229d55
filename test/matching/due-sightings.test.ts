import { expect, test } from 'vitest'
import { startDueSightings } from '../../agent/matching/due-sightings.ts'
import { manualWorld } from '../manual-world.ts'

test('it looks twice a minute, goes on after a failed look, and stops when told', async () => {
  const world = manualWorld()
  let looks = 0
  const watching = startDueSightings({
    world,
    async reportMissing() {
      looks += 1
      if (looks === 2) throw new Error('disk full')
    },
  })
  await world.advance(120_000)
  expect(looks).toBe(4)
  await watching[Symbol.asyncDispose]()
  await world.advance(120_000)
  expect(looks).toBe(4)
})
