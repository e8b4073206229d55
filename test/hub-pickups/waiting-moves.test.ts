import { expect, test } from 'vitest'
import { handedOverUnknown } from '../../hub/checks/handed-over-unknown.ts'
import { codeFor } from '../../hub/db/codes.ts'
import { insertRows, transaction } from '../../hub/db/db.ts'
import { applyPickupMoved } from '../../hub/pickups/apply-move.ts'
import { readPickup } from '../../hub/pickups/pickup-row.ts'
import { takeSetAside } from '../../hub/pickups/set-aside.ts'
import { shopifyInvalid } from '../../hub/shopify/api/client.ts'
import { keepRecords } from '../../hub/streams/event-records.ts'
import { EpochMs, PickupId } from '../../shared/ids.ts'
import type { StaffMove } from '../../shared/pickup-moves.ts'
import {
  ledgerLevel,
  openExceptions,
  type ShopAndHub,
  shopAndHub,
  shopLevel,
  tills,
} from '../hub-shopify/shop-and-hub.ts'

const [till1] = tills
const sku = 'MUG-BLU'
const order = { location: 'HAR', lines: [{ sku, quantity: 2 }], customer: { name: 'Ada' } }

let made = 0
/** A till's move as it arrives; `again`: the same one under another epoch. */
async function move(
  hub: ShopAndHub,
  pickup: string,
  name: StaffMove,
  again?: { at: number },
  device: string = till1.device,
): Promise<number> {
  const now = hub.world.clock.now()
  made += 1
  const at = again?.at ?? now - 60_000 + made
  const origin = {
    store: till1.store,
    device,
    epoch: again === undefined ? 1 : 2,
    seq: made,
    now,
  }
  await transaction(hub.db, tx =>
    applyPickupMoved(tx, origin, {
      kind: 'pickup.moved',
      at: EpochMs.parse(at),
      pickup: PickupId.parse(pickup),
      move: name,
      staff: 'Maya',
      till: 'Till 1',
      reason: null,
    }),
  )
  return at
}
/** The records of some moves, as the hub stored them when they came. */
async function keepMoves(
  hub: ShopAndHub,
  pickup: string,
  seqs: readonly number[],
  steps: readonly StaffMove[] = ['pick', 'finish', 'collect'],
): Promise<void> {
  const at = hub.world.clock.now()
  const [pick = 0] = seqs
  const records = seqs.map((seq, index) => ({
    epoch: 1,
    seq,
    kind: 'pickup.moved',
    hash: '',
    state: 'applied' as const,
    problem: null,
    body: JSON.stringify({
      kind: 'pickup.moved',
      at: at - 60_000 + pick + index,
      pickup,
      move: steps[index],
      staff: 'Maya',
      till: 'Till 1',
      reason: null,
    }),
    turn: seq,
    at,
  }))
  await transaction(hub.db, tx => keepRecords(tx, till1, records))
}

const stateOf = async (hub: ShopAndHub, pickup: string) =>
  (await readPickup(hub.db, pickup))?.body.state ?? null

/** An order at Shopify that this hub has not read. */
function placed(hub: ShopAndHub) {
  const { name, fulfillmentOrders } = hub.shop.createOrder(order)
  return { name, pickup: fulfillmentOrders[0]?.id ?? '' }
}

test('moves that come before their order wait, are shown, and take effect with it', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = placed(hub)
  for (const step of ['pick', 'finish', 'collect'] as const) await move(hub, pickup, step)
  expect((await openExceptions(hub)).map(({ kind }) => kind)).toEqual(Array(3).fill('pickup-move-refused'))
  await hub.poll()
  expect(await stateOf(hub, pickup)).toBe('collected')
  await hub.writeAll()
  expect(hub.shop.order(name).fulfillments).toHaveLength(1)
  expect(await openExceptions(hub)).toEqual([])
  expect(await ledgerLevel(hub, sku, 'HAR')).toMatchObject({ onHand: 178, committed: 0 })
  expect(shopLevel(hub, sku, 'HAR')).toMatchObject({ on_hand: 178 })
})

test('an order that ended before this hub knew of it is found by the moves that wait for it', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = placed(hub)
  hub.shop.cancelOrder(name)
  await hub.poll()
  expect(await stateOf(hub, pickup)).toBeNull()
  for (const step of ['pick', 'finish', 'collect'] as const) await move(hub, pickup, step)
  await hub.orders.checkOpen()
  await hub.writeAll()
  expect(await stateOf(hub, pickup)).toBe('collected')
  expect((await openExceptions(hub)).map(({ kind }) => kind)).toEqual(['cancelled-but-collected'])
  expect(await ledgerLevel(hub, sku, 'HAR')).toMatchObject({ onHand: 178, committed: 0 })
  expect(shopLevel(hub, sku, 'HAR')).toMatchObject({ on_hand: 178 })
})

