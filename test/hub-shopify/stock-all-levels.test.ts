import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { mapWarehouse } from '../../hub/fleet/stores.ts'
import { bulkFailed } from '../../hub/shopify/bulk/bulk-operation.ts'
import { syncCatalogue } from '../../hub/shopify/catalogue/catalogue.ts'
import { intakeTurns } from '../../hub/shopify/orders/intake-turns.ts'
import { catalogueWork } from '../../hub/shopify/shop-work.ts'
import { lookAgain } from '../../hub/shopify/stock/look-again.ts'
import { lookAtAll } from '../../hub/shopify/stock/look-at-all.ts'
import { openFromFile } from '../../hub/shopify/stock/open-from-file.ts'
import { readPlaces } from '../../hub/stock/places.ts'
import { stores } from '../sandbox/catalogue.ts'
import { catalogueSeed } from '../sandbox/shopify/catalogue-seed.ts'
import type { ShopSeed } from '../sandbox/shopify/state/seed.ts'
import { ledgerLevel, type ShopAndHub, sell, shopAndHub, shopLevel } from './shop-and-hub.ts'

const SKU = 'MUG-BLU'
const DAY = 86_400_000

const now = (hub: ShopAndHub) => hub.world.clock.now()
const lookWork = (hub: ShopAndHub) => ({ db: hub.db, client: hub.client, now: () => now(hub) })
const openWork = (hub: ShopAndHub, turns = intakeTurns()) => ({ ...lookWork(hub), turns })

const adjust = (hub: ShopAndHub, sku: string, location: string, delta: number) =>
  hub.shop.control('POST', '/sandbox/stock/adjust', { by: 'other-app', sku, location, delta })

/** Counts what the hub asks Shopify from now on, by the operation's name, until it restarts. */
function asked(hub: ShopAndHub): (name: string) => number {
  const { read, write } = hub.client
  const names: string[] = []
  Object.assign(hub.client, {
    read(...call: Parameters<typeof read>) {
      names.push(call[0].name)
      return read(...call)
    },
    write(...call: Parameters<typeof write>) {
      names.push(call[0].name)
      return write(...call)
    },
  })
  return name => names.filter(one => one === name).length
}

const FILE = 'RunBulkQuery'

const setting = async (hub: ShopAndHub, like: string) =>
  (await hub.db.selectFrom('setting').select('key').where('key', 'like', like).execute()).map(row => row.key)

const marked = async (hub: ShopAndHub) =>
  (await hub.db.selectFrom('shopify_level').select(['store', 'sku']).where('dirty', '=', 1).execute()).map(
    row => `${row.store}/${row.sku}`,
  )

const openings = async (hub: ShopAndHub) =>
  (
    await hub.db
      .selectFrom('movement as m')
      .innerJoin('item as i', 'i.id', 'm.line')
      .innerJoin('code as s', 's.id', 'm.store')
      .select(['i.sku', 's.text as store', 'm.quantity', 'm.kind'])
      .orderBy('s.text')
      .orderBy('i.sku')
      .orderBy('m.kind')
      .execute()
  ).map(row => `${row.store} ${row.sku} ${row.kind} ${row.quantity}`)

/** A shop whose file of levels is longer than one page of a first look. */
function longSeed(): ShopSeed {
  const seed = catalogueSeed()
  const more = Array.from({ length: 300 }, (_, index) => ({
    handle: `bowl-${index}`,
    title: `Bowl ${index}`,
    variants: [
      {
        sku: `BOWL-${index}`,
        title: 'Default',
        barcode: null,
        priceMinor: 500,
        taxRate: 0.19,
        tracked: true,
        stock: Object.fromEntries(seed.locations.map(({ id }) => [id, index % 7])),
      },
    ],
  }))
  return { ...seed, products: [...seed.products, ...more] }
}

const catalogueOf = (hub: ShopAndHub) =>
  catalogueWork({ ...openWork(hub), signals: hub.signals, world: hub.world, settings: hub.settings })

