import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { followSettings } from '../../agent/remote-settings/follow-settings.ts'
import { startWithSettings } from '../../agent/remote-settings/start-with-settings.ts'
import { SettingsPut } from '../../shared/commands.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { manualWorld, quietLog, temporaryFolder } from '../manual-world.ts'

const OWNER = { hub: 'hub_1', device: 'dev_0123456789abcdefghij', store: 'HAR' }

/** A till whose agent.json is `own`, told to listen on another port by the hub. */
function toldAPort(own: object) {
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
    settings: { till: { port: 7433 } },
  })
  const of = followSettings({
    ...parts,
    owner: OWNER,
    start: startWithSettings(parts),
    told: () => told,
    well: {
      isOnline: () => true,
      readSources: () => [],
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
