import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listExceptions } from '../../hub/checks/exceptions.ts'
import { checks } from '../../hub/checks/index.ts'
import { startChecks } from '../../hub/checks/run-checks.ts'
import { type Db, transaction } from '../../hub/db/db.ts'
import { readDevice } from '../../hub/fleet/devices.ts'
import { type DeviceWord, dropLostHistory, reviewLostHistory } from '../../hub/fleet/lost-history.ts'
import { readFleet, takeInFleet } from '../../hub/fleet/restored-fleet.ts'
import type { Fleet, KnownDevice } from '../../hub/generation/fleet-record.ts'
import { eventLog } from '../../hub/streams/event-log.ts'
import { DeviceId } from '../../shared/ids.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
import { enrolTestTill, sale, startTestHub } from '../gateway/till-and-hub.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

const SUCCESSOR = DeviceId.parse('dev_successor00000000000')

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

async function send(db: Db, device: string, first: number, count: number): Promise<string> {
  const log = eventLog({
    db,
    device,
    store: 'HAR',
    now: () => 1_800_000_000_000,
    apply: async () => new Set(),
    signals: { say() {}, on: () => () => undefined },
  })
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
      { fleet, since: 0, now: 60_000 },
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
