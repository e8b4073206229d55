import { expect, test } from 'vitest'
import { isWell, statusText } from '../../agent/commands/status.ts'
import { TillState } from '../../agent/till/api-schema.ts'

const till = (over: object = {}) =>
  TillState.parse({
    store: 'HAR',
    storeName: 'Harbour Street',
    till: 'Till 1',
    zone: 'Europe/Berlin',
    link: 'online',
    since: 1,
    problem: null,
    unsent: 0,
    unsentSales: 0,
    sources: [{ source: 'pos', state: 'reading', problem: null }],
    ...over,
  })
const writeBack = { target: 'pos', problem: null, waiting: 0, refused: 0, givenUp: 0 }

test('a till that does what it should is well', () => {
  expect(isWell(till())).toBe(true)
  expect(isWell(till({ sources: [], unsent: 40, settingsWaiting: 'It waits.' }))).toBe(true)
})

test.each<[string, object]>([
  ['is offline', { link: 'offline' }],
  ['has a problem with its hub', { problem: 'The certificate has ended.' }],
  ['has a full disk', { diskFull: true }],
  ['can’t use its agent.json', { settingsProblem: 'It is not JSON.' }],
  ['can’t read a source', { sources: [{ source: 'pos', state: 'unavailable', problem: 'No file.' }] }],
  ['can’t write into a POS', { writeBacks: [{ ...writeBack, state: 'unavailable' }] }],
  ['is older than its commands', { unreadCommands: 1 }],
])('a till that %s is not well', (_, over) => expect(isWell(till(over))).toBe(false))

test.each<[object | null, string]>([
  [null, 'settings: its own agent.json alone'],
  [{ runs: 'none', since: 5 }, 'settings: its own agent.json alone'],
  [
    { runs: 'none', since: null, isOnTrial: true },
    'settings of head office: none any more, on trial; this till reads what its own agent.json names',
  ],
  [{ runs: '1-abc', since: null, isOnTrial: true }, 'settings of head office: 1-abc, on trial'],
  [{ runs: '1-abc', since: null }, 'settings of head office: 1-abc'],
  [{ runs: '1-abc', since: 0 }, 'settings of head office: 1-abc, since 1970-01-01T00:00:00.000Z'],
])('of the settings %j is said: %s', (settings, said) => {
  expect(statusText(till({ settings })).split('\n')).toContain(said)
})

test('that a changed agent.json is on trial is said, and that nothing else runs in its place', () => {
  const settingsTrial = 'agent.json was changed and is on trial.'
  const lines = statusText(till({ settingsTrial, settingsProblem: 'No source is named.' })).split('\n')
  expect(lines).toEqual(expect.arrayContaining([settingsTrial, 'settings: its own agent.json alone']))
  const none = { runs: 'none', since: null, isOnTrial: false }
  expect(statusText(till({ settings: none, settingsProblem: 'It is broken.' }))).toContain(
    'settings: those that worked last, alone (agent.last-good.json)',
  )
})
