import { expect, test } from 'vitest'
import { tills } from '../hub-shopify/shop-and-hub.ts'
import { numberOf, press } from './at-the-till.ts'
import { answer, askingShop, goOn, look, onlyQuestion } from './customer-asked.ts'
import {
  catchUp,
  handOverLate,
  lastTold,
  MUG,
  otherPart,
  outcome,
  readyOrder,
  split,
  started,
  viewOf,
} from './told-late.ts'

const [, har2, mkt] = tills
const nothingLeft = { isSame: true, committed: [0, 0] }

test('an order is split, and a till that does not know hands all of it over: it is handed over as both parts', async () => {
  await using hub = await started()
  const { name, pickup, view, at } = await readyOrder(hub, 3)
  const rest = split(hub, name, pickup, 1)
  await catchUp(hub)
  await handOverLate(hub, pickup, view, { at: at + 2_000 })
  await catchUp(hub)
  expect(await outcome(hub)).toEqual({ ...nothingLeft, stock: [177, 160], kinds: [] })
  expect((await viewOf(hub, rest)).state).toBe('collected')
  expect(hub.shop.order(name).fulfillmentOrders.map(({ status }) => status)).toEqual(['CLOSED', 'CLOSED'])
})

test('an order is split, and a till that does not know hands a bit of it over: the other part stays ready', async () => {
  await using hub = await started()
  const { name, pickup, view, at } = await readyOrder(hub, 4)
  const rest = split(hub, name, pickup, 2)
  await catchUp(hub)
  await handOverLate(hub, pickup, view, { at: at + 2_000, units: 3 })
  await catchUp(hub)
  expect(await outcome(hub)).toMatchObject({ stock: [177, 160], committed: [1, 0], kinds: [] })
  expect(await viewOf(hub, rest)).toMatchObject({ state: 'ready', lines: [{ units: 1 }] })
})

test('a till that knew of both parts hands one over whose item was refunded: the other part is not taken for it', async () => {
  await using hub = await started()
  const { name, pickup } = await readyOrder(hub, 3)
  const rest = split(hub, name, pickup, 1)
  await catchUp(hub)
  const view = await viewOf(hub, rest)
  const at = hub.world.clock.now()
  hub.advance(60_000)
  hub.shop.act(name, { do: 'refund', lines: [{ line: MUG, quantity: 1 }], restock: 'CANCEL' })
  await catchUp(hub)
  expect((await viewOf(hub, rest)).state).toBe('cancelled')
  await handOverLate(hub, rest, view, { at: at + 2_000 })
  await catchUp(hub)
  expect(await outcome(hub)).toMatchObject({ stock: [179, 160], kinds: ['cancelled-but-collected'] })
  expect(await viewOf(hub, pickup)).toMatchObject({ state: 'ready', lines: [{ units: 2 }] })
})

test('a part is moved to another store, and a till that does not know hands all over: the other store is warned, and stock is right', async () => {
  await using hub = await started()
  const { name, pickup, view, at } = await readyOrder(hub, 2)
  const lines = [{ line: MUG, quantity: 1 }]
  hub.shop.act(name, { do: 'move', fulfilmentOrder: numberOf(pickup), to: 'MKT', lines })
  const part = otherPart(hub, name, pickup)
  await catchUp(hub)
  await handOverLate(hub, pickup, view, { at: at + 2_000 })
  await catchUp(hub)
  const notice = { code: 'handed-over-elsewhere', store: 'HAR', staff: 'Maya' }
  expect(await lastTold(hub, mkt, part)).toMatchObject({ notice })
  expect(await outcome(hub)).toMatchObject({ stock: [178, 160], kinds: ['handed-over-after-move'] })
  hub.shop.act(name, { do: 'fulfil' }) // as it says
  await catchUp(hub)
  expect(await outcome(hub)).toEqual({ ...nothingLeft, stock: [178, 160], kinds: [] })
})

test('an order is split and the bigger part moved, and a till that does not know hands all over: its own rest is not offered again', async () => {
  await using hub = await started()
  const { name, pickup, view, at } = await readyOrder(hub, 3)
  const rest = split(hub, name, pickup, 1)
  await catchUp(hub)
  hub.shop.act(name, { do: 'move', fulfilmentOrder: numberOf(pickup), to: 'MKT' })
  await catchUp(hub)
  await handOverLate(hub, pickup, view, { at: at + 2_000 })
  await catchUp(hub)
  expect((await lastTold(hub, har2, rest)).state).toBe('collected')
  hub.shop.act(name, { do: 'fulfil', fulfilmentOrder: numberOf(pickup) }) // as it says
  await catchUp(hub)
  expect(await outcome(hub)).toEqual({ ...nothingLeft, stock: [177, 160], kinds: [] })
})

test('items that one till missed were found and handed over at another: their customer gets no money back by the link', async () => {
  await using hub = await askingShop()
  const lines = [MUG, 'TOTE-NAT'].map(sku => ({ sku, quantity: 1 }))
  const { name, fulfillmentOrders } = hub.shop.createOrder({
    location: 'HAR',
    lines,
    customer: { name: 'Ada Byron' },
  })
  await hub.poll()
  const pickup = fulfillmentOrders[0]?.id ?? ''
  await press(hub, pickup, 'pick')
  const view = await viewOf(hub, pickup)
  const at = hub.world.clock.now()
  const [mug, bag] = view.lines.map(({ id }) => id)
  if (mug === undefined || bag === undefined) throw new Error('Two lines are shown.')
  const missing = [{ pickupLine: mug, units: 1, reason: 'not-on-shelf' as const, said: null }]
  await press(hub, pickup, 'finish', tills[0], undefined, { lines: [{ pickupLine: bag, units: 1 }], missing })
  await hub.writeAll()
  await look(hub)
  const { id } = await onlyQuestion(hub)
  await handOverLate(hub, pickup, { ...view, state: 'ready' }, { at: at + 30_000, by: har2 })
  await catchUp(hub)
  await answer(hub, id, 'cancel')
  await goOn(hub, 5)
  expect(hub.shop.order(name).money.refunded).toBe(0)
  expect(await outcome(hub)).toEqual({ ...nothingLeft, stock: [179, 160], kinds: [] })
})
