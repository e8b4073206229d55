import { expect, test } from 'vitest'
import { backOffMs, doubledMs, pause } from '../../shared/back-off.ts'
import type { Random, Timers } from '../../shared/world.ts'

const backOff = { firstMs: 250, longestMs: 30_000 }
const chance = (fraction: number): { random: Random } => ({
  random: { fraction: () => fraction, bytes: count => new Uint8Array(count) },
})

test('the wait doubles with each failure and ends at the longest, however many there were', () => {
  const waits = [0, 1, 2, 6, 7, 2_000].map(failures => doubledMs(failures, backOff))
  expect(waits).toEqual([250, 500, 1_000, 16_000, 30_000, 30_000])
})

test('full jitter draws between nothing and the doubled wait', () => {
  expect(backOffMs(chance(0), 3, backOff)).toBe(0)
  expect(backOffMs(chance(0.5), 3, backOff)).toBe(1_000)
  expect(backOffMs(chance(0.999_999), 3, backOff)).toBe(1_999)
})

/** Timers that ran, or were cancelled, as the test asks. */
function oneTimer() {
  const waiting = new Set<() => void>()
  const after = (_ms: number, run: () => void) => {
    waiting.add(run)
    return () => void waiting.delete(run)
  }
  const timers: Timers = { after, soon: run => after(0, run) }
  return { world: { timers }, waiting }
}

test('a pause ends with its timer', async () => {
  const { world, waiting } = oneTimer()
  const paused = pause(world, 100)
  for (const run of waiting) run()
  await expect(paused).resolves.toBeUndefined()
})

test('a pause ends at once when its signal aborts, and leaves no timer behind', async () => {
  const { world, waiting } = oneTimer()
  const stop = new AbortController()
  const paused = pause(world, 100, stop.signal)
  expect(waiting.size).toBe(1)
  stop.abort()
  await expect(paused).resolves.toBeUndefined()
  expect(waiting.size).toBe(0)
  await expect(pause(world, 100, stop.signal)).resolves.toBeUndefined()
  expect(waiting.size).toBe(0)
})
