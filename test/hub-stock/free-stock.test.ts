import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { openFreeStockTeller } from '../../hub/free-stock/free-stock.ts'
import { agree } from '../../hub/stock/go-live.ts'
import type { StockChanges, StockRule } from '../../shared/free-stock.ts'
import { press } from '../hub-pickups/at-the-till.ts'
import { type ShopAndHub, sell, shopAndHub, shopLevel } from '../hub-shopify/shop-and-hub.ts'

const MUG = 'MUG-BLU'
const SECOND = 1_000
const MINUTE = 60_000

async function agreeOn(hub: ShopAndHub, store: string, stock: StockRule): Promise<void> {
  await transaction(hub.db, tx =>
    agree(tx, { store, terms: { stock }, by: 'Kim', why: 'test' }, hub.world.clock.now()),
  )
}

async function openStock(shown: readonly string[] = ['HAR', 'MKT'], generation = '0') {
  const hub = await shopAndHub()
  await hub.sync()
  for (const store of shown) await agreeOn(hub, store, 'shown')
  const heard: ((store: string) => void)[] = []
  const open = (of = generation) =>
    openFreeStockTeller({
      ...{ db: hub.db, world: hub.world, generation: of },
      signals: {
        on(_signal, listener) {
          heard.push(listener)
          return () => undefined
        },
      },
    })
  const stock = open()
  return {
    hub,
    stock,
    open,
    say: (store: string) => {
      for (const listener of heard) listener(store)
    },
    /** As a till follows it: page after page. */
    async follow(store: string, cursor: string | null, of = stock): Promise<Followed> {
      const pages: StockChanges[] = []
      for (let since = cursor; ; ) {
        const changes = await of.since(store, since)
        if (changes === null) return { pages, cursor: null }
        pages.push(changes)
        since = changes.cursor
        if (!changes.isMore) return { pages, cursor: changes.cursor }
      }
    },
    [Symbol.asyncDispose]: () => hub[Symbol.asyncDispose](),
  }
}
interface Followed {
  readonly pages: readonly StockChanges[]
  readonly cursor: string | null
}

/** What is told of one item, by store. */
function unitsOf({ pages }: Followed, sku: string): Record<string, number | null> {
  return Object.fromEntries(
    pages.flatMap(({ items, stores }) =>
      items
        .filter(item => item.sku === sku)
        .flatMap(({ free }) =>
          free.map(([place, units]) => [stores[place]?.store ?? '', units] as [string, number | null]),
        ),
    ),
  )
}

test('a store sees nothing until it agreed on it, and is seen by no other', async () => {
  await using on = await openStock(['MKT'])
  expect(await on.stock.since('HAR', null)).toBeNull()
  const own = await on.follow('MKT', null)
  expect(own.pages[0]?.stores.map(({ store }) => store)).toEqual(['MKT'])
  expect(Object.keys(unitsOf(own, MUG))).toEqual(['MKT'])
})

test('all is told once, whole, in pages; then only what changed', async () => {
  await using on = await openStock()
  const { hub } = on
  const whole = await on.follow('HAR', null)
  const [har, mkt] = [shopLevel(hub, MUG, 'HAR').available, shopLevel(hub, MUG, 'MKT').available]
  expect(unitsOf(whole, MUG)).toEqual({ HAR: har, MKT: mkt })
  expect(whole.pages.map(({ isWhole }) => isWhole)).toEqual(whole.pages.map((_, page) => page === 0))
  const again = await on.follow('HAR', whole.cursor)
  expect(again.pages).toMatchObject([{ isWhole: false, isMore: false, items: [] }])

  await sell(hub, 'MKT', MUG, 2)
  on.say('MKT')
  hub.advance(10 * SECOND)
  const next = await on.follow('HAR', again.cursor)
  expect(next.pages.flatMap(({ items }) => items)).toHaveLength(1)
  expect(unitsOf(next, MUG)).toEqual({ MKT: mkt - 2 })
  expect(next.pages[0]?.items[0]).toMatchObject({ sku: MUG, title: expect.any(String) })
})

