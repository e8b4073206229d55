import { expect, test } from 'vitest'
import { noteReport, problemsIn } from '../../hub/checks/till-report.ts'
import { transaction } from '../../hub/db/db.ts'
import { tillDrifts } from '../../hub/drift/till-drift.ts'
import { noteConnected, noteDisconnected, quarantineDevice, readDevice } from '../../hub/fleet/devices.ts'
import { addSettings, noteSettingsOutcome, noteSettingsReport } from '../../hub/remote-settings/versions.ts'
import { EpochMs } from '../../shared/ids.ts'
import { Status } from '../../shared/protocol.ts'
import { enrolTestTill, startTestHub } from '../gateway/till-and-hub.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

const DAY_MS = 24 * 3_600_000

test('each till is listed with what differs and since when, the worst first', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const { db } = hub
  const now = world.clock.now()
  const enrol = async (name: string) => (await enrolTestTill(world, db, name)).device
  const connected = (device: string, offsetMs = 0) =>
    transaction(db, tx => noteConnected(tx, device, { at: now, version: '0.1.0', offsetMs }))
  const tills = {
    fine: await enrol('Fine'),
    never: await enrol('Never'),
    late: await enrol('Late'),
    unread: await enrol('Unread'),
    refuses: await enrol('Refuses'),
    stopped: await enrol('Stopped'),
  }
  for (const device of [tills.fine, tills.unread, tills.refuses, tills.stopped]) await connected(device)
  await connected(tills.late, 5 * 60_000)
  const stopped = await readDevice(db, tills.stopped)
  if (stopped !== undefined) await quarantineDevice(db, stopped, 'two copies of it', now)
  const status = Status.parse({
    t: 'status',
    unsent: 0,
    oldestUnsentAt: null,
    clock: now,
    sources: [
      {
        source: 'pos',
        state: 'unavailable',
        problem: 'The table TICKETS has changed.',
        unavailableSince: now - 5,
      },
    ],
  })
  await transaction(db, tx => noteDisconnected(tx, tills.unread, now, { status, offsetMs: 0 }))
  const settings = { pickups: { hideCustomersAfterHours: 5 } }
  await transaction(db, tx =>
    addSettings(
      tx,
      { level: 'till', target: tills.refuses, settings, by: 'Maya', why: 'x', from: null },
      now,
    ),
  )
  const failed = { version: 1, device: tills.refuses, attempt: 1, outcome: 'failed', agent: '0.1.0' } as const
  await transaction(db, tx => noteSettingsOutcome(tx, { ...failed, why: 'It is not allowed here.' }, now))
  const none = { told: 'none', runs: '', state: 'waiting', code: null, sentence: null } as const
  await transaction(db, tx => noteSettingsReport(tx, tills.refuses, none, now))

  const found = (await tillDrifts(db, now)).map(({ till, findings }) => [
    till,
    findings.map(({ kind }) => kind),
  ])
  expect(found).toEqual([
    ['Stopped', ['stopped']],
    ['Never', ['silent']],
    ['Unread', ['unread']],
    ['Late', ['clock']],
    ['Refuses', ['settings-failed']],
    ['Fine', []],
  ])
  const [unread] = (await tillDrifts(db, now)).filter(({ till }) => till === 'Unread')
  expect(unread?.findings).toEqual([
    {
      kind: 'unread',
      sentence: 'Source “pos” is not read. The till reports: “The table TICKETS has changed.”',
      since: now - 5,
    },
  ])
  // a till that is connected again: what it said when its connection ended is old, and its open exceptions count
  const row = await readDevice(db, tills.unread)
  if (row === undefined) throw new Error('no such device')
  await transaction(db, tx => noteConnected(tx, tills.unread, { at: now + 1, version: '0.1.0', offsetMs: 0 }))
  const findingsOfUnread = async () =>
    (await tillDrifts(db, now)).find(({ till }) => till === 'Unread')?.findings.map(({ kind }) => kind)
  expect(await findingsOfUnread()).toEqual([])
  const hourAgo = EpochMs.parse(now - 61 * 60_000)
  const longUnread = {
    ...status,
    sources: status.sources.map(one => ({ ...one, unavailableSince: hourAgo })),
  }
  await noteReport(db, row, problemsIn(row, longUnread), now)
  expect(await findingsOfUnread()).toEqual(['unread'])
  const told = { told: '1-abc', runs: '1-abc', state: 'running', code: null, sentence: null } as const
  await transaction(db, tx => noteSettingsReport(tx, tills.fine, told, now))
  const [fine] = (await tillDrifts(db, now)).filter(({ till }) => till === 'Fine')
  expect(fine?.findings.map(({ sentence }) => sentence)).toEqual([
    'It runs the settings 1-abc, and is to run its own settings alone (not told yet).',
  ])
  const waits = { ...told, told: 'none', state: 'waiting' } as const
  await transaction(db, tx => noteSettingsReport(tx, tills.fine, waits, now))
  const fineAt = async (at: number) =>
    (await tillDrifts(db, at)).find(({ till }) => till === 'Fine')?.findings ?? []
  expect(await fineAt(now)).toEqual([
    {
      kind: 'settings',
      sentence:
        'It takes up its own settings alone at a quiet moment, and runs the settings 1-abc until then.',
      since: now,
      isNotice: true,
    },
  ])
  expect((await fineAt(now + DAY_MS)).find(({ kind }) => kind === 'settings')).not.toHaveProperty('isNotice')
  const later = await tillDrifts(db, now + 2 * DAY_MS)
  expect(later.filter(({ findings }) => findings.some(({ kind }) => kind === 'silent'))).toHaveLength(5)
})