test('a ledger that begins with a file is the one that pages begin', async () => {
  await using paged = await shopAndHub()
  await paged.sync()
  await using filed = await shopAndHub()
  await syncCatalogue(openWork(filed))
  await openFromFile(openWork(filed), (await readPlaces(filed.db)).places)
  expect(await openings(filed)).toEqual(await openings(paged))
  expect((await openings(filed)).length).toBeGreaterThan(4)
  expect(await setting(filed, 'shopify.levels/%')).toEqual(await setting(paged, 'shopify.levels/%'))
})

test('the first look at a long list takes one page and then a file; the next one reads what has changed', async () => {
  await using hub = await shopAndHub({
    mapped: false,
    seed: longSeed(),
    sandbox: { costBucket: { maximumAvailable: 20_000, restoreRate: 1_000 } },
  })
  const count = asked(hub)
  hub.advance(DAY) // nothing has changed lately
  await transaction(hub.db, async tx => {
    for (const { code, posWarehouse, shopifyLocationId } of stores)
      await mapWarehouse(tx, code, posWarehouse, String(shopifyLocationId), now(hub))
  })
  const work = catalogueOf(hub)
  await work.items()
  const opened = (await openings(hub)).filter(line => line.includes(' BOWL-'))
  expect(opened).toHaveLength(600)
  expect(count(FILE)).toBe(1)
  const pages = count('LocationLevels')
  await work.sweep()
  expect(count('LocationLevels') - pages).toBe(2)
  expect(count(FILE)).toBe(1)
})

test('a file that Shopify does not finish is done without: the levels are read page by page', async () => {
  await using hub = await shopAndHub({
    seed: longSeed(),
    sandbox: { costBucket: { maximumAvailable: 20_000, restoreRate: 1_000 } },
  })
  hub.shop.faults.set({ kind: 'bulk-failed', times: 'always' })
  await catalogueOf(hub).items()
  expect((await openings(hub)).filter(line => line.includes(' BOWL-'))).toHaveLength(600)
  expect(hub.lines.some(({ message }) => message === 'levels are read page by page')).toBe(true)
})

test.each([
  ['can’t be reached', () => new TypeError('fetch failed')],
  ['breaks off', () => null],
])('a file that %s is tried again, and then the levels are read page by page', async (_, failure) => {
  await using hub = await shopAndHub({
    seed: longSeed(),
    sandbox: { costBucket: { maximumAvailable: 20_000, restoreRate: 1_000 } },
  })
  const count = asked(hub)
  const { fetch } = hub.world.sockets
  let fetched = 0
  Object.assign(hub.world.sockets, {
    async fetch(url: string, init: RequestInit) {
      if (!url.includes('/bulk-files/')) return fetch(url, init)
      fetched += 1
      const error = failure()
      if (error !== null) throw error
      const whole = await (await fetch(url, init)).text()
      let isFirst = true
      return new Response(
        new ReadableStream({
          pull(controller) {
            if (isFirst) controller.enqueue(new TextEncoder().encode(whole.slice(0, 500)))
            else controller.error(new TypeError('terminated'))
            isFirst = false
          },
        }),
      )
    },
  })
  await catalogueOf(hub).items()
  Object.assign(hub.world.sockets, { fetch })
  expect({ fetched, files: count(FILE) }).toEqual({ fetched: 3, files: 1 })
  expect((await openings(hub)).filter(line => line.includes(' BOWL-'))).toHaveLength(600)
  const log = JSON.stringify(hub.lines)
  expect(log).toContain('The hub must be able to reach that host')
  expect(await setting(hub, 'shopify.levels/%')).toHaveLength(2)
})

test('a quantity that no shop can have is a line that is not understood', async () => {
  await using hub = await shopAndHub()
  await syncCatalogue(openWork(hub))
  const { fileLines } = hub.client
  Object.assign(hub.client, {
    async *fileLines(url: string) {
      for await (const some of fileLines(url))
        yield some.map((line, index) =>
          index === 1 ? line.replace(/"quantity":\d+/, '"quantity":9007199254740991') : line,
        )
    },
  })
  await expect(openFromFile(openWork(hub), (await readPlaces(hub.db)).places)).rejects.toMatchObject({
    code: 'SHOPIFY_ANSWER_UNREADABLE',
  })
})

