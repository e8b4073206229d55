import { expect, test } from 'vitest'
import type { Terms } from '../../hub/contract/contract.ts'
import { type Db, insertRows, transaction, withFence } from '../../hub/db/db.ts'
import { openFreeStockTeller } from '../../hub/free-stock/free-stock.ts'
import { agree } from '../../hub/stock/go-live.ts'
import { StockChanges } from '../../shared/free-stock.ts'
import { limits } from '../../shared/protocol.ts'
import { press } from '../hub-pickups/at-the-till.ts'
import { type ShopAndHub, sell, shopAndHub, shopLevel, tills } from '../hub-shopify/shop-and-hub.ts'

const MUG = 'MUG-BLU'
const SECOND = 1_000
const MINUTE = 60_000

async function agreeOn(hub: ShopAndHub, store: string, stock: Terms['stock']): Promise<void> {
  await transaction(hub.db, tx =>
    agree(tx, { store, terms: { stock }, by: 'Kim', why: 'test' }, hub.world.clock.now()),
  )
}

async function openStock(shown: readonly string[] = ['HAR', 'MKT'], generation = '0') {
  const hub = await shopAndHub()
  const live = new Set<string>()
  await hub.sync()
  for (const store of shown) await agreeOn(hub, store, 'shown')
  const heard: ((store: string) => void)[] = []
  const open = (of = generation, db = hub.db) =>
    openFreeStockTeller({
      ...{ db, world: hub.world, generation: of, isLive: device => live.has(device) },
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
    live,
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
  on.say('') // of no store in particular: no movement
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

/** How many minutes old the stock of HAR and MKT is. */
async function agesOf({ hub, stock }: Awaited<ReturnType<typeof openStock>>) {
  const stores = (await stock.since('HAR', null))?.stores ?? []
  return stores.map(one => Math.round((hub.world.clock.now() - one.asOf) / MINUTE))
}

/** What the hub noted of the device of a till, in minutes ago. */
async function noted(
  { hub }: Awaited<ReturnType<typeof openStock>>,
  device: string,
  ago: { readonly connected: number; readonly gone: number | null; readonly seen: number },
): Promise<void> {
  const now = hub.world.clock.now()
  const at = (minutes: number) => now - minutes * MINUTE
  const row = {
    connected_at: at(ago.connected),
    disconnected_at: ago.gone === null ? null : at(ago.gone),
    last_seen_at: at(ago.seen),
  }
  await transaction(hub.db, async tx => {
    await tx.updateTable('device').set(row).where('device', '=', device).execute()
  })
}
const [FIRST, SECOND_TILL, MARKET] = tills.map(({ device }) => device) as [string, string, string]

test('what a store has is as old as the last word of a till that is not connected', async () => {
  await using on = await openStock()
  await noted(on, FIRST, { connected: 1, gone: null, seen: 1 })
  on.live.add(FIRST)
  await noted(on, MARKET, { connected: 90, gone: 70, seen: 70 })
  expect(await agesOf(on)).toEqual([0, 70])
  await noted(on, SECOND_TILL, { connected: 90, gone: 40, seen: 40 })
  expect(await agesOf(on)).toEqual([40, 70])
  await noted(on, SECOND_TILL, { connected: 9 * 1440, gone: 8 * 1440, seen: 8 * 1440 }) // out of use
  expect(await agesOf(on)).toEqual([0, 70])
})

test('a store of which nothing was heard for more than a week is as old as its newest word', async () => {
  await using on = await openStock()
  await noted(on, FIRST, { connected: 20 * 1440, gone: 9 * 1440, seen: 9 * 1440 })
  await noted(on, SECOND_TILL, { connected: 20 * 1440, gone: 8 * 1440, seen: 8 * 1440 })
  expect(await agesOf(on)).toEqual([8 * 1440, 0])
  await transaction(on.hub.db, async tx => {
    await tx.updateTable('device').set({ state: 'quarantined' }).where('store', '=', 'HAR').execute()
  })
  expect(await agesOf(on)).toEqual([8 * 1440, 0])
})

test('after the hub was killed, a till that does not come back is not taken for connected', async () => {
  await using on = await openStock()
  await noted(on, MARKET, { connected: 500, gone: null, seen: 150 }) // no end was noted
  expect(await agesOf(on)).toEqual([0, 150])
})

/** A database that fails once when it is asked for the levels of a store. */
function failingOnce(db: Db): Db {
  let isDue = true
  return {
    ...db,
    async rows(query) {
      if (!isDue) return db.rows(query)
      isDue = false
      throw new Error('disk I/O error')
    },
  }
}

test('a store that can’t be looked at keeps no till from the others, and is looked at again', async () => {
  await using on = await openStock()
  const { hub } = on
  const failing = on.open('0', failingOnce(hub.db))
  const first = await on.follow('HAR', null, failing)
  expect(Object.keys(unitsOf(first, MUG))).toEqual(['MKT'])
  hub.advance(10 * SECOND)
  expect(Object.keys(unitsOf(await on.follow('HAR', first.cursor, failing), MUG))).toEqual(['HAR'])
})

test('a store in which nothing changed costs no write', async () => {
  await using on = await openStock()
  let writes = 0
  const counted = on.open(
    '0',
    withFence(on.hub.db, async () => {
      writes += 1
    }),
  )
  const { cursor } = await on.follow('HAR', null, counted)
  const before = writes
  on.say('HAR')
  on.say('MKT')
  on.hub.advance(10 * SECOND)
  await on.follow('HAR', cursor, counted)
  expect(writes).toBe(before)
})

test('what is told is within what a till can read, whatever the texts of the items', async () => {
  await using on = await openStock()
  const { hub } = on
  const long = 'ж'.repeat(20_000)
  await transaction(hub.db, async tx => {
    await tx
      .updateTable('item')
      .set({ title: long, variant_title: long, barcode: '1'.repeat(100) })
      .execute()
    await tx.updateTable('store').set({ name: long }).execute()
    await tx
      .updateTable('item')
      .set({ sku: 'S'.repeat(200) })
      .where('sku', '=', MUG)
      .execute()
  })
  const { pages } = await on.follow('HAR', null)
  expect(unitsOf({ pages, cursor: null }, 'S'.repeat(200))).toMatchObject({ HAR: expect.any(Number) })
  for (const page of pages) {
    StockChanges.parse(page)
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(900 * 1024)
  }
})

test('very long texts of very many items come in frames that a till takes, each item once', async () => {
  await using on = await openStock()
  const { hub } = on
  const numbers = Array.from({ length: 260 }, (_, number) => String(number).padStart(3, '0'))
  const text = '漢'.repeat(500)
  await transaction(hub.db, async tx => {
    const own = tx.selectFrom('item').selectAll().where('sku', '=', MUG)
    const { id: _, ...mug } = await own.executeTakeFirstOrThrow()
    const texts = { title: text, variant_title: text, barcode: null }
    const items = numbers.map(number => ({
      ...mug,
      ...texts,
      sku: `LONG-${number}`,
      inventory_item_id: `gid://shopify/InventoryItem/99${number}`,
    }))
    await insertRows(tx, 'item', items)
    const rows = items.map(one => ({ store: 'HAR', item: one.inventory_item_id, free: 3, version: 1 }))
    await insertRows(tx, 'free_stock', rows)
  })
  const { pages } = await on.follow('HAR', null)
  const first = pages.slice(
    0,
    pages.findIndex(({ items }) => items.length === 0),
  )
  const told = first
    .flatMap(({ items }) => items.map(({ sku }) => sku))
    .filter(sku => sku.startsWith('LONG-'))
  expect(told).toEqual(numbers.map(number => `LONG-${number}`))
  for (const page of pages)
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThanOrEqual(limits.frameBytes)
})
