import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { epochMs } from '../../shared/ids.ts'
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
  paidBack,
} from './uncollected.ts'

const [till] = tills

/** What a till of the store was told last of a pickup. */
async function told(hub: ShopAndHub, pickup: string, device: string = till.device) {
  const row = await hub.db
    .selectFrom('command')
    .select('body')
    .where('device', '=', device)
    .where('pickup', '=', pickup)
    .orderBy('seq', 'desc')
    .executeTakeFirst()
  return JSON.parse(row?.body ?? '{}')
}

const refunds = async (hub: ShopAndHub) => (await writesOf(hub)).filter(({ kind }) => kind === 'refund')

async function minutes(hub: ShopAndHub, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    hub.advance(60_000)
    await hub.poll()
    await hub.write()
  }
}

async function endRecovery(hub: ShopAndHub): Promise<void> {
  const ended = { ended_at: hub.world.clock.now() }
  await transaction(hub.db, async tx => {
    await tx.updateTable('recovery').set(ended).execute()
  })
  hub.hear(tills.map(({ device }) => device))
}

test('an order that staff reopened before a restore, or after it, is not paid back', async () => {
  await using hub = await open()
  const { name, pickup } = await expired(hub)
  await hub.backUp()
  hub.advance(5 * 60_000)
  const at = epochMs(hub.world.clock.now())
  await press(hub, pickup, 'reopen', till, undefined, { at, reason: 'she comes tonight' })
  hub.advance(5 * 60_000)
  await hub.putBack()
  await press(hub, pickup, 'reopen', till, undefined, { at, reason: 'she comes tonight' })
  expect(await told(hub, pickup)).toMatchObject({ state: 'picking', notice: { code: 'reopened' } })
  await endRecovery(hub)
  await minutes(hub, 80)
  expect(inShopify(hub, name)).toEqual(notCancelled)
  expect((await shown(hub, pickup))?.state).toBe('picking')
  expect(await refunds(hub)).toMatchObject([{ state: 'refused' }])
})

test('an order that a lost hub had paid back is cancelled at the till, whatever staff did after the restore', async () => {
  await using hub = await open()
  hub.shop.switches.turn({ cancelDelayMs: 10 * 60_000 })
  const { name, pickup } = await expired(hub)
  await hub.backUp()
  hub.advance(HALF_HOUR_MS)
  await hub.write()
  await hub.putBack()
  await press(hub, pickup, 'reopen', till, undefined, { reason: 'at the door' })
  expect((await shown(hub, pickup))?.state).toBe('picking')
  await endRecovery(hub)
  await minutes(hub, 80)
  expect(inShopify(hub, name)).toEqual(paidBack)
  expect((await shown(hub, pickup))?.state).toBe('cancelled')
  expect(await refunds(hub)).toMatchObject([{ state: 'confirmed' }])
})

/** An order of three mugs that is not paid is ready, and its customer does not come for a week. */
async function unpaid(hub: ShopAndHub) {
  const lines = [{ sku: MUG, quantity: 3 }]
  const wish = { location: 'HAR', lines, customer: { name: 'Ada' }, payment: 'pending' } as const
  const { name, fulfillmentOrders } = hub.shop.createOrder(wish)
  await hub.poll()
  const pickup = fulfillmentOrders[0]?.id ?? ''
  await makeReady(hub, pickup)
  const view = await shown(hub, pickup)
  await expire(hub)
  return { name, pickup, view }
}

test('head office is asked about an order that its customer pays just after it has expired', async () => {
  await using hub = await open()
  const { name } = await unpaid(hub)
  hub.advance(60_000)
  hub.shop.act(name, { do: 'pay' })
  await itsTimeIsOver(hub)
  await isAsked(hub, name, 'the customer may just have paid')
})

