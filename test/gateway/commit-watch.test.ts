import SQLite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { listExceptions } from '../../hub/checks/exceptions.ts'
import { transaction, withFence } from '../../hub/db/db.ts'
import { readDevice, revokeDevice } from '../../hub/fleet/devices.ts'
import { openCommitWatches } from '../../hub/gateway/commit-watch.ts'
import { closeCodeOf } from '../../hub/gateway/refusals.ts'
import { openStorageWatch } from '../../hub/gateway/storage-watch.ts'
import { blockDamaged } from '../../hub/streams/event-block.ts'
import { closeCodes } from '../../shared/protocol.ts'
import { manualWorld, temporaryFolder, turns } from '../manual-world.ts'
import { enrolTestTill, startTestHub } from './till-and-hub.ts'

const broken = Object.assign(new Error('no such table: gone'), { code: 'SQLITE_ERROR' })

/** The watches on a real database, whose background work a test awaits. */
async function setUp() {
  const folder = temporaryFolder()
  const world = manualWorld()
  const hub = await startTestHub(world, folder.path)
  const { db } = hub
  const { device } = await enrolTestTill(world, db)
  const row = await readDevice(db, device)
  if (row === undefined) throw new Error('the device is enrolled')
  const work: Promise<void>[] = []
  const background = (one: Promise<void>) => void work.push(one)
  const storage = openStorageWatch({ world, db, background, changed: () => undefined })
  const watches = openCommitWatches({ world, db, storage, background, changed: () => undefined })
  const settled = () => Promise.all(work.splice(0))
  return {
    world,
    db,
    row,
    watches,
    storage,
    settled,
    async failing(seq: number, tries = 5) {
      for (let i = 0; i < tries; i += 1) watches.ofSession(row).failed({ epoch: 1, seq }, broken)
      await settled()
    },
    stand: (seq: number) =>
      transaction(db, tx =>
        tx.insertInto('stream_in').values({ device, epoch: 1, seq, hash: 'h' }).execute(),
      ),
    codes: async () => (await listExceptions(db)).map(({ code }) => code),
    async [Symbol.asyncDispose]() {
      storage.close()
      await settled()
      await hub[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

test('a record that was stored before its exception could be opened opens none', async () => {
  await using set = await setUp()
  await set.stand(3)
  await set.failing(3)
  expect(await set.codes()).toEqual([])
  await set.failing(4)
  expect(await set.codes()).toEqual(['ingest-blocked'])
})

test('revoking a device closes its exceptions, and none is opened for it after that', async () => {
  await using set = await setUp()
  await set.failing(1)
  expect(await set.codes()).toEqual(['ingest-blocked'])
  await transaction(set.db, tx => revokeDevice(tx, set.row.device, set.world.clock.now()))
  expect(await set.codes()).toEqual([])
  await set.failing(1)
  await enrolTestTill(set.world, set.db)
  expect(await set.codes()).toEqual([])
})

test('handshakes that fail again and again through the hub’s own fault are told', async () => {
  await using set = await setUp()
  const damaged = blockDamaged({ block: 'events 1–9 of dev_1', why: 'its hash does not fit' })
  expect(closeCodeOf(damaged)).toBe(closeCodes.failed)
  for (let i = 0; i < 4; i += 1) set.watches.handshakeFailed(set.row, damaged)
  set.watches.handshakeDone(set.row)
  for (let i = 0; i < 4; i += 1) set.watches.handshakeFailed(set.row, damaged)
  await set.settled()
  expect(await set.codes()).toEqual([])
  set.watches.handshakeFailed(set.row, damaged)
  await set.settled()
  expect(await set.codes()).toEqual(['ingest-blocked.handshake'])
  expect((await listExceptions(set.db))[0]?.sentence).toContain('BLOCK_DAMAGED')
})

test('a database that takes no writes is known without it, until writes succeed for a minute', async () => {
  await using set = await setUp()
  const { storage, watches, world, settled } = set
  const session = watches.ofSession(set.row)
  session.failed({ epoch: 1, seq: 1 }, broken)
  expect(storage.problem()).toBeNull() // one table, one record: others go on
  const since = world.clock.now()
  session.failed({ epoch: 1, seq: 1 }, Object.assign(new Error('full'), { code: 'SQLITE_FULL' }))
  await world.advance(1_000)
  session.failed({ epoch: 1, seq: 1 }, Object.assign(new Error('full'), { code: 'SQLITE_FULL' }))
  expect(storage.problem()).toEqual({ code: 'SQLITE_FULL', since })
  session.committed() // a smaller one: the next large one may fail again
  expect(storage.problem()).toEqual({ code: 'SQLITE_FULL', since })
  await world.advance(60_000)
  session.committed()
  expect(storage.problem()).toBeNull()
  await settled()
})

test('without a till that sends, the database is tried until it takes writes again', async () => {
  await using set = await setUp()
  const { storage, world } = set
  storage.failed(Object.assign(new Error('read-only'), { code: '25006' }))
  await world.advance(30_000)
  await turns()
  await set.settled()
  expect(storage.problem()).toMatchObject({ code: '25006' })
  for (let i = 0; i < 5; i += 1) {
    await world.advance(10_000)
    await set.settled()
  }
  expect(storage.problem()).toBeNull()
})

test.each([
  ['another program keeps locked', 'SQLITE_BUSY'],
  ['can’t be read where each write reads', 'SQLITE_CORRUPT'],
  ['fails in a way that is not known', 'SQLITE_NEW_CODE'],
])('a database that %s takes no writes, and /readyz says so', async (_what, code) => {
  await using set = await setUp()
  const { world } = set
  let isBroken = true
  const db = withFence(set.db, async () => {
    if (isBroken) throw new SQLite.SqliteError('no write succeeds', code)
  })
  const work: Promise<void>[] = []
  const watch = openStorageWatch({
    world,
    db,
    background: one => void work.push(one),
    changed: () => undefined,
  })
  const advance = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10_000) {
      await world.advance(10_000)
      await Promise.all(work.splice(0))
    }
  }
  await advance(120_000)
  expect(watch.problem()).toMatchObject({ code })
  isBroken = false
  await advance(120_000)
  expect(watch.problem()).toBeNull()
  watch.close()
})
