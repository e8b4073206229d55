import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { contractOf } from '../../hub/contract/contract.ts'
import { type Db, transaction } from '../../hub/db/db.ts'
import { addDevice } from '../../hub/fleet/devices.ts'
import { dropLostHistory, reviewLostHistory } from '../../hub/fleet/lost-history.ts'
import { readFleet, takeInFleet } from '../../hub/fleet/restored-fleet.ts'
import { putStore } from '../../hub/fleet/stores.ts'
import { startGeneration } from '../../hub/generation/generation.ts'
import { openSignals } from '../../hub/signals.ts'
import { agree } from '../../hub/stock/go-live.ts'
import { eventLog } from '../../hub/streams/event-log.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { copyTestHubDb, openTestHubDb } from '../hub-engines.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

const DEVICE = 'dev_aaaaaaaaaaaaaaaa'
const TILL = { device: DEVICE, store: 'HAR', till: 'Till 1' }

/** A hub that holds five sales of a till, and a backup in which it holds two. */
async function setUp(folder: string) {
  const world = manualWorld()
  const file = join(folder, 'hub.db')
  const backup = join(folder, 'backup.db')
  const openHub = async () => {
    const db = await openTestHubDb(world, file)
    const generation = await startGeneration({
      db,
      world,
      hub: 'hub_of_test',
      file: join(folder, 'hub.db.record'),
      alone: true,
      openKeys: async () => new Set(),
      hasSent: async () => false,
      readFleet,
      onRestored: (tx, found) => takeInFleet(tx, world, found, async () => {}),
    })
    return { db, generation }
  }
  async function run(work: (db: Db) => Promise<void>): Promise<void> {
    const { db, generation } = await openHub()
    await work(db)
    await generation[Symbol.asyncDispose]()
    await db.destroy()
  }
  async function putBack(): Promise<void> {
    for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
    await copyTestHubDb(backup, file)
  }
  await run(async db => {
    await transaction(db, async tx => {
      await putStore(tx, { code: 'HAR', name: 'H', zone: 'Europe/Berlin', currency: 'EUR' }, 0)
      await addDevice(tx, { ...TILL, publicKey: 'x' }, 0)
    })
    await send(db, 2)
  })
  await copyTestHubDb(file, backup)
  await run(db => send(db, 3))
  await putBack()
  return { run, putBack }
}

/** @param first the number of the first sale */
async function send(db: Db, count: number, first?: number): Promise<void> {
  const signals = openSignals()
  const log = eventLog({
    db,
    device: DEVICE,
    store: 'HAR',
    now: () => 1,
    apply: async () => new Set(),
    signals,
  })
  let { hash, seq } = await log.held()
  if (seq === 0) hash = genesis('events', DEVICE, 1)
  const ahead = first === undefined ? 0 : first - seq - 1
  for (let left = count; left > 0; left -= 1) {
    seq += 1
    const body = JSON.stringify(sale(seq + ahead))
    hash = link(hash, body)
    await log.commit([{ epoch: 1, seq, hash, body }])
  }
}

/** The till opens its second epoch, which carries on a run of the first: as many sales. */
async function carryOn(db: Db, { first, last }: { first: number; last: number }): Promise<void> {
  const log = eventLog({
    db,
    device: DEVICE,
    store: 'HAR',
    now: () => 1,
    apply: async () => new Set(),
    signals: openSignals(),
  })
  const carried = { records: last - first + 1, runs: [{ epoch: 1, first, last }] }
  const { epoch, seq, hash: head } = await log.held()
  const opened = {
    kind: 'epoch.opened',
    at: 1,
    reason: 'records-gone',
    previous: { epoch, seq, head },
    carried,
  }
  const bodies = [opened, ...Array.from({ length: carried.records }, (_, n) => sale(100 + n))]
  let hash = genesis('events', DEVICE, 2)
  for (const [index, event] of bodies.entries()) {
    const body = JSON.stringify(event)
    hash = link(hash, body)
    await log.commit([{ epoch: 2, seq: index + 1, hash, body }])
  }
}

const missing = (db: Db) => db.selectFrom('lost_history').select(['from_seq', 'to_seq', 'state']).execute()
const gap = { from_seq: 3, to_seq: 5 }

