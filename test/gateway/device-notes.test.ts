import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Db, transaction, withFence } from '../../hub/db/db.ts'
import { openDeviceNotes } from '../../hub/gateway/device-notes.ts'
import { openLiveSessions } from '../../hub/gateway/live-sessions.ts'
import { startRounds } from '../../hub/gateway/rounds.ts'
import type { Session } from '../../hub/gateway/session.ts'
import { sendOpenPickups } from '../../hub/pickups/snapshot.ts'
import { Hello } from '../../shared/protocol.ts'
import { put } from '../journal/test-journal.ts'
import { manualWorld, temporaryFolder, until } from '../manual-world.ts'
import { enrolTestTill, sendSnapshot, startTestHub } from './till-and-hub.ts'

async function setUp() {
  const folder = temporaryFolder()
  const world = manualWorld()
  const hub = await startTestHub(world, join(folder.path))
  const { device } = await enrolTestTill(world, hub.db)
  const row = await hub.db.selectFrom('device').selectAll().executeTakeFirstOrThrow()
  const mark = { epoch: 1, seq: 0, hash: 'h' }
  const hello = Hello.parse({
    t: 'hello',
    protocol: 1,
    device,
    version: '9.9.9',
    instance: 'run_1',
    nonce: 'n',
    clock: world.clock.now(),
    events: { last: mark, acked: mark },
    commands: mark,
    signature: 's',
  })
  const read = () => hub.db.selectFrom('device').selectAll().executeTakeFirstOrThrow()
  return {
    world,
    db: hub.db,
    row,
    hello,
    read,
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

test('what could not be written of a device’s connection is written when the database is back', async () => {
  await using on = await setUp()
  let isDown = true
  const db = withFence(on.db, async () => {
    if (isDown) throw new Error('the database is away')
  })
  const failures: unknown[] = []
  const background = (work: Promise<void>) => void work.catch(error => failures.push(error))
  const notes = openDeviceNotes({
    world: on.world,
    db,
    background,
    sendSnapshot,
    sent: () => undefined,
    claimed: async () => undefined,
  })
  const connectedAt = on.world.clock.now()
  await expect(notes.opened(on.row, on.hello)).rejects.toThrow('the database is away')
  await on.world.advance(11_000)
  await until('the second try', () => failures.length === 1)
  expect((await on.read()).connected_at).toBeNull()
  isDown = false
  await on.world.advance(11_000)
  await until('the note', async () => (await on.read()).connected_at !== null)
  expect(await on.read()).toMatchObject({ connected_at: connectedAt, version: '9.9.9' })
  notes.close()
})

test('a device that comes with another version gets its store’s open pickups again, once', async () => {
  await using on = await setUp()
  const { db, hello, world } = on
  const pickup = put()
  const lines = { warehouse: '0', committed: true, lines: [] }
  const { seen: _, ...body } = pickup
  await transaction(db, tx =>
    tx
      .insertInto('pickup')
      .values({
        pickup: pickup.pickup,
        store: 'HAR',
        order_id: 'gid://shopify/Order/1',
        order_name: '#1001',
        version: 1,
        state: 'ready',
        body_json: JSON.stringify({ ...body, state: 'ready' }),
        lines_json: JSON.stringify(lines),
        placed_at: 1,
        promised_by: null,
        shopify_updated_at: 1,
        updated_at: 1,
      })
      .execute(),
  )
  const sent: string[] = []
  const background = (work: Promise<void>) => void work
  const notes = openDeviceNotes({
    world,
    db,
    background,
    sendSnapshot: sendOpenPickups,
    sent: store => sent.push(store),
    claimed: async () => undefined,
  })
  const connect = async (version: string) => notes.opened(await on.read(), { ...hello, version })
  const pickups = async () =>
    (await db.selectFrom('command').select('body').execute()).filter(row => row.body.includes('pickup.put'))
      .length
  await connect('1.0.0') // enrolling has sent them
  await connect('1.0.0')
  expect([await pickups(), sent]).toEqual([0, []])
  await Promise.all([connect('1.1.0'), connect('1.1.0')])
  expect([await pickups(), sent]).toEqual([1, ['HAR']])
  // ever new versions bring no more than a few, and a later connection that counts as the upgrade
  for (let n = 2; n < 30; n += 1) await connect(`1.${n}.0`)
  expect([await pickups(), (await on.read()).version]).toEqual([5, '1.5.0'])
  await world.advance(25 * 3_600_000)
  await connect('1.29.0')
  expect([await pickups(), (await on.read()).version]).toEqual([6, '1.29.0'])
  notes.close()
})

test('while a device is connected, the database is told so every hour', async () => {
  await using on = await setUp()
  const sessions = openLiveSessions({
    world: on.world,
    quarantines: { begin() {}, unwritten: () => null },
  })
  const session: Session = {
    instance: () => 'run_1',
    describe: () => 'run_1',
    status: () => null,
    commandsAppended() {},
    answers: async () => true,
    refuse() {},
    end() {},
  }
  await sessions.admit(session, on.row, on.hello)
  const failures: unknown[] = []
  const background = (work: Promise<void>) => void work.catch(error => failures.push(error))
  const db: Db = on.db
  const stop = startRounds({
    world: on.world,
    db,
    sessions,
    background,
    unknown: { sweep: async () => undefined },
  })
  for (let minute = 0; minute < 61; minute += 1) await on.world.advance(60_000)
  await until('the note', async () => (await on.read()).last_seen_at !== null)
  expect(Number((await on.read()).last_seen_at)).toBeGreaterThan(on.world.clock.now() - 3_600_000)
  expect(failures).toEqual([])
  stop()
})

test('a restored hub’s exception stays open until a clean handshake, also when its note comes late', async () => {
  await using on = await setUp()
  let isDown = false
  const db = withFence(on.db, async () => {
    if (isDown) throw new Error('the database is away')
  })
  const background = (work: Promise<void>) => void work.catch(() => undefined)
  const notes = openDeviceNotes({
    world: on.world,
    db,
    background,
    sendSnapshot,
    sent: () => undefined,
    claimed: async () => undefined,
  })
  const open = async () =>
    on.db
      .selectFrom('exception')
      .select('kind')
      .where('kind', '=', 'hub-behind')
      .where('closed_at', 'is', null)
      .execute()
  await notes.hubIsBehind(on.row, { missing: 3, otherLife: null })
  isDown = true
  await expect(notes.opened(on.row, on.hello)).rejects.toThrow('the database is away')
  isDown = false
  await on.world.advance(11_000)
  await until('the note', async () => (await on.read()).connected_at !== null)
  expect(await open()).toEqual([{ kind: 'hub-behind' }])
  await notes.opened(on.row, on.hello)
  expect(await open()).toEqual([])
  notes.close()
})
