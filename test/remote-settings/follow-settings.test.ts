import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { followSettings } from '../../agent/remote-settings/follow-settings.ts'
import { readSettingsState, settingsPath } from '../../agent/remote-settings/settings-state.ts'
import { startWithSettings } from '../../agent/remote-settings/start-with-settings.ts'
import { SettingsPut } from '../../shared/commands.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { manualWorld, quietLog, temporaryFolder } from '../manual-world.ts'

const OWNER = { hub: 'hub_1', device: 'dev_0123456789abcdefghij', store: 'HAR' }

/** A till whose agent.json is `own`, told to listen on another port by the hub. */
const toldAPort = (own: object) => toldOf(own, { till: { port: 7433 } })

/** A till whose agent.json is `own`, and what the hub tells it. @param read the sources that are read */
function toldOf(own: object, settings: object, read: readonly string[] = []) {
  const folder = temporaryFolder()
  const manual = manualWorld()
  const world = { ...nodeWorld({ log: quietLog }), timers: manual.timers, clock: manual.clock }
  writeFileSync(join(folder.path, 'agent.json'), JSON.stringify(own))
  const parts = { world, folder: folder.path, version: '1.0.0' }
  const now = {
    isAnother: false,
    problem: null as string | null,
    restarts: 0,
    soldMs: Number.NEGATIVE_INFINITY,
  }
  const told = SettingsPut.parse({
    kind: 'settings.put',
    at: 1,
    name: '2-eeeeee',
    settings,
  })
  const of = followSettings({
    ...parts,
    owner: OWNER,
    start: startWithSettings(parts),
    told: () => told,
    well: {
      isOnline: () => true,
      readSources: () => read,
      lastRecordedMs: () => now.soldMs,
      canWrite: () => true,
    },
    isTryingUpdate: () => false,
    ownFile: {
      problem: () => now.problem,
      isAnother: () => now.isAnother,
      waiting: () => (now.isAnother ? 'It waits.' : null),
      trial: () => null,
    },
    restart: () => {
      now.restarts += 1
    },
    changed: () => undefined,
  })
  return {
    of,
    now,
    /** What those on trial have to read. */
    worked: () => readSettingsState(world, settingsPath(folder.path), OWNER).trial?.worked,
    advance: manual.advance,
    monotonicMs: manual.clock.monotonicMs,
    [Symbol.dispose]() {
      of[Symbol.dispose]()
      folder[Symbol.dispose]()
    },
  }
}

test('while a changed agent.json waits, so does the hub’s word: the one may allow what the other sets', async () => {
  using till = toldAPort({})
  till.now.isAnother = true
  await till.advance(60_000)
  expect(till.of.report()).toMatchObject({ told: '2-eeeeee', state: 'waiting', code: null, ownWaits: true })
  till.now.isAnother = false // taken back
  await till.advance(10_000)
  expect(till.of.report()).toMatchObject({ state: 'refused', code: 'REMOTE_SETTINGS_NOT_ALLOWED' })
})

test('what a till refuses on the ground of its former settings, as agent.json is broken, waits for the corrected one', async () => {
  using till = toldAPort({})
  till.now.problem = 'agent.json can’t be used.'
  await till.advance(60_000)
  expect(till.of.report()).toMatchObject({ told: '2-eeeeee', state: 'waiting', code: null })
})

test('a trial does not begin while a changed agent.json waits', async () => {
  using till = toldAPort({ remote: { allow: ['till.port'] } })
  till.now.soldMs = till.monotonicMs()
  await till.advance(1)
  till.now.isAnother = true
  await till.advance(3_600_000)
  expect(till.now.restarts).toBe(0)
  till.now.isAnother = false
  await till.advance(60_000)
  expect(till.now.restarts).toBe(1)
})

const csv = (source: string, settings: object) => ({
  source,
  kind: 'csv',
  settings: { folder: '/pos', ...settings },
})

test.each<[what: string, own: object[], sent: object[], said: RegExp | null]>([
  [
    'a second source for the same files',
    [csv('pos', {})],
    [csv('hq', {})],
    /the same sales as pos and as hq/,
  ],
  [
    'files that another source reads',
    [csv('one', { files: ['a*'] }), csv('two', { files: ['b*'] })],
    [{ source: 'one', settings: { files: ['*'] } }],
    /the same sales as one and as two/,
  ],
  [
    'other receipt numbers',
    [csv('pos', { columns: { receipt: 'No' } })],
    [{ source: 'pos', settings: { columns: { receipt: ['Date', 'No'] } } }],
    /pos with other receipt numbers/,
  ],
  ['files of its own', [csv('pos', {})], [csv('hq', { folder: '/hq' })], null],
])('settings of the hub that give a till %s', async (_, sources, sent, said) => {
  using till = toldOf({ sources, remote: { allow: ['sources'] } }, { sources: sent }, ['pos', 'one', 'two'])
  await till.advance(3_600_000)
  if (said === null) expect(till.of.report()).toMatchObject({ state: 'waiting', code: null })
  else {
    expect(till.of.report()).toMatchObject({ state: 'refused', code: 'REMOTE_SETTINGS_REPEAT' })
    expect(till.of.report().sentence).toMatch(said)
  }
  expect(till.now.restarts).toBe(said === null ? 1 : 0)
})

test.each<[what: string, own: object, sent: object, worked: string[]]>([
  ['what only the hub had brought, and it leaves out', { sources: [csv('pos', {})] }, {}, ['pos']],
  ['the last source, which only the hub had brought', {}, {}, ['hq', 'pos']],
  ['what agent.json gives up', { takenOut: ['hq', 'pos'] }, {}, []],
])('new settings have to read what was read, but not %s', async (_, own, sent, worked) => {
  using till = toldOf(own, { pickups: { hideCustomersAfterHours: 5 }, ...sent }, ['hq', 'pos'])
  await till.advance(3_600_000)
  expect(till.now.restarts).toBe(1)
  expect([...(till.worked() ?? [])].sort()).toEqual(worked)
})
