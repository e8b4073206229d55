import { expect, test } from 'vitest'
import { openException } from '../../hub/checks/exceptions.ts'
import { ownSettingsBroken } from '../../hub/checks/own-settings-broken.ts'
import { readsNoSales } from '../../hub/checks/reads-no-sales.ts'
import { noteReport, problemsIn } from '../../hub/checks/till-report.ts'
import { transaction } from '../../hub/db/db.ts'
import { tillDrifts } from '../../hub/drift/till-drift.ts'
import { applyRows } from '../../hub/effects/row-refused.ts'
import { noteConnected, readDevice } from '../../hub/fleet/devices.ts'
import { noteSettingsReport } from '../../hub/remote-settings/versions.ts'
import type { SourceRowAccepted, SourceRowRefused } from '../../shared/events.ts'
import { EpochMs, SourceId } from '../../shared/ids.ts'
import { Status } from '../../shared/protocol.ts'
import { enrolTestTill, startTestHub } from '../gateway/till-and-hub.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

test('a till that can’t use its agent.json is listed with its reason, has an exception, and both end with it', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const { db } = hub
  const { device } = await enrolTestTill(world, db)
  const now = world.clock.now()
  await transaction(db, tx => noteConnected(tx, device, { at: now, version: '0.1.0', offsetMs: 0 }))
  const says = (own: object) => {
    const report = {
      told: '',
      runs: '',
      state: 'none',
      code: null,
      sentence: null,
      own: 'a',
      ...own,
    } as const
    return transaction(db, tx => noteSettingsReport(tx, device, report, now))
  }
  const found = async () => ({
    drift: (await tillDrifts(db, now))[0]?.findings,
    exceptions: (await ownSettingsBroken.find(db, now)).map(({ subject, evidence }) => [subject, evidence]),
  })
  const why = 'agent.json can’t be used: it is not JSON from line 3, column 1 on.'
  await says({ ownProblem: why })
  expect(await found()).toEqual({
    drift: [
      {
        kind: 'own-settings-broken',
        sentence: `It does not run with its agent.json: The till reports: “${why}”`,
        since: now,
      },
    ],
    exceptions: [[device, { why }]],
  })
  const problems = await ownSettingsBroken.find(db, now)
  await transaction(db, async tx => {
    for (const problem of problems) await openException(tx, problem, now - 5_000)
  })
  expect((await found()).drift?.[0]).toMatchObject({ since: now - 5_000 }) // when it was first noticed
  await says({ ownProblem: null })
  expect(await found()).toEqual({ drift: [], exceptions: [] })
  await says({ ownProblem: why })
  await says({}) // an older version, as after a roll-back
  expect(await found()).toEqual({ drift: [], exceptions: [] })
})

test('a till that can’t use its agent.json and reads nothing meanwhile is urgent, and not listed with those that sell on', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const { db } = hub
  const { device } = await enrolTestTill(world, db)
  const now = world.clock.now()
  await transaction(db, tx => noteConnected(tx, device, { at: now, version: '0.1.0', offsetMs: 0 }))
  const says = (own: object) => {
    const report = {
      told: '',
      runs: '',
      state: 'none',
      code: null,
      sentence: null,
      own: 'a',
      ...own,
    } as const
    return transaction(db, tx => noteSettingsReport(tx, device, report, now))
  }
  const found = async () => ({
    drift: (await tillDrifts(db, now))[0]?.findings.map(({ kind }) => kind),
    urgent: (await readsNoSales.find(db, now)).map(({ subject }) => subject),
    soon: (await ownSettingsBroken.find(db, now)).map(({ subject }) => subject),
  })
  await says({ ownProblem: 'This till reads no sales: it has no source.', readsNoSales: true })
  expect(await found()).toEqual({ drift: ['reads-no-sales'], urgent: [device], soon: [] })
  expect(readsNoSales).toMatchObject({ severity: 'urgent', owner: 'it' })
  await says({ ownProblem: 'This till reads no sales: it has no source.' }) // an older version, which says it in words alone
  expect(await found()).toEqual({ drift: ['own-settings-broken'], urgent: [], soon: [device] })
  await says({ ownProblem: null })
  expect(await found()).toEqual({ drift: [], urgent: [], soon: [] })
})

test('a POS whose tables or headings are others than the settings are for is named as such, a connected till’s after ten minutes', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const { db } = hub
  const { device } = await enrolTestTill(world, db)
  const now = world.clock.now()
  await transaction(db, tx => noteConnected(tx, device, { at: now, version: '0.1.0', offsetMs: 0 }))
  const row = await readDevice(db, device)
  if (row === undefined) throw new Error('no such device')
  const says = async (code: string | undefined, minutes: number) => {
    const unread = {
      source: 'pos',
      state: 'unavailable',
      problem: 'It lacks the column "TICKETS.TENDER".',
      ...(code === undefined ? {} : { code }),
      unavailableSince: now - minutes * 60_000,
    }
    const status = Status.parse({
      t: 'status',
      unsent: 0,
      oldestUnsentAt: null,
      clock: now,
      sources: [unread],
    })
    await noteReport(db, row, problemsIn(row, status), now)
    return (await tillDrifts(db, now))[0]?.findings.map(({ kind, sentence }) => `${kind}: ${sentence}`)
  }
  expect(await says('POS_SCHEMA_UNKNOWN', 9)).toEqual([])
  expect(await says('POS_FILE_MISSING', 11)).toEqual([])
  expect(await says(undefined, 61)).toEqual([expect.stringMatching(/^unread: /)])
  expect(await says('POS_SCHEMA_UNKNOWN', 11)).toEqual([
    'pos-schema: Source “pos” is not read: its POS has other tables than its settings are for. The till reports: “It lacks the column ’TICKETS.TENDER’.”',
  ])
  const context = { store: row.store, at: now, afterCommit: () => undefined }
  const origin = { store: row.store, device, epoch: 1, seq: 1, at: now }
  const refused = (name: string, code: string): SourceRowRefused => ({
    kind: 'source.row-refused',
    at: EpochMs.parse(now),
    source: SourceId.parse('files'),
    row: name,
    code,
    sentence: 'x',
    payload: '',
  })
  const apply = (event: SourceRowRefused | SourceRowAccepted) =>
    transaction(db, tx => applyRows(tx, [{ event, origin }], context))
  await apply(refused('monday.csv', 'CSV_COLUMNS_MISSING'))
  await apply(refused('tuesday.csv', 'CSV_COLUMNS_MISSING'))
  await apply(refused('row 7', 'PRODUCT_UNKNOWN'))
  const headings = async () =>
    (await tillDrifts(db, now))[0]?.findings
      .map(({ sentence }) => sentence)
      .filter(said => said.includes('headings'))
  expect(await headings()).toEqual([
    'A file of source “files” was refused: it has other headings than the settings are for.',
  ])
  for (const name of ['monday.csv', 'tuesday.csv'])
    await apply({
      kind: 'source.row-accepted',
      at: EpochMs.parse(now),
      source: SourceId.parse('files'),
      row: name,
    })
  expect(await headings()).toEqual([])
})
