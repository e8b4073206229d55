import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { readPickup } from '../../hub/pickups/pickup-row.ts'
import { redactPickups } from '../../hub/pickups/redact.ts'
import type { PickupMoved } from '../../shared/events.ts'
import { EpochMs } from '../../shared/ids.ts'
import { type StaffMove, UNDO_MS } from '../../shared/pickup-moves.ts'
import { openExceptions, type ShopAndHub, shopAndHub, tills, writesOf } from '../hub-shopify/shop-and-hub.ts'
import { bothSides, press, shown } from './at-the-till.ts'

const mug = 'MUG-BLU'
const [till, other] = tills

/** An order of two mugs that is being picked. */
async function picking(hub: ShopAndHub) {
  const { name, fulfillmentOrders } = hub.shop.createOrder({
    location: 'HAR',
    lines: [{ sku: mug, quantity: 2 }],
    customer: { name: 'Ada' },
  })
  await hub.poll()
  const pickup = fulfillmentOrders[0]?.id ?? ''
  await press(hub, pickup, 'pick')
  const line = (await shown(hub, pickup))?.lines[0]?.id ?? ''
  return { name, pickup, line }
}

/** Staff press a button just now, and the hub hears of it at once. */
async function pressNow(hub: ShopAndHub, pickup: string, move: StaffMove, more: Partial<PickupMoved> = {}) {
  const at = more.at ?? EpochMs.parse(hub.world.clock.now())
  await press(hub, pickup, move, till, undefined, { ...more, at })
  return { move, at, staff: 'Maya', till: 'Till 1' } as NonNullable<PickupMoved['undoes']>
}

const calls = async (hub: ShopAndHub) =>
  (await writesOf(hub)).filter(write => write.kind !== 'adjust').map(({ kind, state }) => `${kind} ${state}`)

async function runs(hub: ShopAndHub, ms: number): Promise<void> {
  hub.advance(ms)
  await hub.write()
  await hub.poll()
}

test('Shopify hears of "ready" and of a hand-over only after the time for an undo', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await picking(hub)
  await pressNow(hub, pickup, 'finish')
  await runs(hub, UNDO_MS)
  expect(hub.shop.order(name).fulfillmentOrders[0]?.prepared).toBe(false)
  await runs(hub, 5_000)
  expect(hub.shop.order(name).fulfillmentOrders[0]?.prepared).toBe(true)
  await pressNow(hub, pickup, 'collect')
  await runs(hub, UNDO_MS)
  expect(hub.shop.order(name).fulfillments).toEqual([])
  await runs(hub, 5_000)
  expect(hub.shop.order(name).fulfillments).toHaveLength(1)
})

test('what arrives late is told at once, and a till’s wrong clock keeps nothing back', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await picking(hub)
  await press(hub, pickup, 'finish')
  await runs(hub, 0)
  expect(hub.shop.order(name).fulfillmentOrders[0]?.prepared).toBe(true)
  const ahead = EpochMs.parse(hub.world.clock.now() + 86_400_000)
  await press(hub, pickup, 'collect', till, undefined, { at: ahead })
  await runs(hub, UNDO_MS + 5_000)
  expect(hub.shop.order(name).fulfillments).toHaveLength(1)
})

test('a till whose clock is known to be behind has its time for an undo all the same', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await picking(hub)
  await transaction(hub.db, tx =>
    tx.updateTable('device').set({ clock_offset_ms: -3_600_000 }).where('device', '=', till.device).execute(),
  )
  await pressNow(hub, pickup, 'finish', { at: EpochMs.parse(hub.world.clock.now() - 3_600_000) })
  await runs(hub, UNDO_MS)
  expect(hub.shop.order(name).fulfillmentOrders[0]?.prepared).toBe(false)
})

test.each(['finish', 'collect', 'refuse', 'short finish', 'part'] as const)(
  'an undone %s leaves no trace in Shopify, in stock or at the office',
  async what => {
    await using hub = await shopAndHub()
    await hub.sync()
    const { name, pickup, line } = await picking(hub)
    const isOut = what === 'collect' || what === 'part'
    if (isOut) await press(hub, pickup, 'finish')
    if (isOut) await hub.writeAll()
    if (what === 'refuse') await press(hub, pickup, 'miss', till, undefined, { reason: 'Empty shelf' })
    const before = await shown(hub, pickup)
    const exceptions = (await openExceptions(hub)).map(({ sentence }) => sentence)
    const told = await calls(hub)
    const missing = [{ pickupLine: line, units: 1, reason: 'damaged' as const, said: null }]
    const one = [{ pickupLine: line, units: 1 }]
    const more = what === 'short finish' ? { lines: one, missing } : what === 'part' ? { lines: one } : {}
    const move = what === 'short finish' ? 'finish' : what === 'part' ? 'collect' : what
    const undoes = await pressNow(hub, pickup, move, more)
    expect((await shown(hub, pickup))?.movedAt).toBe(undoes.at)
    await runs(hub, UNDO_MS - 1)
    await pressNow(hub, pickup, 'undo', { undoes })
    const { version: _, at: _at, ...state } = (await shown(hub, pickup)) ?? expect.fail()
    expect(before).toMatchObject(state)
    expect((await openExceptions(hub)).map(({ sentence }) => sentence)).toEqual(exceptions)
    for (let again = 0; again < 3; again += 1) await runs(hub, 20_000)
    expect((await calls(hub)).filter(call => call.endsWith('confirmed'))).toEqual(
      told.filter(call => call.endsWith('confirmed')),
    )
    expect(hub.shop.order(name).fulfillments).toEqual([])
    expect(hub.shop.order(name).fulfillmentOrders).toHaveLength(1)
    const { shopify, ledger } = await bothSides(hub, mug)
    expect(ledger).toEqual(shopify)
    expect(ledger[0]).toMatchObject({ onHand: 180, committed: 2 })
  },
)

