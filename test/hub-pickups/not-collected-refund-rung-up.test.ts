import { expect, test } from 'vitest'
import { openExceptions, type ShopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { press, shown } from './at-the-till.ts'
import { knownMugs, left, ringUp, voidReceipt } from './ring-up.ts'
import {
  DAY_MS,
  expire,
  expired,
  inShopify,
  isAsked,
  itsTimeIsOver,
  look,
  makeReady,
  open,
  paidBack,
} from './uncollected.ts'

const [till, , market] = tills

test.each(['its receipt', 'the till page'] as const)(
  'goods that leave after the refund leave stock once (%s is heard first)',
  async first => {
    await using hub = await open()
    const { name, pickup, view } = await expired(hub)
    await itsTimeIsOver(hub)
    expect(inShopify(hub, name)).toEqual(paidBack)
    const ring = () => ringUp(hub, { units: 3, order: name })
    const collect = () => press(hub, pickup, 'collect', till, view, { from: 'ready' })
    for (const tell of first === 'its receipt' ? [ring, collect] : [collect, ring]) {
      await tell()
      await look(hub, 2)
      expect(await left(hub)).toBe(3)
    }
    const asked = await openExceptions(hub)
    expect(asked.map(({ code }) => code)).toEqual(['cancelled-but-collected.paid-back'])
    expect(asked[0]?.sentence).toContain('Unless the customer paid at the till')
  },
)

test.each(['its receipt', 'the till page'] as const)(
  'so it is where others cancelled the order (%s is heard first)',
  async first => {
    await using hub = await open()
    const { name, pickup } = await knownMugs(hub, 3)
    await makeReady(hub, pickup)
    const view = await shown(hub, pickup)
    hub.shop.act(name, { do: 'cancel' })
    await look(hub, 2)
    const ring = () => ringUp(hub, { units: 3, order: name })
    const collect = () => press(hub, pickup, 'collect', till, view, { from: 'ready' })
    for (const tell of first === 'its receipt' ? [ring, collect] : [collect, ring]) {
      await tell()
      await look(hub, 2)
      expect(await left(hub)).toBe(3)
    }
    expect((await openExceptions(hub)).map(({ code }) => code)).toEqual(['cancelled-but-collected'])
  },
)

test('what the receipt sold besides is sold besides', async () => {
  await using hub = await open()
  const { name, pickup, view } = await expired(hub)
  await itsTimeIsOver(hub)
  await press(hub, pickup, 'collect', till, view, { from: 'ready' })
  await ringUp(hub, { units: 4, order: name })
  await look(hub, 2)
  expect(await left(hub)).toBe(4)
})

/** An order of MKT that a receipt of HAR names has expired, and head office is asked about it. */
async function namedElsewhere(hub: ShopAndHub) {
  const { name, pickup } = await knownMugs(hub, 3, 'MKT')
  await makeReady(hub, pickup, market)
  await ringUp(hub, { units: 3, order: name.replace('#', '') })
  await expire(hub)
  await itsTimeIsOver(hub)
  await isAsked(hub, name, 'A receipt of a till names the order')
  return { name, pickup }
}

const codes = async (hub: ShopAndHub) => (await openExceptions(hub)).map(({ code }) => code)
const warning = { code: 'may-be-collected', receipt: { store: 'HAR', number: 'r-1' } }

test('an order that a receipt names warns at the till once it is reopened, until it is handed over', async () => {
  await using hub = await open()
  const { name, pickup } = await namedElsewhere(hub)
  await press(hub, pickup, 'reopen', market, undefined, { reason: 'at the door' })
  expect(await shown(hub, pickup)).toMatchObject({ state: 'picking', notice: warning })
  hub.shop.act(name, { do: 'hold' })
  await look(hub)
  hub.shop.act(name, { do: 'release' })
  await look(hub)
  expect(await shown(hub, pickup)).toMatchObject({ state: 'picking', notice: warning })
  await press(hub, pickup, 'finish', market)
  await hub.writeAll()
  expect(await shown(hub, pickup)).toMatchObject({ state: 'ready', shopify: 'confirmed', notice: warning })
})

test('its hand-over is urgent, and no question says that it is still due', async () => {
  await using hub = await open()
  const { pickup } = await namedElsewhere(hub)
  await press(hub, pickup, 'reopen', market, undefined, { reason: 'at the door' })
  await press(hub, pickup, 'finish', market)
  await hub.writeAll()
  await press(hub, pickup, 'collect', market)
  expect(await codes(hub)).toEqual(['order-sale-unclear.other-store'])
  await look(hub, 2)
  expect(await codes(hub)).toEqual(['handed-over-twice'])
  await ringUp(hub, { units: 3, order: '1001', content: 'e' })
  await look(hub, 2)
  expect(await openExceptions(hub)).toMatchObject([{ code: 'handed-over-twice', severity: 'urgent' }])
  await voidReceipt(hub)
  expect(await openExceptions(hub)).toEqual([])
})

test.each([3, 0])(
  'so it is where the receipt comes second, and where its lines have no item (%i)',
  async units => {
    await using hub = await open()
    const { name, pickup } = await knownMugs(hub, 3, 'MKT')
    await makeReady(hub, pickup, market)
    if (units === 0) await ringUp(hub, { units: 3, order: name, sku: null })
    await press(hub, pickup, 'collect', market)
    await look(hub, 2)
    if (units > 0) await ringUp(hub, { units, order: name })
    expect(await codes(hub)).toEqual(['handed-over-twice'])
  },
)

test('a receipt that names an order of another store which is cancelled does not say that it is due', async () => {
  await using hub = await open()
  const { name } = await knownMugs(hub, 3, 'MKT')
  await ringUp(hub, { units: 3, order: name })
  expect(await codes(hub)).toEqual(['order-sale-unclear.other-store'])
  hub.shop.act(name, { do: 'cancel' })
  await look(hub, 2)
  expect(await codes(hub)).toEqual(['order-sale-unclear.nothing-due'])
})

test('a receipt of before an order was placed warns of nothing', async () => {
  await using hub = await open()
  await ringUp(hub, { units: 3, order: '1001' })
  hub.advance(DAY_MS)
  const { name, pickup } = await knownMugs(hub, 3, 'MKT')
  expect(name).toBe('#1001')
  await makeReady(hub, pickup, market)
  expect(await shown(hub, pickup)).toMatchObject({ state: 'ready', notice: null })
})
