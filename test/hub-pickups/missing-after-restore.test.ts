import { expect, test } from 'vitest'
import { epochMs } from '../../shared/ids.ts'
import { openExceptions, type ShopAndHub, shopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { press, shown } from './at-the-till.ts'
import { allConnect, onHand, order, settle } from './till-without-contact.ts'

const HOUR = 3_600_000
const [first, second] = tills

const sentences = async (hub: ShopAndHub) => (await openExceptions(hub)).map(({ sentence }) => sentence)

/** What tills show of all pickups of the store. */
async function allShown(hub: ShopAndHub) {
  const rows = await hub.db.selectFrom('pickup').select(['pickup']).orderBy('pickup').execute()
  return Promise.all(
    rows.map(async ({ pickup }) => {
      const body = await shown(hub, pickup)
      const lines = body?.lines.map(({ units, packed, missing }) => ({ units, packed, missing }))
      return { state: body?.state, notice: body?.notice, lines }
    }),
  )
}

/** Of an order of three, two were found and handed over before the loss, and one was not found. */
async function shortBeforeTheLoss(hub: ShopAndHub) {
  await hub.sync()
  const { pickup, line, name } = await order(hub, 3)
  await hub.backUp()
  const start = hub.world.clock.now() - HOUR
  const view = await shown(hub, pickup)
  const lines = [{ pickupLine: line, units: 2 }]
  const missing = [{ pickupLine: line, units: 1, reason: 'damaged' as const, said: null }]
  const steps = {
    pick: () => press(hub, pickup, 'pick', first, view, { at: epochMs(start) }),
    finish: () => press(hub, pickup, 'finish', first, view, { at: epochMs(start + 1_000), lines, missing }),
    collect: () =>
      press(hub, pickup, 'collect', second, view, { at: epochMs(start + 60_000), from: 'ready', lines }),
  }
  return { ...steps, pickup, name }
}

test.each([
  ['AB', true],
  ['BA', true],
  ['ABA', true],
  ['AB', false],
  ['BA', false],
  ['ABA', false],
  ['B, a look at Shopify, A', false],
] as const)(
  'what a till could not find before a loss stays reported when the hub that was put back hears %s (polled first: %s)',
  async (how, isPolled) => {
    await using hub = await shopAndHub()
    const before = 180
    const { pick, finish, collect } = await shortBeforeTheLoss(hub)
    await pick()
    await finish()
    await settle(hub)
    await collect()
    await settle(hub, 3)
    expect(onHand(hub)).toBe(before - 2)
    const said = await sentences(hub)
    expect(said).toHaveLength(1)
    const [, rest] = await allShown(hub)
    await hub.putBack()
    if (isPolled) await settle(hub)
    const steps = {
      AB: [pick, finish, collect],
      BA: [collect, pick, finish],
      ABA: [pick, collect, finish],
      'B, a look at Shopify, A': [collect, () => settle(hub), pick, finish],
    }
    for (const step of steps[how]) await step()
    await allConnect(hub)
    await settle(hub, 4)
    expect(onHand(hub)).toBe(before - 2)
    expect(await sentences(hub)).toEqual(said)
    const [handedOver, other] = await allShown(hub)
    expect(handedOver?.state).toBe('collected')
    expect(other).toEqual(rest)
  },
)

test('what was not found is missing, and not packed, where the pickup has begun once more before the step that says so is heard', async () => {
  await using hub = await shopAndHub()
  const { pick, finish, collect, name } = await shortBeforeTheLoss(hub)
  await pick()
  await finish()
  await collect() // Shopify has not heard of anything
  const said = await sentences(hub)
  await hub.putBack()
  await collect()
  await settle(hub, 2)
  expect(await allShown(hub)).toMatchObject([{ state: 'received', lines: [{ units: 1 }] }])
  await pick()
  await finish()
  await allConnect(hub)
  await settle(hub, 4)
  expect(onHand(hub)).toBe(178)
  expect(await sentences(hub)).toEqual(said)
  expect(await allShown(hub)).toMatchObject([
    { state: 'short', lines: [{ units: 1, missing: { units: 1 } }] },
  ])
  expect(hub.shop.order(name).fulfillmentOrders.map(({ status }) => status)).toContain('ON_HOLD')
})
