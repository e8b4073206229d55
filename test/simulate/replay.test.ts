import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../manual-world.ts'
import { faults } from './faults/index.ts'
import { replayCommand } from './replay.ts'
import { smallScale } from './run.ts'
import { noneYet, readPassed, runSources, writePassed } from './seeds-passed.ts'

test('a failing run is run once more by the command that its story names', () => {
  expect(replayCommand({ ...smallScale, seed: '7' })).toBe('npm run simulate -- --seed 7 --open')
  const shrunk = {
    ...smallScale,
    seed: '7',
    days: 1,
    sales: 5,
    among: faults.slice(0, 2),
    without: new Set([3, 1]),
  }
  const names = `${faults[0]?.name},${faults[1]?.name}`
  expect(replayCommand(shrunk)).toBe(
    `npm run simulate -- --seed 7 --days 1 --sales 5 --only ${names} --without 1,3 --open`,
  )
})

test('what earlier sources or another scale passed is not taken over, and what struck is counted on', () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'deep', 'passed.json')
  expect(readPassed(file, 'a')).toEqual(noneYet)
  const found = { passed: 40, struck: new Map([['hub-killed', 9]]) }
  writePassed(file, 'a', found)
  expect(readPassed(file, 'a')).toEqual(found)
  expect(readPassed(file, 'b')).toEqual(noneYet)
  mkdirSync(join(folder.path, 'hub'))
  mkdirSync(join(folder.path, 'test'))
  const hashes = [runSources(folder.path)]
  for (const path of ['hub/one.ts', 'test/world.ts', 'package-lock.json'])
    for (const text of ['1', '2']) {
      writeFileSync(join(folder.path, path), text)
      hashes.push(runSources(folder.path))
    }
  expect(new Set(hashes).size).toBe(hashes.length)
  expect(runSources(folder.path)).toBe(hashes.at(-1))
})
