import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { judgeStarts } from '../../agent/judge-starts.ts'
import { keepOwnSettings, markOfOwn, readOwnSettings } from '../../agent/own-settings.ts'
import { beginSettings, keepSettings } from '../../agent/remote-settings/plan-trial.ts'
import {
  readSettingsState,
  settingsPath,
  writeSettingsState,
} from '../../agent/remote-settings/settings-state.ts'
import { startWithSettings } from '../../agent/remote-settings/start-with-settings.ts'
import { defineError } from '../../shared/errors.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { quietLog, temporaryFolder } from '../manual-world.ts'

const portTaken = defineError('TILL_PORT_TAKEN', () => 'Port 7002 is in use.')
const portForbidden = defineError('TILL_PORT_FORBIDDEN', () => 'The agent may not use port 80.')
const WRONG = 'source pos is of the kind "unicento", which this agent does not have.'
const NONE = { hub: '', device: '', store: '' }

/** A till with settings of the hub on trial, or without. */
function till({ isTrying }: { isTrying: boolean }) {
  const folder = temporaryFolder()
  const world = nodeWorld({ log: quietLog })
  const parts = { world, folder: folder.path, version: '0.1.0' }
  const state = () => readSettingsState(world, settingsPath(folder.path), NONE)
  const named = { name: '1-aaaaaa', settings: { pickups: { hideCustomersAfterHours: 9 } } }
  if (isTrying)
    writeSettingsState(
      world.files,
      settingsPath(folder.path),
      beginSettings(state(), named, { worked: [], own: markOfOwn({ json: {} }) }),
    )
  const write = (text: string) => writeFileSync(join(folder.path, 'agent.json'), text)
  write('{}')
  const judge = judgeStarts(parts)
  return {
    judge,
    state,
    write,
    put: (next: ReturnType<typeof state>) => writeSettingsState(world.files, settingsPath(folder.path), next),
    keep: () => keepOwnSettings(parts, readOwnSettings(parts)),
    start: () => startWithSettings({ ...parts, ...judge.next() }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
}

test('what is wrong without the hub’s settings as well is not theirs, and their trial goes on', () => {
  using one = till({ isTrying: true })
  const first = one.start()
  expect(first.trial).not.toBeNull()
  expect(one.judge.leftUnread(first, WRONG)).toBe(true)
  const alone = one.start()
  expect(alone).toMatchObject({ trial: null, runs: '' })
  expect(one.judge.leftUnread(alone, WRONG)).toBe(true)
  const again = one.start()
  expect(again).toMatchObject({ runs: '1-aaaaaa', trial: {} })
  expect(one.judge.leftUnread(again, WRONG)).toBe(false)
  expect(one.state()).toMatchObject({ failed: null, trial: { name: '1-aaaaaa', starts: 1 } })
})

test('what is wrong only with the hub’s settings is theirs', () => {
  using one = till({ isTrying: true })
  expect(one.judge.leftUnread(one.start(), WRONG)).toBe(true)
  expect(one.judge.worked(one.start())).toBe(true)
  const after = one.start()
  expect(after).toMatchObject({ trial: null, runs: '' })
  expect(one.judge.worked(after)).toBe(false)
  expect(one.state()).toMatchObject({
    trial: null,
    failed: { name: '1-aaaaaa', code: 'REMOTE_SETTINGS_UNFIT' },
  })
})

test('another mistake of the till’s own does not clear the hub’s', () => {
  using one = till({ isTrying: true })
  expect(one.judge.failed(one.start(), portTaken({}))).toBe(true)
  expect(one.judge.leftUnread(one.start(), WRONG)).toBe(true)
  expect(one.state()).toMatchObject({ trial: null, failed: { code: 'TILL_PORT_TAKEN' } })
  expect(one.judge.leftUnread(one.start(), WRONG)).toBe(false)
})

test('a port that is taken with and without the hub’s settings ends the start, and counts against none', () => {
  using one = till({ isTrying: true })
  expect(one.judge.failed(one.start(), portTaken({}))).toBe(true)
  expect(one.judge.failed(one.start(), portTaken({}))).toBe(false)
  expect(one.state()).toMatchObject({ failed: null, trial: { name: '1-aaaaaa', starts: 0 } })
})

test('a start that failed for what may pass is tried again, later each time, and is not the file’s fault', () => {
  using one = till({ isTrying: false })
  one.keep()
  one.write('{ "till": { "port": 7002 } }')
  for (const againMs of [60_000, 120_000, 240_000]) {
    const tried = one.start()
    expect(tried.own.problem).toBeNull()
    expect(one.judge.failed(tried, portTaken({}))).toBe(true)
    const { own } = one.start()
    expect(own).toMatchObject({ againMs, json: {} })
    expect(own.problem).toMatch(/could not start with .*Port 7002 is in use\. It is tried again/)
    one.judge.again()
  }
  expect(one.judge.worked(one.start())).toBe(false)
  expect(one.judge.failed(one.start(), portTaken({}))).toBe(true)
  expect(one.start().own.againMs).toBe(60_000)
})

test('a file that leaves a source unread is not tried again while it is the same', () => {
  using one = till({ isTrying: false })
  one.keep()
  one.write('{ "till": { "port": 7002 } }')
  expect(one.judge.leftUnread(one.start(), WRONG)).toBe(true)
  one.judge.again()
  expect(one.start().own).toMatchObject({ againMs: null, problem: expect.stringContaining('unicento') })
})

test('a port that this user may not have is a mistake of the file, which does not pass', () => {
  using one = till({ isTrying: false })
  one.keep()
  one.write('{ "till": { "port": 80 } }')
  expect(one.judge.failed(one.start(), portForbidden({}))).toBe(true)
  const { own } = one.start()
  expect(own).toMatchObject({ againMs: null, problem: expect.stringContaining('may not use port 80') })
  expect(own.problem).not.toContain('tried again')
})

test('a trial is judged with no other agent.json than that with which it began', () => {
  using one = till({ isTrying: true })
  one.write('{\n}')
  expect(one.start().trial).not.toBeNull()
  one.write('{ "till": { "port": 7002 } }')
  expect(one.start()).toMatchObject({ trial: null, runs: '' })
  expect(one.state()).toMatchObject({ trial: null, failed: null })
})

const KIND = (kind: string) =>
  JSON.stringify({ remote: { allow: ['sources'] }, sources: [{ source: 'pos', kind, settings: {} }] })

/** Version 3 of the hub has proven itself; without it the till is to run version 1 alone. `own`: agent.json now. */
function covered(own: string) {
  const one = till({ isTrying: false })
  const covers = { name: '1+3-bbbbbb', settings: { sources: [{ source: 'pos', kind: 'csv' }] } }
  const begin = (named: Parameters<typeof beginSettings>[1]) =>
    beginSettings(one.state(), named, { worked: [], own: markOfOwn({ json: JSON.parse(own) }) })
  one.write(own)
  one.put(keepSettings(begin(covers), 1))
  one.put(begin({ name: '1-cccccc', settings: {} }))
  /** The agent starts with what the judge wants, and leaves a source unread whose kind is wrong. */
  const start = () => {
    const settings = one.start()
    const isWrong = settings.config.sources.some(({ kind }) => kind !== 'csv')
    const again = isWrong ? one.judge.leftUnread(settings, WRONG) : one.judge.worked(settings)
    return { settings, again }
  }
  return {
    ...one,
    startUntilItRuns: () => {
      for (let starts = 0; starts < 6; starts += 1) {
        const { settings, again } = start()
        if (!again) return settings
      }
      throw new Error('it starts again and again')
    },
  }
}

test('a mistake of the till’s own that a version of the hub covers is not told as the mistake of one that does not', () => {
  using one = covered(KIND('unicento'))
  one.write(KIND('csv'))
  one.keep()
  one.write(KIND('unicento'))
  const runs = one.startUntilItRuns()
  expect(runs.own).toMatchObject({ problem: expect.stringContaining('unicento') })
  expect(runs.config.sources).toMatchObject([{ kind: 'csv' }])
  expect(one.state().failed).toBeNull()
})

test('where nothing else worked, such a till goes on with the version that covers its mistake', () => {
  using one = covered(KIND('unicento'))
  const runs = one.startUntilItRuns()
  expect(runs).toMatchObject({ runs: '1+3-bbbbbb', own: { problem: null } })
  expect(one.state()).toMatchObject({ trial: null, failed: { name: '1-cccccc' } })
})

test('a version that is wrong on any ground is to blame, whatever the versions before', () => {
  using one = covered(KIND('csv'))
  const wrong = { name: '1+4-dddddd', settings: { sources: [{ source: 'pos', kind: 'unicento' }] } }
  one.put(
    beginSettings(one.state(), wrong, { worked: [], own: markOfOwn({ json: JSON.parse(KIND('csv')) }) }),
  )
  expect(one.startUntilItRuns()).toMatchObject({ runs: '1+3-bbbbbb', own: { problem: null } })
  expect(one.state()).toMatchObject({
    trial: null,
    failed: { name: '1+4-dddddd', code: 'REMOTE_SETTINGS_UNFIT' },
  })
})
