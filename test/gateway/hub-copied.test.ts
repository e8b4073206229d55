import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listExceptions } from '../../hub/checks/exceptions.ts'
import { copyTestHubDb } from '../hub-engines.ts'
import { manualWorld, temporaryFolder, until } from '../manual-world.ts'
import { enrolTestTill, network, sale, startTestHub, startTestTill } from './till-and-hub.ts'

/** A hub with one till, and a copy of its database. */
async function setUp() {
  const stack = new AsyncDisposableStack()
  const folder = stack.use(temporaryFolder())
  const world = manualWorld()
  const first = await startTestHub(world, folder.path)
  const device = await enrolTestTill(world, first.db)
  await first[Symbol.asyncDispose]()
  await copyTestHubDb(join(folder.path, 'hub.db'), join(folder.path, 'clone.db'))
  const hub = stack.use(await startTestHub(world, folder.path))
  const clone = stack.use(await startTestHub(world, folder.path, 'clone.db'))
  const net = network(null)
  const till = stack.use(startTestTill(world, device, join(folder.path, 'journal.db'), net))
  let number = 0
  return {
    hub,
    clone,
    /** The till reaches that hub and sends it a sale. */
    async visits(to: typeof hub): Promise<void> {
      net.plug(null)
      net.plug(to.gateway)
      number += 1
      await till.journal.record([sale(number)])
      await world.advance(60_000)
      await until('acked', () => till.journal.unsent().events === 0 && till.uplink.state().link === 'online')
    },
    urgent: async (at: typeof hub) =>
      (await listExceptions(at.db))
        .filter(({ kind }) => kind === 'hub-copied')
        .map(({ sentence }) => sentence),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

test('two live copies of one hub are found by the till that both have served', async () => {
  await using on = await setUp()
  await on.visits(on.hub)
  await on.visits(on.clone)
  expect([...(await on.urgent(on.hub)), ...(await on.urgent(on.clone))]).toEqual([]) // it may have been moved
  await on.visits(on.hub)
  expect(await on.urgent(on.hub)).toEqual([expect.stringContaining('Two copies of this hub are running')])
  await on.visits(on.clone)
  expect(await on.urgent(on.clone)).toHaveLength(1)
})
