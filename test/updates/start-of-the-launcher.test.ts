import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import SQLite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { agentPaths } from '../../agent/config.ts'
import {
  readStaged,
  readUpdateState,
  updatePaths,
  writeUpdateState,
} from '../../agent/updates/update-state.ts'
import { holdInstance } from '../../shared/instance-lock.ts'
import { run } from '../cli/command.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

function database(path: string, said: string): void {
  const db = new SQLite(path)
  db.exec('CREATE TABLE said (what TEXT)')
  db.prepare('INSERT INTO said VALUES (?)').run(said)
  db.close()
}

function said(path: string): unknown {
  const db = new SQLite(path, { readonly: true })
  try {
    return db.prepare('SELECT what FROM said').pluck().get()
  } finally {
    db.close()
  }
}

/** An update of which the program is this checkout's agent. */
function layVersion(folder: string, version: string): void {
  const program = updatePaths(folder).program(version)
  mkdirSync(dirname(program), { recursive: true })
  writeFileSync(program, `import ${JSON.stringify(pathToFileURL(resolve('agent/cli.mjs')).href)}\n`)
}

const refusal = () => new Error('held')

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

test.each(['lock', 'launcherLock'] as const)(
  'a second launcher beside a running agent (%s) is refused, and leaves the trial and that agent’s journal alone',
  async held => {
    using folder = temporaryFolder()
    const world = manualWorld()
    const paths = updatePaths(folder.path)
    const { journal, [held]: path } = agentPaths(folder.path)
    layVersion(folder.path, '0.2.0')
    const trial = { version: '0.2.0', offered: '0.2.0#1', journal: 31, worked: [], starts: 1 }
    const state = { ...readUpdateState(world, paths.state), current: '0.2.0', over: '0.1.0', trial }
    writeUpdateState(world.files, paths.state, state)
    database(journal, 'sold since the update')
    database(`${journal}.before-0.2.0`, 'before the update')
    using _running = holdInstance(world.files, { path, pid: process.pid, refusal }) // the agent on trial
    const { code, out } = await run('agent', ['launch', '--data', folder.path, '--json']) // IT starts it by hand as well
    expect([code, JSON.parse(out)]).toMatchObject([1, { error: { code: 'AGENT_ALREADY_RUNNING' } }])
    expect(said(journal)).toBe('sold since the update')
    expect(existsSync(`${journal}.of-0.2.0`)).toBe(false)
    expect(readUpdateState(world, paths.state)).toEqual(state)
  },
)

test('a damaged note of which version runs does not delete the version that works: it is started, and noted again', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  const paths = updatePaths(folder.path)
  layVersion(folder.path, '0.2.0')
  writeFileSync(paths.state, '\0'.repeat(200)) // what a power cut makes of a file on some disks
  await run('agent', ['launch', '--data', folder.path, '--json'])
  expect(existsSync(paths.program('0.2.0'))).toBe(true)
  expect(readUpdateState(world, paths.state)).toMatchObject({
    current: '0.2.0',
    over: '0.1.0',
    trial: null,
    newest: '0.2.0',
  })
})
