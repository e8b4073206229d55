import { expect, test } from 'vitest'
import { askReopened } from '../../hub/pickups/reopened-and-left.ts'
import { openExceptions, type ShopAndHub, tills, writesOf } from '../hub-shopify/shop-and-hub.ts'
import { numberOf, press, shown } from './at-the-till.ts'
import {
  DAY_MS,
  expire,
  expired,
  expireNow,
  HALF_HOUR_MS,
  inShopify,
  isAsked,
  itsTimeIsOver,
  kinds,
  look,
  MUG,
  makeReady,
  notCancelled,
  open,
  ordered,
} from './uncollected.ts'

const [till, , market] = tills

test('head office is asked about an order whose payment was captured after it had expired', async () => {
  await using hub = await open()
  const lines = [{ sku: MUG, quantity: 3 }]
  const wish = { location: 'HAR', lines, customer: { name: 'Ada' }, payment: 'authorized' } as const
  const { name, fulfillmentOrders } = hub.shop.createOrder(wish)
  await hub.poll()
  await makeReady(hub, fulfillmentOrders[0]?.id ?? '')
  await expire(hub)
  hub.advance(5 * 60_000)
  hub.shop.act(name, { do: 'pay' })
  await hub.poll()
  await itsTimeIsOver(hub)
  await isAsked(hub, name, 'Money of the order was received or captured since it expired')
})

test('an order that others have cancelled, and that was not read for a day, is not said to be paid back', async () => {
  await using hub = await open()
  const { name, pickup } = await expired(hub)
  hub.advance(HALF_HOUR_MS - 1000)
  hub.shop.act(name, { do: 'cancel', refund: false })
  hub.advance(2000)
  for (let hour = 0; hour < 26; hour += 1) {
    await hub.write()
    hub.advance(3_600_000)
  }
  expect(await kinds(hub)).toEqual([])
  await look(hub, 2)
  expect(await shown(hub, pickup)).toMatchObject({ state: 'cancelled', notice: { code: 'order-cancelled' } })
  const refunds = (await writesOf(hub)).filter(({ kind }) => kind === 'refund')
  expect(refunds).toMatchObject([{ attempts: 0 }])
})

const leave = async (hub: ShopAndHub) => {
  hub.advance(3 * DAY_MS)
  await askReopened(hub.db, { afterDays: 7, now: hub.world.clock.now() })
}

test('an order that was reopened, made ready, and reopened again is asked about when it is left', async () => {
  await using hub = await open()
  const { name, pickup } = await expired(hub)
  await press(hub, pickup, 'reopen', till, undefined, { reason: 'she comes' })
  hub.advance(60_000)
  await press(hub, pickup, 'finish')
  await hub.writeAll()
  hub.advance(60_000)
  await press(hub, pickup, 'reopen', till, undefined, { reason: 'one is broken' })
  await leave(hub)
  await isAsked(hub, name, 'reopened')
})

test('so is one that a hub had as expired that was lost', async () => {
  await using hub = await open()
  const { name, pickup } = await ordered(hub)
  await makeReady(hub, pickup)
  await press(hub, pickup, 'reopen', till, undefined, { from: 'expired', reason: 'she comes' })
  await leave(hub)
  await isAsked(hub, name, 'reopened')
})

test('many orders that expire are counted together though the hub was killed in between', async () => {
  await using hub = await open()
  const names: string[] = []
  for (let one = 0; one < 11; one += 1) {
    const { name, pickup } = await ordered(hub)
    await makeReady(hub, pickup)
    names.push(name)
    // the first one expires, and the hub is killed
    if (one === 0) hub.advance(60_000)
  }
  hub.advance(7 * DAY_MS - 60_000)
  await expireNow(hub)
  hub.advance(60_000)
  await expireNow(hub)
  hub.advance(HALF_HOUR_MS)
  await look(hub, 4)
  const asked = names.filter(name => !inShopify(hub, name).isCancelled)
  expect(asked).toHaveLength(10)
  for (const name of asked) expect(inShopify(hub, name)).toEqual(notCancelled)
  expect(await kinds(hub)).toEqual(asked.map(() => 'pickup-not-collected'))
})

test('for how many days an order was ready is known though its till shows something else by then', async () => {
  await using hub = await open()
  const { name, pickup } = await ordered(hub)
  await makeReady(hub, pickup)
  const atHarbour = await shown(hub, pickup)
  hub.shop.act(name, { do: 'move', fulfilmentOrder: numberOf(pickup), to: 'MKT' })
  await look(hub, 2)
  await makeReady(hub, pickup, market)
  await expire(hub)
  await press(hub, pickup, 'collect', till, atHarbour, { from: 'ready' })
  await itsTimeIsOver(hub)
  const sentences = (await openExceptions(hub)).map(({ sentence }) => sentence)
  expect(sentences).toContainEqual(expect.stringContaining('was ready at MKT for 7 days'))
})
