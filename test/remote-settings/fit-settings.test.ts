import { expect, test } from 'vitest'
import { AgentConfig } from '../../agent/config.ts'
import { fitSettings } from '../../agent/remote-settings/fit-settings.ts'
import {
  beginSettings,
  countStart,
  giveUpSettings,
  keepSettings,
} from '../../agent/remote-settings/plan-trial.ts'
import { noSettings } from '../../agent/remote-settings/settings-state.ts'
import { readSettingsFile } from '../../hub/remote-settings/settings-file.ts'
import { TillbridgeError } from '../../shared/errors.ts'
import { layOver, RemoteSettings, remoteSettings, settingsIn } from '../../shared/remote-settings.ts'

const fitted = (json: object, sent: unknown) => fitSettings({ config: AgentConfig.parse(json), json }, sent)
const codeOf = (found: unknown) => (found instanceof TillbridgeError ? found.code : null)

const pos = { source: 'pos', kind: 'unicenta', settings: { file: '/pos/db' } }

test('the hub’s settings lie over the till’s own; what they do not name stays as it is', () => {
  const own = { sources: [pos], pickups: { hideCustomersAfterHours: 10 }, updates: { quietMinutes: 3 } }
  const sent = {
    pickups: { hideCustomersAfterHours: 5 },
    sources: [
      { source: 'pos', reportWithinMinutes: 20 },
      { source: 'other', reportWithinMinutes: 9 },
    ],
    printing: { paperMm: 58 },
  }
  expect(fitted(own, sent)).toMatchObject({
    pickups: { hideCustomersAfterHours: 5 },
    updates: { quietMinutes: 3 },
    sources: [{ ...pos, reportWithinMinutes: 20 }], // this till has no source "other", and prints no slips
  })
  expect(fitted(own, sent)).not.toHaveProperty('printing')
})

test.each([
  ['a port', { till: { port: 80 } }, 'till.port'],
  [
    'a path that a source reads',
    { sources: [{ ...pos, settings: { file: '/etc/shadow' } }] },
    'sources "pos".settings',
  ],
  ['a source of another kind', { sources: [{ source: 'x', kind: 'http' }] }, 'sources "x".kind'],
  [
    'where a printer is',
    { peripherals: [{ peripheral: 'p', kind: 'printer', settings: {} }] },
    'peripherals "p".kind',
  ],
  [
    'what is written into the POS',
    { writeBack: [{ target: 'pos', settings: { url: 'http://x' } }] },
    'writeBack "pos"',
  ],
  ['whether updates are installed', { updates: { install: true } }, 'updates.install'],
])('%s is set by the hub only where agent.json allows it, and is named in the refusal', (_, sent, name) => {
  const found = fitted({ sources: [pos] }, sent)
  expect(codeOf(found)).toBe('REMOTE_SETTINGS_NOT_ALLOWED')
  expect(String(found)).toContain(name)
})

test.each([
  [{ hub: { url: 'https://other' } }, '"hub"'],
  [{ till: { codeFile: '/etc/passwd' } }, '"codeFile"'],
  [{ remote: { allow: ['sources'] } }, '"remote"'],
  [{ pickups: { hideCustomersAfterHours: 0 } }, 'pickups.hideCustomersAfterHours'],
  [{ pickups: { newInVersion9: 1 } }, '"newInVersion9"'],
  [{ run: 'rm' }, '"run"'],
])('what is in no table of the agent is refused by name: %j', (sent, name) => {
  const found = fitted({ remote: { allow: ['sources', 'till.port'] } }, sent)
  expect(codeOf(found)).toBe('REMOTE_SETTINGS_UNKNOWN')
  expect(String(found)).toContain(name)
})

test('what the till allows is taken, and a till can refuse everything', () => {
  const sent = { sources: [{ ...pos, settings: { file: '/pos/other' } }] }
  expect(fitted({ sources: [pos], remote: { allow: ['sources'] } }, sent)).toMatchObject({
    sources: [{ settings: { file: '/pos/other' } }],
  })
  expect(codeOf(fitted({ remote: { take: false } }, { pickups: { hideCustomersAfterHours: 5 } }))).toBe(
    'REMOTE_SETTINGS_OFF',
  )
})

test('settings that do not fit with the till’s own are refused with the field', () => {
  const found = fitted({}, { scans: { inStore: [{ name: 'x', match: 'nonsense' }] } })
  expect(codeOf(found)).toBe('REMOTE_SETTINGS_UNFIT')
  expect(String(found)).toContain('scans.inStore.0.match')
})