test('of an order for which nothing was received, nothing is said to be paid back', async () => {
  await using hub = await open()
  const { name, pickup, view } = await unpaid(hub)
  await itsTimeIsOver(hub)
  expect(inShopify(hub, name).isCancelled).toBe(true)
  expect(await told(hub, pickup)).toMatchObject({ state: 'cancelled', notice: { code: 'order-cancelled' } })
  await press(hub, pickup, 'collect', till, view, { from: 'ready', paid: true })
  await look(hub, 2)
  const [said] = await openExceptions(hub)
  expect(said).toMatchObject({ kind: 'cancelled-but-collected' })
  expect(said?.sentence).not.toContain('the money')
})

test('head office is asked about an order that was on hold for a while after it had expired', async () => {
  await using hub = await open()
  const { name, pickup } = await expired(hub)
  const fulfilmentOrder = numberOf(pickup)
  hub.shop.act(name, { do: 'hold', fulfilmentOrder, reason: 'OTHER', notes: 'on the phone' })
  await minutes(hub, 1)
  hub.shop.act(name, { do: 'release', fulfilmentOrder })
  await minutes(hub, 1)
  await itsTimeIsOver(hub)
  await isAsked(hub, name, 'The order was on hold in Shopify after it had expired')
})

/** Shopify says that its jobs are done. */
function jobsAreDone(hub: ShopAndHub): void {
  const { read } = hub.client
  Object.assign(hub.client, {
    read(operation: { name: string }, ...rest: unknown[]) {
      if (operation.name === 'Job') return Promise.resolve({ job: { done: true } })
      return Reflect.apply(read, hub.client, [operation, ...rest])
    },
  })
}

test('Shopify is not asked twice where its job is done and the order is open; the tills are told', async () => {
  await using hub = await open()
  hub.shop.switches.turn({ cancelDelayMs: 50 * 3_600_000 })
  const { name, pickup } = await expired(hub)
  hub.advance(HALF_HOUR_MS)
  await hub.write()
  await press(hub, pickup, 'reopen', till, undefined, { reason: 'at the door' })
  expect(await told(hub, pickup)).toMatchObject({ notice: { code: 'paid-back' } })
  jobsAreDone(hub)
  await minutes(hub, 10)
  expect(await kinds(hub)).toEqual([])
  await minutes(hub, 10)
  await isAsked(hub, name, 'Shopify says that it has finished, and the order is still open')
  expect(await refunds(hub)).toMatchObject([{ state: 'refused', attempts: 1 }])
  expect(await told(hub, pickup)).toMatchObject({
    state: 'expired',
    notice: { code: 'not-collected', days: 7 },
  })
})

/** So many orders of one mug are ready. */
async function severalReady(hub: ShopAndHub, count: number): Promise<readonly string[]> {
  const names: string[] = []
  for (let one = 0; one < count; one += 1) {
    const lines = [{ sku: MUG, quantity: 1 }]
    const { name, fulfillmentOrders } = hub.shop.createOrder({
      location: 'HAR',
      lines,
      customer: { name: 'Ada' },
    })
    await hub.poll()
    await makeReady(hub, fulfillmentOrders[0]?.id ?? '')
    names.push(name)
  }
  return names
}

test.each([
  { expiring: 11, more: 0, isPaid: false },
  { expiring: 3, more: 11, isPaid: false },
  { expiring: 2, more: 10, isPaid: true },
])(
  'where $expiring orders expire at once and $more others are ready, they are paid back: $isPaid',
  async ({ expiring, more, isPaid }) => {
    await using hub = await open()
    const names = await severalReady(hub, expiring)
    hub.advance(2 * DAY_MS)
    await severalReady(hub, more)
    hub.advance(5 * DAY_MS)
    await expireNow(hub)
    hub.advance(HALF_HOUR_MS)
    await look(hub, 4)
    for (const name of names) expect(inShopify(hub, name)).toEqual(isPaid ? paidBack : notCancelled)
    const sentences = (await openExceptions(hub)).map(({ sentence }) => sentence)
    expect(sentences).toHaveLength(isPaid ? 0 : expiring)
    for (const sentence of sentences) expect(sentence).toContain('Unusually many orders expired at once')
  },
)
