import { expect, test } from 'vitest'
import { shopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { press, shown } from './at-the-till.ts'
import { allConnect, fulfil, kinds, onHand, readyAtTill, settle, takeOff } from './till-without-contact.ts'

const [first, second] = tills

test.each([
  { ready: 3, inShopify: 2, atTill: 2, left: 1 },
  { ready: 3, inShopify: 2, atTill: 3, left: 0 },
  { ready: 3, inShopify: 1, atTill: 2, left: 1 },
  { ready: 3, inShopify: 2, atTill: 1, left: 1 },
])(
  'of $ready ready, Shopify has $inShopify as handed over and a till without contact hands over $atTill: they are the same goods',
  async ({ ready, inShopify, atTill, left }) => {
    for (const how of ['Shopify first', 'till first', 'till first, then read'] as const) {
      await using hub = await shopAndHub()
      await hub.sync()
      const before = onHand(hub)
      const of = await readyAtTill(hub, ready)
      if (how === 'Shopify first') {
        fulfil(hub, of, inShopify)
        await settle(hub)
        await of.handOver(atTill)
      } else {
        await of.handOver(atTill)
        fulfil(hub, of, inShopify)
        if (how === 'till first') await hub.writeAll()
      }
      await settle(hub, 3)
      expect(onHand(hub), how).toBe(before - (ready - left))
      expect(await kinds(hub)).toEqual([])
      const now = await shown(hub, of.pickup)
      expect(now?.state).toBe(left === 0 ? 'collected' : 'ready')
      if (left === 0) continue
      expect(now).toMatchObject({ lines: [{ units: left, packed: left }] })
      await press(hub, of.pickup, 'collect')
      await settle(hub, 2)
      expect(onHand(hub)).toBe(before - ready)
      expect((await shown(hub, of.pickup))?.state).toBe('collected')
    }
  },
)

test('what is handed over beyond what is left and what Shopify has is taken off and named', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = onHand(hub)
  const of = await readyAtTill(hub, 4)
  fulfil(hub, of, 2)
  takeOff(hub, of, 1)
  await settle(hub)
  await of.handOver(4)
  await settle(hub, 3)
  expect(onHand(hub)).toBe(before - 4)
  expect(await kinds(hub)).toEqual(['cancelled-but-collected'])
})

test.each([
  { hears: ['contact', 'none'], ofContact: 1, ofNone: 1, total: 2 },
  { hears: ['none', 'contact'], ofContact: 1, ofNone: 1, total: 2 },
  { hears: ['contact', 'none'], ofContact: 1, ofNone: 2, total: 3 },
  { hears: ['none', 'contact'], ofContact: 1, ofNone: 2, total: 3 },
])(
  'one of four is handed over in Shopify, $ofContact at a till that knows it and $ofNone at one that does not (heard: $hears)',
  async ({ hears, ofContact, ofNone, total }) => {
    await using hub = await shopAndHub()
    await hub.sync()
    const before = onHand(hub)
    const of = await readyAtTill(hub, 4)
    fulfil(hub, of, 1)
    await settle(hub)
    const known = await shown(hub, of.pickup)
    for (const till of hears) {
      if (till === 'contact') await of.handOver(ofContact, first, known)
      else await of.handOver(ofNone)
      await settle(hub)
    }
    await settle(hub, 2)
    expect(onHand(hub)).toBe(before - total)
    expect(await shown(hub, of.pickup)).toMatchObject({ state: 'ready', lines: [{ units: 4 - total }] })
    expect(await kinds(hub)).toEqual([])
  },
)

test('what another till handed over is not what a till without contact hands over, also when the rest is cancelled', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = onHand(hub)
  const of = await readyAtTill(hub, 4)
  await of.handOver(1, first)
  await settle(hub, 2)
  takeOff(hub, of, 3)
  await settle(hub, 2)
  await of.handOver(2)
  await settle(hub, 3)
  expect(onHand(hub)).toBe(before - 3)
  expect(await kinds(hub)).toEqual(['cancelled-but-collected'])
})

test.each(['AB', 'BA'])(
  'two parts that tills handed over before a restore are part of what Shopify has, and the rest stays due (heard %s)',
  async how => {
    await using hub = await shopAndHub()
    await hub.sync()
    const before = onHand(hub)
    const of = await readyAtTill(hub, 4)
    const ready = await shown(hub, of.pickup)
    await hub.backUp()
    await of.handOver(1, first)
    await settle(hub)
    const rest = await shown(hub, of.pickup)
    await of.handOver(2, second, rest)
    await settle(hub, 2)
    expect(onHand(hub)).toBe(before - 3)
    await hub.putBack()
    await settle(hub)
    for (const part of how) await (part === 'A' ? of.handOver(1, first, ready) : of.handOver(2, second, rest))
    await allConnect(hub)
    await settle(hub, 4)
    expect(onHand(hub)).toBe(before - 3)
    expect(await shown(hub, of.pickup)).toMatchObject({ state: 'ready', lines: [{ units: 1 }] })
    expect(await kinds(hub)).toEqual([])
  },
)
