import { expect, test } from 'vitest'
import { z } from 'zod'
import { levelVariance } from '../../hub/checks/level-variance.ts'
import { transaction } from '../../hub/db/db.ts'
import { lookAgain } from '../../hub/shopify/stock/look-again.ts'
import { acceptLevel } from '../../hub/stock/accept.ts'
import { agree } from '../../hub/stock/go-live.ts'
import { readAgreement } from '../../hub/stock/agreement.ts'
import { catalogueSeed } from '../sandbox/shopify/catalogue-seed.ts'
import { ledgerLevel, look, type ShopAndHub, shopAndHub, shopLevel } from './shop-and-hub.ts'

const SKU = 'MUG-BLU'
const MINUTE = 60_000
const HAR = 70100000001
const MKT = 70100000002

const now = (hub: ShopAndHub) => hub.world.clock.now()
const lookWork = (hub: ShopAndHub) => ({ db: hub.db, client: hub.client, now: () => now(hub) })
const byOtherApp = (hub: ShopAndHub, sku: string, location: string, delta: number) =>
  hub.shop.control('POST', '/sandbox/stock/adjust', { by: 'other-app', sku, location, delta })

async function minutes(hub: ShopAndHub, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    hub.advance(MINUTE)
    await lookAgain(lookWork(hub))
  }
}

const shopifyIsRight = (hub: ShopAndHub, store = 'HAR') =>
  transaction(hub.db, tx =>
    agree(
      tx,
      { store, terms: { onDifference: 'accept' }, by: 'Kim', why: 'the store ships orders' },
      now(hub),
    ),
  )

async function track(hub: ShopAndHub, sku: string, tracked: boolean): Promise<void> {
  const item = await hub.db.selectFrom('item').selectAll().where('sku', '=', sku).executeTakeFirst()
  await hub.client.write(
    {
      name: 'Track',
      document: `mutation Track($id: ID!) { inventoryItemUpdate(id: $id, input: { tracked: ${tracked} }) { userErrors { message } } }`,
      answer: z.unknown(),
      points: { fixed: 10, perRow: 0 },
      userErrors: () => [],
    },
    { id: item?.inventory_item_id },
    'read',
  )
}

/** A shop with one item of its own, `TWIN`, that can be launched again. */
const withTwin = () => {
  const seed = catalogueSeed()
  const variant = {
    sku: 'TWIN',
    title: 'Default Title',
    barcode: null,
    priceMinor: 1000,
    taxRate: 19,
    stock: { [HAR]: 20, [MKT]: 20 },
  }
  const product = { handle: 'twin', title: 'twin', variants: [variant] }
  return { ...seed, products: [...seed.products, product] }
}

/** The season is launched again: a copy under the same SKU, and the former product is archived. */
async function launchAgain(hub: ShopAndHub): Promise<void> {
  hub.shop.control('POST', '/sandbox/products/twin/duplicate', { title: 'twin 2', status: 'ACTIVE' })
  hub.shop.control('POST', '/sandbox/products/twin/update', { status: 'ARCHIVED' })
  hub.advance(MINUTE)
  await hub.sync()
}

const lasting = async (hub: ShopAndHub) =>
  (await look(hub, levelVariance)).map(({ subject, fields }) => `${subject}: ${String(fields['items'])}`)

test('a contract that takes Shopify’s number goes on with other stores though an SKU names another item now', async () => {
  await using hub = await shopAndHub({ seed: withTwin() })
  await hub.sync()
  await shopifyIsRight(hub, 'HAR')
  await shopifyIsRight(hub, 'MKT')
  byOtherApp(hub, 'TWIN', 'HAR', -4)
  hub.advance(MINUTE)
  await hub.sync()
  await launchAgain(hub)
  byOtherApp(hub, SKU, 'MKT', -3)
  hub.advance(MINUTE)
  await hub.sync()
  const shown = shopLevel(hub, SKU, 'MKT').on_hand
  for (let minute = 0; minute < 15; minute += 1) {
    hub.advance(MINUTE)
    await lookAgain(lookWork(hub)).catch(() => undefined) // as the loop does: it is run again
  }
  expect((await ledgerLevel(hub, SKU, 'MKT')).onHand).toBe(shown)
})

test('accepting an SKU’s level books what its own item shows, and nothing of an item that it named before', async () => {
  await using hub = await shopAndHub({ seed: withTwin() })
  await hub.sync()
  byOtherApp(hub, 'TWIN', 'HAR', -4)
  hub.advance(MINUTE)
  await hub.sync()
  await launchAgain(hub)
  await minutes(hub, 12)
  const item = await hub.db.selectFrom('item').selectAll().where('sku', '=', 'TWIN').executeTakeFirstOrThrow()
  const own = await hub.db
    .selectFrom('shopify_level')
    .selectAll()
    .where('item', '=', item.inventory_item_id ?? '')
    .where('store', '=', 'HAR')
    .executeTakeFirstOrThrow()
  await transaction(hub.db, tx =>
    acceptLevel(tx, { store: 'HAR', sku: 'TWIN', by: 'Kim', why: 'counted', now: now(hub) }),
  )
  expect((await ledgerLevel(hub, 'TWIN', 'HAR')).onHand).toBe(own.on_hand)
})

