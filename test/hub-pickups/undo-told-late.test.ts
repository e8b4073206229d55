import { expect, test } from 'vitest'
import { parsePickup } from '../../hub/pickups/pickup-row.ts'
import { epochMs } from '../../shared/ids.ts'
import { type ShopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { numberOf, press } from './at-the-till.ts'
import {
  catchUp,
  handOverLate,
  lastTold,
  MUG,
  otherPart,
  outcome,
  readyOrder,
  refundOne,
  ringUp,
  split,
  started,
  viewOf,
} from './told-late.ts'

const [har, , mkt] = tills
const nothingPressed = { isSame: true, stock: [180, 160], kinds: [] }

/** A till tells of the undo of a hand-over, five seconds later. */
function undoLate(hub: ShopAndHub, pickup: string, at: number): Promise<void> {
  const undoes = { move: 'collect', at: epochMs(at), staff: 'Maya', till: har.till } as const
  return press(hub, pickup, 'undo', har, undefined, { at: epochMs(at + 5_000), undoes })
}

/** The pickups as they are, whatever their versions. */
async function pickupsOf(hub: ShopAndHub) {
  const rows = await hub.db.selectFrom('pickup').selectAll().orderBy('pickup').execute()
  return rows
    .map(parsePickup)
    .map(({ row, body: { state, notice }, lines }) => ({ id: row.pickup, state, notice, lines }))
}

test.each([
  'moved',
  'moved in part',
  'cancelled',
  'refunded in part',
  'split',
  'split, and the bigger part moved',
] as const)(
  'a hand-over and its undo that arrive together are as if nothing was pressed, also where the order was %s meanwhile',
  async how => {
    await using hub = await started()
    const { name, pickup, view, at } = await readyOrder(hub, 3)
    const fulfilmentOrder = numberOf(pickup)
    const lines = [{ line: MUG, quantity: 1 }]
    if (how === 'moved') hub.shop.act(name, { do: 'move', fulfilmentOrder, to: 'MKT' })
    if (how === 'moved in part') hub.shop.act(name, { do: 'move', fulfilmentOrder, to: 'MKT', lines })
    if (how === 'cancelled') hub.shop.act(name, { do: 'cancel', restock: true })
    if (how === 'refunded in part') refundOne(hub, name)
    if (how.startsWith('split')) split(hub, name, pickup, 1)
    await catchUp(hub)
    if (how === 'split, and the bigger part moved')
      hub.shop.act(name, { do: 'move', fulfilmentOrder, to: 'MKT' })
    await catchUp(hub)
    const before = await pickupsOf(hub)
    await handOverLate(hub, pickup, view, { at: at + 2_000 })
    expect(await pickupsOf(hub)).not.toEqual(before)
    await undoLate(hub, pickup, at + 2_000)
    expect(await pickupsOf(hub)).toEqual(before)
    await catchUp(hub)
    expect(await outcome(hub)).toMatchObject(nothingPressed)
    if (how === 'moved') expect((await lastTold(hub, har, pickup)).state).toBe('cancelled')
    if (how !== 'moved in part') return
    expect((await lastTold(hub, mkt, otherPart(hub, name, pickup))).notice).toBe(null)
  },
)

test('parts that were merged are handed over and taken back by a till that knew the parts', async () => {
  await using hub = await started()
  const { name, pickup } = await readyOrder(hub, 3)
  const rest = split(hub, name, pickup, 1)
  await catchUp(hub)
  const views = [
    { id: pickup, view: await viewOf(hub, pickup) },
    { id: rest, view: await viewOf(hub, rest) },
  ]
  const at = hub.world.clock.now()
  hub.shop.act(name, { do: 'merge', fulfilmentOrders: [numberOf(pickup), numberOf(rest)] })
  await catchUp(hub)
  for (const [index, { id, view }] of views.entries()) {
    await handOverLate(hub, id, view, { at: at + index * 20_000 })
    await undoLate(hub, id, at + index * 20_000)
  }
  await catchUp(hub)
  expect(await outcome(hub)).toMatchObject({ ...nothingPressed, committed: [3, 0] })
  expect(await viewOf(hub, pickup)).toMatchObject({ state: 'ready', lines: [{ units: 3 }] })
})

test.each(['fulfilled in Shopify', 'rung up'] as const)(
  'a hand-over of an order that was moved, and that is %s by the time of its undo, stays: the till learns that it is too late',
  async how => {
    await using hub = await started()
    const { name, pickup, view, at } = await readyOrder(hub, 2)
    hub.shop.act(name, { do: 'move', fulfilmentOrder: numberOf(pickup), to: 'MKT' })
    await catchUp(hub)
    await handOverLate(hub, pickup, view, { at: at + 2_000 })
    if (how === 'rung up') await ringUp(hub, 2, name, at + 1_000)
    else hub.shop.act(name, { do: 'fulfil' })
    await catchUp(hub)
    await undoLate(hub, pickup, at + 2_000)
    expect((await lastTold(hub, har, pickup)).notice).toMatchObject({ code: 'undo-too-late' })
    await catchUp(hub)
    expect((await outcome(hub)).stock).toEqual([178, 160])
  },
)

test('a cancelled order that goes out once more after an undo is taken off stock once, and asked about', async () => {
  await using hub = await started()
  const { name, pickup, view, at } = await readyOrder(hub, 2)
  hub.shop.act(name, { do: 'cancel', restock: true })
  await catchUp(hub)
  await handOverLate(hub, pickup, view, { at: at + 2_000 })
  await undoLate(hub, pickup, at + 2_000)
  await handOverLate(hub, pickup, view, { at: at + 30_000 })
  await catchUp(hub)
  expect(await outcome(hub)).toMatchObject({
    isSame: true,
    stock: [178, 160],
    kinds: ['cancelled-but-collected'],
  })
})