test('the same backup put back again and again: what is missing stays known until it is back', async () => {
  using folder = temporaryFolder()
  const { run, putBack } = await setUp(folder.path)
  for (let times = 0; times < 3; times += 1) {
    await run(async db => expect(await missing(db)).toEqual([{ ...gap, state: 'awaited' }]))
    await putBack()
  }
  await run(async db => {
    await send(db, 3)
    await reviewLostHistory(db, TILL, { former: [], last: { epoch: 1, seq: 5 } }, 1)
    expect(await missing(db)).toEqual([])
  })
  await run(async db => expect(await missing(db)).toEqual([]))
})

test('what was agreed with a store since the backup counts after it was put back', async () => {
  using folder = temporaryFolder()
  const { run, putBack } = await setUp(folder.path)
  const terms = {
    goLive: 1_000,
    onDifference: 'ask',
    handOver: 'checked',
    returns: 'refund',
    shortLines: 'move',
    notCollected: 'refund',
    counts: 'follow',
    countLimit: 7,
    stock: 'shown',
    holdBack: 'follow',
    holdBackShare: 60,
    holdBackUnits: 7,
    remindAfterDays: 4,
    reminders: 3,
    staffPin: 'required',
    pinIdleMinutes: 9,
  } as const
  const agreed = { store: 'HAR', terms, by: 'Kim', why: 'counted' }
  await run(async db => {
    await transaction(db, tx => agree(tx, agreed, 5))
  })
  for (let times = 0; times < 2; times += 1) {
    await putBack()
    await run(async db => {
      const version = { store: 'HAR', version: 1, terms, changedAt: 5, changedBy: 'Kim' }
      expect(await contractOf(db, 'HAR')).toEqual({ ...version, why: 'counted' })
    })
  }
})

test('what a till lost stays named when a later epoch carries on what it wrote since under the same numbers', async () => {
  using folder = temporaryFolder()
  const { run, putBack } = await setUp(folder.path)
  await run(async db => {
    await reviewLostHistory(db, TILL, { former: [], last: { epoch: 1, seq: 2 } }, 1)
    await send(db, 3, 100)
  })
  await putBack()
  await run(async db => {
    await carryOn(db, { first: 3, last: 5 })
    await reviewLostHistory(db, TILL, { former: [], last: { epoch: 2, seq: 4 } }, 1)
    expect(await missing(db)).toEqual([{ ...gap, state: 'lost' }])
  })
})

test('what was found to be lost stays so over a second restore, until a person has dealt with it', async () => {
  using folder = temporaryFolder()
  const { run, putBack } = await setUp(folder.path)
  await run(async db => {
    await reviewLostHistory(db, TILL, { former: [], last: { epoch: 1, seq: 2 } }, 1)
  })
  await putBack()
  await run(async db => {
    expect(await missing(db)).toEqual([{ ...gap, state: 'lost' }])
    await transaction(db, tx => dropLostHistory(tx, 'HAR', 1))
  })
  await putBack()
  await run(async db => expect(await missing(db)).toEqual([]))
})

test('what a till lost stays named when what it wrote since under the same numbers is missing and comes back', async () => {
  using folder = temporaryFolder()
  const { run, putBack } = await setUp(folder.path)
  await run(async db => {
    await reviewLostHistory(db, TILL, { former: [], last: { epoch: 1, seq: 2 } }, 1)
    await send(db, 3, 100) // the till was put back as well, and sold others
  })
  await putBack()
  await run(async db => {
    expect(await missing(db)).toEqual(
      expect.arrayContaining([
        { ...gap, state: 'lost' },
        { ...gap, state: 'awaited' },
      ]),
    )
  })
  await putBack()
  await run(async db => {
    await send(db, 3, 100)
    await reviewLostHistory(db, TILL, { former: [], last: { epoch: 1, seq: 5 } }, 1)
    expect(await missing(db)).toEqual([{ ...gap, state: 'lost' }])
  })
  await putBack()
  await run(async db => {
    await send(db, 3, 100)
    await reviewLostHistory(db, TILL, { former: [], last: { epoch: 1, seq: 5 } }, 1)
    await transaction(db, tx => dropLostHistory(tx, 'HAR', 1))
    expect(await missing(db)).toEqual([])
  })
})