test('later levels override earlier ones, entries by their names', () => {
  const fleet = { pickups: { hideCustomersAfterHours: 5 }, sources: [{ source: 'a', compareNumbers: true }] }
  const store = { pickups: { hideCustomersAfterHours: 9 }, sources: [{ source: 'b', compareNumbers: false }] }
  const both = layOver(layOver(fleet, store), { sources: [{ source: 'a', reportWithinMinutes: 3 }] })
  expect(both).toEqual({
    pickups: { hideCustomersAfterHours: 9 },
    sources: [
      { source: 'a', compareNumbers: true, reportWithinMinutes: 3 },
      { source: 'b', compareNumbers: false },
    ],
  })
  const hostile: unknown = JSON.parse('{"sources":[{"source":"a","settings":{"__proto__":{"polluted":1}}}]}')
  layOver(fleet, RemoteSettings.parse(hostile))
  expect({}).not.toHaveProperty('polluted')
})

test('every setting of the table is one that agent.json has', () => {
  const names = settingsIn(RemoteSettings.parse({ updates: { quietMinutes: 1 } })).map(({ name }) => name)
  expect(names).toEqual(['updates.quietMinutes'])
  for (const name of Object.keys(remoteSettings)) {
    const [group = '', field = ''] = name.split('.')
    const list = ['sources', 'peripherals', 'writeBack'].includes(group)
    const sent = { [group]: list ? [{ [field]: null }] : { [field]: null } }
    const issues = AgentConfig.safeParse(sent).error?.issues ?? []
    expect(
      issues.filter(({ code }) => code === 'unrecognized_keys'),
      name,
    ).toEqual([])
  }
})

const ON = { worked: [], own: 'a mark' }

test('settings are given up after three starts, and not tried again by this version', () => {
  const begun = beginSettings(
    noSettings({ hub: 'hub_1', device: 'dev_1', store: 'HAR' }),
    { name: '4-a', settings: {} },
    ON,
  )
  const thrice = [1, 2, 3].reduce(state => countStart(state, '1.0.0'), begun)
  expect(thrice.trial).toMatchObject({ starts: 3 })
  expect(countStart(thrice, '1.0.0')).toMatchObject({
    trial: null,
    failed: { name: '4-a', code: 'SETTINGS_CRASHED', version: '1.0.0' },
  })
  const kept = keepSettings(thrice, 1)
  expect(kept).toMatchObject({ trial: null, kept: [{ name: '4-a' }] })
  const next = keepSettings(beginSettings(kept, { name: '5-b', settings: {} }, ON), 2)
  expect(next.kept.map(({ name }) => name)).toEqual(['5-b', '4-a'])
  const bad = giveUpSettings(
    beginSettings(next, { name: '6-c', settings: {} }, ON),
    { code: 'X', sentence: 'y' },
    '1.0.0',
  )
  expect(bad.kept[0]?.name).toBe('5-b')
})

const mistakesIn = (text: string): string => {
  try {
    return JSON.stringify(readSettingsFile(text, 'x.yaml'))
  } catch (error) {
    return String(error)
  }
}

test.each([
  ['pickups:\n  hideCustomersAfterHours: 0\n', 'line 2, pickups.hideCustomersAfterHours: must be at least 1'],
  ['{"pickups": {\n"hours": 3}}', 'line 2, pickups: has no setting "hours"'],
  ['updates:\n  quietMinutes: 1\nhub:\n  url: x\n', 'line 3, settings: has no setting "hub"'],
  ['sources:\n  - source: pos\n  - source: pos\n', 'two entries have one name'],
  ['a: [', 'line 1'],
  ['x: &a [1]\ny: *a\n', 'line 2: write the value out'],
  ['pickups: {hideCustomersAfterHours: 4}\npickups: {}\n', 'line 2'],
])('a mistake in a file of settings is named by line and field: %j', (text, said) => {
  expect(mistakesIn(text)).toContain("x.yaml can't be used")
  expect(mistakesIn(text)).toContain(said)
})

test('a file of settings is YAML or JSON, and an empty one sets nothing', () => {
  expect(mistakesIn('pickups:\n  hideCustomersAfterHours: 4 # hours\n')).toBe(
    '{"pickups":{"hideCustomersAfterHours":4}}',
  )
  expect(mistakesIn('{"scans": {"fnc1": ["|"]}}')).toBe('{"scans":{"fnc1":["|"]}}')
  expect(mistakesIn('')).toBe('{}')
})
