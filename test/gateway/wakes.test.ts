import { join } from 'node:path'
import type { KyselyPlugin } from 'kysely'
import { expect, test } from 'vitest'
import { openHubKey } from '../../hub/fleet/hub-key.ts'
import { openGateway } from '../../hub/gateway/gateway.ts'
import type { Signal } from '../../hub/signals.ts'
import { manualWorld, temporaryFolder, until } from '../manual-world.ts'
import {
  enrolTestTill,
  network,
  sale,
  sendSnapshot,
  startTestHub,
  startTestTill,
  type TestHub,
} from './till-and-hub.ts'

/** Counts the hints that are sent, by signal and store. */
function countHints(hub: TestHub): () => Record<string, number> {
  const counts = new Map<string, number>()
  for (const signal of ['stock', 'pickup-writes', 'commands', 'now'] satisfies Signal[])
    hub.signals.on(signal, store => {
      const key = `${signal} ${store}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    })
  return () => Object.fromEntries(counts)
}

test('a sale says that its store’s stock changed; an idle till’s status frames say nothing to Shopify', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const device = await enrolTestTill(world, hub.db)
  using till = startTestTill(world, device, join(folder.path, 'journal.db'), network(hub.gateway))
  await until('online', () => till.uplink.state().link === 'online')
  await until('the connection is noted', async () => {
    const row = await hub.db.selectFrom('device').select('connected_at').executeTakeFirst()
    return row?.connected_at !== null
  })
  const hints = countHints(hub)
  for (let beat = 0; beat < 20; beat += 1) await world.advance(15_000)
  expect(hints()).not.toHaveProperty('stock HAR')
  expect(hints()).not.toHaveProperty('pickup-writes HAR')
  expect(hints()['now HAR'] ?? 0).toBeLessThanOrEqual(1)

  await till.journal.record([sale(1)])
  await until('acked', () => till.journal.unsent().events === 0)
  expect(hints()).toMatchObject({ 'stock HAR': 1 })
  expect(hints()).not.toHaveProperty('stock ')
})

test('a receipt that is sent again moves nothing, so Shopify is not woken', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const device = await enrolTestTill(world, hub.db)
  using till = startTestTill(world, device, join(folder.path, 'journal.db'), network(hub.gateway))
  await till.journal.record([sale(1)])
  await until('acked', () => till.journal.unsent().events === 0)
  const hints = countHints(hub)
  await till.journal.record([sale(1)])
  await until('acked again', () => till.journal.unsent().events === 0)
  expect(hints()).not.toHaveProperty('stock HAR')
})

/** Counts the queries outside transactions. */
function queryCounter() {
  let queries = 0
  const plugin: KyselyPlugin = {
    transformQuery({ node }) {
      queries += 1
      return node
    },
    transformResult: async ({ result }) => result,
  }
  return { plugin, count: () => queries }
}

test.each([1, 4])(
  'with %s idle tills, a round of the gateway is two queries, and what they say is noted with two each minute',
  async tills => {
    using folder = temporaryFolder()
    const world = manualWorld()
    await using hub = await startTestHub(world, folder.path)
    const counter = queryCounter()
    const db = hub.db.withPlugin(counter.plugin)
    await using gateway = openGateway({
      world,
      db,
      hub: 'hub_test',
      key: openHubKey({ db, world }),
      signals: hub.signals,
      sendSnapshot,
    })
    using running = new DisposableStack()
    for (let number = 1; number <= tills; number += 1) {
      const device = await enrolTestTill(world, hub.db, `Till ${number}`)
      const net = network(gateway)
      const till = running.use(startTestTill(world, device, join(folder.path, `journal-${number}.db`), net))
      await until(`till ${number} is online`, () => till.uplink.state().link === 'online')
    }
    await world.advance(15_000)
    const before = counter.count()
    for (let round = 0; round < 10; round += 1) await world.advance(15_000)
    expect(gateway.live().size).toBe(tills)
    const [rounds, minutes] = [10, 2]
    expect(counter.count() - before).toBe(2 * rounds + 2 * minutes)
  },
)

/** A gateway in front of `hub`'s that counts what the hub sends and may lose what the till says, by the kind of frame. */
function listeningGateway(hub: TestHub, loses: readonly string[] = []) {
  const sent = new Map<string, number>()
  const kindOf = (message: string) => /^\{"t":"(\w+)"/.exec(message)?.[1] ?? 'unknown'
  const gateway: TestHub['gateway'] = {
    ...hub.gateway,
    accept(wire, address) {
      hub.gateway.accept(
        {
          ...wire,
          send(message) {
            sent.set(kindOf(message), (sent.get(kindOf(message)) ?? 0) + 1)
            wire.send(message)
          },
          listen: handlers =>
            wire.listen({
              ...handlers,
              message: text => void (loses.includes(kindOf(text)) || handlers.message(text)),
            }),
        },
        address,
      )
    },
  }
  return { gateway, sent: (kind: string) => sent.get(kind) ?? 0 }
}

test('a till at rest costs the hub one frame a heartbeat: the answer to its ping', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const device = await enrolTestTill(world, hub.db)
  const { gateway, sent } = listeningGateway(hub)
  using till = startTestTill(world, device, join(folder.path, 'journal.db'), network(gateway))
  await until('online', () => till.uplink.state().link === 'online')
  for (let second = 0; second < 300; second += 1) await world.advance(1_000)
  expect([sent('ping'), sent('pong')]).toEqual([0, 20])
  expect(hub.gateway.live().get(device.device)?.status?.clock).toBeGreaterThan(world.clock.now() - 16_000)
})

test('a till that never pings is pinged, and stays connected', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const device = await enrolTestTill(world, hub.db)
  const { gateway, sent } = listeningGateway(hub, ['ping', 'status'])
  using till = startTestTill(world, device, join(folder.path, 'journal.db'), network(gateway))
  await until('online', () => till.uplink.state().link === 'online')
  const connectedAt = hub.gateway.live().get(device.device)?.connectedAt
  for (let second = 0; second < 120; second += 1) await world.advance(1_000)
  expect(sent('ping')).toBeGreaterThan(3)
  expect(hub.gateway.live().get(device.device)?.connectedAt).toBe(connectedAt)
})
