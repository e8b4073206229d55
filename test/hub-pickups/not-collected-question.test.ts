import { expect, test } from 'vitest'
import { askReopened } from '../../hub/pickups/reopened-and-left.ts'
import { openExceptions, type ShopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { numberOf, press, shown } from './at-the-till.ts'
import { fulfil } from './till-without-contact.ts'
import {
  DAY_MS,
  expire,
  expired,
  HALF_HOUR_MS,
  inShopify,
  itsTimeIsOver,
  kinds,
  look,
  MUG,
  makeReady,
  notCancelled,
  open,
  paidBack,
} from './uncollected.ts'

/** The question about an order that was not collected says what is so of each of its pickups, and follows what happens. */

const OAT = 'MUG-OAT'
const [till] = tills

/** Three mugs and two of another item, as two pickups of one store. */
async function twoParts(hub: ShopAndHub) {
  const lines = [
    { sku: MUG, quantity: 3 },
    { sku: OAT, quantity: 2 },
  ]
  const { name } = hub.shop.createOrder({ location: 'HAR', lines, customer: { name: 'Ada' } })
  await hub.poll()
  const [whole] = hub.shop.order(name).fulfillmentOrders
  const fulfilmentOrder = numberOf(whole?.id)
  hub.shop.act(name, { do: 'split', fulfilmentOrder, lines: [{ line: OAT, quantity: 2 }] })
  await look(hub)
  const ids = hub.shop.order(name).fulfillmentOrders.map(({ id }) => id)
  const views = await Promise.all(ids.map(async id => ({ id, view: await shown(hub, id) })))
  const mugs = views.find(({ view }) => view?.lines.some(({ sku, units }) => sku === MUG && units === 3))?.id
  const rest = ids.find(id => id !== mugs)
  return { name, mugs: mugs ?? '', rest: rest ?? '' }
}

type Act = Parameters<ShopAndHub['shop']['act']>[1]
const noMugs: Act = { do: 'edit', set: [{ line: MUG, quantity: 0 }], add: [] }
const mugsAgain: Act = { do: 'edit', set: [{ line: MUG, quantity: 3 }], add: [] }
const asked = async (hub: ShopAndHub) =>
  (await openExceptions(hub)).filter(({ kind }) => kind === 'pickup-not-collected')
const sentence = async (hub: ShopAndHub) => (await asked(hub)).map(one => one.sentence).join('\n')

test.each(['within the half hour', 'once it is asked about'])(
  'the money of a pickup that an edit takes off %s is asked about where the other one was handed over',
  async when => {
    await using hub = await open()
    const { name, mugs, rest } = await twoParts(hub)
    for (const id of [mugs, rest]) await makeReady(hub, id)
    await press(hub, rest, 'collect')
    await look(hub, 2)
    await expire(hub)
    if (when !== 'within the half hour') await itsTimeIsOver(hub)
    hub.shop.act(name, noMugs)
    await look(hub, 2)
    await itsTimeIsOver(hub)
    expect(inShopify(hub, name)).toEqual(notCancelled)
    expect(await asked(hub)).toMatchObject([{ code: 'pickup-not-collected.nothing-left' }])
    expect(await sentence(hub)).toContain('What was due there (3 × Stoneware mug')
  },
)

test('so it is where the other one is still to be collected, and stays so once it is', async () => {
  await using hub = await open()
  const { name, mugs, rest } = await twoParts(hub)
  await makeReady(hub, mugs)
  await expire(hub)
  hub.shop.act(name, noMugs)
  await look(hub, 2)
  await itsTimeIsOver(hub)
  await makeReady(hub, rest)
  await press(hub, rest, 'collect')
  await look(hub, 3)
  expect(await asked(hub)).toMatchObject([{ code: 'pickup-not-collected.nothing-left' }])
})

test('of two pickups that are asked about, an edit takes one off and the other is reopened: its money is still asked about', async () => {
  await using hub = await open()
  const { name, mugs, rest } = await twoParts(hub)
  for (const id of [mugs, rest]) await makeReady(hub, id)
  await expire(hub)
  hub.shop.act(name, { do: 'hold', fulfilmentOrder: numberOf(rest) })
  await itsTimeIsOver(hub)
  hub.shop.act(name, { do: 'release', fulfilmentOrder: numberOf(rest) })
  hub.shop.act(name, noMugs)
  await look(hub, 3)
  await press(hub, rest, 'reopen', till, undefined, { reason: 'x' })
  expect(await asked(hub)).toMatchObject([{ code: 'pickup-not-collected.nothing-left' }])
  expect(await sentence(hub)).not.toContain('Oat')
})

test('a pickup whose units are only split off is not asked about as taken off', async () => {
  await using hub = await open()
  const { name, pickup } = await expired(hub)
  await itsTimeIsOverAsked(hub, name)
  const fulfilmentOrder = numberOf(pickup)
  hub.shop.act(name, { do: 'split', fulfilmentOrder, lines: [{ line: MUG, quantity: 1 }] })
  await look(hub, 2)
  expect((await asked(hub)).map(({ code }) => code)).toEqual(['pickup-not-collected.refund-refused'])
})

/** It is on hold, and so asked about. */
async function itsTimeIsOverAsked(hub: ShopAndHub, name: string): Promise<void> {
  hub.shop.act(name, { do: 'hold' })
  await itsTimeIsOver(hub)
  hub.shop.act(name, { do: 'release' })
  await look(hub, 2)
  expect(await sentence(hub)).toContain('The order was on hold in Shopify')
}

test('the question names what is left, for the same reason', async () => {
  await using hub = await open()
  const { name, pickup } = await expired(hub)
  await itsTimeIsOverAsked(hub, name)
  expect(await sentence(hub)).toContain('3 × ')
  const view = await shown(hub, pickup)
  const lines = [{ pickupLine: view?.lines[0]?.id ?? '', units: 1 }]
  await press(hub, pickup, 'collect', till, view, { from: 'expired', lines })
  await look(hub, 3)
  expect(await sentence(hub)).toContain('2 × ')
  hub.shop.act(name, { do: 'edit', set: [{ line: MUG, quantity: 2 }], add: [] })
  await look(hub, 3)
  expect(await sentence(hub)).toContain('1 × ')
  expect(await sentence(hub)).toContain('The order was on hold in Shopify')
})

test('items that an edit took off and another one puts back are not asked about', async () => {
  await using hub = await open()
  const { name } = await expired(hub)
  hub.shop.act(name, noMugs)
  await look(hub, 2)
  await itsTimeIsOver(hub)
  expect(await asked(hub)).toMatchObject([{ code: 'pickup-not-collected.nothing-left' }])
  hub.shop.act(name, mugsAgain)
  await look(hub, 3)
  expect(await asked(hub)).toEqual([])
})

test('one question says of each pickup what is so of it', async () => {
  await using hub = await open()
  const { mugs, rest } = await twoParts(hub)
  for (const id of [mugs, rest]) await makeReady(hub, id)
  await expire(hub)
  await press(hub, mugs, 'reopen', till, undefined, { reason: 'x' })
  await itsTimeIsOver(hub)
  for (let day = 0; day < 3; day += 1) {
    hub.advance(DAY_MS)
    await look(hub)
    await askReopened(hub.db, { afterDays: 7, now: hub.world.clock.now() })
  }
  const said = await sentence(hub)
  expect(said).toMatch(/Staff reopened it 2 days ago, and it is not ready \(3 × Stoneware mug[^,)]*\)/)
  expect(said).toMatch(
    /Of 2 × [^:]*: it was ready for 7 days and not collected, and is not paid back: Other parts/,
  )
})