test.each([
  ['is not counted by Shopify any more', (hub: ShopAndHub) => track(hub, 'TWIN', false)],
  [
    'was deleted in Shopify',
    async (hub: ShopAndHub) => void hub.shop.control('POST', '/sandbox/products/twin/delete', {}),
  ],
  ['was launched again as another item', launchAgain],
])('the difference of an item that %s ends without a person', async (_, happens) => {
  await using hub = await shopAndHub({ seed: withTwin() })
  await hub.sync()
  byOtherApp(hub, 'TWIN', 'HAR', -4)
  hub.advance(MINUTE)
  await hub.sync()
  await minutes(hub, 12)
  expect(await lasting(hub)).toEqual(['HAR/WH-HARBOUR: TWIN 20 → 16'])
  await happens(hub)
  for (let hour = 0; hour < 30; hour += 1) {
    hub.advance(60 * MINUTE)
    await hub.sync()
    await lookAgain(lookWork(hub))
  }
  expect((await lasting(hub)).filter(line => line.includes('TWIN 20 → 16'))).toEqual([])
})

test('a contract that takes Shopify’s number books no difference that has only just been seen at another place of the store', async () => {
  await using hub = await shopAndHub()
  await transaction(hub.db, async tx => {
    await tx.updateTable('warehouse').set({ location_id: null }).where('store', '=', 'MKT').execute()
    const location_id = `gid://shopify/Location/${MKT}`
    await tx
      .insertInto('warehouse')
      .values({ store: 'HAR', code: 'WH-CELLAR', location_id, main: 0 })
      .execute()
  })
  await hub.sync()
  await shopifyIsRight(hub)
  const cellar = async () =>
    (await hub.db.selectFrom('movement').selectAll().where('kind', '=', 10).execute()).map(one =>
      Number(one.quantity),
    )
  byOtherApp(hub, SKU, 'HAR', -4)
  hub.advance(MINUTE)
  await hub.sync()
  await minutes(hub, 8)
  byOtherApp(hub, SKU, 'MKT', -3) // an order, say, that the hub hears of within minutes
  hub.advance(MINUTE)
  await hub.sync()
  await minutes(hub, 3)
  expect(await cellar()).toEqual([-4_000])
})

test('what is listed as differing can be accepted, also after its store was mapped to another location', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  byOtherApp(hub, SKU, 'HAR', -4)
  hub.advance(MINUTE)
  await hub.sync()
  await minutes(hub, 12)
  hub.shop.control('POST', '/sandbox/locations', { code: 'NEW', name: 'New' })
  await transaction(hub.db, tx =>
    tx
      .updateTable('warehouse')
      .set({ location_id: 'gid://shopify/Location/70100000099' })
      .where('store', '=', 'HAR')
      .execute(),
  )
  await minutes(hub, 12)
  for (const { store, sku } of await readAgreement(hub.db, { store: 'HAR', onlyDiffering: true }))
    await transaction(hub.db, tx => acceptLevel(tx, { store, sku, by: 'Kim', why: 'counted', now: now(hub) }))
  expect(await readAgreement(hub.db, { store: 'HAR', onlyDiffering: true })).toEqual([])
})

test('a level that has differed for hours is named, though the difference grows again and again', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  for (let order = 0; order < 40; order += 1) {
    byOtherApp(hub, SKU, 'HAR', -1) // shipped from the store’s shelves
    hub.advance(MINUTE)
    await hub.sync()
    await minutes(hub, 6)
  }
  expect(await lasting(hub)).not.toEqual([])
})

test('while the ledger of a restored hub is not whole, a contract books no difference that was seen before', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await shopifyIsRight(hub)
  const before = shopLevel(hub, SKU, 'HAR').on_hand
  byOtherApp(hub, SKU, 'HAR', -4)
  hub.advance(MINUTE)
  await hub.sync()
  await minutes(hub, 2)
  await hub.backUp()
  hub.advance(MINUTE)
  byOtherApp(hub, SKU, 'HAR', 4) // it was a mistake
  await minutes(hub, 6)
  hub.advance(60 * MINUTE)
  await hub.putBack()
  await minutes(hub, 2)
  expect((await ledgerLevel(hub, SKU, 'HAR')).onHand).toBe(before)
})
