import { expect, test } from 'vitest'
import { deviceSilent } from '../../hub/checks/device-silent.ts'
import { listExceptions } from '../../hub/checks/exceptions.ts'
import { noteReport, problemsIn } from '../../hub/checks/till-report.ts'
import { transaction } from '../../hub/db/db.ts'
import { revokeDevice } from '../../hub/fleet/devices.ts'
import { noteClocks } from '../../hub/gateway/clock-notes.ts'
import { Status } from '../../shared/protocol.ts'
import { openTillRecords } from '../hub-streams/till-records.ts'

const HOUR_MS = 3_600_000

test('a till that is revoked, or enrolled again, leaves no exception behind that can no longer close', async () => {
  await using hub = await openTillRecords()
  const [till, other] = [await hub.enrol(), await hub.enrol('Till 2')]
  await noteClocks(hub.db, new Map([[till, { offsetMs: 48 * HOUR_MS }]]), 1)
  const kept = { device: other, store: 'HAR', events: 3, sales: 1, receipts: 0, refused: 'X' }
  const status = Status.parse({
    t: 'status',
    unsent: 0,
    oldestUnsentAt: null,
    clock: 1,
    sources: [],
    kept: [kept],
  })
  const reporter = { device: till, store: 'HAR', till: 'Till 1' }
  await noteReport(hub.db, reporter, problemsIn(reporter, status), 1)
  await hub.receive(till, [
    {
      kind: 'peripheral.changed',
      at: 1,
      peripheral: 'receipt-printer',
      what: 'printer',
      connected: false,
      conditions: [],
      sentence: 'Gone.',
    },
  ])
  expect((await listExceptions(hub.db)).map(({ kind }) => kind).sort()).toEqual([
    'clock-wrong',
    'peripheral-missing',
    'unsent-of-other-store',
  ])
  await transaction(hub.db, tx => revokeDevice(tx, till, 2))
  expect((await listExceptions(hub.db)).map(({ kind }) => kind).sort()).toEqual([])
})

test('a till that was enrolled and has never come is named, as one that came and went is', async () => {
  await using hub = await openTillRecords()
  await hub.enrol()
  const later = hub.world.clock.now() + 14 * 24 * HOUR_MS
  expect((await deviceSilent.find(hub.db, later)).map(({ code }) => code)).toEqual(['device-silent'])
})

test('a POS that a till has not been able to read for an hour is named at head office', () => {
  const status = Status.parse({
    t: 'status',
    unsent: 0,
    oldestUnsentAt: null,
    clock: 10 * HOUR_MS,
    sources: [{ source: 'pos', state: 'unavailable', problem: 'No such file.', readUntil: 8 * HOUR_MS }],
  })
  expect(problemsIn({ device: 'dev_1', store: 'HAR', till: 'Till 1' }, status)).not.toEqual([])
})