test('while Shopify works on it for more than a day, the question does not say that the store can reopen it', async () => {
  await using hub = await open()
  hub.shop.switches.turn({ cancelDelayMs: 30 * 3_600_000 })
  const { name, pickup } = await expired(hub)
  hub.advance(HALF_HOUR_MS)
  await hub.write()
  for (let hour = 0; hour < 26; hour += 1) {
    hub.advance(3_600_000)
    await hub.poll()
    await hub.write()
  }
  expect(await asked(hub)).toMatchObject([{ code: 'pickup-not-collected.under-way' }])
  expect(await sentence(hub)).toContain('the store can’t reopen it')
  await press(hub, pickup, 'reopen', till, undefined, { reason: 'x' })
  expect(await shown(hub, pickup)).toMatchObject({ state: 'expired' })
  for (let hour = 0; hour < 6; hour += 1) {
    hub.advance(3_600_000)
    await hub.poll()
    await hub.write()
  }
  expect(inShopify(hub, name)).toEqual(paidBack)
  expect(await kinds(hub)).toEqual([])
})

test('a part that was handed over while Shopify worked on it is the reason that is told', async () => {
  await using hub = await open()
  hub.shop.switches.turn({ cancelDelayMs: 10 * 60_000 })
  const of = await expired(hub)
  hub.advance(HALF_HOUR_MS)
  await hub.write()
  fulfil(hub, of, 1)
  for (let minute = 0; minute < 40; minute += 1) {
    hub.advance(60_000)
    await hub.poll()
    await hub.write()
  }
  expect(await sentence(hub)).toContain('A part of the order was handed over or sent')
  expect(await sentence(hub)).toContain('2 × ')
})

test('an authorisation that lapsed is not told as a payment', async () => {
  await using hub = await open()
  const lines = [{ sku: MUG, quantity: 3 }]
  const wish = { location: 'HAR', lines, customer: { name: 'Ada' }, payment: 'authorized' as const }
  const { fulfillmentOrders } = hub.shop.createOrder(wish)
  await hub.poll()
  await makeReady(hub, fulfillmentOrders[0]?.id ?? '')
  await expire(hub)
  await itsTimeIsOver(hub)
  expect(await sentence(hub)).toContain('an authorisation may have lapsed')
})

test('items that are put back as another line are not asked about, unless Shopify keeps money', async () => {
  for (const units of [3, 1]) {
    await using hub = await open()
    const { name } = await expired(hub)
    hub.shop.act(name, noMugs)
    await look(hub, 2)
    await itsTimeIsOver(hub)
    hub.shop.act(name, { do: 'edit', set: [], add: [{ sku: MUG, quantity: units }], at: 'HAR' } as Act)
    await look(hub, 3)
    expect(await asked(hub)).toHaveLength(units === 3 ? 0 : 1)
  }
})

test('Shopify’s own words end before ours begin', async () => {
  await using hub = await open()
  await expired(hub)
  const { write } = hub.client
  const errors = [{ field: null, message: 'Order has open returns', code: null }]
  Object.assign(hub.client, {
    write: (operation: { name: string }, ...rest: unknown[]) =>
      operation.name === 'CancelOrder'
        ? Promise.resolve({ kind: 'user-errors', errors })
        : Reflect.apply(write, hub.client, [operation, ...rest]),
  })
  hub.advance(HALF_HOUR_MS)
  for (let minute = 0; minute < 20; minute += 1) {
    await hub.write()
    hub.advance(60_000)
  }
  expect(await sentence(hub)).toContain('Order has open returns. Ask the customer')
})
