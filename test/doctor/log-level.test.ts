import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openLogLevel } from '../../agent/doctor/log-level.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

const HOUR_MS = 3_600_000

function setUp() {
  const folder = temporaryFolder()
  const path = join(folder.path, 'log-level.json')
  const plain = manualWorld()
  const levels: string[] = []
  const world = { ...plain, log: { ...plain.log, setLevel: (level: string) => void levels.push(level) } }
  return { world, path, levels, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

test('a level ends at its time', async () => {
  using one = setUp()
  using level = openLogLevel(one.world, one.path)
  expect(one.levels).toEqual([])
  expect(level.set('debug', 2 * HOUR_MS)).toBe(one.world.clock.now() + 2 * HOUR_MS)
  await one.world.advance(2 * HOUR_MS - 1)
  expect(one.levels).toEqual(['debug'])
  await one.world.advance(1)
  expect(one.levels).toEqual(['debug', 'usual'])
})

test('after a restart a level goes on until its end, and one whose end has passed is over', async () => {
  using one = setUp()
  openLogLevel(one.world, one.path).set('debug', 2 * HOUR_MS)
  one.levels.length = 0
  await one.world.advance(0)
  const again = openLogLevel(one.world, one.path)
  expect(one.levels).toEqual(['debug'])
  again[Symbol.dispose]()
  one.levels.length = 0
  one.world.setWallClock(one.world.clock.now() + 3 * HOUR_MS)
  using _ = openLogLevel(one.world, one.path)
  expect(one.levels).toEqual(['usual'])
  expect(() => readFileSync(one.path)).toThrow('ENOENT')
})

test('a clock that is put back, and a file that can’t be read, leave the usual level', async () => {
  using one = setUp()
  openLogLevel(one.world, one.path).set('debug', HOUR_MS)
  one.world.setWallClock(one.world.clock.now() - 48 * HOUR_MS)
  one.levels.length = 0
  openLogLevel(one.world, one.path)[Symbol.dispose]()
  expect(one.levels).toEqual(['usual'])
  writeFileSync(one.path, '{')
  openLogLevel(one.world, one.path)[Symbol.dispose]()
  expect(one.levels).toEqual(['usual', 'usual'])
  using running = openLogLevel(one.world, one.path)
  running.set('debug', HOUR_MS)
  one.world.setWallClock(one.world.clock.now() - 48 * HOUR_MS)
  await one.world.advance(HOUR_MS)
  expect(one.levels.at(-1)).toBe('usual')
})

test('a person can end it at once', () => {
  using one = setUp()
  using level = openLogLevel(one.world, one.path)
  level.set('debug', HOUR_MS)
  expect(level.set('usual', HOUR_MS)).toBeNull()
  expect(one.levels).toEqual(['debug', 'usual'])
})
