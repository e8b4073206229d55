import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { commandLog } from '../../hub/streams/command-log.ts'
import { openExceptions, type ShopAndHub, shopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { bothSides, numberOf, press, shown } from './at-the-till.ts'

const sku = 'MUG-BLU'
const [harbour, , market] = tills

async function look(hub: ShopAndHub): Promise<void> {
  for (let time = 0; time < 2; time += 1) {
    hub.advance(2_000)
    await hub.poll()
    await hub.writeAll()
  }
}

/** An order of two mugs that is ready in the harbour. */
async function readyAtHarbour(hub: ShopAndHub) {
  await hub.sync()
  hub.shop.switches.turn({ moveStarted: 'allow' })
  const lines = [{ sku, quantity: 2 }]
  const { name, fulfillmentOrders } = hub.shop.createOrder({
    location: 'HAR',
    lines,
    customer: { name: 'Ada' },
  })
  await hub.poll()
  const pickup = fulfillmentOrders[0]?.id ?? ''
  for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
  await look(hub)
  return { name, pickup }
}

/** An order of two mugs that Shopify has moved from the harbour to the market, and the hub knows it. */
async function moved(hub: ShopAndHub) {
  const { name, pickup } = await readyAtHarbour(hub)
  const atHarbour = await shown(hub, pickup)
  hub.shop.act(name, { do: 'move', fulfilmentOrder: numberOf(pickup), to: 'MKT' })
  await look(hub)
  return { name, pickup, atHarbour }
}

async function agree(hub: ShopAndHub, harbourOnHand: number, marketOnHand: number): Promise<void> {
  const { shopify, ledger } = await bothSides(hub, sku)
  expect(ledger).toEqual(shopify)
  expect(ledger.map(({ onHand }) => onHand)).toEqual([harbourOnHand, marketOnHand])
}

async function lastCommandAt(hub: ShopAndHub, device: string): Promise<unknown> {
  const rows = await hub.db
    .selectFrom('command')
    .select('body')
    .where('device', '=', device)
    .orderBy('seq', 'desc')
    .limit(1)
    .execute()
  return JSON.parse(rows[0]?.body ?? 'null')
}

test.each(['fulfilled there', 'moved back and fulfilled'])(
  'a till that did not know of the move hands over: its store’s goods have left, once, also when the order is %s',
  async how => {
    await using hub = await shopAndHub()
    const { name, pickup, atHarbour } = await moved(hub)
    await press(hub, pickup, 'collect', harbour, atHarbour)
    await look(hub)
    await agree(hub, 178, 160)
    expect(await lastCommandAt(hub, harbour.device)).toMatchObject({
      state: 'collected',
      movedBy: 'Maya',
      notice: { code: 'collected-after-move', to: 'MKT' },
    })
    expect(await shown(hub, pickup)).toMatchObject({
      state: 'received',
      notice: { code: 'handed-over-elsewhere', store: 'HAR', staff: 'Maya' },
    })
    expect(await openExceptions(hub)).toMatchObject([
      { kind: 'handed-over-after-move', owner: 'ops', severity: 'urgent', store: 'HAR', count: 1 },
    ])
    await press(hub, pickup, 'pick', market)
    expect(await shown(hub, pickup)).toMatchObject({ notice: { code: 'handed-over-elsewhere' } })
    if (how !== 'fulfilled there') {
      hub.shop.act(name, { do: 'move', fulfilmentOrder: numberOf(pickup), to: 'HAR' })
      await look(hub)
      expect(await shown(hub, pickup)).toMatchObject({
        notice: { code: 'handed-over-elsewhere', store: 'HAR', staff: 'Maya' },
      })
    }
    hub.shop.act(name, { do: 'fulfil' })
    await look(hub)
    await agree(hub, 178, 160)
    expect(await openExceptions(hub)).toEqual([])
  },
)

test('the fulfilment that followed is cancelled: what left the first store stays gone, nothing else changes', async () => {
  await using hub = await shopAndHub()
  const { name, pickup, atHarbour } = await moved(hub)
  await press(hub, pickup, 'collect', harbour, atHarbour)
  hub.shop.act(name, { do: 'fulfil' })
  await look(hub)
  await agree(hub, 178, 160)
  const fulfilment = numberOf(hub.shop.order(name).fulfillments[0]?.id)
  hub.shop.act(name, { do: 'cancel-fulfilment', fulfilment })
  await look(hub)
  await agree(hub, 178, 160)
})

test('a till that knew of the move is refused, and one of a store that never had the order too', async () => {
  await using hub = await shopAndHub()
  const { pickup, atHarbour } = await moved(hub)
  const log = commandLog(hub.db, harbour.device, () => 0)
  await log.acknowledge(await log.last())
  await press(hub, pickup, 'collect', harbour, atHarbour)
  await look(hub)
  await agree(hub, 180, 160)
  expect(await openExceptions(hub)).toMatchObject([{ kind: 'pickup-move-refused', store: 'HAR' }])
})

test('a till that acknowledges the move before what its staff did offline has arrived did not know of it', async () => {
  await using hub = await shopAndHub()
  const { pickup, atHarbour } = await moved(hub)
  const log = commandLog(hub.db, harbour.device, () => 0)
  await log.acknowledge(await log.last())
  await press(hub, pickup, 'collect', harbour, atHarbour, { from: 'ready' })
  await look(hub)
  await agree(hub, 178, 160)
  expect(await openExceptions(hub)).toMatchObject([{ kind: 'handed-over-after-move', store: 'HAR' }])
})

test('a store that never had an order hands none over, whatever its till says that it showed', async () => {
  await using hub = await shopAndHub()
  const { pickup } = await readyAtHarbour(hub)
  await press(hub, pickup, 'collect', market, undefined, { from: 'ready' })
  await look(hub)
  await agree(hub, 180, 160)
  expect(await openExceptions(hub)).toMatchObject([{ kind: 'pickup-move-refused', store: 'MKT' }])
})

test.each(['answers', 'answer is lost', 'answer is lost and the order is read first'])(
  'the order is moved while a hand-over waits for Shopify, whose %s: the goods leave the store that handed them over, once',
  async how => {
    await using hub = await shopAndHub()
    const { name, pickup } = await readyAtHarbour(hub)
    hub.shop.act(name, { do: 'move', fulfilmentOrder: numberOf(pickup), to: 'MKT' })
    await press(hub, pickup, 'collect')
    if (how !== 'answers') hub.shop.faults.set({ kind: 'lost-answer', operation: 'fulfillmentCreate' })
    await hub.writeAll()
    if (how === 'answer is lost and the order is read first') {
      hub.advance(500)
      await hub.poll()
    }
    hub.shop.faults.clear()
    await hub.writeAll()
    await look(hub)
    await look(hub)
    await agree(hub, 178, 160)
    expect(await lastCommandAt(hub, harbour.device)).toMatchObject({
      state: 'collected',
      notice: { code: 'collected-after-move', to: 'MKT' },
    })
    expect(await lastCommandAt(hub, market.device)).toMatchObject({
      state: 'cancelled',
      notice: { code: 'handed-over-elsewhere', store: 'HAR', staff: 'Maya' },
    })
    const exceptions = await openExceptions(hub)
    expect(exceptions).toMatchObject([
      { kind: 'handed-over-after-move', owner: 'ops', severity: 'urgent', store: 'HAR', count: 1 },
    ])
    expect(exceptions[0]?.sentence).toContain('(2 × Stoneware mug')
    const fulfilment = numberOf(hub.shop.order(name).fulfillments[0]?.id)
    hub.shop.act(name, { do: 'cancel-fulfilment', fulfilment })
    await look(hub)
    await look(hub)
    await agree(hub, 178, 160)
  },
)

test('the order is moved to another store and back while a hand-over waits: nothing is named', async () => {
  await using hub = await shopAndHub()
  const { name, pickup } = await readyAtHarbour(hub)
  await press(hub, pickup, 'collect')
  for (const to of ['MKT', 'HAR']) hub.shop.act(name, { do: 'move', fulfilmentOrder: numberOf(pickup), to })
  await hub.writeAll()
  await look(hub)
  await agree(hub, 178, 160)
  expect(await openExceptions(hub)).toEqual([])
  expect(await shown(hub, pickup)).toMatchObject({ state: 'collected', notice: null })
})

test('fulfilled at another store in Shopify before the hub told of the hand-over: the goods left the store that gave them', async () => {
  await using hub = await shopAndHub()
  const { name, pickup } = await readyAtHarbour(hub)
  await press(hub, pickup, 'collect')
  hub.shop.act(name, { do: 'move', fulfilmentOrder: numberOf(pickup), to: 'MKT' })
  hub.shop.act(name, { do: 'fulfil' })
  await hub.writeAll()
  await look(hub)
  await agree(hub, 178, 160)
  expect(await openExceptions(hub)).toMatchObject([{ kind: 'handed-over-after-move', store: 'HAR' }])
})

test('moved to a location that no store has while its hand-over waits: the store that gave the goods is reduced', async () => {
  await using hub = await shopAndHub()
  const { name, pickup } = await readyAtHarbour(hub)
  await transaction(hub.db, tx =>
    tx.updateTable('warehouse').set({ location_id: null }).where('store', '=', 'MKT').execute(),
  )
  await press(hub, pickup, 'collect')
  hub.shop.act(name, { do: 'move', fulfilmentOrder: numberOf(pickup), to: 'MKT' })
  await hub.writeAll()
  await look(hub)
  const { shopify } = await bothSides(hub, sku)
  expect(shopify[0]).toMatchObject({ onHand: 178, committed: 0 })
})
