import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listExceptions } from '../../hub/checks/exceptions.ts'
import { noteReport, problemsIn } from '../../hub/checks/till-report.ts'
import { transaction } from '../../hub/db/db.ts'
import { openTillReports } from '../../hub/gateway/till-reports.ts'
import { type CommandDraft, sendToStore } from '../../hub/streams/command-log.ts'
import { Status } from '../../shared/protocol.ts'
import { manualWorld, temporaryFolder, until } from '../manual-world.ts'
import { enrolTestTill, network, startTestHub, startTestTill } from './till-and-hub.ts'

const clock = 1_800_000_000_000
const till = { device: 'dev_1', store: 'HAR', till: 'Till 1' }
const status = (over: object) =>
  Status.parse({ t: 'status', unsent: 0, oldestUnsentAt: null, clock, sources: [], ...over })
const waits = (minutes: number, waiting = 2) => ({
  target: 'pos',
  state: 'unavailable',
  problem: 'It is locked.',
  waiting,
  refused: 0,
  givenUp: 0,
  oldestAt: waiting === 0 ? null : clock - minutes * 60_000,
})

test('a report names what waits for a POS too long, and commands that can\u2019t be read', () => {
  const kinds = (over: object) =>
    problemsIn(till, status(over)).map(({ code, subject }) => `${code} ${subject}`)
  expect(kinds({})).toEqual([])
  expect(kinds({ writeBacks: [waits(14)] })).toEqual([])
  expect(kinds({ writeBacks: [waits(15), waits(99, 0)] })).toEqual(['pos-write-waiting dev_1/pos'])
  expect(kinds({ unreadCommands: 1 })).toEqual(['command-unreadable dev_1'])
})

test('an exception opens once, and closes when the till reports that it is over', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const open = async () => (await listExceptions(hub.db)).map(({ kind, count }) => `${kind} ${count}`).sort()
  const bad = problemsIn(till, status({ writeBacks: [waits(20)], unreadCommands: 3 }))
  await noteReport(hub.db, till, bad, clock)
  await noteReport(hub.db, till, bad, clock + 1)
  await noteReport(hub.db, { device: 'dev_2' }, [], clock + 1)
  expect(await open()).toEqual(['command-unreadable 1', 'pos-write-waiting 1'])
  await noteReport(hub.db, till, problemsIn(till, status({ unreadCommands: 3 })), clock + 2)
  expect(await open()).toEqual(['command-unreadable 1'])
  await noteReport(hub.db, till, [], clock + 3)
  expect(await open()).toEqual([])
})

test('a command that a till can\u2019t read becomes an exception at the hub', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const device = await enrolTestTill(world, hub.db)
  using _till = startTestTill(world, device, join(folder.path, 'journal.db'), network(hub.gateway))
  const fromLater = { kind: 'weather.changed', at: 1 } as unknown as CommandDraft
  await transaction(hub.db, tx => sendToStore(tx, 'HAR', fromLater))
  await until(
    'the exception',
    async () => {
      await world.advance(15_000)
      return (await listExceptions(hub.db)).some(({ kind }) => kind === 'command-unreadable')
    },
    50,
  )
})

test('a till opens no exception for devices that the hub does not have, and few in a minute', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const { device } = await enrolTestTill(world, hub.db)
  const row = await hub.db.selectFrom('device').selectAll().executeTakeFirstOrThrow()
  const { device: other } = await enrolTestTill(world, hub.db, 'Till 2')
  const failures: unknown[] = []
  const background = (work: Promise<void>) => void work.catch(error => failures.push(error))
  const reports = openTillReports({ world, db: hub.db, background })
  const kept = (of: string, store = 'HAR') =>
    status({ kept: [{ device: of, store, events: 1, sales: 1, receipts: 0, refused: 'X' }] })
  const open = async () => (await listExceptions(hub.db)).map(({ subject }) => subject)
  await reports.note(row, kept('dev_0000000000000000000a'))
  await reports.note(row, kept(other, 'BER'))
  expect(await open()).toEqual([])
  await reports.note(row, kept(other))
  expect(await open()).toEqual([`${device}/${other}`])
  for (let n = 0; n < 100; n += 1) void reports.note(row, n % 2 === 0 ? status({}) : kept(other))
  await reports.note(row, status({}))
  await until('the newest report', async () => (await open()).length === 0)
  for (let n = 0; n < 30; n += 1) await reports.note(row, n % 2 === 1 ? status({}) : kept(other))
  await reports.note(row, kept(other))
  expect(await open()).toEqual([])
  await world.advance(61_000)
  await until('the newest report, a minute later', async () => (await open()).length === 1)
  expect(failures).toEqual([])
  reports.close()
})

test('of a kept file that can\u2019t be read, no number is said; it stays one exception when the number is known', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const { device } = await enrolTestTill(world, hub.db)
  const report = async (kept: object[], at: number) => {
    const one = { device, store: 'HAR', events: 0, sales: 0, receipts: 0, refused: 'JOURNAL_DAMAGED' }
    const said = status({ kept: kept.map(over => ({ ...one, ...over })) })
    await noteReport(hub.db, till, problemsIn({ ...till, store: 'NEU' }, said), at)
    return (await listExceptions(hub.db)).map(({ sentence }) => sentence)
  }
  expect(await report([{}], clock)).toEqual([expect.stringMatching(/can\u2019t|cannot read.*not known/)])
  expect((await report([{}], clock)).join()).not.toMatch(/\b0\b/)
  expect(await report([{ events: 3 }], clock + 1)).toEqual([expect.stringContaining('3 records')])
  expect(await report([], clock + 2)).toEqual([])
})