test('what is promised to a customer is not free, until it is handed over or given back', async () => {
  await using on = await openStock()
  const { hub } = on
  const { available } = shopLevel(hub, MUG, 'HAR')
  let { cursor } = await on.follow('MKT', null)
  const next = async () => {
    on.say('HAR')
    hub.advance(10 * SECOND)
    const followed = await on.follow('MKT', cursor)
    ;({ cursor } = followed)
    return unitsOf(followed, MUG)
  }
  const order = hub.shop.createOrder({
    location: 'HAR',
    lines: [{ sku: MUG, quantity: 3 }],
    customer: { name: 'Ada' },
  })
  hub.advance(MINUTE)
  await hub.poll()
  expect(await next()).toEqual({ HAR: available - 3 })
  const pickup = order.fulfillmentOrders[0]?.id ?? ''
  for (const move of ['pick', 'finish', 'collect'] as const) await press(hub, pickup, move)
  expect(await next()).toEqual({}) // on hand less promised stays as it was
})

test('changes within ten seconds are one, and a change of which nothing was heard is found within minutes', async () => {
  await using on = await openStock()
  const { hub } = on
  const { cursor } = await on.follow('HAR', null)
  await sell(hub, 'HAR', MUG, 1)
  on.say('HAR')
  expect(unitsOf(await on.follow('HAR', cursor), MUG)).toEqual({})
  await sell(hub, 'HAR', MUG, 1)
  hub.advance(10 * SECOND)
  const { available } = shopLevel(hub, MUG, 'HAR')
  expect(unitsOf(await on.follow('HAR', cursor), MUG)).toEqual({ HAR: available - 2 })
  await sell(hub, 'MKT', MUG, 1) // unheard
  hub.advance(10 * SECOND)
  expect(Object.keys(unitsOf(await on.follow('HAR', cursor), MUG))).toEqual(['HAR'])
  hub.advance(5 * MINUTE)
  expect(Object.keys(unitsOf(await on.follow('HAR', cursor), MUG)).sort()).toEqual(['HAR', 'MKT'])
})

test('after the database was put back, and with a cursor that is not one, a till begins again', async () => {
  await using on = await openStock()
  const { cursor } = await on.follow('HAR', null)
  const restored = on.open('1795597200000')
  expect((await restored.since('HAR', cursor))?.isWhole).toBe(true)
  for (const wrong of ['', '{', '[]', '["0","x","y","z"]', 'null', '["0",1,2,3]'])
    expect((await on.stock.since('HAR', wrong))?.isWhole, wrong).toBe(true)
})

test('a store that is shown no more leaves, and one that is shown again is told whole', async () => {
  await using on = await openStock()
  const { hub } = on
  const first = await on.follow('HAR', null)
  await agreeOn(hub, 'MKT', 'none')
  hub.advance(5 * MINUTE)
  const without = await on.follow('HAR', first.cursor)
  expect(without.pages[0]?.stores.map(({ store }) => store)).toEqual(['HAR'])
  await agreeOn(hub, 'MKT', 'shown')
  hub.advance(5 * MINUTE)
  const again = await on.follow('HAR', without.cursor)
  expect(unitsOf(again, MUG)).toEqual({ MKT: shopLevel(hub, MUG, 'MKT').available })
})

test('what a store has is as old as the last word of a till that is not connected', async () => {
  await using on = await openStock()
  const { hub } = on
  const now = hub.world.clock.now()
  const note = (store: string, seen: object) =>
    transaction(hub.db, async tx => {
      await tx.updateTable('device').set(seen).where('store', '=', store).execute()
    })
  await note('HAR', { connected_at: now - MINUTE, disconnected_at: null, last_seen_at: now - MINUTE })
  await note('MKT', {
    connected_at: now - 90 * MINUTE,
    disconnected_at: now - 70 * MINUTE,
    last_seen_at: now - 70 * MINUTE,
  })
  const ages = async () =>
    (await on.stock.since('HAR', null))?.stores.map(one =>
      Math.round((hub.world.clock.now() - one.asOf) / MINUTE),
    )
  expect(await ages()).toEqual([0, 70])
  await note('MKT', { last_seen_at: now - 8 * 24 * 60 * MINUTE }) // out of use
  expect(await ages()).toEqual([0, 0])
})
