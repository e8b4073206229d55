import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { noteStarted } from '../../hub/fleet/connected.ts'
import { noteConnected, noteDisconnected } from '../../hub/fleet/devices.ts'
import { createEnrolCode, demandTillName, freeTillName, type Replaces } from '../../hub/fleet/enrolment.ts'
import { demandTill } from '../../hub/fleet/till-named.ts'
import { enrolTestTill, startTestHub } from '../gateway/till-and-hub.ts'
import { engine } from '../hub-engines.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

test('names are numbered past tills and open codes; replacing is said, and refused while the till is connected', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const now = world.clock.now()
  const free = () => freeTillName(hub.db, 'HAR', now)
  expect(await free()).toBe('Till 1')
  const { device } = await enrolTestTill(world, hub.db)
  expect(await free()).toBe('Till 2')
  await transaction(hub.db, tx => createEnrolCode(tx, world, 'HAR', 'Till 2', null))
  expect(await free()).toBe('Till 3')

  const ask = (replaces: Replaces | null, till = 'Till 1') =>
    demandTillName(hub.db, { store: 'HAR', till, replaces }, now)
  await ask(null, 'Till 3')
  await expect(ask(null)).rejects.toMatchObject({ code: 'TILL_NAME_TAKEN' })
  await ask('disconnected')
  await transaction(hub.db, tx => noteConnected(tx, device, { at: now, version: 'test', offsetMs: 0 }))
  await expect(ask('disconnected')).rejects.toMatchObject({ code: 'TILL_CONNECTED' })
  await ask('any')
  await transaction(hub.db, tx => noteDisconnected(tx, device, now + 1, null))
  await ask('disconnected')
})

test('a till that was connected to a hub which was killed can be replaced once the hub has started again', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const now = world.clock.now()
  const { device } = await enrolTestTill(world, hub.db)
  const ask = () =>
    demandTillName(hub.db, { store: 'HAR', till: 'Till 1', replaces: 'disconnected' }, now + 2_000)
  const connect = (at: number) =>
    transaction(hub.db, tx => noteConnected(tx, device, { at, version: 'test', offsetMs: 0 }))
  await noteStarted(hub.db, now - 1)
  await connect(now)
  await expect(ask()).rejects.toMatchObject({ code: 'TILL_CONNECTED' })
  await noteStarted(hub.db, now + 1_000) // it noted no end of the connection
  // another hub of one server may hold the till
  if (engine === 'postgres') await expect(ask()).rejects.toMatchObject({ code: 'TILL_CONNECTED' })
  else await ask()
  await connect(now + 1_500)
  await expect(ask()).rejects.toMatchObject({ code: 'TILL_CONNECTED' })
})

test('a PC that replaces a till whose name is written in another way is that till', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  await enrolTestTill(world, hub.db)
  const { device } = await enrolTestTill(world, hub.db, 'till  1', 'disconnected')
  const active = await hub.db
    .selectFrom('device')
    .select(['device', 'till'])
    .where('state', '=', 'active')
    .execute()
  expect(active).toEqual([{ device, till: 'Till 1' }])
  expect(await demandTill(hub.db, 'har/till 1')).toMatchObject({ device })
})
