import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keptServedBy } from '../../agent/enrolment/served-by.ts'
import { listExceptions } from '../../hub/checks/exceptions.ts'
import { type Db, transaction } from '../../hub/db/db.ts'
import { readGeneration, startGeneration } from '../../hub/generation/generation.ts'
import { recoveries } from '../../hub/stock/recovery.ts'
import type { HubLife } from '../../shared/protocol.ts'
import { copyTestHubDb, openTestHubDb } from '../hub-engines.ts'
import { type ManualWorld, manualWorld, temporaryFolder, until } from '../manual-world.ts'
import { enrolTestTill, network, startTestHub, startTestTill } from './till-and-hub.ts'

/** A start of a hub on a database: its life, as the database notes it. */
async function live(world: ManualWorld, folder: string, file: string): Promise<HubLife> {
  const db = await openTestHubDb(world, join(folder, file))
  const generation = await startGeneration({
    db,
    world,
    hub: 'hub_test',
    file: join(folder, `${file}.record`),
    alone: true,
    openKeys: async () => new Set(),
    hasSent: async () => false,
    readFleet: async () => ({ devices: [], ends: [] }),
    onRestored: async () => undefined,
  })
  const { life } = generation
  await generation[Symbol.asyncDispose]()
  await db.destroy()
  if (life === null) throw new Error('a hub with a record has a life')
  return life
}

/** A till on files of its own, and two hubs: one, and what is put back of it from before its second life. */
async function setUp() {
  const stack = new AsyncDisposableStack()
  const folder = stack.use(temporaryFolder())
  const world = manualWorld()
  const at = (file: string) => join(folder.path, file)
  await live(world, folder.path, 'hub.db')
  const first = await startTestHub(world, folder.path)
  const device = await enrolTestTill(world, first.db)
  await first[Symbol.asyncDispose]()
  await copyTestHubDb(at('hub.db'), at('copy.db'))
  const net = network(null)
  const served = () => keptServedBy(world, at('served-by.json'), device.hub.id)
  const till = stack.use(startTestTill(world, device, at('journal.db'), net, { servedBy: served() }))
  return {
    world,
    served,
    at,
    async start(file: string) {
      const life = await live(world, folder.path, file)
      const hub = stack.use(await startTestHub(world, folder.path, file, { life }))
      return { ...hub, life }
    },
    async meets(hub: Awaited<ReturnType<typeof startTestHub>>): Promise<void> {
      net.plug(null)
      net.plug(hub.gateway)
      await world.advance(60_000)
      await until('online', () => till.uplink.state().link === 'online')
    },
    /** A copy of a hub's folder. */
    async putAside(file: string, copy: string): Promise<void> {
      await copyTestHubDb(at(file), at(copy))
      copyFileSync(at(`${file}.record`), at(`${copy}.record`))
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** What is noted of the stores' recoveries. */
const forget = (db: Db) =>
  transaction(db, async tx => {
    for (const table of ['recovery', 'recovery_device', 'recovery_level'] as const)
      await tx.deleteFrom(table).execute()
  })

const behind = async (db: Db) =>
  (await listExceptions(db)).filter(({ kind }) => kind === 'hub-behind').map(({ sentence }) => sentence)

test('a till remembers the life of the hub that welcomed it, over a start of its own', async () => {
  await using on = await setUp()
  const hub = await on.start('hub.db')
  expect(on.served().life()).toBeNull()
  await on.meets(hub)
  expect(on.served().life()).toEqual(hub.life)
  expect(await behind(hub.db)).toEqual([])
  expect(await recoveries(hub.db)).toEqual([])
})

test('a hub that was put back hears of its lost life from a till that has nothing to send, once', async () => {
  await using on = await setUp()
  await on.meets(await on.start('hub.db'))
  const back = await on.start('copy.db')
  await on.meets(back)
  expect(await behind(back.db)).toEqual([
    expect.stringContaining('at a time that its database does not know'),
  ])
  expect(await recoveries(back.db)).toMatchObject([{ store: 'HAR', cause: 'till', recorded: 0 }])
  expect(on.served().life()).toEqual(back.life)
  await on.meets(back)
  expect(await behind(back.db)).toEqual([])
  const unknown = (await readGeneration(back.db))?.unknown
  expect(unknown).toMatchObject([{ store: 'HAR' }])
})

test('a folder that is put back twice within a day is told of twice; one life is told of once', async () => {
  await using on = await setUp()
  await on.meets(await on.start('hub.db'))
  const back = await on.start('copy.db')
  await on.meets(back)
  await forget(back.db) // its recovery has ended
  await on.putAside('copy.db', 'later.db')
  const lost = await on.start('copy.db')
  await on.meets(lost)
  expect(await recoveries(lost.db)).toEqual([])
  await on.world.advance(2 * 3_600_000)
  const again = await on.start('later.db')
  await on.meets(again)
  expect(await recoveries(again.db)).toMatchObject([{ store: 'HAR', recorded: 0 }])
  expect(await behind(again.db)).toHaveLength(1)
})

test('what was noted of another hub, or is damaged, says nothing', async () => {
  await using on = await setUp()
  const life = { id: 'life_a', from: 1 }
  keptServedBy(on.world, on.at('served-by.json'), 'hub_other').keep(life)
  expect(on.served().life()).toBeNull()
  writeFileSync(on.at('served-by.json'), '{"hub":')
  expect(on.served().life()).toBeNull()
  const hub = await on.start('hub.db')
  await on.meets(hub)
  expect(await behind(hub.db)).toEqual([])
  expect(existsSync(on.at('served-by.json'))).toBe(true)
  expect(JSON.parse(readFileSync(on.at('served-by.json'), 'utf8'))).toMatchObject({ hub: 'hub_test' })
})
