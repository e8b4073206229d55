import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { revokeDevice } from '../../hub/fleet/devices.ts'
import { audit } from '../../hub/stock/audit.ts'
import { copyTestHubDb } from '../hub-engines.ts'
import { manualWorld, temporaryFolder, until } from '../manual-world.ts'
import {
  enrolTestTill,
  network,
  onHand,
  sale,
  startTestHub,
  startTestTill,
  type TestTill,
} from './till-and-hub.ts'

const drained = (till: TestTill) => () => till.journal.unsent().events === 0

test('sales made while the hub is away arrive when it is back, each once', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const device = await enrolTestTill(world, hub.db)
  const net = network(null)
  using till = startTestTill(world, device, join(folder.path, 'journal.db'), net)
  for (let n = 1; n <= 30; n += 1) await till.journal.record([sale(n)])
  expect(till.journal.unsent()).toMatchObject({ events: 30, sales: 30 })
  expect(till.uplink.state().link).toBe('offline')

  net.plug(hub.gateway)
  await world.advance(60_000)
  await until('everything acked', drained(till))
  expect(till.uplink.state().link).toBe('online')
  expect(await onHand(hub.db)).toBe(-30)
  expect((await audit(hub.db)).findings).toEqual([])
})

test('a till restored from yesterday’s image goes on in a new epoch; its sales count once', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const device = await enrolTestTill(world, hub.db)
  const net = network(hub.gateway)
  const file = join(folder.path, 'journal.db')
  {
    using till = startTestTill(world, device, file, net)
    await till.journal.record([sale(1), sale(2)])
    await until('two acked', drained(till))
  }
  copyFileSync(file, join(folder.path, 'image.db'))
  {
    using till = startTestTill(world, device, file, net)
    await till.journal.record([sale(3), sale(4)])
    await until('two more acked', drained(till))
  }
  // the restored till reads its POS again from the image's watermark, with other times, before it meets the hub
  using till = startTestTill(world, device, join(folder.path, 'image.db'), network(null))
  await till.journal.record([
    sale(3, 1, { at: 1_800_000_000_003 }),
    sale(4, 1, { at: 1_800_000_000_004 }),
    sale(5),
  ])
  till[Symbol.dispose]()
  using again = startTestTill(world, device, join(folder.path, 'image.db'), net)
  await until('all acked in the new epoch', drained(again))

  expect((await again.journal.events.last()).epoch).toBe(2)
  expect(await onHand(hub.db)).toBe(-5)
  const { findings } = await audit(hub.db)
  expect(findings).toEqual([])
  const told = await hub.db.selectFrom('exception').select('kind').execute()
  expect(told.map(({ kind }) => kind)).toContain('till-restored')
})

test('a hub restored from a backup gets again what it had acked', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  const device = await (async () => {
    await using hub = await startTestHub(world, folder.path)
    const enrolled = await enrolTestTill(world, hub.db)
    await hub.db.destroy()
    await copyTestHubDb(join(folder.path, 'hub.db'), join(folder.path, 'backup.db'))
    return enrolled
  })()
  const net = network(null)
  using till = startTestTill(world, device, join(folder.path, 'journal.db'), net)
  {
    await using hub = await startTestHub(world, folder.path)
    net.plug(hub.gateway)
    await till.journal.record([sale(1), sale(2), sale(3)])
    await world.advance(60_000)
    await until('acked by the first hub', drained(till))
    net.plug(null)
  }
  await using restored = await startTestHub(world, folder.path, 'backup.db')
  net.plug(restored.gateway)
  await world.advance(60_000)
  await until(
    'the mark of what the till holds',
    async () => (await restored.db.selectFrom('recovery_device').selectAll().execute()).length === 1,
  )
  expect(await restored.db.selectFrom('recovery').select(['store', 'cause', 'recorded']).execute()).toEqual([
    { store: device.store, cause: 'till', recorded: 0 },
  ])
  expect(
    await restored.db.selectFrom('recovery_device').select(['device', 'epoch', 'seq']).execute(),
  ).toEqual([{ device: device.device, epoch: 1, seq: 3 }])
  await till.journal.record([sale(4)])
  await until('four sales in the restored hub', async () => (await onHand(restored.db)) === -4)
  const told = await restored.db.selectFrom('exception').select('kind').execute()
  expect(told.map(({ kind }) => kind)).toContain('hub-behind')
})