test('a file that arrives cut is fetched again and goes on where it was', async () => {
  await using hub = await shopAndHub()
  await syncCatalogue(openWork(hub))
  const count = asked(hub)
  hub.shop.faults.set({ kind: 'bulk-cut', times: 2 })
  await openFromFile(openWork(hub), (await readPlaces(hub.db)).places)
  expect((await openings(hub)).length).toBeGreaterThan(4)
  expect(count(FILE)).toBe(1)
})

test('a file that is always cut does not count: its locations have not been looked at', async () => {
  await using hub = await shopAndHub()
  await syncCatalogue(openWork(hub))
  hub.shop.faults.set({ kind: 'bulk-cut', times: 'always' })
  const { places } = await readPlaces(hub.db)
  await expect(openFromFile(openWork(hub), places)).rejects.toSatisfy(bulkFailed.is)
  expect(await setting(hub, 'shopify.levels/%')).toEqual([])
})

/** The file has one level twice, and another one not at all: the count of its lines is right. */
function repeatOneLevel(hub: ShopAndHub): void {
  const { fileLines } = hub.client
  Object.assign(hub.client, {
    async *fileLines(url: string) {
      for await (const some of fileLines(url)) {
        const levels = some.flatMap((line, index) => (line.includes('quantities') ? [index] : []))
        const [first = 0, second = 0] = levels
        yield some.map((line, index) => (index === second ? (some[first] ?? line) : line))
      }
    },
  })
}

test('a file that has one level twice lacks another one, and is not taken', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await lookAtAll(lookWork(hub), now(hub))
  repeatOneLevel(hub)
  hub.advance(DAY)
  await expect(lookAtAll(lookWork(hub), now(hub))).rejects.toThrow(/repeats one before it/)
  await expect(openFromFile(openWork(hub), (await readPlaces(hub.db)).places)).rejects.toSatisfy(
    bulkFailed.is,
  )
})

test('a file is thrown away when another hub worked with Shopify while it was read', async () => {
  await using hub = await shopAndHub()
  await syncCatalogue(openWork(hub))
  const turns = intakeTurns()
  const { fileLines } = hub.client
  const before = shopLevel(hub, SKU, 'HAR')
  const late = async function* (url: string) {
    await adjust(hub, SKU, 'HAR', -3) // an order that the other hub took in
    turns.regained()
    yield* fileLines(url)
  }
  Object.assign(hub.client, { fileLines: late })
  const { places } = await readPlaces(hub.db)
  await expect(openFromFile(openWork(hub, turns), places)).rejects.toMatchObject({ code: 'LEASE_LOST' })
  expect(await openings(hub)).toEqual([])
  expect(await setting(hub, 'shopify.levels/%')).toEqual([])
  Object.assign(hub.client, { fileLines })
  await openFromFile(openWork(hub, turns), places)
  expect((await ledgerLevel(hub, SKU, 'HAR')).onHand).toBe(before.on_hand - 3)
})

test('a location that the file does not name has not been looked at', async () => {
  await using hub = await shopAndHub()
  await syncCatalogue(openWork(hub))
  const { places } = await readPlaces(hub.db)
  const [first] = places
  if (first === undefined) throw new Error('the sandbox has stores')
  await openFromFile(openWork(hub), [{ ...first, location: 'gid://shopify/Location/1' }])
  expect(await setting(hub, 'shopify.levels/%')).toEqual([])
})

test('an item of which an order is taken in while the file is on its way is read again', async () => {
  await using hub = await shopAndHub() // the file shows the shop as it was when it was asked for
  await syncCatalogue(openWork(hub))
  const turns = intakeTurns()
  const { fileLines } = hub.client
  const before = shopLevel(hub, SKU, 'HAR')
  Object.assign(hub.client, {
    async *fileLines(url: string) {
      await adjust(hub, SKU, 'HAR', -3)
      turns.touch([SKU, ...(await itemsOf(hub, SKU))])
      yield* fileLines(url)
    },
  })
  await openFromFile(openWork(hub, turns), (await readPlaces(hub.db)).places)
  expect((await ledgerLevel(hub, SKU, 'HAR')).onHand).toBe(before.on_hand - 3)
})

const itemsOf = async (hub: ShopAndHub, sku: string) =>
  (await hub.db.selectFrom('item').select('inventory_item_id').where('sku', '=', sku).execute()).flatMap(
    row => row.inventory_item_id ?? [],
  )

