import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Signal } from '../../hub/signals.ts'
import { manualWorld, temporaryFolder, until } from '../manual-world.ts'
import { enrolTestTill, network, sale, startTestHub, startTestTill, type TestHub } from './till-and-hub.ts'

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
