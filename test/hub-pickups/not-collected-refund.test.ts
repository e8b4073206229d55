import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { quarantineDevice } from '../../hub/fleet/devices.ts'
import { epochMs } from '../../shared/ids.ts'
import { openExceptions, type ShopAndHub, tills, writesOf } from '../hub-shopify/shop-and-hub.ts'
import { allScopes } from '../sandbox/shopify/graphql/access.ts'
import { bothSides, numberOf, press, shown } from './at-the-till.ts'
import {
  agreed,
  DAY_MS,
  expire,
  expired,
  expireNow,
  HALF_HOUR_MS,
  inShopify,
  isFree,
  kinds,
  look,
  MUG,
  notCancelled,
  open,
  paidBack,
  seen,
} from './uncollected.ts'

const [till] = tills

test('an order that is not collected is paid back half an hour after it has expired, and its units are free', async () => {
  await using hub = await open()
  const { name, pickup } = await expired(hub)
  expect(await shown(hub, pickup)).toMatchObject({
    state: 'expired',
    notice: { code: 'not-collected', days: 7 },
  })
  hub.advance(HALF_HOUR_MS - 60_000)
  await hub.write()
  expect(inShopify(hub, name)).toEqual(notCancelled)
  await look(hub, 3)
  expect(inShopify(hub, name)).toEqual(paidBack)
  await isFree(hub)
  expect(await kinds(hub)).toEqual([])
  expect((await shown(hub, pickup))?.state).toBe('cancelled')
  expect((await writesOf(hub)).filter(({ kind }) => kind === 'refund')).toMatchObject([
    { state: 'confirmed' },
  ])
})

test.each(['lost-answer', 'killed', 'restored'] as const)('it is paid back once: %s', async how => {
  await using hub = await open()
  hub.shop.switches.turn({ cancelDelayMs: 20_000 })
  const { name } = await expired(hub)
  if (how === 'restored') await hub.backUp()
  hub.advance(HALF_HOUR_MS)
  if (how === 'lost-answer') hub.shop.faults.set({ kind: 'lost-answer', operation: 'orderCancel' })
  await hub.write()
  hub.shop.faults.clear()
  if (how === 'killed') await hub.restart()
  if (how === 'restored') {
    hub.advance(30_000)
    await hub.putBack()
  }
  await look(hub, 4)
  expect(inShopify(hub, name)).toEqual(paidBack)
  await isFree(hub)
  expect((await kinds(hub)).filter(kind => kind !== 'hub-restored')).toEqual([])
})

test('nothing is paid back of an order that staff reopen in time', async () => {
  await using hub = await open()
  const { name, pickup } = await expired(hub)
  await press(hub, pickup, 'reopen', till, undefined, { reason: 'She is here' })
  hub.advance(HALF_HOUR_MS)
  await look(hub, 2)
  expect(inShopify(hub, name)).toEqual(notCancelled)
  for (const move of ['finish', 'collect'] as const) await press(hub, pickup, move)
  await look(hub, 2)
  expect(inShopify(hub, name)).toEqual(notCancelled)
  expect((await bothSides(hub, MUG)).shopify[0]).toEqual({ onHand: 177, committed: 0 })
})

test.each([true, false])(
  'an order that a till hands over in time is not paid back; once that is undone it is (undone: %s)',
  async isUndone => {
    await using hub = await open()
    const { name, pickup, view } = await expired(hub)
    const at = epochMs(hub.world.clock.now())
    await press(hub, pickup, 'collect', till, view, { at, from: 'ready' })
    const undoes = { move: 'collect' as const, at, staff: 'Maya', till: 'Till 1' }
    if (isUndone) await press(hub, pickup, 'undo', till, view, { at: epochMs(at + 5_000), undoes })
    hub.advance(HALF_HOUR_MS)
    await look(hub, 3)
    expect(inShopify(hub, name)).toEqual(isUndone ? paidBack : notCancelled)
    expect((await bothSides(hub, MUG)).shopify[0]).toEqual({ onHand: isUndone ? 180 : 177, committed: 0 })
    expect(await kinds(hub)).toEqual([])
  },
)

test('goods that a till without contact hands over after they were paid back are asked about', async () => {
  await using hub = await open()
  const { name, pickup, view } = await expired(hub)
  const at = epochMs(hub.world.clock.now())
  hub.advance(HALF_HOUR_MS)
  await look(hub, 3)
  expect(inShopify(hub, name)).toEqual(paidBack)
  await press(hub, pickup, 'collect', till, view, { at, from: 'ready' })
  await look(hub, 3)
  expect((await bothSides(hub, MUG)).shopify[0]).toEqual({ onHand: 177, committed: 0 })
  expect(await kinds(hub)).not.toEqual([])
})

