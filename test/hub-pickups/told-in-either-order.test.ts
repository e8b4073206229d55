import { expect, test } from 'vitest'
import { numberOf } from './at-the-till.ts'
import {
  catchUp,
  handOverLate,
  outcome,
  readyOrder,
  refundOne,
  ringUp,
  split,
  started,
  viewOf,
} from './told-late.ts'

test.each(['receipt', 'tills'] as const)(
  'parts are merged, rung up whole and told by a till that knew the parts: three mugs have left (%s first)',
  async first => {
    await using hub = await started()
    const { name, pickup, view } = await readyOrder(hub, 3)
    const rest = split(hub, name, pickup, 1)
    await catchUp(hub)
    const views = [
      { id: pickup, view: await viewOf(hub, pickup) },
      { id: rest, view: await viewOf(hub, rest) },
    ]
    expect(view.lines).toMatchObject([{ units: 3 }])
    const at = hub.world.clock.now()
    hub.shop.act(name, { do: 'merge', fulfilmentOrders: [numberOf(pickup), numberOf(rest)] })
    await catchUp(hub)
    if (first === 'receipt') await ringUp(hub, 3, name, at + 1_000)
    await catchUp(hub)
    for (const one of views.toReversed()) await handOverLate(hub, one.id, one.view, { at: at + 2_000 })
    await catchUp(hub)
    if (first === 'tills') await ringUp(hub, 3, name, at + 1_000)
    await catchUp(hub)
    expect(await outcome(hub)).toEqual({ isSame: true, stock: [177, 160], committed: [0, 0], kinds: [] })
  },
)

test.each(['before', 'while Shopify is still to hear', 'after'] as const)(
  'one of two is refunded, and a till that does not know hands both over, and rings up one or two %s: two have left, and the refunded one is asked about',
  async when => {
    for (const rungUp of [1, 2]) {
      await using hub = await started()
      const { name, pickup, view, at } = await readyOrder(hub, 2)
      refundOne(hub, name)
      await catchUp(hub)
      if (when === 'before') await ringUp(hub, rungUp, name, at + 1_000)
      if (when === 'before') await catchUp(hub)
      await handOverLate(hub, pickup, view, { at: at + 2_000 })
      if (when === 'after') await catchUp(hub)
      if (when !== 'before') await ringUp(hub, rungUp, name, at + 1_000)
      await catchUp(hub)
      const kinds = ['cancelled-but-collected']
      expect(await outcome(hub)).toEqual({ isSame: true, stock: [178, 160], committed: [0, 0], kinds })
    }
  },
)

test('a second till tells of goods that were rung up and handed over: nothing more has left', async () => {
  await using hub = await started()
  const { name, pickup, view, at } = await readyOrder(hub, 2)
  refundOne(hub, name)
  await catchUp(hub)
  await ringUp(hub, 1, name, at + 1_000)
  for (const later of [2_000, 3_000]) await handOverLate(hub, pickup, view, { at: at + later })
  await catchUp(hub)
  expect((await outcome(hub)).stock).toEqual([178, 160])
})
