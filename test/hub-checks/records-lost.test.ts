import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listExceptions } from '../../hub/checks/exceptions.ts'
import { checks } from '../../hub/checks/index.ts'
import { startChecks } from '../../hub/checks/run-checks.ts'
import { type Db, transaction } from '../../hub/db/db.ts'
import { readDevice } from '../../hub/fleet/devices.ts'
import { createEnrolCode } from '../../hub/fleet/enrolment.ts'
import { type DeviceWord, dropLostHistory, reviewLostHistory } from '../../hub/fleet/lost-history.ts'
import { readFleet, takeInFleet } from '../../hub/fleet/restored-fleet.ts'
import { openLostWatch } from '../../hub/gateway/lost-watch.ts'
import type { Fleet, KnownDevice } from '../../hub/generation/fleet-record.ts'
import { eventLog } from '../../hub/streams/event-log.ts'
import type { EpochCarried } from '../../shared/events.ts'
import { DeviceId } from '../../shared/ids.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
import { enrolTestTill, sale, startTestHub } from '../gateway/till-and-hub.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

const SUCCESSOR = DeviceId.parse('dev_successor00000000000')

const DAY_MS = 86_400_000

async function setUp() {
  const folder = temporaryFolder()
  const world = manualWorld()
  const hub = await startTestHub(world, join(folder.path))
  const { device } = await enrolTestTill(world, hub.db)
  const running = startChecks({ world, db: hub.db, checks, changed() {} })
  return {
    world,
    db: hub.db,
    device,
    /** The device sends so many sales, beginning with this number; gives the chain's hash behind each. */
    send: (first: number, count: number, of: string = device) => send(hub.db, of, first, count),
    async named() {
      await running.runAll()
      return (await listExceptions(hub.db))
        .filter(({ kind }) => kind === 'records-lost')
        .map(one => one.sentence)
    },
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]()
      await hub[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

const logOf = (db: Db, device: string) =>
  eventLog({
    db,
    device,
    store: 'HAR',
    now: () => 1_800_000_000_000,
    apply: async () => new Set(),
    signals: { say() {}, on: () => () => undefined },
  })

/** The device opens an epoch that carries on `records` records, of these earlier positions; and sends so many of them. */
async function openEpoch(
  db: Db,
  device: string,
  epoch: number,
  { sent, ...carried }: { records: number; runs: EpochCarried['runs'] | undefined; sent: number },
): Promise<void> {
  const { runs, records } = carried
  const opened = {
    kind: 'epoch.opened',
    at: 1_800_000_000_000,
    reason: 'records-gone',
    previous: { epoch: epoch - 1, seq: 1000, head: 'h' },
    ...(runs === undefined ? {} : { carried: { records, runs } }),
  }
  await sendIn(db, device, epoch, [JSON.stringify(opened)])
  await carryOn(db, device, epoch, sent)
}

const carryOn = (db: Db, device: string, epoch: number, count: number) =>
  sendIn(
    db,
    device,
    epoch,
    Array.from({ length: count }, (_, index) => JSON.stringify(sale(5000 + index))),
  )

async function sendIn(db: Db, device: string, epoch: number, bodies: readonly string[]): Promise<void> {
  const log = logOf(db, device)
  const held = await log.held()
  let { hash, seq } = held.epoch === epoch ? held : { hash: genesis('events', device, epoch), seq: 0 }
  const records = bodies.map(body => {
    seq += 1
    hash = link(hash, body)
    return { epoch, seq, hash, body }
  })
  if (records.length > 0) await log.commit(records)
}

async function send(db: Db, device: string, first: number, count: number): Promise<string> {
  const log = logOf(db, device)
  let { hash, seq } = await log.held()
  if (seq === 0) hash = genesis('events', device, 1)
  for (let number = first; number < first + count; number += 1) {
    const body = JSON.stringify(sale(number))
    seq += 1
    hash = link(hash, body)
    await log.commit([{ epoch: 1, seq, hash, body }])
  }
  return hash
}

const bodiesHash = (device: string, count: number) =>
  Array.from({ length: count }, (_, index) => JSON.stringify(sale(index + 1))).reduce(
    link,
    genesis('events', device, 1),
  )

/** The record of a hub that held more: so many sales of the device. */
async function ahead(
  db: Db,
  device: string,
  held: number,
  change: Partial<KnownDevice> = {},
): Promise<Fleet> {
  const fleet = await readFleet(db)
  return {
    devices: fleet.devices.map(one => (one.device === device ? { ...one, ...change } : one)),
    ends: [{ device, epoch: 1, seq: held, hash: bodiesHash(device, held) }],
  }
}

function takeIn(on: Awaited<ReturnType<typeof setUp>>, fleet: Fleet, greeted: string[] = []) {
  return transaction(on.db, tx =>
    takeInFleet(
      tx,
      on.world,
      { fleet, since: 0, now: on.world.clock.now() },
      async (_, { device }) => void greeted.push(device),
    ),
  )
}

const reporter = (device: string) => ({ device, store: 'HAR', till: 'Till 1' })
const said = (seq: number, former: DeviceWord['former'] = []): DeviceWord => ({
  former,
  last: { epoch: 1, seq },
})

test('records that their till sends again are not named', async () => {
  await using on = await setUp()
  await on.send(1, 2)
  await takeIn(on, await ahead(on.db, on.device, 5))
  await reviewLostHistory(on.db, reporter(on.device), said(5), 1)
  expect(await on.named()).toEqual([])
  await on.send(3, 3)
  expect(await reviewLostHistory(on.db, reporter(on.device), said(5), 1)).toBe(true)
  expect(await on.db.selectFrom('lost_history').selectAll().execute()).toEqual([])
})

test('records that their till does not have any more are named until a person has dealt with them', async () => {
  await using on = await setUp()
  await on.send(1, 2)
  await takeIn(on, await ahead(on.db, on.device, 5))
  expect(await reviewLostHistory(on.db, reporter(on.device), said(2), 1)).toBe(true)
  expect((await on.named())[0]).toContain('3 records of till "Till 1" in store HAR')
  await transaction(on.db, tx => dropLostHistory(tx, 'HAR', 1))
  expect(await on.named()).toEqual([])
})

test('a till that went on with other records has lost what the hub held before', async () => {
  await using on = await setUp()
  await on.send(1, 2)
  await takeIn(on, await ahead(on.db, on.device, 5))
  await on.send(20, 3)
  await reviewLostHistory(on.db, reporter(on.device), said(9), 1)
  expect(await on.named()).toHaveLength(1)
})

test('a device that was enrolled after the backup is known again, and is told of its store', async () => {
  await using on = await setUp()
  const fleet = await ahead(on.db, on.device, 0, { state: 'revoked', reason: 're-enrolled' })
  const [former] = fleet.devices
  if (former === undefined) throw new Error('no device')
  const successor = { ...former, device: SUCCESSOR, state: 'active', reason: null } as const
  const greeted: string[] = []
  await takeIn(on, { devices: [former, successor], ends: [] }, greeted)
  expect(greeted).toEqual([SUCCESSOR])
  expect(await readDevice(on.db, SUCCESSOR)).toMatchObject({ state: 'active', public_key: former.publicKey })
  expect(await readDevice(on.db, on.device)).toMatchObject({ state: 'revoked', state_reason: 're-enrolled' })
})

test('a replaced device sends what is missing first; once its PC says that it is gone, that is named', async () => {
  await using on = await setUp()
  await on.send(1, 2)
  const replaced = await ahead(on.db, on.device, 5, { state: 'revoked', reason: 're-enrolled' })
  await takeIn(on, replaced)
  expect(await readDevice(on.db, on.device)).toMatchObject({ state: 'active' })
  await reviewLostHistory(on.db, reporter(SUCCESSOR), said(1, [DeviceId.parse(on.device)]), 1)
  await reviewLostHistory(on.db, reporter(SUCCESSOR), { former: undefined, last: { epoch: 1, seq: 1 } }, 1)
  expect(await on.named()).toEqual([])
  await reviewLostHistory(on.db, reporter(SUCCESSOR), said(1), 1)
  expect(await on.named()).toHaveLength(1)
  expect(await readDevice(on.db, on.device)).toMatchObject({ state: 'revoked', state_reason: 're-enrolled' })
})

test('a device that head office revoked after the backup stays out, and what it had sent is named', async () => {
  await using on = await setUp()
  await on.send(1, 2)
  await takeIn(on, await ahead(on.db, on.device, 5, { state: 'revoked', reason: 'revoked by head office' }))
  expect(await readDevice(on.db, on.device)).toMatchObject({ state: 'revoked' })
  expect(await on.named()).toHaveLength(1)
})

const rangesOf = async (db: Db) =>
  (
    await db
      .selectFrom('lost_history')
      .select(['epoch', 'from_seq', 'to_seq', 'state'])
      .orderBy('epoch')
      .orderBy('to_seq')
      .execute()
  ).map(row => `${row.epoch}/${row.from_seq}-${row.to_seq} ${row.state}`)

test('what a till has pruned is lost; what its new epoch carries on is back once all of it has come', async () => {
  await using on = await setUp()
  await on.send(1, 2)
  await takeIn(on, await ahead(on.db, on.device, 1000))
  const runs = [{ epoch: 1, first: 900, last: 1000 }]
  await openEpoch(on.db, on.device, 2, { records: 101, runs, sent: 0 })
  const review = () => reviewLostHistory(on.db, reporter(on.device), said(1000), 1)
  await review()
  expect(await rangesOf(on.db)).toEqual(['1/3-899 lost', '1/900-1000 awaited'])
  expect((await on.named())[0]).toContain('897 records of till "Till 1"')
  await carryOn(on.db, on.device, 2, 100)
  expect(await review()).toBe(false)
  await carryOn(on.db, on.device, 2, 1)
  expect(await review()).toBe(true)
  expect(await rangesOf(on.db)).toEqual(['1/3-899 lost'])
  expect(await review()).toBe(false)
})

test('an epoch that a later one cut short is whole when that one carries the rest on', async () => {
  await using on = await setUp()
  await on.send(1, 2)
  await takeIn(on, await ahead(on.db, on.device, 10))
  await openEpoch(on.db, on.device, 2, { records: 8, runs: [{ epoch: 1, first: 3, last: 10 }], sent: 3 })
  await openEpoch(on.db, on.device, 3, { records: 5, runs: [{ epoch: 2, first: 5, last: 9 }], sent: 4 })
  await reviewLostHistory(on.db, reporter(on.device), said(10), 1)
  expect(await rangesOf(on.db)).toEqual(['1/3-10 awaited'])
  await carryOn(on.db, on.device, 3, 1)
  await reviewLostHistory(on.db, reporter(on.device), said(10), 1)
  expect(await rangesOf(on.db)).toEqual([])
})

test('an epoch that was cut short, and whose rest no later one carries on, brings nothing back', async () => {
  await using on = await setUp()
  await on.send(1, 2)
  await takeIn(on, await ahead(on.db, on.device, 10))
  await openEpoch(on.db, on.device, 2, { records: 8, runs: [{ epoch: 1, first: 3, last: 10 }], sent: 3 })
  await openEpoch(on.db, on.device, 3, { records: 0, runs: [], sent: 0 })
  await reviewLostHistory(on.db, reporter(on.device), said(10), 1)
  expect(await rangesOf(on.db)).toEqual(['1/3-10 lost'])
})

test('an older agent does not say what its new epoch carries on: what was lost is named', async () => {
  await using on = await setUp()
  await on.send(1, 2)
  await takeIn(on, await ahead(on.db, on.device, 10))
  await openEpoch(on.db, on.device, 2, { records: 1, runs: undefined, sent: 1 })
  await reviewLostHistory(on.db, reporter(on.device), said(10), 1)
  expect(await rangesOf(on.db)).toEqual(['1/3-10 lost'])
})

test('a till that the hub knows nothing of any more carries its records on as well', async () => {
  await using on = await setUp()
  await takeIn(on, await ahead(on.db, on.device, 10))
  await openEpoch(on.db, on.device, 2, { records: 4, runs: [{ epoch: 1, first: 7, last: 10 }], sent: 4 })
  await reviewLostHistory(on.db, reporter(on.device), said(10), 1)
  expect(await rangesOf(on.db)).toEqual(['1/1-6 lost'])
})

test('another PC’s word ends nothing: the replaced device may send, and soon a person is told', async () => {
  await using on = await setUp()
  await on.send(1, 2)
  await takeIn(on, await ahead(on.db, on.device, 5, { state: 'revoked', reason: 're-enrolled' }))
  await reviewLostHistory(on.db, reporter(SUCCESSOR), said(1), 1)
  expect(await readDevice(on.db, on.device)).toMatchObject({ state: 'active' })
  expect(await on.named()).toEqual([])
  await on.world.advance(10 * 60_000 + 1000)
  const named = await on.named()
  expect(named).toHaveLength(1)
  expect(named[0]).toContain('have not come back yet')
  expect(await readDevice(on.db, on.device)).toMatchObject({ state: 'active' })
  await on.send(3, 3) // that PC was found
  await reviewLostHistory(on.db, reporter(on.device), said(5), on.world.clock.now())
  expect(await on.named()).toEqual([])
  expect(await readDevice(on.db, on.device)).toMatchObject({ state: 'revoked', state_reason: 're-enrolled' })
})

test('a till that does not connect after the restore is named after a day: it may be switched off', async () => {
  await using on = await setUp()
  await on.send(1, 2)
  await takeIn(on, await ahead(on.db, on.device, 5))
  await on.world.suspend(DAY_MS - 120_000)
  await on.world.advance(60_000)
  expect(await on.named()).toEqual([])
  await on.world.advance(61_000)
  expect(await on.named()).toHaveLength(1)
})

test('a person who knows that the PC is gone ends the wait, and its device', async () => {
  await using on = await setUp()
  await on.send(1, 2)
  await takeIn(on, await ahead(on.db, on.device, 5, { state: 'revoked', reason: 're-enrolled' }))
  const now = on.world.clock.now() + 2 * DAY_MS
  await transaction(on.db, tx => dropLostHistory(tx, 'HAR', now))
  expect(await rangesOf(on.db)).toEqual([])
  expect(await readDevice(on.db, on.device)).toMatchObject({ state: 'revoked', state_reason: 're-enrolled' })
})

test('the PC that had the journal says that it is gone, also from another store', async () => {
  await using on = await setUp()
  await on.send(1, 2)
  await takeIn(
    on,
    await ahead(on.db, on.device, 5, { state: 'revoked', reason: 'its PC moved to store SEA' }),
  )
  const moved = { device: SUCCESSOR, store: 'SEA', till: 'Till 7' }
  const watch = openLostWatch({ world: on.world, db: on.db })
  const row = await readDevice(on.db, on.device)
  if (row === undefined) throw new Error('no device')
  const note = (former: DeviceWord['former']) => watch.note({ ...row, ...moved }, said(1, former))
  expect(await note([])).toBe(false)
  expect(await note([DeviceId.parse(on.device)])).toBe(true)
  expect(await rangesOf(on.db)).toEqual(['1/3-5 awaited'])
  expect(await note([])).toBe(true)
  expect(await rangesOf(on.db)).toEqual(['1/3-5 lost'])
})

test('a till that is replaced while its records are awaited may still send them', async () => {
  await using on = await setUp()
  await on.send(1, 2)
  await takeIn(on, await ahead(on.db, on.device, 5))
  const { device: successor } = await enrolTestTill(on.world, on.db)
  expect(await readDevice(on.db, on.device)).toMatchObject({ state: 'active' })
  await on.send(3, 3)
  await reviewLostHistory(on.db, reporter(successor), said(0), 1)
  expect(await readDevice(on.db, on.device)).toMatchObject({ state: 'revoked', state_reason: 're-enrolled' })
})

test('a code made before the restore does not count: it may have been spent since the backup', async () => {
  await using on = await setUp()
  await transaction(on.db, tx => createEnrolCode(tx, on.world, 'HAR', 'Till 2'))
  const open = () =>
    on.db
      .selectFrom('enrol_code')
      .select('code_hash')
      .where('expires_at', '>', on.world.clock.now())
      .where('used_at', 'is', null)
      .execute()
  expect(await open()).toHaveLength(1)
  const fleet = await readFleet(on.db)
  const now = on.world.clock.now()
  await transaction(on.db, tx => takeInFleet(tx, on.world, { fleet, since: 0, now }, async () => {}))
  expect(await open()).toEqual([])
})
