import { expect, test } from 'vitest'
import { epochMs } from '../../shared/ids.ts'
import { openExceptions, type ShopAndHub, tills, writesOf } from '../hub-shopify/shop-and-hub.ts'
import { bothSides, numberOf, press, shown } from './at-the-till.ts'
import {
  agreed,
  DAY_MS,
  expire,
  expired,
  HALF_HOUR_MS,
  inShopify,
  isFree,
  itsTimeIsOver,
  kinds,
  look,
  MUG,
  makeReady,
  notCancelled,
  open,
  ordered,
  paidBack,
} from './uncollected.ts'

const [harbour, , market] = tills

const asked = async (hub: ShopAndHub) =>
  (await openExceptions(hub)).filter(({ kind }) => kind === 'pickup-not-collected')

test('an order that was paid back says so at the till, and can’t be reopened', async () => {
  await using hub = await open()
  const { name, pickup, view } = await expired(hub)
  await itsTimeIsOver(hub)
  expect(inShopify(hub, name)).toEqual(paidBack)
  const ended = { state: 'cancelled', notice: { code: 'paid-back', days: 7 } }
  expect(await shown(hub, pickup)).toMatchObject(ended)
  hub.advance(DAY_MS)
  await press(hub, pickup, 'reopen', harbour, undefined, { reason: 'she came' })
  expect(await kinds(hub)).toEqual([])
  // staff of a till without contact have gone on
  for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move, harbour, view)
  await look(hub, 2)
  expect(await shown(hub, pickup)).toMatchObject(ended)
  expect(await kinds(hub)).toEqual(['pickup-move-refused'])
  await isFree(hub)
})

test('goods that are handed over after they were paid back are asked about in these words', async () => {
  await using hub = await open()
  const { pickup, view } = await expired(hub)
  await itsTimeIsOver(hub)
  await press(hub, pickup, 'collect', harbour, view, { from: 'ready' })
  await look(hub, 2)
  const [said, ...others] = await openExceptions(hub)
  expect(others).toEqual([])
  expect(said).toMatchObject({ kind: 'cancelled-but-collected', store: 'HAR' })
  expect(said?.sentence).toContain('they have the goods and the money')
  expect((await bothSides(hub, MUG)).shopify[0]).toEqual({ onHand: 177, committed: 0 })
})

test('while Shopify is asked to pay an order back, staff can’t reopen it', async () => {
  await using hub = await open()
  hub.shop.switches.turn({ cancelDelayMs: 45_000 })
  const { name, pickup } = await expired(hub)
  hub.advance(HALF_HOUR_MS)
  await hub.write()
  await press(hub, pickup, 'reopen', harbour, undefined, { reason: 'she is here' })
  expect(await shown(hub, pickup)).toMatchObject({ state: 'expired' })
  const told = await hub.db
    .selectFrom('command')
    .select('body')
    .where('device', '=', harbour.device)
    .where('pickup', '=', pickup)
    .orderBy('seq', 'desc')
    .executeTakeFirst()
  expect(JSON.parse(told?.body ?? '')).toMatchObject({ notice: { code: 'paid-back', days: 7 } })
  await look(hub, 6)
  expect(inShopify(hub, name)).toEqual(paidBack)
  expect((await writesOf(hub)).filter(({ kind }) => kind === 'refund')).toMatchObject([
    { state: 'confirmed', attempts: 1 },
  ])
})

test('a hand-over before a move that is heard of after the order was paid back is asked about', async () => {
  await using hub = await open()
  const { name, pickup } = await ordered(hub)
  await makeReady(hub, pickup)
  const atHarbour = await shown(hub, pickup)
  const at = epochMs(hub.world.clock.now())
  hub.shop.act(name, { do: 'move', fulfilmentOrder: numberOf(pickup), to: 'MKT' })
  await look(hub, 2)
  await makeReady(hub, pickup, market)
  await expire(hub)
  await itsTimeIsOver(hub)
  expect(inShopify(hub, name)).toEqual(paidBack)
  await press(hub, pickup, 'collect', harbour, atHarbour, { at, from: 'ready' })
  await look(hub, 2)
  const [said, ...others] = await openExceptions(hub)
  expect(others).toEqual([])
  expect(said).toMatchObject({ kind: 'cancelled-but-collected', store: 'HAR' })
  expect(said?.sentence).toContain('HAR has handed it over (3 × Stoneware mug')
  const { ledger, shopify } = await bothSides(hub, MUG)
  expect(ledger).toEqual(shopify)
  expect(ledger[0]).toEqual({ onHand: 177, committed: 0 })
})