test('what no webhook told is found at night, looked at again, and nothing else is touched', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const count = asked(hub)
  await lookAtAll(lookWork(hub), now(hub)) // a new hub has read everything just now
  expect(count(FILE)).toBe(0)
  await sell(hub, 'MKT', SKU, 1)
  await hub.writeAll()
  await adjust(hub, SKU, 'HAR', -4)
  hub.advance(DAY)
  const night = now(hub)
  await lookAtAll(lookWork(hub), night)
  expect(await marked(hub)).toEqual([`HAR/${SKU}`])
  await lookAgain(lookWork(hub))
  const row = await hub.db
    .selectFrom('shopify_level')
    .select(['on_hand', 'expected'])
    .where('store', '=', 'HAR')
    .where('sku', '=', SKU)
    .executeTakeFirstOrThrow()
  const { on_hand } = shopLevel(hub, SKU, 'HAR')
  expect(row).toEqual({ on_hand, expected: (on_hand + 4) * 1000 })
  expect((await ledgerLevel(hub, SKU, 'HAR')).onHand).toBe(on_hand + 4)
  await lookAtAll(lookWork(hub), night)
  expect(count(FILE)).toBe(1) // once a night
})

test('a file that can’t be had at night is asked for again an hour later, and not before', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await lookAtAll(lookWork(hub), now(hub))
  const count = asked(hub)
  hub.shop.faults.set({ kind: 'bulk-failed' })
  hub.advance(DAY)
  const night = now(hub)
  const tries = () => lookAtAll(lookWork(hub), night)
  await expect(tries()).rejects.toSatisfy(bulkFailed.is)
  hub.advance(60_000)
  await expect(tries()).rejects.toSatisfy(bulkFailed.is)
  expect(count(FILE)).toBe(1)
  hub.advance(3_600_000)
  await tries()
  expect(count(FILE)).toBe(2)
})

test('a look that is interrupted goes on with the same file, behind what it has taken', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await lookAtAll(lookWork(hub), now(hub))
  await adjust(hub, SKU, 'MKT', 2)
  hub.advance(DAY)
  const { fileLines } = hub.client
  let lines = 0
  Object.assign(hub.client, {
    async *fileLines(url: string) {
      for await (const some of fileLines(url)) {
        lines += some.length
        yield some.slice(0, 1)
        throw new Error('the hub dies')
      }
    },
  })
  await expect(lookAtAll(lookWork(hub), now(hub))).rejects.toThrow('the hub dies')
  expect(lines).toBeGreaterThan(1)
  await hub.restart()
  const count = asked(hub)
  await lookAtAll(lookWork(hub), now(hub) - DAY / 2)
  expect(count(FILE)).toBe(0)
  expect(await marked(hub)).toEqual([`MKT/${SKU}`])
})

test('a line of another shape is named, and all others are taken', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await lookAtAll(lookWork(hub), now(hub))
  await adjust(hub, SKU, 'MKT', 2)
  hub.advance(DAY)
  const { fileLines } = hub.client
  Object.assign(hub.client, {
    async *fileLines(url: string) {
      let isFirst = true
      for await (const some of fileLines(url)) {
        yield isFirst ? ['{"odd":true}', ...some.slice(1)] : some
        isFirst = false
      }
    },
  })
  await expect(lookAtAll(lookWork(hub), now(hub))).rejects.toThrow('{"odd":true}')
  expect(await marked(hub)).toEqual([`MKT/${SKU}`])
})

test('a file is fetched over TLS only, unless the shop is on this machine', async () => {
  await using hub = await shopAndHub()
  const read = async (url: string) => {
    for await (const _ of hub.client.fileLines(url)) throw new Error('nothing is read')
  }
  for (const url of ['http://files.example/a.jsonl', 'ftp://127.0.0.1/a', 'file:///etc/passwd', 'nonsense'])
    await expect(read(url)).rejects.toMatchObject({ code: 'SHOPIFY_ANSWER_UNREADABLE' })
  await expect(read(`${hub.shop.url}/bulk-files/1/none.jsonl`)).rejects.toMatchObject({
    code: 'SHOPIFY_UNREACHABLE',
  })
})
