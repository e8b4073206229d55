import { expect, test } from 'vitest'
import { listExceptions } from '../../hub/checks/exceptions.ts'
import { releaseStopped } from '../../hub/checks/release-stopped.ts'
import { startChecks } from '../../hub/checks/run-checks.ts'
import { updateFailed } from '../../hub/checks/update-failed.ts'
import { transaction } from '../../hub/db/db.ts'
import { readDevice, revokeDevice } from '../../hub/fleet/devices.ts'
import { openHubKey } from '../../hub/fleet/hub-key.ts'
import { putStore } from '../../hub/fleet/stores.ts'
import { judgeRollOut } from '../../hub/releases/gate.ts'
import { setStoreUpdates } from '../../hub/releases/release-stores.ts'
import {
  addRelease,
  demandRelease,
  offerRelease,
  pauseRelease,
  rollOutTally,
  withdrawRelease,
  writeFloor,
} from '../../hub/releases/releases.ts'
import { chooseRelease, isInTenth, type UpdatableTill } from '../../hub/releases/rings.ts'
import { startRollOut } from '../../hub/releases/roll-out.ts'
import type { Running } from '../../shared/protocol.ts'
import { parseRelease, type ReleaseManifest } from '../../shared/releases.ts'
import { enrolTestTill, startTestHub } from '../gateway/till-and-hub.ts'
import { manualWorld, temporaryFolder, until } from '../manual-world.ts'
import { madeRelease } from './made-release.ts'

const SOAK_MS = 10 * 60_000

