import { join } from 'node:path'
import { expect, test } from 'vitest'
import { adoptJournal } from '../../agent/journal/adopt.ts'
import { listExceptions } from '../../hub/checks/exceptions.ts'
import { transaction } from '../../hub/db/db.ts'
import { manualWorld, temporaryFolder, until } from '../manual-world.ts'
import { enrolTestTill, network, onHand, sale, startTestHub, startTestTill } from './till-and-hub.ts'

const DAY_MS = 24 * 3_600_000

test('a hub that was restored to before a till’s enrolment says so, and that till’s confirmed sales are not lost', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  const path = join(folder.path, 'journal.db')
  const start = async (file: string) => startTestHub(world, folder.path, file)
  const former = await (async () => {
    await using lost = await start('lost.db')
    const device = await enrolTestTill(world, lost.db)
    using till = startTestTill(world, device, path, network(lost.gateway))
    await till.journal.record([sale(1), sale(2)])
    await until('acked', () => till.journal.unsent().events === 0)
    return device
  })()
  await using hub = await start('hub.db')
  const known = await enrolTestTill(world, hub.db, 'Till 9') // gives this hub its key
  const pinned = { ...former, hub: known.hub }
  const refuse = async () => {
    using till = startTestTill(world, pinned, path, network(hub.gateway))
    await until('refused', () => till.uplink.state().problem?.code === 'DEVICE_UNKNOWN')
    await until('all is unsent again', () => till.journal.unsent().sales === 2)
    return till.journal.unsent().events
  }
  const events = await refuse()
  expect(await refuse()).toBe(events) // once
  await until('shown', async () => (await listExceptions(hub.db)).length === 1)
  expect(await listExceptions(hub.db)).toMatchObject([
    { kind: 'device-unknown', sentence: expect.stringContaining(former.device) },
  ])
  const device = await enrolTestTill(world, hub.db)
  const home = { path, device: device.device, verify: false, parts: {}, isHome: () => true }
  await adoptJournal(world, home)
  using till = startTestTill(world, device, path, network(hub.gateway))
  await until('sent', () => till.journal.unsent().events === 0)
  expect(await onHand(hub.db)).toBe(-2)
  await world.suspend(DAY_MS + 3_600_000)
  await world.advance(3_600_000)
  await until('closed', async () =>
    (await listExceptions(hub.db)).every(({ kind }) => kind !== 'device-unknown'),
  )
})

test('a till that another hub of this key did not know goes on at its own, and nothing counts twice', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  const path = join(folder.path, 'journal.db')
  await using hub = await startTestHub(world, folder.path, 'hub.db')
  const device = await enrolTestTill(world, hub.db)
  await using other = await startTestHub(world, folder.path, 'other.db')
  const known = await enrolTestTill(world, other.db, 'Till 9')
  for (let n = 1; n < 4; n += 1) {
    {
      using till = startTestTill(world, device, path, network(hub.gateway))
      await till.journal.record([sale(n)])
      await until('acked', () => till.journal.unsent().events === 0)
      expect(await onHand(hub.db)).toBe(-n)
    }
    using lost = startTestTill(world, { ...device, hub: known.hub }, path, network(other.gateway))
    await until('all is unsent again', () => lost.journal.unsent().sales === n)
  }
})

test('strangers with invented names make one exception, and few writes', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const known = await enrolTestTill(world, hub.db)
  for (let n = 10; n < 40; n += 1) {
    const device = { ...known, device: `dev_stranger${n}0000000000` as typeof known.device }
    using till = startTestTill(world, device, join(folder.path, `${n}.db`), network(hub.gateway))
    await until('refused', () => till.uplink.state().problem?.code === 'DEVICE_UNKNOWN')
  }
  await until('shown', async () => (await listExceptions(hub.db)).length === 1)
  const [found] = await listExceptions(hub.db)
  expect(found?.count).toBeLessThanOrEqual(20)
  expect(JSON.parse(found?.evidence_json ?? '{}').devices).toHaveLength(20)
  expect(await transaction(hub.db, tx => tx.selectFrom('exception').selectAll().execute())).toHaveLength(1)
})
