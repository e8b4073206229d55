import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { judgeStarts } from '../../agent/judge-starts.ts'
import { keepOwnSettings, readOwnSettings } from '../../agent/own-settings.ts'
import { beginSettings } from '../../agent/remote-settings/plan-trial.ts'
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
const WRONG = 'source pos is of the kind "unicento", which this agent does not have.'
const NONE = { hub: '', device: '', store: '' }

/** A till with settings of the hub on trial, or without. */
function till({ isTrying }: { isTrying: boolean }) {
  const folder = temporaryFolder()
  const world = nodeWorld({ log: quietLog })
  const parts = { world, folder: folder.path, version: '0.1.0' }
  const state = () => readSettingsState(world, settingsPath(folder.path), NONE)
  const named = { name: '1-aaaaaa', settings: { pickups: { hideCustomersAfterHours: 9 } } }
  if (isTrying) writeSettingsState(world.files, settingsPath(folder.path), beginSettings(state(), named, []))
  const write = (text: string) => writeFileSync(join(folder.path, 'agent.json'), text)
  write('{}')
  const judge = judgeStarts(parts)
  return {
    judge,
    state,
    write,
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
