import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import SQLite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { agentPaths } from '../../agent/config.ts'
import {
  readStaged,
  readUpdateState,
  updatePaths,
  writeUpdateState,
} from '../../agent/updates/update-state.ts'
import { run } from '../cli/command.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

function database(path: string, said: string): void {
  const db = new SQLite(path)
  db.exec('CREATE TABLE said (what TEXT)')
  db.prepare('INSERT INTO said VALUES (?)').run(said)
  db.close()
}

test('when IT installs a newer package over an update on trial, the copy of the journal from before the update is not kept for a later one', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  const paths = updatePaths(folder.path)
  const { journal } = agentPaths(folder.path)
  mkdirSync(paths.updates, { recursive: true })
  const trial = { version: '0.0.2', offered: '0.0.2#1', journal: 1, worked: [], starts: 1 }
  const before = readUpdateState(world, paths.state)
  writeUpdateState(world.files, paths.state, { ...before, current: '0.0.2', over: '0.0.1', trial })
  database(journal, 'since')
  database(`${journal}.before-0.0.2`, 'before the update')
  await run('agent', ['launch', '--data', folder.path, '--json']) // of 0.1.0; it is not enrolled and ends at once
  expect(readUpdateState(world, paths.state)).toMatchObject({ current: null, trial: null })
  expect(existsSync(`${journal}.before-0.0.2`)).toBe(false)
})

test('what was fetched before the PC started is not put on trial by the start: the hub may have taken it back since', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  const paths = updatePaths(folder.path)
  mkdirSync(paths.version('0.2.0'), { recursive: true })
  mkdirSync(paths.version('0.1.5'), { recursive: true })
  const staged = { version: '0.2.0', offered: '0.2.0#1', journal: 1, worked: [] }
  writeUpdateState(world.files, paths.staged, staged)
  await run('agent', ['launch', '--data', folder.path, '--json'])
  expect(readUpdateState(world, paths.state)).toMatchObject({ current: null, trial: null })
  expect(readStaged(world, paths.staged)).toEqual(staged)
  expect(readdirSync(paths.versions)).toEqual(['0.2.0']) // it is not fetched again
})
