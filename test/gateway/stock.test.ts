import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { GatewayParts } from '../../hub/gateway/gateway.ts'
import { StockChanges } from '../../shared/free-stock.ts'
import { manualWorld, temporaryFolder, until } from '../manual-world.ts'
import { enrolTestTill, network, startTestHub, startTestTill } from './till-and-hub.ts'

const changes = StockChanges.parse({
  ...{ at: 1, cursor: 'c1', isWhole: true, isMore: false },
  stores: [{ store: 'HAR', name: 'Harbour', asOf: 1 }],
  items: [{ item: 'i', sku: 'A', barcode: null, title: 'A', variantTitle: null, free: [[0, 3]] }],
})

async function tillOf(stock: GatewayParts['stock'], isOnline = true) {
  const stack = new AsyncDisposableStack()
  const folder = stack.use(temporaryFolder())
  const world = manualWorld()
  const hub = stack.use(
    await startTestHub(world, folder.path, 'hub.db', stock === undefined ? {} : { stock }),
  )
  const device = await enrolTestTill(world, hub.db)
  const net = network(isOnline ? hub.gateway : null)
  const till = stack.use(startTestTill(world, device, join(folder.path, 'journal.db'), net))
  if (isOnline) await until('the till is online', () => till.uplink.state().link === 'online')
  return { world, net, till, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('a till asks on its own connection, as the store that it belongs to', async () => {
  const asked: string[] = []
  await using one = await tillOf(async ({ store }, since) => {
    asked.push(`${store} ${since}`)
    return since === null ? changes : null
  })
  expect(await one.till.uplink.askStock(null)).toEqual(changes)
  expect(await one.till.uplink.askStock('c1')).toBeNull()
  expect(asked).toEqual(['HAR null', 'HAR c1'])
})

test('a hub that fails at it, an older one, and none: the till has no answer and stays connected', async () => {
  await using failing = await tillOf(() => Promise.reject(new Error('disk I/O error')))
  const unanswered = failing.till.uplink.askStock(null)
  expect(await failing.till.uplink.askStock(null)).toBeUndefined() // one at a time
  await failing.world.advance(60_000)
  expect(await unanswered).toBeUndefined()
  expect(failing.till.uplink.state().link).toBe('online')
  await using older = await tillOf(undefined)
  expect(await older.till.uplink.askStock(null)).toBeUndefined()
  expect(older.till.uplink.state().link).toBe('online')
  await using offline = await tillOf(async () => changes, false)
  expect(await offline.till.uplink.askStock(null)).toBeUndefined()
})

test('a connection that ends leaves no question without an end', async () => {
  const never = Promise.withResolvers<StockChanges | null>()
  await using one = await tillOf(() => never.promise)
  const asked = one.till.uplink.askStock(null)
  one.net.plug(null)
  expect(await asked).toBeUndefined()
  never.resolve(null)
})

test('an answer that the till can’t read, and one that is too large, end no connection', async () => {
  let told: object = { ...changes, cursor: '' }
  await using one = await tillOf(async () => told as StockChanges)
  const { uplink } = one.till
  expect(await uplink.askStock(null)).toBeUndefined()
  expect(uplink.state().link).toBe('online')
  told = { ...changes, items: [{ ...changes.items[0], title: 'x'.repeat(2_000_000) }] }
  const large = uplink.askStock(null)
  await one.world.advance(60_000)
  expect(await large).toBeUndefined()
  expect(uplink.state().link).toBe('online')
  told = changes
  expect(await uplink.askStock(null)).toEqual(changes)
})