/** A hub with one till, whose reports of its settings it notes. */
async function tillThatReports(folder: string) {
  const world = manualWorld()
  const hub = await startTestHub(world, folder)
  const { db } = hub
  const { device } = await enrolTestTill(world, db)
  const now = world.clock.now()
  await transaction(db, tx => noteConnected(tx, device, { at: now, version: '0.1.0', offsetMs: 0 }))
  const says = (own: object, at: number) => {
    const report = { told: '', runs: '', state: 'none', code: null, sentence: null, ...own } as const
    return transaction(db, tx => noteSettingsReport(tx, device, report, at))
  }
  return { db, now, says, [Symbol.asyncDispose]: () => hub[Symbol.asyncDispose]() }
}

test('a till whose own agent.json became another one is listed for two weeks, not when it first says which it has', async () => {
  using folder = temporaryFolder()
  await using till = await tillThatReports(folder.path)
  const { db, now, says } = till
  const sentences = async (at: number) =>
    (await tillDrifts(db, at))[0]?.findings.filter(({ kind }) => kind === 'own-settings')
  await says({}, now) // an older agent
  await says({ own: 'a' }, now + 1)
  expect(await sentences(now + 2)).toEqual([])
  await says({ own: 'b' }, now + DAY_MS)
  await says({ own: 'b' }, now + 2 * DAY_MS)
  const day = new Date(now + DAY_MS).toISOString().slice(0, 10)
  expect(await sentences(now + 2 * DAY_MS)).toEqual([
    {
      kind: 'own-settings',
      isNotice: true,
      sentence: `Its own settings (agent.json) changed on ${day}.`,
      since: now + DAY_MS,
    },
  ])
  expect(await sentences(now + 15 * DAY_MS)).toEqual([])
})

test('a changed agent.json that is not in use yet is noted since it was first told', async () => {
  using folder = temporaryFolder()
  await using till = await tillThatReports(folder.path)
  const { db, now, says } = till
  const noted = async () =>
    (await tillDrifts(db, now + 3))[0]?.findings.filter(({ kind }) => kind === 'own-settings')
  await says({ ownWaits: true }, now)
  await says({ ownWaits: true }, now + 1)
  expect(await noted()).toMatchObject([
    { sentence: expect.stringContaining('is not in use yet'), since: now, isNotice: true },
  ])
  await says({}, now + 2)
  expect(await noted()).toEqual([])
})

test('a changed agent.json on trial is noted, and wrong after a day in which its sources showed nothing', async () => {
  using folder = temporaryFolder()
  await using till = await tillThatReports(folder.path)
  const { db, now, says } = till
  const found = async (at: number) =>
    (await tillDrifts(db, at))[0]?.findings
      .filter(({ sentence }) => sentence.includes('on trial'))
      .map(({ kind, sentence, since, isNotice = false }) => ({ kind, sentence, since, isNotice }))
  const since = now + DAY_MS
  await says({ own: 'a' }, now)
  await says({ own: 'b', ownTrial: { unread: ['bar'], unsold: ['pos'] } }, since)
  await says({ own: 'b', ownTrial: { unread: [], unsold: ['pos'] } }, since + 1)
  const sentence = 'Its changed agent.json is on trial: nothing came from source “pos” yet.'
  expect(await found(since + 2)).toEqual([{ kind: 'own-settings', sentence, since, isNotice: true }])
  const wrong = { kind: 'own-settings-unproven', sentence, since, isNotice: false }
  expect(await found(since + DAY_MS)).toEqual([wrong])
  await says({ own: 'c', ownTrial: { unread: [], unsold: [] } }, since + 2 * DAY_MS)
  expect(await found(since + 4 * DAY_MS)).toMatchObject([{ since: since + 2 * DAY_MS, isNotice: true }])
  await says({ own: 'c' }, since + 3 * DAY_MS)
  expect(await found(since + 4 * DAY_MS)).toEqual([])
})