async function setUp() {
  const folder = temporaryFolder()
  const world = manualWorld()
  const hub = await startTestHub(world, folder.path)
  const { db } = hub
  const now = world.clock.now()
  await transaction(db, tx =>
    putStore(tx, { code: 'MIL', name: 'Mill', zone: 'Europe/Berlin', currency: 'EUR' }, now),
  )
  const rollOut = startRollOut({
    world,
    db,
    key: openHubKey({ db, world }),
    soakMs: SOAK_MS,
    changed() {},
  })
  return {
    world,
    db,
    offer: (version: string, from: 'canary' | 'tenth' | 'all' | null = null) =>
      transaction(db, tx => offerRelease(tx, version, { from, now: world.clock.now() })),
    add: (version: string, over: Partial<ReleaseManifest> = {}) =>
      transaction(db, tx => addRelease(tx, madeRelease(version, world.clock.now(), over), world.clock.now())),
    canary: (store: string) => transaction(db, tx => setStoreUpdates(tx, store, { isCanary: true })),
    /** What the hub says to a till that reports; null: it says nothing new. */
    async report(device: string, running: Partial<Running>) {
      await world.advance(11_000) // what commands changed is read again
      const row = await readDevice(db, device)
      if (row === undefined) throw new Error('no such device')
      const said: { offered: string; version: string | null }[] = []
      const full = {
        version: '0.1.0',
        platform: 'linux-x64',
        health: 'healthy',
        offered: '',
        update: null,
      } as const
      await rollOut.reported(row, { ...full, ...running }, word => said.push(word))
      return said[0] ?? null
    },
    async [Symbol.asyncDispose]() {
      rollOut[Symbol.dispose]()
      await hub[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

const rolledBack = (offered: string) =>
  ({ offered, state: 'rolled-back', code: 'UPDATE_NOT_HEALTHY', sentence: 'It did not connect.' }) as const

test('a release goes to the canary store first, waits there, and goes on once its tills are well', async () => {
  await using hub = await setUp()
  const { device: canary } = await enrolTestTill(hub.world, hub.db, 'Till 1')
  await hub.canary('HAR')
  await hub.add('0.2.0')
  expect(await hub.report(canary, {})).toBeNull() // added is not offered
  await hub.offer('0.2.0')
  expect(await hub.report(canary, {})).toMatchObject({ offered: '0.2.0#1', version: '0.2.0' })
  expect(await hub.report(canary, { offered: '0.2.0#1' })).toBeNull()
  await hub.world.advance(SOAK_MS)
  expect((await demandRelease(hub.db, '0.2.0')).stage).toBe('canary') // nothing has been well yet
  await hub.report(canary, { version: '0.2.0', offered: '0.2.0#1' })
  await hub.world.advance(60_000)
  await until('the next ring', async () => (await demandRelease(hub.db, '0.2.0')).stage === 'tenth')
  await hub.world.advance(SOAK_MS + 60_000)
  await until('the last ring', async () => (await demandRelease(hub.db, '0.2.0')).stage === 'all')
})

test('a canary that goes back stops the roll-out: nothing is offered, and an exception says so until it is dealt with', async () => {
  await using hub = await setUp()
  const first = await enrolTestTill(hub.world, hub.db, 'Till 1')
  const other = await enrolTestTill(hub.world, hub.db, 'Till 2')
  await hub.canary('HAR')
  await hub.add('0.2.0')
  await hub.offer('0.2.0')
  expect(await hub.report(first.device, {})).toMatchObject({ version: '0.2.0' })
  await hub.report(first.device, { offered: '0.2.0#1', update: rolledBack('0.2.0#1') })
  expect((await demandRelease(hub.db, '0.2.0')).state).toBe('stopped')
  expect(await hub.report(other.device, {})).toBeNull()
  expect(await hub.report(first.device, { offered: '0.2.0#1' })).toMatchObject({ offered: '', version: null })

  const checks = [releaseStopped, updateFailed]
  await using _ = startChecks({ world: hub.world, db: hub.db, checks, changed() {} })
  const open = async () =>
    (await listExceptions(hub.db)).map(({ kind, subject }) => `${kind} ${subject}`).sort()
  await hub.world.advance(61_000)
  await until('both', async () => (await open()).length === 2)
  expect(await open()).toEqual(['release-stopped 0.2.0', `update-failed ${first.device}`])
  await hub.offer('0.2.0') // tried again from the start: what failed before does not count
  await hub.world.advance(61_000)
  await until('none', async () => (await open()).length === 0)
  expect(await hub.report(first.device, {})).toMatchObject({ offered: '0.2.0#2' })
})

test('a till that repeats its failure of an attempt is counted once, and cannot stop the next attempt with it', async () => {
  await using hub = await setUp()
  const { device } = await enrolTestTill(hub.world, hub.db)
  await hub.canary('HAR')
  await hub.add('0.2.0')
  await hub.offer('0.2.0')
  await hub.report(device, { offered: '0.2.0#1', update: rolledBack('0.2.0#1') })
  await hub.offer('0.2.0')
  await hub.report(device, { offered: '0.2.0#1', update: rolledBack('0.2.0#1') })
  expect((await demandRelease(hub.db, '0.2.0')).state).toBe('offered')
})

test('a paused store, a pinned one and a paused release are left alone; pinning names one version', async () => {
  await using hub = await setUp()
  const { device } = await enrolTestTill(hub.world, hub.db)
  await hub.add('0.2.0')
  await hub.add('0.3.0')
  await hub.offer('0.3.0', 'all')
  const set = (change: Parameters<typeof setStoreUpdates>[2]) =>
    transaction(hub.db, tx => setStoreUpdates(tx, 'HAR', change))
  await set({ isPaused: true })
  expect(await hub.report(device, {})).toBeNull()
  await set({ isPaused: false, pinned: '0.2.0' })
  expect(await hub.report(device, {})).toMatchObject({ version: '0.2.0' })
  await set({ pinned: null })
  expect(await hub.report(device, {})).toMatchObject({ version: '0.3.0' })
  await transaction(hub.db, tx => pauseRelease(tx, '0.3.0', null))
  expect(await hub.report(device, {})).toBeNull()
  await hub.offer('0.3.0')
  expect(await hub.report(device, {})).toMatchObject({ offered: '0.3.0#1' }) // it goes on where it was
  await transaction(hub.db, tx => withdrawRelease(tx, '0.3.0', 'a test'))
  expect(await hub.report(device, {})).toBeNull()
})

test('a till below the floor does not wait for its ring', async () => {
  await using hub = await setUp()
  await hub.canary('MIL')
  const { device } = await enrolTestTill(hub.world, hub.db)
  await hub.add('0.2.0')
  await hub.offer('0.2.0')
  if (!isInTenth(device)) expect(await hub.report(device, {})).toBeNull()
  await transaction(hub.db, tx => writeFloor(tx, '0.2.0'))
  expect(await hub.report(device, {})).toMatchObject({ version: '0.2.0' })
})

test('a till that can’t update is offered nothing', async () => {
  await using hub = await setUp()
  const { device } = await enrolTestTill(hub.world, hub.db)
  await hub.add('0.2.0')
  await hub.offer('0.2.0', 'all')
  expect(await hub.report(device, { platform: null })).toBeNull()
  expect(await hub.report(device, { platform: 'win32-arm64' })).toBeNull()
})

test('without a canary store nothing is offered to canaries, and an expired or changed release is refused', async () => {
  await using hub = await setUp()
  await hub.add('0.2.0')
  await expect(hub.offer('0.2.0')).rejects.toMatchObject({ code: 'NO_CANARY_STORE' })
  await expect(hub.add('0.2.0', { journal: 31 })).rejects.toMatchObject({ code: 'RELEASE_CHANGED' })
  hub.world.setWallClock(hub.world.clock.now() + 91 * 24 * 3_600_000)
  await expect(hub.offer('0.2.0', 'all')).rejects.toMatchObject({ code: 'RELEASE_EXPIRED' })
  await expect(hub.offer('0.9.0', 'all')).rejects.toMatchObject({ code: 'RELEASE_MISSING' })
})

const till = (over: Partial<UpdatableTill> = {}): UpdatableTill => ({
  device: 'dev_0000000000000000',
  version: '0.1.0',
  platform: 'linux-x64',
  isCanary: false,
  isPaused: false,
  pinned: null,
  ...over,
})
const release = (
  version: string,
  over: Partial<ReleaseManifest> = {},
  state: 'added' | 'offered' | 'paused' | 'stopped' | 'withdrawn' = 'offered',
) => ({
  version,
  state,
  stage: 'all' as const,
  attempt: 1,
  manifest: parseRelease(madeRelease(version, 0, over)).manifest,
})

test.each([
  ['the newest', till(), [release('0.2.0'), release('0.10.0')], '0.10.0'],
  ['nothing that it has', till({ version: '0.2.0' }), [release('0.2.0')], null],
  ['nothing older', till({ version: '0.3.0' }), [release('0.2.0')], null],
  [
    'an older one as a roll-back',
    till({ version: '0.3.0' }),
    [release('0.2.0', { isRollBack: true }), release('0.3.0', {}, 'withdrawn')],
    '0.2.0',
  ],
  [
    'no roll-back in place of what IT has brought, though the hub has it as well',
    till({ version: '0.4.0' }),
    [release('0.2.0', { isRollBack: true }), release('0.4.0', {}, 'added')],
    null,
  ],
  [
    'no roll-back in place of what IT has brought before its ring',
    till({ version: '0.4.0' }),
    [release('0.2.0', { isRollBack: true }), { ...release('0.4.0'), stage: 'canary' as const }],
    null,
  ],
  [
    'a roll-back to which its store is pinned',
    till({ version: '0.4.0', pinned: '0.2.0' }),
    [release('0.2.0', { isRollBack: true }), release('0.4.0')],
    '0.2.0',
  ],
  [
    'no roll-back while its own is offered',
    till({ version: '0.3.0' }),
    [release('0.3.0'), release('0.2.0', { isRollBack: true })],
    null,
  ],
  ['a step in between', till(), [release('0.3.0', { updatesFrom: '0.2.0' }), release('0.2.0')], '0.2.0'],
])('a till is offered %s', (_, asked, releases, version) => {
  expect(chooseRelease(asked, releases, { floor: null, now: 5 })?.version ?? null).toBe(version)
})

test('about one till of ten is in the second ring, and always the same ones', () => {
  const devices = Array.from({ length: 2_000 }, (_, number) => `dev_${String(number).padStart(20, '0')}`)
  const chosen = devices.filter(isInTenth)
  expect(chosen.length).toBeGreaterThan(150)
  expect(chosen.length).toBeLessThan(250)
  expect(devices.filter(isInTenth)).toEqual(chosen)
})

const at = { now: 10 * SOAK_MS, soakMs: SOAK_MS }
test.each([
  ['canary', { healthy: 5, failed: 1, waiting: 0 }, 0, 'stop'],
  ['tenth', { healthy: 40, failed: 2, waiting: 0 }, 0, 'advance'],
  ['tenth', { healthy: 30, failed: 2, waiting: 0 }, 0, 'stop'],
  ['tenth', { healthy: 30, failed: 0, waiting: 20 }, 0, 'wait'],
  ['canary', { healthy: 2, failed: 0, waiting: 0 }, 9.5 * SOAK_MS, 'wait'],
  ['canary', { healthy: 2, failed: 0, waiting: 0 }, 12 * SOAK_MS, 'advance'], // begun while the clock was ahead
  ['canary', { healthy: 0, failed: 0, waiting: 0 }, 0, 'wait'],
  ['all', { healthy: 900, failed: 3, waiting: 0 }, 0, 'wait'],
] as const)('in ring %s with %j since %d: %s', (stage, tally, since, is) => {
  expect(judgeRollOut({ stage, since }, tally, at).is).toBe(is)
})

test('a till that could not fetch a release within a day is offered it again: its token has ended', async () => {
  await using hub = await setUp()
  const { device } = await enrolTestTill(hub.world, hub.db)
  await hub.add('0.2.0')
  await hub.offer('0.2.0', 'all')
  expect(await hub.report(device, {})).toMatchObject({ offered: '0.2.0#1' })
  const update = {
    offered: '0.2.0#1',
    state: 'waiting',
    code: 'UPDATE_NO_SPACE',
    sentence: 'Make room.',
  } as const
  hub.world.setWallClock(hub.world.clock.now() + 23 * 3_600_000)
  expect(await hub.report(device, { offered: '0.2.0#1', update })).toBeNull()
  hub.world.setWallClock(hub.world.clock.now() + 2 * 3_600_000)
  const unfetched = { ...update, code: 'UPDATE_UNFETCHED', sentence: 'HTTP 403' } as const
  expect(await hub.report(device, { offered: '0.2.0#1', update: unfetched })).toMatchObject({
    version: '0.2.0',
  })
  expect(await hub.report(device, { offered: '0.2.0#1', update: unfetched })).toBeNull() // once a day
})

test('a till without room for a release is named until it is well with it, stops no roll-out and counts as waiting', async () => {
  await using hub = await setUp()
  const { device } = await enrolTestTill(hub.world, hub.db)
  await hub.canary('HAR')
  await hub.add('0.2.0')
  await hub.offer('0.2.0')
  await hub.report(device, {})
  await using _ = startChecks({ world: hub.world, db: hub.db, checks: [updateFailed], changed() {} })
  const open = async () => (await listExceptions(hub.db)).map(({ kind, subject }) => `${kind} ${subject}`)
  const sentence = 'The update needs 300 MiB of disk. Run: “curl”.'
  const update = { offered: '0.2.0#1', state: 'waiting', code: 'UPDATE_NO_SPACE', sentence } as const
  await hub.report(device, { offered: '0.2.0#1', update })
  await hub.world.advance(61_000)
  await until('it is named', async () => (await open()).length === 1)
  expect(await open()).toEqual([`update-failed ${device}`])
  const [told] = await listExceptions(hub.db)
  expect(told?.sentence).toContain(
    'runs : The till reports: “The update needs 300 MiB of disk. Run: ’curl’.”',
  )
  expect(await demandRelease(hub.db, '0.2.0')).toMatchObject({ state: 'offered' })
  expect(await rollOutTally(hub.db, { version: '0.2.0', attempt: 1 })).toEqual({
    healthy: 0,
    failed: 0,
    waiting: 1,
  })
  await hub.report(device, { version: '0.2.0', offered: '0.2.0#1' })
  await hub.world.advance(61_000)
  await until('it is closed', async () => (await open()).length === 0)
})

test('a till that was offered a release which is then withdrawn does not count as waiting for it', async () => {
  await using hub = await setUp()
  const { device } = await enrolTestTill(hub.world, hub.db)
  await hub.add('0.2.0')
  await hub.add('0.3.0')
  await hub.offer('0.2.0', 'all')
  await hub.report(device, {})
  await transaction(hub.db, tx => withdrawRelease(tx, '0.2.0', 'a hole'))
  await hub.offer('0.3.0', 'all')
  expect(await hub.report(device, { offered: '0.2.0#1' })).toMatchObject({ version: '0.3.0' })
  expect(await hub.report(device, { version: '0.2.0', offered: '0.3.0#1' })).toBeNull()
})

test('a newer package that IT has installed is not replaced by a roll-back that was offered before', async () => {
  await using hub = await setUp()
  const { device } = await enrolTestTill(hub.world, hub.db)
  await hub.add('0.3.0')
  await hub.offer('0.3.0', 'all')
  await hub.report(device, { version: '0.3.0' })
  await transaction(hub.db, tx => withdrawRelease(tx, '0.3.0', 'it was bad'))
  await hub.add('0.2.0', { isRollBack: true })
  await hub.offer('0.2.0', 'all')
  expect(await hub.report(device, { version: '0.3.0' })).toMatchObject({ version: '0.2.0' })
  expect(await hub.report(device, { version: '0.4.0' })).toBeNull() // no release of this hub's: IT brought it
})

test('a release that is offered again goes on only once tills are well with it now', async () => {
  await using hub = await setUp()
  const first = await enrolTestTill(hub.world, hub.db, 'Till 1')
  const second = await enrolTestTill(hub.world, hub.db, 'Till 2')
  await hub.canary('HAR')
  await hub.add('0.2.0')
  await hub.offer('0.2.0')
  await hub.report(first.device, {})
  await hub.report(second.device, {})
  await hub.report(first.device, { version: '0.2.0', offered: '0.2.0#1' })
  await hub.report(second.device, { offered: '0.2.0#1', update: rolledBack('0.2.0#1') })
  expect((await demandRelease(hub.db, '0.2.0')).state).toBe('stopped')
  await transaction(hub.db, tx => revokeDevice(tx, second.device, hub.world.clock.now()))
  // IT has brought the other till back to the version before as well, and the release is tried once more
  await hub.offer('0.2.0')
  expect(await hub.report(first.device, {})).toMatchObject({ offered: '0.2.0#2' })
  expect(await rollOutTally(hub.db, { version: '0.2.0', attempt: 2 })).toEqual({
    healthy: 0,
    failed: 0,
    waiting: 1,
  })
  for (let minute = 0; minute < 12; minute += 1) await hub.world.advance(60_000)
  await hub.report(first.device, { offered: '0.2.0#2' })
  expect((await demandRelease(hub.db, '0.2.0')).stage).toBe('canary')
  await hub.report(first.device, { version: '0.2.0', offered: '0.2.0#2' })
  await hub.world.advance(60_000)
  await until('the next ring', async () => (await demandRelease(hub.db, '0.2.0')).stage === 'tenth')
})

test('a till that was well and runs another version by now is waited for again', async () => {
  await using hub = await setUp()
  const { device } = await enrolTestTill(hub.world, hub.db)
  await hub.add('0.2.0')
  await hub.offer('0.2.0', 'all')
  await hub.report(device, { version: '0.2.0' })
  await hub.report(device, {}) // IT has installed the version before
  expect(await rollOutTally(hub.db, { version: '0.2.0', attempt: 1 })).toEqual({
    healthy: 0,
    failed: 0,
    waiting: 1,
  })
})

test('a release is offered to no till after its last day, and who has it keeps it', async () => {
  await using hub = await setUp()
  const { device } = await enrolTestTill(hub.world, hub.db)
  await hub.add('0.1.5', { isRollBack: true })
  await hub.add('0.2.0')
  await hub.offer('0.2.0', 'all')
  expect(await hub.report(device, {})).toMatchObject({ version: '0.2.0' })
  hub.world.setWallClock(hub.world.clock.now() + 91 * 24 * 3_600_000)
  expect(await hub.report(device, { offered: '0.2.0#1' })).toMatchObject({ offered: '', version: null })
  await transaction(hub.db, tx => setStoreUpdates(tx, 'HAR', { pinned: '0.1.5' }))
  expect(await hub.report(device, { version: '0.2.0' })).toBeNull()
})

test.each([
  { state: 'waiting', code: 'UPDATE_EXPIRED' },
  { state: 'refused', code: 'RELEASE_EXPIRED' }, // as an older agent says it
] as const)('a till whose clock is wrong is named, and stops no roll-out: %j', async word => {
  await using hub = await setUp()
  const { device } = await enrolTestTill(hub.world, hub.db)
  await hub.canary('HAR')
  await hub.add('0.2.0')
  await hub.offer('0.2.0')
  await hub.report(device, {})
  const sentence = 'This till’s clock says 2027.'
  await hub.report(device, { offered: '0.2.0#1', update: { offered: '0.2.0#1', sentence, ...word } })
  expect((await demandRelease(hub.db, '0.2.0')).state).toBe('offered')
  expect(await updateFailed.find(hub.db, hub.world.clock.now())).toMatchObject([{ subject: device }])
})
