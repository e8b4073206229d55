import { expect, test } from 'vitest'
import { openExceptions, tills } from '../hub-shopify/shop-and-hub.ts'
import { press, shown } from './at-the-till.ts'
import { knownMugs, left, ringUp } from './ring-up.ts'
import { expired, inShopify, itsTimeIsOver, look, makeReady, open, paidBack } from './uncollected.ts'

const [till] = tills

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
