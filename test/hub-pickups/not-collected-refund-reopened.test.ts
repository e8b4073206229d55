import { expect, test } from 'vitest'
import { epochMs } from '../../shared/ids.ts'
import { openExceptions, type ShopAndHub, tills, writesOf } from '../hub-shopify/shop-and-hub.ts'
import { press, shown } from './at-the-till.ts'
import {
  expired,
  HALF_HOUR_MS,
  inShopify,
  isAsked,
  itsTimeIsOver,
  look,
  notCancelled,
  open,
  seen,
} from './uncollected.ts'

const [till, second] = tills
const HOUR_MS = 3_600_000

async function told(hub: ShopAndHub, pickup: string) {
  const row = await hub.db
    .selectFrom('command')
    .select('body')
    .where('device', '=', till.device)
    .where('pickup', '=', pickup)
    .orderBy('seq', 'desc')
    .executeTakeFirst()
  return JSON.parse(row?.body ?? '{}')
}

/** The next cancellation that Shopify is asked for ends in another way. @returns how often it is asked for */
function nextCancel(hub: ShopAndHub, result: () => Promise<unknown>) {
  const asked = { times: 0 }
  const { write } = hub.client
  Object.assign(hub.client, {
    write(operation: { name: string }, ...rest: unknown[]) {
      if (operation.name === 'CancelOrder') asked.times += 1
      if (operation.name === 'CancelOrder' && asked.times === 1) return result()
      return Reflect.apply(write, hub.client, [operation, ...rest])
    },
  })
  return asked
}

async function minutes(hub: ShopAndHub, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    hub.advance(60_000)
    hub.hear(tills.map(({ device }) => device))
    await hub.poll()
    await hub.write()
  }
}

test.each(['killed', 'lost answer'] as const)(
  'Shopify is not asked again once staff wanted to reopen an order: %s',
  async how => {
    await using hub = await open()
    const { name, pickup } = await expired(hub)
    nextCancel(hub, () =>
      how === 'killed'
        ? Promise.reject(new Error('killed'))
        : Promise.resolve({ kind: 'unknown', problem: 'timeout' }),
    )
    hub.advance(HALF_HOUR_MS)
    await hub.write()
    if (how === 'killed') await hub.restart()
    await press(hub, pickup, 'reopen', till, undefined, { reason: 'at the door' })
    expect(await told(hub, pickup)).toMatchObject({ state: 'expired', notice: { code: 'cancel-asked' } })
    await minutes(hub, 80)
    const refunds = (await writesOf(hub)).filter(({ kind }) => kind === 'refund')
    expect(refunds).toMatchObject([{ state: 'refused', attempts: 1 }])
    await isAsked(hub, name, 'Staff wanted to reopen it after Shopify had been asked')
    await press(hub, pickup, 'reopen', till, undefined, { reason: 'still here' })
    expect(await shown(hub, pickup)).toMatchObject({ state: 'picking' })
    expect(inShopify(hub, name)).toEqual(notCancelled)
  },
)

test('a reopen that is pressed while the call is under way is kept as well', async () => {
  await using hub = await open()
  const { name, pickup } = await expired(hub)
  const asked = nextCancel(hub, async () => {
    await press(hub, pickup, 'reopen', till, undefined, { reason: 'at the door' })
    return { kind: 'unknown', problem: 'timeout' }
  })
  hub.advance(HALF_HOUR_MS)
  await hub.write()
  await minutes(hub, 80)
  expect(asked.times).toBe(1)
  await isAsked(hub, name, 'Staff wanted to reopen it after Shopify had been asked')
})

test('a till is not told that an order is cancelled that Shopify has refused to cancel', async () => {
  await using hub = await open()
  const { name, pickup } = await expired(hub)
  const errors = [{ code: 'INVALID', field: ['orderId'], message: 'Order has open returns' }]
  nextCancel(hub, () => Promise.resolve({ kind: 'user-errors', errors }))
  hub.advance(HALF_HOUR_MS)
  await hub.write()
  await press(hub, pickup, 'reopen', till, undefined, { reason: 'at the door' })
  expect(await told(hub, pickup)).toMatchObject({ notice: { code: 'cancel-asked' } })
  await minutes(hub, 20)
  await isAsked(hub, name, 'Order has open returns')
})

test.each(['at once', 'heard of a day later'] as const)(
  'a whole hand-over that is undone puts the question back, in its own words: %s',
  async when => {
    await using hub = await open()
    await seen(hub)
    const { name, pickup, view } = await expired(hub)
    await seen(hub)
    hub.hear([])
    hub.advance(HALF_HOUR_MS)
    await hub.write()
    for (let hour = 0; hour < 26; hour += 1) {
      hub.advance(HOUR_MS)
      await hub.poll()
      await hub.write()
    }
    const why = 'For a day the hub has not had'
    await isAsked(hub, name, why)
    const isLate = when !== 'at once'
    const at = epochMs(hub.world.clock.now() - (isLate ? 25 * HOUR_MS : 0))
    const by = { device: isLate ? second.device : till.device, store: 'HAR' }
    const shownThere = isLate ? view : await shown(hub, pickup)
    const from = isLate ? ('ready' as const) : ('expired' as const)
    await press(hub, pickup, 'collect', by, shownThere, { at, from })
    expect(await openExceptions(hub)).toEqual([])
    const undoes = { move: 'collect' as const, at, staff: 'Maya', till: 'Till 1' }
    await press(hub, pickup, 'undo', by, undefined, { at: epochMs(at + 5000), undoes })
    await isAsked(hub, name, why)
    await minutes(hub, 45)
    await itsTimeIsOver(hub)
    await look(hub)
    await isAsked(hub, name, why)
  },
)