test('a move sent again by a restored or re-enrolled till has no second effect', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { pickup } = placed(hub)
  await hub.poll()
  const times = new Map<StaffMove, number>()
  for (const step of ['pick', 'finish', 'collect'] as const) times.set(step, await move(hub, pickup, step))
  const version = (await readPickup(hub.db, pickup))?.row.version
  for (const [step, at] of times) await move(hub, pickup, step, { at })
  expect((await readPickup(hub.db, pickup))?.row.version).toBe(version)
  expect(await openExceptions(hub)).toEqual([])
})

test('a hand-over that waits for more than an hour needs a person', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const pickup = 'gid://shopify/FulfillmentOrder/77'
  await move(hub, pickup, 'collect')
  const find = (after: number) => handedOverUnknown.find(hub.db, hub.world.clock.now() + after)
  expect(await find(0)).toEqual([])
  expect(await find(2 * 3_600_000)).toMatchObject([
    { subject: pickup, fields: { staff: 'Maya', till: 'Till 1' } },
  ])
  expect(await find(31 * 86_400_000)).toEqual([])
})

test.each([
  'not an id',
  'gid://shopify/Order/1',
  'gid://shopify/FulfillmentOrder/0',
  'gid://shopify/FulfillmentOrder/1"',
  'gid://shopify/FulfillmentOrder/99999999999999999999',
])(
  'a move of a pickup named %s does not wait, is named, and stops no question about the others',
  async bad => {
    await using hub = await shopAndHub()
    await hub.sync()
    const { name, pickup } = placed(hub)
    await hub.poll()
    await move(hub, bad, 'collect')
    expect(await openExceptions(hub)).toMatchObject([{ code: 'pickup-move-refused.no-order', store: 'HAR' }])
    hub.shop.cancelOrder(name)
    await hub.orders.checkOpen()
    expect(await stateOf(hub, pickup)).toBe('cancelled')
    expect(await handedOverUnknown.find(hub.db, hub.world.clock.now() + 2 * 3_600_000)).toEqual([])
  },
)

test('a move that an earlier hub left waiting under such a name stops no question about the others', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = placed(hub)
  await hub.poll()
  const known = placed(hub)
  hub.shop.cancelOrder(known.name)
  await move(hub, known.pickup, 'collect')
  await move(hub, 'gid://shopify/FulfillmentOrder/77', 'pick')
  await transaction(hub.db, tx =>
    tx
      .updateTable('pickup_move')
      .set({ pickup: 'not an id' })
      .where('pickup', '=', 'gid://shopify/FulfillmentOrder/77')
      .execute(),
  )
  hub.shop.cancelOrder(name)
  await hub.orders.checkOpen()
  expect([await stateOf(hub, pickup), await stateOf(hub, known.pickup)]).toEqual(['cancelled', 'cancelled'])
})

test('an id that Shopify takes offence at is left out of what is asked', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const known = placed(hub)
  hub.shop.cancelOrder(known.name)
  await move(hub, known.pickup, 'collect')
  for (const id of [7, 8, 9]) await move(hub, `gid://shopify/FulfillmentOrder/${id}`, 'pick')
  const { read } = hub.client
  Object.assign(hub.client, {
    read: async (...[operation, variables, lane]: Parameters<typeof read>) => {
      if (JSON.stringify(variables).includes('FulfillmentOrder/8"'))
        throw shopifyInvalid({ operation: operation.name, problem: 'Invalid id' })
      return read(operation, variables, lane)
    },
  })
  await hub.orders.checkOpen()
  expect(await stateOf(hub, known.pickup)).toBe('cancelled')
})

test('a till that moves pickups without end has a limit of its own; what is beyond it is counted, and other tills go on', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const [, till2] = tills
  const known = placed(hub)
  hub.shop.cancelOrder(known.name)
  await move(hub, 'gid://shopify/FulfillmentOrder/5000', 'pick')
  const [first] = await hub.db.selectFrom('pickup_move').selectAll().execute()
  if (first === undefined) throw new Error('it waits')
  const more = Array.from({ length: 1_998 }, (_, n) => ({
    ...first,
    pickup: `gid://shopify/FulfillmentOrder/${n + 6_000}`,
  }))
  await transaction(hub.db, tx => insertRows(tx, 'pickup_move', more))
  for (const id of [1, 2, 3, 4]) await move(hub, `gid://shopify/FulfillmentOrder/${id}`, 'pick')
  const waiting = await hub.db
    .selectFrom('pickup_move')
    .select('pickup')
    .where('state', '=', 'waiting')
    .execute()
  expect(waiting).toHaveLength(2_000)
  const named = async () => (await openExceptions(hub)).filter(({ kind }) => kind === 'moves-beyond-limit')
  expect(await named()).toMatchObject([{ subject: till1.device, device: till1.device, count: 3 }])
  await move(hub, known.pickup, 'collect', undefined, till2.device)
  await hub.orders.checkOpen()
  expect(await stateOf(hub, known.pickup)).toBe('cancelled')
  hub.advance(31 * 86_400_000)
  await move(hub, 'gid://shopify/FulfillmentOrder/3000', 'pick')
  await hub.orders.checkOpen()
  expect(await named()).toEqual([])
})

