import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { tracePickups } from '../../hub/pickups/trace-pickups.ts'
import { agree } from '../../hub/stock/go-live.ts'
import { EpochMs } from '../../shared/ids.ts'
import { type ShopAndHub, shopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { numberOf, press, shown } from './at-the-till.ts'

const [till] = tills
const handedTo = { who: 'other', checked: 'code' } as const

/** An order of three mugs that is being picked. */
async function picking(hub: ShopAndHub) {
  const { name, fulfillmentOrders } = hub.shop.createOrder({
    location: 'HAR',
    lines: [{ sku: 'MUG-BLU', quantity: 3 }],
    customer: { name: 'Ada' },
  })
  await hub.poll()
  const pickup = fulfillmentOrders[0]?.id ?? ''
  await press(hub, pickup, 'pick')
  return { name, pickup }
}

const said = async (hub: ShopAndHub, pickup: string) => {
  const { keptAt, handedTo } = (await shown(hub, pickup)) ?? {}
  return { keptAt, handedTo }
}

test('every till is told where an order is kept, and to whom it went; the next “ready” says its own place', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { pickup } = await picking(hub)
  await press(hub, pickup, 'finish', till, undefined, { keptAt: 'Shelf B3' })
  expect(await said(hub, pickup)).toEqual({ keptAt: 'Shelf B3', handedTo: null })
  await press(hub, pickup, 'reopen', till, undefined, { reason: 'Wrong item' })
  expect((await said(hub, pickup)).keptAt).toBe('Shelf B3')
  await press(hub, pickup, 'finish')
  expect((await said(hub, pickup)).keptAt).toBe(null)
  await press(hub, pickup, 'collect', till, undefined, { handedTo })
  expect((await said(hub, pickup)).handedTo).toEqual(handedTo)
})

test('an undo takes the place and the collector back with its step', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { pickup } = await picking(hub)
  const now = () => EpochMs.parse(hub.world.clock.now())
  await press(hub, pickup, 'finish', till, undefined, { keptAt: 'Shelf B3', at: now() })
  const at = now()
  await press(hub, pickup, 'collect', till, undefined, { handedTo, at })
  const undoes = { move: 'collect', at, staff: 'Maya', till: 'Till 1' } as const
  await press(hub, pickup, 'undo', till, undefined, { undoes })
  expect(await said(hub, pickup)).toEqual({ keptAt: 'Shelf B3', handedTo: null })
})

test('an older till says neither, and the order’s trace shows what was said of each hand-over', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await picking(hub)
  await press(hub, pickup, 'finish', till, undefined, { keptAt: 'Hook 2' })
  const line = (await shown(hub, pickup))?.lines[0]?.id ?? ''
  await press(hub, pickup, 'collect', till, undefined, { handedTo, lines: [{ pickupLine: line, units: 2 }] })
  expect(await said(hub, pickup)).toEqual({ keptAt: 'Hook 2', handedTo })
  await press(hub, pickup, 'collect')
  expect((await said(hub, pickup)).handedTo).toBe(null)
  const traced = await tracePickups(hub.db, 'HAR', name.slice(1))
  expect(traced).toMatchObject([{ pickup, order: name, state: 'collected', keptAt: 'Hook 2' }])
  expect(traced[0]?.moves.map(({ move, units, handedTo: to }) => [move, units, to])).toEqual([
    ['pick', null, null],
    ['finish', 3, null],
    ['collect', 2, handedTo],
    ['collect', 1, null],
  ])
  expect(await tracePickups(hub.db, 'HAR', pickup)).toEqual(traced)
  expect(await tracePickups(hub.db, 'MKT', name)).toEqual([])
})

test('the rest of a split keeps the place', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await picking(hub)
  await press(hub, pickup, 'finish', till, undefined, { keptAt: 'Shelf B3' })
  hub.advance(60_000)
  await hub.write()
  const lines = [{ line: 'MUG-BLU', quantity: 1 }]
  hub.shop.act(name, { do: 'split', fulfilmentOrder: numberOf(pickup), lines })
  hub.advance(60_000)
  await hub.poll()
  const rest = hub.shop.order(name).fulfillmentOrders.find(one => one.id !== pickup)?.id ?? ''
  expect(await said(hub, rest)).toMatchObject({ keptAt: 'Shelf B3' })
})

test('a contract that changes one term keeps the others', async () => {
  await using hub = await shopAndHub()
  const now = hub.world.clock.now()
  const by = { by: 'Kim', why: 'thefts' }
  await transaction(hub.db, tx => agree(tx, { store: 'HAR', terms: { handOver: 'checked' }, ...by }, now))
  const next = await transaction(hub.db, tx =>
    agree(tx, { store: 'HAR', terms: { onDifference: 'accept' }, ...by }, now),
  )
  expect(next.terms).toMatchObject({ handOver: 'checked', onDifference: 'accept' })
})
