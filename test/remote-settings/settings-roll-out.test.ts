import { expect, test } from 'vitest'
import { listExceptions } from '../../hub/checks/exceptions.ts'
import { startChecks } from '../../hub/checks/run-checks.ts'
import { settingsFailed } from '../../hub/checks/settings-failed.ts'
import { settingsStopped } from '../../hub/checks/settings-stopped.ts'
import { transaction } from '../../hub/db/db.ts'
import { noteConnected, readDevice, revokeDevice } from '../../hub/fleet/devices.ts'
import { setRegion } from '../../hub/fleet/store-region.ts'
import { setStoreUpdates } from '../../hub/releases/release-stores.ts'
import { NONE } from '../../hub/remote-settings/choose.ts'
import { previewSettings } from '../../hub/remote-settings/preview.ts'
import { readRecordedSettings, takeInSettings } from '../../hub/remote-settings/restored-settings.ts'
import { startSettingsRollOut } from '../../hub/remote-settings/roll-out-settings.ts'
import {
  addSettings,
  demandPlace,
  demandSettings,
  dropSettings,
  listSettings,
  moveSettings,
  offerSettings,
  pauseSettings,
  pinSettings,
  type SettingsPlace,
  settingsTally,
} from '../../hub/remote-settings/versions.ts'
import { SettingsPut } from '../../shared/commands.ts'
import type { RemoteReport } from '../../shared/protocol.ts'
import { versionsNamed } from '../../shared/settings-name.ts'
import { trialTimesMs } from '../../shared/trial-times.ts'
import { enrolTestTill, startTestHub } from '../gateway/till-and-hub.ts'
import { manualWorld, temporaryFolder, until } from '../manual-world.ts'

const SOAK_MS = 10 * 60_000
const hours = (count: number) => ({ pickups: { hideCustomersAfterHours: count } })