test('a customer is forgotten between a step and its undo: why a unit was missing stays, what staff typed does not', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { pickup, line } = await picking(hub)
  const missing = [{ pickupLine: line, units: 1, reason: 'damaged' as const, said: 'torn by Ada' }]
  await press(hub, pickup, 'finish', till, undefined, { lines: [{ pickupLine: line, units: 1 }], missing })
  await hub.writeAll()
  const undoes = await pressNow(hub, pickup, 'collect')
  const held = await readPickup(hub.db, pickup)
  await transaction(hub.db, tx => redactPickups(tx, [held?.row.order_id ?? ''], hub.world.clock.now()))
  await pressNow(hub, pickup, 'undo', { undoes })
  const { lines } = (await readPickup(hub.db, pickup)) ?? expect.fail()
  expect(lines.lines).toMatchObject([{ missing: { units: 1, reason: 'damaged', said: null } }])
})

test('an undo that comes after Shopify has heard says so, and changes nothing else', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await picking(hub)
  await press(hub, pickup, 'finish')
  await hub.writeAll()
  const undoes = await pressNow(hub, pickup, 'collect')
  await runs(hub, UNDO_MS + 5_000)
  await pressNow(hub, pickup, 'undo', { undoes })
  expect(await shown(hub, pickup)).toMatchObject({
    state: 'collected',
    notice: { code: 'undo-too-late', move: 'collect', staff: 'Maya' },
  })
  expect(hub.shop.order(name).fulfillments).toHaveLength(1)
})

test('a hand-over and its undo that arrive together after days offline are as if nothing was pressed', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await picking(hub)
  await press(hub, pickup, 'finish')
  await hub.writeAll()
  const at = EpochMs.parse(hub.world.clock.now() - 86_400_000)
  const undoes = await pressNow(hub, pickup, 'collect', { at })
  await pressNow(hub, pickup, 'undo', { at: EpochMs.parse(at + 5_000), undoes })
  await hub.writeAll()
  expect(await shown(hub, pickup)).toMatchObject({ state: 'ready', shopify: 'confirmed' })
  expect(hub.shop.order(name).fulfillments).toEqual([])
})

test('a step that another till had overtaken is not undone over its head', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { pickup } = await picking(hub)
  const undoes = await pressNow(hub, pickup, 'finish')
  await press(hub, pickup, 'collect', other)
  await pressNow(hub, pickup, 'undo', { undoes })
  expect(await shown(hub, pickup)).toMatchObject({ state: 'collected' })
})

test('"ready" that was left out while a hand-over counted is told after that is undone', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await picking(hub)
  await pressNow(hub, pickup, 'finish')
  hub.advance(7_000)
  const undoes = await pressNow(hub, pickup, 'collect')
  await runs(hub, 5_000) // "ready" is due and left out: the customer has the goods
  await pressNow(hub, pickup, 'undo', { undoes })
  await runs(hub, 0)
  expect(hub.shop.order(name).fulfillmentOrders[0]?.prepared).toBe(true)
  expect(hub.shop.order(name).fulfillments).toEqual([])
})

test('a ready order that is reopened is not announced, and is ready once it is finished again', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup, line } = await picking(hub)
  const missing = [{ pickupLine: line, units: 1, reason: 'sold' as const, said: null }]
  await pressNow(hub, pickup, 'finish', { lines: [{ pickupLine: line, units: 1 }], missing })
  await pressNow(hub, pickup, 'reopen', { reason: 'Found it' })
  expect(await shown(hub, pickup)).toMatchObject({
    state: 'picking',
    notice: { code: 'reopened', staff: 'Maya', reason: 'Found it' },
  })
  await runs(hub, 60_000)
  expect(hub.shop.order(name).fulfillmentOrders).toMatchObject([{ prepared: false }])
  await pressNow(hub, pickup, 'finish')
  expect(await openExceptions(hub)).toEqual([])
  await runs(hub, 60_000)
  expect(hub.shop.order(name).fulfillmentOrders).toMatchObject([{ prepared: true }])
})

test('a hand-over by mistake is reopened within its time, and not later', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await picking(hub)
  await press(hub, pickup, 'finish')
  await hub.writeAll()
  const undoes = await pressNow(hub, pickup, 'collect')
  await pressNow(hub, pickup, 'reopen', { reason: 'Wrong customer', undoes })
  expect(await shown(hub, pickup)).toMatchObject({ state: 'ready', notice: { code: 'reopened' } })
  await pressNow(hub, pickup, 'collect')
  await runs(hub, 60_000)
  await pressNow(hub, pickup, 'reopen', { reason: 'Forged' })
  expect(await shown(hub, pickup)).toMatchObject({ state: 'collected' })
  expect(hub.shop.order(name).fulfillments).toHaveLength(1)
})