test('that a store handed an order over after a move is not forgotten when the order is cancelled', async () => {
  await using hub = await open()
  const { name, pickup } = await ordered(hub)
  await makeReady(hub, pickup)
  const atHarbour = await shown(hub, pickup)
  hub.shop.act(name, { do: 'move', fulfilmentOrder: numberOf(pickup), to: 'MKT' })
  await look(hub, 2)
  await press(hub, pickup, 'collect', harbour, atHarbour)
  await look(hub)
  expect(await kinds(hub)).toEqual(['handed-over-after-move'])
  hub.shop.cancelOrder(name)
  await look(hub, 3)
  const [said, ...others] = await openExceptions(hub)
  expect(others).toEqual([])
  expect(said).toMatchObject({ kind: 'cancelled-but-collected', store: 'HAR' })
})

test.each(['ask', 'refund'] as const)(
  'of an expired order whose fulfilment order an edit replaces, head office is still asked (rule: %s)',
  async rule => {
    await using hub = await open()
    hub.shop.switches.turn({ editFulfillmentOrders: 'replace' })
    await agreed(hub, 'HAR', rule)
    const { name } = await expired(hub)
    hub.shop.act(name, { do: 'edit', set: [{ line: MUG, quantity: 2 }], add: [], custom: [], restock: true })
    await look(hub, 3)
    await itsTimeIsOver(hub)
    expect(inShopify(hub, name)).toEqual(notCancelled)
    const [question, ...others] = await asked(hub)
    expect(others).toEqual([])
    expect(question?.sentence).toContain('2 × Stoneware mug')
    const now = hub.shop.order(name).fulfillmentOrders.find(({ status }) => status !== 'CLOSED')?.id ?? ''
    expect(await shown(hub, now)).toMatchObject({
      state: 'expired',
      notice: { code: 'not-collected', days: 7 },
    })
  },
)

test('of a part that is split off an expired order, head office is asked as well', async () => {
  await using hub = await open()
  await agreed(hub, 'HAR', 'ask')
  const { name, pickup } = await expired(hub)
  hub.shop.act(name, { do: 'split', fulfilmentOrder: numberOf(pickup), lines: [{ line: MUG, quantity: 1 }] })
  await look(hub, 2)
  const [question, ...others] = await asked(hub)
  expect(others).toEqual([])
  for (const goods of ['1 × Stoneware mug', '2 × Stoneware mug']) expect(question?.sentence).toContain(goods)
})

test('that another store has handed an order over is said again after a hold, and after a step of staff', async () => {
  await using hub = await open()
  const { name, pickup } = await ordered(hub)
  await makeReady(hub, pickup)
  const atHarbour = await shown(hub, pickup)
  hub.shop.act(name, { do: 'move', fulfilmentOrder: numberOf(pickup), to: 'MKT' })
  await look(hub, 2)
  await press(hub, pickup, 'collect', harbour, atHarbour)
  await look(hub, 2)
  const elsewhere = { code: 'handed-over-elsewhere', store: 'HAR', staff: 'Maya' }
  const notice = async () => (await shown(hub, pickup))?.notice
  expect(await notice()).toEqual(elsewhere)
  hub.shop.act(name, { do: 'hold', fulfilmentOrder: numberOf(pickup), reason: 'OTHER', notes: 'x' })
  await look(hub, 2)
  expect(await notice()).toEqual({ code: 'on-hold' })
  hub.shop.act(name, { do: 'release', fulfilmentOrder: numberOf(pickup) })
  await look(hub, 2)
  expect(await notice()).toEqual(elsewhere)
  await makeReady(hub, pickup, market)
  expect(await notice()).toEqual(elsewhere)
  await press(hub, pickup, 'reopen', market, undefined, { reason: 'once more' })
  expect(await notice()).toEqual(elsewhere)
})

test.each(['ask', 'refund'] as const)(
  'when a part of an expired order is collected late, the rest stays as it is (rule: %s)',
  async rule => {
    await using hub = await open()
    await agreed(hub, 'HAR', rule)
    const { name, pickup, view } = await expired(hub)
    const lines = [{ pickupLine: view?.lines[0]?.id ?? '', units: 1 }]
    await press(hub, pickup, 'collect', harbour, view, { from: 'expired', lines })
    await look(hub, 3)
    expect(await shown(hub, pickup)).toMatchObject({
      state: 'expired',
      notice: { code: 'not-collected', days: 7 },
      lines: [{ units: 2, packed: 2, collected: 1 }],
    })
    await itsTimeIsOver(hub)
    expect(inShopify(hub, name)).toEqual(notCancelled)
    expect(await kinds(hub)).toEqual(['pickup-not-collected'])
    const [question] = await asked(hub)
    if (rule === 'ask') expect(question?.sentence).toContain('2 × Stoneware mug')
    else expect(question?.sentence).toContain('A part of the order was handed over')
    expect((await bothSides(hub, MUG)).ledger[0]).toEqual({ onHand: 179, committed: 2 })
  },
)