/** A till of which as many moves wait for their orders as may. */
async function withoutRoom(hub: ShopAndHub): Promise<void> {
  await move(hub, 'gid://shopify/FulfillmentOrder/5000', 'pick')
  const [first] = await hub.db.selectFrom('pickup_move').selectAll().execute()
  if (first === undefined) throw new Error('it waits')
  const more = Array.from({ length: 1_999 }, (_, n) => ({
    ...first,
    pickup: `gid://shopify/FulfillmentOrder/${n + 6_000}`,
  }))
  await transaction(hub.db, tx => insertRows(tx, 'pickup_move', more))
}
const makeRoom = (hub: ShopAndHub) =>
  transaction(hub.db, tx => tx.deleteFrom('pickup_move').where('pickup', 'like', '%/60%').execute())

test('a hand-over that found no room to wait takes effect, in its order, once there is room', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { pickup, name } = placed(hub)
  await withoutRoom(hub)
  const seqs: number[] = []
  for (const step of ['pick', 'finish', 'collect'] as const) {
    await move(hub, pickup, step)
    seqs.push(made)
  }
  await keepMoves(hub, pickup, seqs)
  expect((await openExceptions(hub)).filter(({ kind }) => kind === 'moves-beyond-limit')).toHaveLength(1)
  await hub.poll()
  expect(await stateOf(hub, pickup)).toBe('received')
  await hub.orders.checkOpen() // no room yet
  expect(await stateOf(hub, pickup)).toBe('received')
  await makeRoom(hub)
  await hub.orders.checkOpen()
  expect(await stateOf(hub, pickup)).toBe('collected')
  expect((await openExceptions(hub)).filter(({ kind }) => kind === 'moves-beyond-limit')).toEqual([])
  await hub.writeAll()
  expect(hub.shop.order(name).fulfillments).toHaveLength(1)
  await hub.orders.checkOpen()
  expect(await ledgerLevel(hub, sku, 'HAR')).toMatchObject({ onHand: 178, committed: 0 })
})

test('what a till sends while its steps that found no room are worked off is not forgotten', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { pickup } = placed(hub)
  await withoutRoom(hub)
  const set = async (step: StaffMove) => {
    await move(hub, pickup, step)
    await keepMoves(hub, pickup, [made], [step])
  }
  await set('pick')
  await makeRoom(hub)
  let isSent = false
  const db = hub.db.withPlugin({
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      if (!isSent) {
        isSent = true
        await set('finish')
        await set('collect')
      }
      return result
    },
  })
  await takeSetAside(db, hub.world.clock.now())
  expect(isSent).toBe(true)
  await hub.poll()
  expect(await stateOf(hub, pickup)).toBe('collected')
})

test('the steps of a former journal that found no room stay named when those of another are worked off', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { pickup } = placed(hub)
  await withoutRoom(hub)
  await move(hub, pickup, 'pick')
  await keepMoves(hub, pickup, [made])
  await transaction(hub.db, tx =>
    insertRows(tx, 'moves_set_aside', [
      { device: till1.device, epoch: 2, store: till1.store, next_seq: 1, last_seq: 201 },
    ]),
  )
  await hub.poll()
  await makeRoom(hub)
  const named = async () => (await openExceptions(hub)).filter(({ kind }) => kind === 'moves-beyond-limit')
  await takeSetAside(hub.db, hub.world.clock.now())
  expect(await named()).toHaveLength(1)
  await takeSetAside(hub.db, hub.world.clock.now())
  expect(await named()).toEqual([])
})

test('a step that was moved into an archive file waits, with those behind it, and the file is named', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { pickup } = placed(hub)
  await withoutRoom(hub)
  const seqs: number[] = []
  for (const step of ['pick', 'finish', 'collect'] as const) {
    await move(hub, pickup, step)
    seqs.push(made)
  }
  await keepMoves(hub, pickup, seqs)
  const [first = 0] = seqs
  await transaction(hub.db, async tx => {
    const [store, device] = [await codeFor(tx, till1.store), await codeFor(tx, till1.device)]
    await tx.deleteFrom('event').where('seq', '=', first).execute()
    const run = { store, device, epoch: 1, first_seq: first, last_seq: first, previous: '', last_hash: '' }
    await insertRows(tx, 'event_archive', [{ ...run, file: 'autumn.db' }])
  })
  await hub.poll()
  await makeRoom(hub)
  await takeSetAside(hub.db, hub.world.clock.now())
  await takeSetAside(hub.db, hub.world.clock.now())
  expect(await stateOf(hub, pickup)).toBe('received')
  const named = (await openExceptions(hub)).filter(({ kind }) => kind === 'moves-beyond-limit')
  expect(named).toMatchObject([{ code: 'moves-beyond-limit.archived' }])
  expect(JSON.parse(named[0]?.fields_json ?? '')).toMatchObject({ file: 'autumn.db', count: 3 })
})
