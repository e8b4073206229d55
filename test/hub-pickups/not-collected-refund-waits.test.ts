import { expect, test } from 'vitest'
import { openExceptions, type ShopAndHub, tills, writesOf } from '../hub-shopify/shop-and-hub.ts'
import { press, shown } from './at-the-till.ts'
import {
  DAY_MS,
  expired,
  HALF_HOUR_MS,
  inShopify,
  isAsked,
  kinds,
  look,
  notCancelled,
  open,
  paidBack,
  seen,
} from './uncollected.ts'

/** What a refund waits for, for how long, and what becomes of it then. */

const HOUR_MS = 3_600_000
const [till] = tills
const own = tills.filter(({ store }) => store === 'HAR').map(({ device }) => device)
const refunds = async (hub: ShopAndHub) => (await writesOf(hub)).filter(({ kind }) => kind === 'refund')

async function hours(hub: ShopAndHub, count: number): Promise<void> {
  for (let hour = 0; hour < count; hour += 1) {
    hub.advance(HOUR_MS)
    await hub.poll()
    await hub.write()
  }
}

test('an order is paid back only when its tills have read their POS after its half hour was over', async () => {
  await using hub = await open()
  const { name } = await expired(hub)
  await seen(hub)
  hub.advance(HALF_HOUR_MS + 60_000)
  const now = hub.world.clock.now()
  // a customer may have been rung up in the minutes after that
  hub.hear(own, 0, now - 5 * 60_000)
  for (let minute = 0; minute < 3; minute += 1) {
    await hub.write()
    hub.advance(60_000)
  }
  expect(inShopify(hub, name)).toEqual(notCancelled)
  expect(await kinds(hub)).toEqual([])
  const all = tills.map(({ device }) => device)
  hub.hear(all, 0, now)
  await look(hub, 6)
  expect(inShopify(hub, name)).toEqual(paidBack)
})

/** From now on an order's standing can be read, or not. */
function readings(hub: ShopAndHub): { fails: boolean } {
  const { read } = hub.client
  const of = { fails: false }
  Object.assign(hub.client, {
    read(operation: { name: string }, ...rest: unknown[]) {
      if (of.fails && operation.name === 'OrderStanding') throw new Error('unreadable')
      return Reflect.apply(read, hub.client, [operation, ...rest])
    },
  })
  return of
}

test('reasons to wait that take turns don’t begin the day again, and head office is told of both', async () => {
  await using hub = await open()
  const { name } = await expired(hub)
  const reading = readings(hub)
  hub.hear([])
  hub.advance(HALF_HOUR_MS)
  await hub.write()
  await hours(hub, 20)
  reading.fails = true
  await hours(hub, 1)
  reading.fails = false
  expect(await kinds(hub)).toEqual([])
  await hours(hub, 4)
  await isAsked(hub, name, 'one thing after the other kept the hub from it')
})

test('what Shopify still works on after a day is asked about, and followed to its end', async () => {
  await using hub = await open()
  hub.shop.switches.turn({ cancelDelayMs: 30 * HOUR_MS })
  const { name, pickup, view } = await expired(hub)
  hub.advance(HALF_HOUR_MS)
  await hub.write()
  await hours(hub, 26)
  await isAsked(hub, name, 'Shopify has not done it for a day')
  await press(hub, pickup, 'reopen', till, undefined, { reason: 'at the door' })
  expect((await shown(hub, pickup))?.state).toBe('expired')
  expect(await refunds(hub)).toMatchObject([{ state: 'sent', attempts: 1 }])
  await hours(hub, 6)
  expect(inShopify(hub, name)).toEqual(paidBack)
  expect(await refunds(hub)).toMatchObject([{ state: 'confirmed', attempts: 1 }])
  expect(await kinds(hub)).toEqual([])
  expect(await shown(hub, pickup)).toMatchObject({ state: 'cancelled', notice: { code: 'paid-back' } })
  // a till that had not heard of it
  await press(hub, pickup, 'collect', till, view, { from: 'ready' })
  await look(hub, 2)
  const sentences = (await openExceptions(hub)).map(({ sentence }) => sentence)
  expect(sentences).toEqual([expect.stringContaining('they have the goods and the money')])
})

test('what Shopify never ends is not followed for ever, and is not sent again', async () => {
  await using hub = await open()
  hub.shop.switches.turn({ cancelDelayMs: 100 * DAY_MS })
  const { name } = await expired(hub)
  hub.advance(HALF_HOUR_MS)
  await hub.write()
  await hours(hub, 26)
  for (let day = 0; day < 15; day += 1) {
    hub.advance(DAY_MS)
    await hub.write()
  }
  await isAsked(hub, name, 'Shopify has not done it for a day')
  expect(await refunds(hub)).toMatchObject([{ state: 'refused', attempts: 1 }])
})