test('of an order of which a part was handed over, head office is asked, and told why', async () => {
  await using hub = await open()
  const wish = { location: 'HAR', lines: [{ sku: MUG, quantity: 3 }], customer: { name: 'Ada' } }
  const { name, fulfillmentOrders } = hub.shop.createOrder(wish)
  await hub.poll()
  const pickup = fulfillmentOrders[0]?.id ?? ''
  hub.shop.act(name, { do: 'fulfil', fulfilmentOrder: numberOf(pickup), lines: [{ line: MUG, quantity: 1 }] })
  await look(hub)
  for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
  await hub.writeAll()
  await expire(hub)
  hub.advance(HALF_HOUR_MS)
  await look(hub, 2)
  expect(inShopify(hub, name)).toEqual(notCancelled)
  const [asked, ...others] = await openExceptions(hub)
  expect(others).toEqual([])
  expect(asked).toMatchObject({ kind: 'pickup-not-collected', owner: 'e-commerce' })
  expect(asked?.sentence).toContain('A part of the order was handed over')
  hub.shop.act(name, { do: 'refund', lines: [{ line: MUG, quantity: 2 }], restock: 'CANCEL' })
  await look(hub, 2)
  expect(await kinds(hub)).toEqual([])
})

test('head office is asked about an order that expired just before another rule was agreed on', async () => {
  await using hub = await open()
  const { name } = await expired(hub)
  await agreed(hub, 'HAR', 'ask')
  hub.advance(HALF_HOUR_MS)
  await look(hub, 2)
  expect(inShopify(hub, name)).toEqual(notCancelled)
  const [asked] = await openExceptions(hub)
  expect(asked?.sentence).toContain('and was not: That is not agreed any more. Ask the customer')
})

test.each([true, false])(
  'an order of two pickups is paid back once both have expired (both: %s)',
  async areBoth => {
    await using hub = await open()
    const wish = { location: 'HAR', lines: [{ sku: MUG, quantity: 3 }], customer: { name: 'Ada' } }
    const { name, fulfillmentOrders } = hub.shop.createOrder(wish)
    await hub.poll()
    const fulfilmentOrder = numberOf(fulfillmentOrders[0]?.id)
    hub.shop.act(name, { do: 'split', fulfilmentOrder, lines: [{ line: MUG, quantity: 1 }] })
    await look(hub)
    const parts = hub.shop.order(name).fulfillmentOrders.map(({ id }) => id)
    expect(parts).toHaveLength(2)
    for (const pickup of areBoth ? parts : parts.slice(0, 1))
      for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
    await hub.writeAll()
    await expire(hub)
    hub.advance(HALF_HOUR_MS)
    await look(hub, 3)
    expect(inShopify(hub, name)).toEqual(areBoth ? paidBack : notCancelled)
    const sentences = (await openExceptions(hub)).map(({ sentence }) => sentence)
    if (areBoth) expect(sentences).toEqual([])
    else expect(sentences).toEqual([expect.stringContaining('Other parts of the order were still open.')])
  },
)

test.each(['refuses', 'denies'] as const)('head office is asked where Shopify %s it', async how => {
  const denied = { scopes: allScopes.filter(scope => scope !== 'write_orders') }
  await using hub = await open(how === 'denies' ? { sandbox: denied } : {})
  const { name } = await expired(hub)
  const errors = [{ field: ['orderId'], message: 'Order has open returns', code: 'INVALID' }]
  if (how === 'refuses') Object.assign(hub.client, { write: async () => ({ kind: 'user-errors', errors }) })
  hub.advance(HALF_HOUR_MS)
  await look(hub, 6)
  expect(inShopify(hub, name)).toEqual(notCancelled)
  const asked = (await openExceptions(hub)).filter(({ kind }) => kind === 'pickup-not-collected')
  expect(asked).toHaveLength(1)
  expect(asked[0]?.sentence).toContain('as agreed, and was not')
})

/** The open exceptions, but for that of the till. */
const about = async (hub: ShopAndHub) =>
  (await openExceptions(hub)).filter(({ kind }) => kind !== 'stream-forked')

const own = tills.filter(({ store }) => store === 'HAR').map(({ device }) => device)

test.each([
  { how: 'is off the line', hear: (hub: ShopAndHub) => hub.hear(own.slice(0, 1)) },
  { how: 'has more to send', hear: (hub: ShopAndHub) => hub.hear(own, 1) },
  {
    how: 'is quarantined',
    async hear(hub: ShopAndHub) {
      hub.hear(own)
      await quarantineDevice(hub.db, tills[1], 'a copy', hub.world.clock.now())
    },
  },
  {
    how: 'may have been heard by a hub that was lost',
    async hear(hub: ShopAndHub) {
      hub.hear(own)
      const recovery = {
        store: 'HAR',
        cause: 'till',
        begun_at: 0,
        since: 0,
        recorded: 0,
        ended_at: null,
      } as const
      await transaction(hub.db, async tx => {
        await tx.insertInto('recovery').values(recovery).execute()
      })
    },
  },
])(
  'while a till of its store $how, an order is not paid back; after a day head office is asked',
  async ({ hear }) => {
    await using hub = await open()
    const { name, pickup, view } = await expired(hub)
    await seen(hub)
    await hear(hub)
    const at = epochMs(hub.world.clock.now() - DAY_MS)
    hub.advance(HALF_HOUR_MS)
    for (let hour = 0; hour < 23; hour += 1) {
      await hub.write()
      hub.advance(3_600_000)
    }
    await hub.write()
    expect(inShopify(hub, name)).toEqual(notCancelled)
    expect(await about(hub)).toEqual([])
    hub.advance(2 * 3_600_000)
    await hub.write()
    expect(inShopify(hub, name)).toEqual(notCancelled)
    const [asked, ...others] = await about(hub)
    expect(others).toEqual([])
    expect(asked?.sentence).toContain('Ask the stores first')
    // the customer had collected it a day before it expired
    await press(hub, pickup, 'collect', till, view, { at, from: 'ready' })
    await look(hub, 2)
    expect((await bothSides(hub, MUG)).shopify[0]).toEqual({ onHand: 177, committed: 0 })
    expect(await about(hub)).toEqual([])
  },
)