test('two live copies of one disk are both stopped', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const device = await enrolTestTill(world, hub.db)
  const net = network(hub.gateway)
  const file = join(folder.path, 'journal.db')
  {
    using till = startTestTill(world, device, file, net)
    await till.journal.record([sale(1)])
    await until('acked', drained(till))
  }
  copyFileSync(file, join(folder.path, 'clone.db'))
  using first = startTestTill(world, device, file, net)
  await until('the first is online', () => first.uplink.state().link === 'online')
  using clone = startTestTill(world, device, join(folder.path, 'clone.db'), net)
  await until(
    'both refused',
    () => first.uplink.state().link === 'refused' && clone.uplink.state().link === 'refused',
  )

  await first.journal.record([sale(2)])
  await clone.journal.record([sale(3)])
  await world.advance(10 * 60_000)
  expect(await onHand(hub.db)).toBe(-1)
  expect(first.uplink.state().problem?.message).toMatch(/Re-enrol the till/)
})

test('a reconnection while the old connection is half open takes its place without an alarm', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const device = await enrolTestTill(world, hub.db)
  const dead = network(hub.gateway)
  const file = join(folder.path, 'journal.db')
  const before = startTestTill(world, device, file, dead)
  await until('online', () => before.uplink.state().link === 'online')
  dead.swallow(true) // a power cut: the hub is told nothing
  before[Symbol.dispose]()

  using after = startTestTill(world, device, file, network(hub.gateway))
  await after.journal.record([sale(1)])
  await world.advance(4_000)
  await until('the new one is online', () => after.uplink.state().link === 'online')
  await until('acked', drained(after))
  expect(await hub.db.selectFrom('exception').selectAll().execute()).toEqual([])
})

test('both ends notice a line that swallows everything within 45 s', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const device = await enrolTestTill(world, hub.db)
  const net = network(hub.gateway)
  using till = startTestTill(world, device, join(folder.path, 'journal.db'), net)
  await until('online', () => till.uplink.state().link === 'online')
  net.swallow(true)
  net.plug(hub.gateway)
  for (let s = 0; s < 46; s += 1) await world.advance(1_000)
  net.swallow(false)
  expect(hub.gateway.live().get(device.device)?.connectedAt ?? Infinity).toBeGreaterThan(
    world.clock.now() - 46_000,
  )
})

test('a device revoked by another process is out within half a minute', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const device = await enrolTestTill(world, hub.db)
  using till = startTestTill(world, device, join(folder.path, 'journal.db'), network(hub.gateway))
  await until('online', () => till.uplink.state().link === 'online')
  await transaction(hub.db, tx => revokeDevice(tx, device.device, world.clock.now()))
  await world.advance(30_000)
  await until('refused', () => till.uplink.state().link === 'refused')
  expect(till.uplink.state().problem?.code).toBe('DEVICE_REVOKED')
})

test('after an outage of any length a till is back within ten seconds of the hub', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  const slowest = { ...world, random: { ...world.random, fraction: () => 0.999 } }
  await using hub = await startTestHub(world, folder.path)
  const device = await enrolTestTill(world, hub.db)
  const net = network(null)
  using till = startTestTill(slowest, device, join(folder.path, 'journal.db'), net)
  for (let minute = 0; minute < 10; minute += 1) await world.advance(60_000)
  expect(till.uplink.state().link).toBe('offline')
  net.plug(hub.gateway)
  await world.advance(10_000)
  await until('online', () => till.uplink.state().link === 'online')
})
