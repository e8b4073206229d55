import { expect, test } from 'vitest'
import { tills } from '../hub-shopify/shop-and-hub.ts'
import { press } from './at-the-till.ts'
import { catchUp, handOverLate, MUG, outcome, readyOrder, refundOne, started, viewOf } from './told-late.ts'

const [, har2] = tills

test.each(['read', 'not read'] as const)(
  'an item is added and the two that a waiting hand-over gave out are refunded (the order is %s first): the store is shown the added one',
  async how => {
    await using hub = await started()
    const { name, pickup, view, at } = await readyOrder(hub, 2)
    await handOverLate(hub, pickup, view, { at })
    hub.shop.act(name, { do: 'edit', add: [{ sku: MUG, quantity: 1 }] })
    for (let time = 0; time < 2; time += 1) {
      refundOne(hub, name)
      hub.advance(2_000)
      if (how === 'read') await hub.poll()
    }
    await catchUp(hub)
    const kinds = ['cancelled-but-collected']
    expect(await outcome(hub)).toEqual({ isSame: true, stock: [178, 160], committed: [1, 0], kinds })
    const { state, lines } = await viewOf(hub, pickup)
    expect([state, lines.map(({ units }) => units)]).toEqual(['received', [1]])
  },
)

test.each(['read', 'not read'] as const)(
  'reopened at one till, a part handed over at another and the order cancelled (it is %s first): nothing stays promised',
  async how => {
    await using hub = await started()
    const { name, pickup, view, at } = await readyOrder(hub, 2)
    hub.advance(30_000)
    await press(hub, pickup, 'reopen', tills[0], undefined, { reason: 'wrong colour' })
    await catchUp(hub, 1)
    await handOverLate(hub, pickup, view, { at: at + 5_000, units: 1, by: har2 })
    hub.shop.act(name, { do: 'cancel', restock: true })
    if (how === 'read') await hub.poll()
    await catchUp(hub)
    const kinds = ['cancelled-but-collected']
    expect(await outcome(hub)).toEqual({ isSame: true, stock: [179, 160], committed: [0, 0], kinds })
  },
)

test('reopened at one till and reduced in Shopify, and handed over at another that showed it as ready: two have left, and the one that was taken off is asked about', async () => {
  await using hub = await started()
  const { name, pickup, view, at } = await readyOrder(hub, 2)
  hub.advance(30_000)
  await press(hub, pickup, 'reopen', tills[0], undefined, { reason: 'wrong colour' })
  hub.shop.act(name, { do: 'edit', set: [{ line: MUG, quantity: 1 }] })
  await catchUp(hub)
  await handOverLate(hub, pickup, view, { at: at + 5_000, by: har2 })
  await catchUp(hub)
  const kinds = ['cancelled-but-collected']
  expect(await outcome(hub)).toEqual({ isSame: true, stock: [178, 160], committed: [0, 0], kinds })
  expect((await viewOf(hub, pickup)).state).toBe('collected')
})