async function setUp() {
  const folder = temporaryFolder()
  const world = manualWorld()
  const hub = await startTestHub(world, folder.path)
  const { db, signals } = hub
  const rollOut = startSettingsRollOut({ world, db, signals, soakMs: SOAK_MS })
  const by = { by: 'Maya', why: 'a test' }
  /** What each till runs; it takes what it is told at once. */
  const runs = new Map<string, string>()
  return {
    world,
    db,
    set: (
      level: SettingsPlace['level'],
      target: string,
      settings: object,
      from: 'tenth' | 'all' | null = null,
    ) =>
      transaction(db, tx =>
        addSettings(tx, { level, target, settings: { ...settings }, ...by, from }, world.clock.now()),
      ),
    canary: () => transaction(db, tx => setStoreUpdates(tx, 'HAR', { isCanary: true })),
    /** A till reports; what it is told next, or null. */
    async report(device: string, over: Partial<RemoteReport> = {}, agent = '1.0.0') {
      await world.advance(11_000) // what commands changed is read again
      const row = await readDevice(db, device)
      if (row === undefined) throw new Error('no such device')
      const name = runs.get(device) ?? ''
      const before = await told(device)
      const report = {
        told: name,
        runs: name,
        state: name === '' ? 'none' : 'running',
        code: null,
        sentence: null,
      }
      await rollOut.reported(row, { ...report, ...over } as RemoteReport, agent)
      const after = await told(device)
      const next = after.length > before.length ? after.at(-1) : undefined
      if (next !== undefined) runs.set(device, next.name)
      return next ?? null
    },
    runs,
    async [Symbol.asyncDispose]() {
      rollOut[Symbol.dispose]()
      await hub[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
  async function told(device: string): Promise<SettingsPut[]> {
    const rows = await db
      .selectFrom('command')
      .select('body')
      .where('device', '=', device)
      .orderBy('epoch')
      .orderBy('seq')
      .execute()
    return rows.flatMap(({ body }) => SettingsPut.safeParse(JSON.parse(body)).data ?? [])
  }
}

test('a till is told all its levels together, later ones over earlier ones, once, and is told again when one is dropped', async () => {
  await using hub = await setUp()
  const { device } = await enrolTestTill(hub.world, hub.db, 'Till 1')
  await transaction(hub.db, tx => setRegion(tx, 'HAR', 'north'))
  expect(await hub.report(device)).toBeNull() // nothing was ever set
  await hub.set('fleet', '', { ...hours(10), updates: { quietMinutes: 5 } }, 'all')
  await hub.set('region', 'north', hours(20), 'all')
  await hub.set('till', 'HAR/Till 1', hours(30))
  const told = await hub.report(device)
  expect(told).toMatchObject({ settings: { ...hours(30), updates: { quietMinutes: 5 } } })
  expect(versionsNamed(told?.name ?? '').map(({ version }) => version)).toEqual([1, 2, 3])
  expect(await hub.report(device)).toBeNull()
  await transaction(hub.db, tx => dropSettings(tx, '3', 'not wanted'))
  expect(await hub.report(device)).toMatchObject({ settings: hours(20) })
  await transaction(hub.db, tx => setRegion(tx, 'HAR', null))
  expect(await hub.report(device)).toMatchObject({ settings: hours(10) })
  await transaction(hub.db, tx => dropSettings(tx, '1', 'not wanted'))
  expect(await hub.report(device)).toMatchObject({ name: NONE, settings: {} })
  expect(await hub.report(device)).toBeNull()
})

test('settings of the fleet need a canary store, wait there for their time by the hub’s clock, and go on ring by ring', async () => {
  await using hub = await setUp()
  const { device } = await enrolTestTill(hub.world, hub.db, 'Till 1')
  await expect(hub.set('fleet', '', hours(5))).rejects.toMatchObject({ code: 'NO_CANARY_STORE' })
  await hub.canary()
  await hub.set('fleet', '', hours(5))
  await hub.report(device)
  await hub.world.advance(SOAK_MS)
  expect((await demandSettings(hub.db, '1')).stage).toBe('canary') // told, and not proven yet
  await hub.report(device)
  await until('the next ring', async () => (await demandSettings(hub.db, '1')).stage === 'tenth')
  await hub.world.advance(SOAK_MS + 60_000)
  await until('the last ring', async () => (await demandSettings(hub.db, '1')).stage === 'all')
})

test('a till that could not keep a version stops it and is told what was before; others keep theirs', async () => {
  await using hub = await setUp()
  const bad = await enrolTestTill(hub.world, hub.db, 'Till 1')
  const well = await enrolTestTill(hub.world, hub.db, 'Till 2')
  await hub.set('fleet', '', hours(5), 'all')
  const first = await hub.report(bad.device)
  await hub.report(bad.device)
  await hub.set('store', 'HAR', hours(6))
  const next = await hub.report(bad.device)
  await hub.report(well.device)
  await hub.report(well.device)
  const failed = {
    state: 'rolled-back',
    code: 'SETTINGS_NOT_WELL',
    sentence: 'It does not read: pos.',
  } as const
  const again = await hub.report(bad.device, { ...failed, runs: first?.name ?? '' })
  expect(next?.name).not.toBe(again?.name)
  expect(again).toMatchObject({ settings: hours(5) })
  expect(await demandSettings(hub.db, '2')).toMatchObject({
    state: 'stopped',
    reason: '1 of 2 tills could not keep it',
  })
  expect((await demandSettings(hub.db, '1')).state).toBe('offered') // it was well before: the other one failed
  expect(await hub.report(well.device)).toBeNull()
  const checks = [settingsStopped, settingsFailed]
  await transaction(hub.db, tx => noteConnected(tx, bad.device, { at: 0, version: '1.0.0', offsetMs: 0 }))
  await using _ = startChecks({ world: hub.world, db: hub.db, checks, changed() {} })
  const open = async () =>
    (await listExceptions(hub.db)).map(({ kind, subject }) => `${kind} ${subject}`).sort()
  await hub.world.advance(61_000)
  await until('both', async () => (await open()).length === 2)
  expect(await open()).toEqual([`settings-failed ${bad.device}`, 'settings-stopped 2'])
  const third = await enrolTestTill(hub.world, hub.db, 'Till 3')
  expect(await hub.report(third.device)).toMatchObject({ settings: hours(5) })
  await transaction(hub.db, tx => offerSettings(tx, '2', { from: null, now: hub.world.clock.now() }))
  await hub.world.advance(61_000)
  await until('none', async () => (await open()).length === 0)
  expect(await hub.report(bad.device)).toMatchObject({
    settings: hours(6),
    name: expect.stringContaining('2#2'),
  })
})

test('an agent of another version is told again what the one before refused', async () => {
  await using hub = await setUp()
  const { device } = await enrolTestTill(hub.world, hub.db, 'Till 1')
  await hub.set('fleet', '', hours(5), 'all')
  await hub.report(device)
  const refused = { state: 'refused', runs: '', code: 'REMOTE_SETTINGS_UNKNOWN', sentence: 'x' } as const
  expect(await hub.report(device, refused)).toMatchObject({ name: NONE })
  expect(await hub.report(device)).toBeNull()
  expect(await hub.report(device, {}, '1.1.0')).toMatchObject({ settings: hours(5) })
  expect(await hub.report(device, refused, '1.1.0')).toMatchObject({ name: NONE })
  expect(await hub.report(device, {}, '1.1.0')).toBeNull()
  // its agent.json allows more by now, and IT offers the version again
  await transaction(hub.db, tx => offerSettings(tx, '1', { from: null, now: hub.world.clock.now() }))
  expect(await hub.report(device, {}, '1.1.0')).toMatchObject({ settings: hours(5) })
})

test('a paused version goes to no further till, and a pinned store takes nothing new', async () => {
  await using hub = await setUp()
  const first = await enrolTestTill(hub.world, hub.db, 'Till 1')
  await hub.set('fleet', '', hours(5), 'all')
  await hub.report(first.device)
  await transaction(hub.db, tx => pauseSettings(tx, '1', null))
  const other = await enrolTestTill(hub.world, hub.db, 'Till 2')
  expect(await hub.report(other.device)).toBeNull()
  expect(await hub.report(first.device)).toBeNull() // it keeps what it has
  await transaction(hub.db, tx => offerSettings(tx, '1', { from: null, now: hub.world.clock.now() }))
  await transaction(hub.db, tx => pinSettings(tx, 'HAR', true))
  expect(await hub.report(other.device)).toBeNull()
  await transaction(hub.db, tx => pinSettings(tx, 'HAR', false))
  expect(await hub.report(other.device)).toMatchObject({ settings: hours(5) })
})

test('a till that runs a version which a restored hub has lost keeps it until the next one is set, numbered above it', async () => {
  await using hub = await setUp()
  const { device } = await enrolTestTill(hub.world, hub.db, 'Till 1')
  await hub.set('fleet', '', hours(5), 'all')
  hub.runs.set(device, '7-abcdef')
  expect(await hub.report(device)).toBeNull()
  expect(await hub.report(device)).toBeNull()
  expect(await hub.set('store', 'HAR', hours(9))).toMatchObject({ version: 8 })
  expect(await hub.report(device)).toMatchObject({ settings: hours(9) })
})

test('a till whose journal was put back is told again after a while; one that was enrolled again gets its own settings', async () => {
  await using hub = await setUp()
  const { device } = await enrolTestTill(hub.world, hub.db, 'Till 1')
  await hub.set('till', 'HAR/Till 1', hours(5))
  const told = await hub.report(device)
  hub.runs.delete(device)
  expect(await hub.report(device)).toBeNull() // it may not have got it yet
  await hub.world.advance(10 * 60_000)
  expect(await hub.report(device)).toEqual({ ...told, at: expect.any(Number) })
  await transaction(hub.db, tx => revokeDevice(tx, device, hub.world.clock.now()))
  const anotherPc = await enrolTestTill(hub.world, hub.db, 'Till 1')
  expect(await hub.report(anotherPc.device)).toMatchObject({ settings: hours(5) })
})

test('a preview names each till that changes, each setting, and its value before and after', async () => {
  await using hub = await setUp()
  const { device } = await enrolTestTill(hub.world, hub.db, 'Till 1')
  await enrolTestTill(hub.world, hub.db, 'Till 2')
  await hub.set('till', 'HAR/Till 2', { ...hours(7), updates: { quietMinutes: 2 } })
  await hub.set('fleet', '', { sources: [{ source: 'pos', compareNumbers: true }] }, 'all')
  const place = await demandPlace(hub.db, { level: 'fleet', target: '' })
  const found = await previewSettings(hub.db, place, hours(7))
  expect(found).toEqual([
    {
      device,
      store: 'HAR',
      till: 'Till 1',
      isPinned: false,
      hasConnected: false,
      changes: [
        { setting: 'sources "pos".compareNumbers', from: true, to: undefined },
        { setting: 'pickups.hideCustomersAfterHours', from: undefined, to: 7 },
      ],
    },
    expect.objectContaining({
      till: 'Till 2',
      changes: [{ setting: 'sources "pos".compareNumbers', from: true, to: undefined }],
    }),
  ])
  await expect(demandPlace(hub.db, { level: 'region', target: 'west' })).rejects.toMatchObject({
    code: 'REGION_UNKNOWN',
  })
  await expect(demandPlace(hub.db, { level: 'till', target: 'HAR/No' })).rejects.toMatchObject({
    code: 'TILL_UNKNOWN',
  })
  await expect(demandPlace(hub.db, { level: 'store', target: 'NO' })).rejects.toMatchObject({
    code: 'STORE_UNKNOWN',
  })
})

test('a till that names numbers far ahead is not believed, and its word is written once', async () => {
  await using hub = await setUp()
  const { device } = await enrolTestTill(hub.world, hub.db, 'Till 1')
  await hub.set('fleet', '', hours(5), 'all')
  hub.runs.set(device, '999999999-aaaaaa')
  expect(await hub.report(device)).toMatchObject({ settings: hours(5) })
  expect(await hub.set('fleet', '', hours(6), 'all')).toMatchObject({ version: 2 })
  for (const name of ['900-aaaaaa', '1002-aaaaaa', '2003-aaaaaa']) {
    hub.runs.set(device, name)
    await hub.report(device)
  }
  expect(await hub.set('fleet', '', hours(7), 'all')).toMatchObject({ version: 1_003 })
  const long = versionsNamed('1000000001+1000000002#3-aaaaaa').map(({ version }) => version)
  expect(long).toEqual([1_000_000_001, 1_000_000_002])
})

test('a number that a restored hub gives again is proven only by who runs these settings', async () => {
  await using hub = await setUp()
  const { device } = await enrolTestTill(hub.world, hub.db, 'Till 1')
  await hub.set('fleet', '', hours(5), 'all')
  hub.runs.set(device, '1-aaaaaa')
  const told = await hub.report(device)
  expect(told).toMatchObject({ settings: hours(5) })
  expect(await settingsTally(hub.db, { version: 1, attempt: 1 })).toEqual({
    healthy: 0,
    failed: 0,
    waiting: 1,
  })
  await hub.report(device, {
    state: 'rolled-back',
    runs: '1-aaaaaa',
    code: 'SETTINGS_NOT_WELL',
    sentence: 'x',
  })
  expect(await settingsTally(hub.db, { version: 1, attempt: 1 })).toMatchObject({ failed: 1 })
})

test('of settings that were told together and failed, only the one at fault is stopped', async () => {
  await using hub = await setUp()
  const { device } = await enrolTestTill(hub.world, hub.db, 'Till 1')
  await hub.set('store', 'HAR', hours(5))
  await hub.set('till', 'HAR/Till 1', { updates: { quietMinutes: 7 } })
  const refused = { state: 'refused', runs: '', code: 'REMOTE_SETTINGS_UNFIT', sentence: 'x' } as const
  expect(await hub.report(device)).toMatchObject({ settings: { ...hours(5), updates: { quietMinutes: 7 } } })
  const together = hub.runs.get(device) ?? ''
  expect(await hub.report(device, refused)).toMatchObject({ name: expect.stringMatching(/^1-/) })
  expect(await hub.report(device, { ...refused, told: together })).toBeNull() // it has not taken the next one yet
  expect(await hub.report(device)).toMatchObject({ name: together }) // the first one works here
  expect(await hub.report(device, refused)).toMatchObject({ settings: hours(5) })
  expect((await demandSettings(hub.db, '1')).state).toBe('offered')
  expect((await demandSettings(hub.db, '2')).state).toBe('stopped')
  const other = await enrolTestTill(hub.world, hub.db, 'Till 2')
  expect(await hub.report(other.device)).toMatchObject({ settings: hours(5) })
})

test('a till that takes no settings stops none, and is told nothing more', async () => {
  await using hub = await setUp()
  const { device } = await enrolTestTill(hub.world, hub.db, 'Till 1')
  await hub.set('store', 'HAR', hours(5))
  const off = { state: 'refused', runs: '', code: 'REMOTE_SETTINGS_OFF', sentence: 'x' } as const
  expect(await hub.report(device)).toMatchObject({ settings: hours(5) })
  expect(await hub.report(device, off)).toBeNull()
  expect(await demandSettings(hub.db, '1')).toMatchObject({ state: 'offered' })
  expect(await settingsTally(hub.db, { version: 1, attempt: 1 })).toEqual({
    healthy: 0,
    failed: 0,
    waiting: 0,
  })
  await hub.set('store', 'HAR', hours(6))
  expect(await hub.report(device, off)).toBeNull()
  expect(await hub.report(device)).toMatchObject({ settings: hours(6) }) // its agent.json takes some again
})

test('tills that are well with a stopped version keep it when it is tried again, and until the next one reaches them', async () => {
  await using hub = await setUp()
  await hub.canary()
  const { device } = await enrolTestTill(hub.world, hub.db, 'Till 1')
  await hub.set('fleet', '', hours(4), 'all')
  await hub.report(device)
  await hub.set('fleet', '', hours(5), 'all')
  await hub.report(device)
  await hub.report(device)
  await transaction(hub.db, tx => moveSettings(tx, 2, { state: 'stopped', reason: 'a test' }))
  await transaction(hub.db, tx => setStoreUpdates(tx, 'HAR', { isCanary: false }))
  await transaction(hub.db, tx => offerSettings(tx, '2', { from: 'tenth', now: hub.world.clock.now() }))
  await transaction(hub.db, tx => pinSettings(tx, 'HAR', true))
  const again = await hub.report(device)
  expect(again).toMatchObject({ name: expect.stringMatching(/^2#2-/), settings: hours(5) })
  // it has not taken the new name yet
  expect(await hub.report(device, { told: again?.name.replace('#2', '') ?? '', runs: 'x' })).toBeNull()
  expect(await hub.report(device)).toBeNull()
  await hub.set('fleet', '', hours(6), 'all')
  expect(await hub.report(device)).toBeNull()
  expect((await demandSettings(hub.db, '2')).state).toBe('replaced')
  const place = await demandPlace(hub.db, { level: 'fleet', target: '' })
  expect(await previewSettings(hub.db, place, hours(8))).toMatchObject([{ till: 'Till 1', isPinned: true }])
  await transaction(hub.db, tx => pinSettings(tx, 'HAR', false))
  expect(await hub.report(device)).toMatchObject({ settings: hours(6) })
  await transaction(hub.db, tx => dropSettings(tx, '3', 'a test'))
  expect(await hub.report(device)).toMatchObject({ settings: hours(5) })
  await transaction(hub.db, tx => dropSettings(tx, '2', 'a test'))
  expect(await hub.report(device)).toMatchObject({ settings: hours(4) })
})

test('a till that can’t go back to what once worked there is named', async () => {
  await using hub = await setUp()
  const { device } = await enrolTestTill(hub.world, hub.db, 'Till 1')
  await hub.set('fleet', '', hours(4), 'all')
  await hub.report(device)
  await hub.report(device)
  const back = { state: 'rolled-back', runs: 'x', code: 'SETTINGS_NOT_WELL', sentence: 'No table.' } as const
  expect(await hub.report(device, back)).toBeNull()
  await transaction(hub.db, tx => noteConnected(tx, device, { at: 0, version: '1.0.0', offsetMs: 0 }))
  await using _ = startChecks({ world: hub.world, db: hub.db, checks: [settingsFailed], changed() {} })
  await hub.world.advance(61_000)
  await until('named', async () => (await listExceptions(hub.db)).length === 1)
  expect(await listExceptions(hub.db)).toMatchObject([{ kind: 'settings-failed', subject: device }])
  expect((await demandSettings(hub.db, '1')).state).toBe('offered')
  await hub.report(device)
  await hub.world.advance(61_000)
  await until('closed', async () => (await listExceptions(hub.db)).length === 0)
})

test('settings with which nothing could ever prove itself are refused, whichever levels they come from', async () => {
  await using hub = await setUp()
  await enrolTestTill(hub.world, hub.db, 'Till 1')
  const unfit = { code: 'SETTINGS_TIMES_UNFIT' }
  const fleet = { level: 'fleet', target: '' } as const
  const store = { level: 'store', target: 'HAR' } as const
  const times = (updates: object) => ({ updates: { ...updates } })
  await expect(previewSettings(hub.db, fleet, times({ confirmMinutes: 40 }))).rejects.toMatchObject(unfit)
  await expect(previewSettings(hub.db, fleet, times({ giveUpMinutes: 9 }))).rejects.toMatchObject(unfit)
  await hub.set('fleet', '', times({ confirmMinutes: 40, giveUpMinutes: 80 }), 'all')
  await expect(previewSettings(hub.db, store, times({ giveUpMinutes: 60 }))).rejects.toMatchObject(unfit)
  expect(await previewSettings(hub.db, store, times({ confirmMinutes: 30 }))).toHaveLength(1)
  expect(trialTimesMs({ confirmMinutes: 40, giveUpMinutes: 30 })).toEqual({
    confirmMs: 40 * 60_000,
    giveUpMs: 80 * 60_000,
  })
})

test('a restored hub tells no till again what it had gone back from since the backup', async () => {
  await using hub = await setUp()
  const { device } = await enrolTestTill(hub.world, hub.db, 'Till 1')
  const other = await enrolTestTill(hub.world, hub.db, 'Till 2')
  await hub.set('fleet', '', hours(4), 'all')
  await hub.report(device)
  const before = hub.runs.get(device) ?? ''
  await hub.set('fleet', '', hours(5), 'all')
  for (const one of [device, other.device, device, other.device]) await hub.report(one)
  await transaction(hub.db, tx => takeInSettings(tx, { cause: 'no-record', fleet: {} }))
  expect(await hub.report(other.device)).toBeNull() // it is well with it still
  hub.runs.set(device, before) // it went back after the backup
  expect(await hub.report(device)).toBeNull()
})

test('a hub that was restored goes on with the settings of its record: what was set, stopped and dropped since stays so', async () => {
  await using lost = await setUp()
  await using restored = await setUp()
  for (const hub of [lost, restored]) await hub.set('fleet', '', hours(4), 'all')
  await lost.set('fleet', '', hours(5), 'all')
  await lost.set('store', 'HAR', hours(6), 'all')
  await transaction(lost.db, async tx => {
    await dropSettings(tx, '2', 'too late for the stores')
    await pinSettings(tx, 'HAR', true)
  })
  const settings = await readRecordedSettings(lost.db)
  const rollOuts = { releases: [], stores: [], floor: null, settings }
  await transaction(restored.db, tx => takeInSettings(tx, { cause: 'older', fleet: { rollOuts } }))
  expect(await listSettings(restored.db)).toEqual(await listSettings(lost.db))
  expect(await readRecordedSettings(restored.db)).toEqual(settings)
  await transaction(restored.db, async tx =>
    expect(await settingsStopped.find(tx, restored.world.clock.now())).toEqual([]),
  )
})

test.each(['other-hub', 'forked', 'no-record'] as const)(
  'where the record does not tell (%s), each version waits for a person, and an exception says so',
  async cause => {
    await using hub = await setUp()
    await hub.set('fleet', '', hours(4), 'all')
    const rollOuts = { releases: [], stores: [], floor: null, settings: { versions: [], pinned: [] } }
    await transaction(hub.db, tx => takeInSettings(tx, { cause, fleet: { rollOuts } }))
    expect((await listSettings(hub.db)).map(({ state }) => state)).toEqual(['paused'])
    const open = () =>
      transaction(hub.db, async tx =>
        (await settingsStopped.find(tx, hub.world.clock.now())).map(({ code }) => code),
      )
    expect(await open()).toEqual(['settings-stopped.restored'])
    await transaction(hub.db, tx => offerSettings(tx, '1', { from: null, now: hub.world.clock.now() }))
    expect(await open()).toEqual([])
  },
)