test('an order is paid back once all tills of its store are heard again', async () => {
  await using hub = await open()
  const { name } = await expired(hub)
  await seen(hub)
  hub.hear([])
  hub.advance(HALF_HOUR_MS)
  await hub.write()
  hub.advance(2 * 3_600_000)
  await hub.write()
  expect(inShopify(hub, name)).toEqual(notCancelled)
  hub.hear(tills.map(({ device }) => device))
  await look(hub, 6)
  expect(inShopify(hub, name)).toEqual(paidBack)
  expect(await kinds(hub)).toEqual([])
})

test('an order that Shopify can’t be read for is left to head office after a day', async () => {
  await using hub = await open()
  const { name } = await expired(hub)
  const { read } = hub.client
  Object.assign(hub.client, {
    read(operation: { name: string }, ...rest: unknown[]) {
      if (operation.name === 'OrderStanding') throw new Error('unreadable')
      return Reflect.apply(read, hub.client, [operation, ...rest])
    },
  })
  // it is not asked for two days
  hub.advance(2 * DAY_MS)
  await hub.write()
  expect(await kinds(hub)).toEqual([])
  hub.advance(DAY_MS)
  await hub.write()
  expect(inShopify(hub, name)).toEqual(notCancelled)
  const [asked] = await openExceptions(hub)
  expect(asked?.sentence).toContain('Shopify has not done it for a day')
})

test('an order that Shopify cancels without paying it back is left to head office', async () => {
  await using hub = await open()
  const { name } = await expired(hub)
  const { read } = hub.client
  const kept = { shopMoney: { amount: '12.00', currencyCode: 'EUR' } }
  Object.assign(hub.client, {
    async read(operation: { name: string }, ...rest: unknown[]) {
      const answer = await Reflect.apply(read, hub.client, [operation, ...rest])
      return operation.name === 'OrderStanding' ? { order: { ...answer.order, netPaymentSet: kept } } : answer
    },
  })
  hub.advance(HALF_HOUR_MS)
  await hub.write()
  for (let hour = 0; hour < 26; hour += 1) {
    hub.advance(3_600_000)
    await hub.write()
  }
  expect(inShopify(hub, name).isCancelled).toBe(true)
  expect((await writesOf(hub)).filter(({ kind }) => kind === 'refund')).toMatchObject([{ state: 'refused' }])
  const [asked] = await openExceptions(hub)
  expect(asked?.sentence).toContain('was not collected (3 × Stoneware mug')
  expect(asked?.sentence).toContain('it does not show all of the money as paid back')
})

test('of an order of two pickups, the one that has expired waits for the other, and that one’s half hour', async () => {
  await using hub = await open()
  const wish = { location: 'HAR', lines: [{ sku: MUG, quantity: 3 }], customer: { name: 'Ada' } }
  const { name, fulfillmentOrders } = hub.shop.createOrder(wish)
  await hub.poll()
  const fulfilmentOrder = numberOf(fulfillmentOrders[0]?.id)
  hub.shop.act(name, { do: 'split', fulfilmentOrder, lines: [{ line: MUG, quantity: 1 }] })
  await look(hub)
  const parts = hub.shop.order(name).fulfillmentOrders.map(({ id }) => id)
  for (const pickup of parts) {
    for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
    await hub.writeAll()
    hub.advance(5 * 3_600_000)
  }
  hub.advance(7 * DAY_MS - 6 * 3_600_000)
  const states = async () => Promise.all(parts.map(async part => (await shown(hub, part))?.state))
  await expireNow(hub)
  expect(await states()).toEqual(['expired', 'ready'])
  hub.advance(HALF_HOUR_MS)
  await hub.write()
  hub.advance(5 * 3_600_000)
  await expireNow(hub)
  expect(await states()).toEqual(['expired', 'expired'])
  await hub.write()
  hub.advance(HALF_HOUR_MS - 60_000)
  await hub.write()
  expect(inShopify(hub, name)).toEqual(notCancelled)
  expect(await kinds(hub)).toEqual([])
  await look(hub, 10)
  expect(inShopify(hub, name)).toEqual(paidBack)
  expect(await kinds(hub)).toEqual([])
  const refunds = (await writesOf(hub)).filter(({ kind }) => kind === 'refund')
  expect(refunds.map(({ state, attempts }) => [state, attempts])).toEqual([
    ['confirmed', 1],
    ['confirmed', 0],
  ])
})
