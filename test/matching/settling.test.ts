import { expect, test } from 'vitest'
import { startSettling } from '../../agent/matching/settling.ts'
import { manualWorld } from '../manual-world.ts'

test('it looks twice a minute, goes on after a failed look, and stops when told', async () => {
  const world = manualWorld()
  let looks = 0
  const settling = startSettling({
    world,
    async settle() {
      looks += 1
      if (looks === 2) throw new Error('disk full')
    },
  })
  await world.advance(120_000)
  expect(looks).toBe(4)
  await settling[Symbol.asyncDispose]()
  await world.advance(120_000)
  expect(looks).toBe(4)
})
