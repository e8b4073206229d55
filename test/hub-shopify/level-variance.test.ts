import { expect, test } from 'vitest'
import { z } from 'zod'
import { levelVariance } from '../../hub/checks/level-variance.ts'
import { contractOf } from '../../hub/contract/contract.ts'
import { codeFor } from '../../hub/db/codes.ts'
import { insertRows, transaction } from '../../hub/db/db.ts'
import { itemNumbers, numberIn } from '../../hub/items/item-table.ts'
import { lookAgain } from '../../hub/shopify/stock/look-again.ts'
import { openLevelMarks } from '../../hub/shopify/webhooks/level-marks.ts'
import { acceptingWaits, acceptLevel, nothingToAccept } from '../../hub/stock/accept.ts'
import { acceptByContract } from '../../hub/stock/accept-by-contract.ts'
import { readAgreement } from '../../hub/stock/agreement.ts'
import { audit } from '../../hub/stock/audit.ts'
import { agree } from '../../hub/stock/go-live.ts'
import { writeMovements } from '../../hub/stock/movements.ts'
import { readPlaces } from '../../hub/stock/places.ts'
import { beginRecovery } from '../../hub/stock/recovery.ts'
import { levelsToLookAt } from '../../hub/stock/seen-levels.ts'
import { manualWorld } from '../manual-world.ts'
import { catalogueSeed } from '../sandbox/shopify/catalogue-seed.ts'
import { ledgerLevel, look, type ShopAndHub, sell, shopAndHub, shopLevel, writesOf } from './shop-and-hub.ts'

const SKU = 'MUG-BLU'
const MINUTE = 60_000
const HAR = 70100000001
const MKT = 70100000002
const adjust = 'inventoryAdjustQuantities'

const byOtherApp = (hub: ShopAndHub, delta: number, sku = SKU, location = 'HAR') =>
  hub.shop.control('POST', '/sandbox/stock/adjust', { by: 'other-app', sku, location, delta })

const now = (hub: ShopAndHub) => hub.world.clock.now()
const lookWork = (hub: ShopAndHub) => ({ db: hub.db, client: hub.client, now: () => now(hub) })

/** Time passes as the running hub spends it: levels are looked at each minute. */
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

/** The open exception of the one place, as it lists items. */
async function variance(hub: ShopAndHub): Promise<unknown> {
  const open = await look(hub, levelVariance)
  expect(open.length).toBeLessThan(2)
  return open[0]?.fields['items'] ?? null
}

const accept = (hub: ShopAndHub, sku = SKU) =>
  transaction(hub.db, tx =>
    acceptLevel(tx, { store: 'HAR', sku, by: 'Kim', why: 'two broke', now: now(hub) }),
  )

async function agreement(hub: ShopAndHub) {
  const { shopify, findings } = await audit(hub.db)
  expect(findings.filter(({ invariant }) => invariant !== 'promise-within-stock')).toEqual([])
  return shopify.find(({ store }) => store === 'HAR')
}

test('what another app changes becomes one exception of the place, with both numbers; corrected in Shopify, it closes', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const shown = shopLevel(hub, SKU, 'HAR').on_hand
  expect((await agreement(hub))?.differing).toBe(0)
  byOtherApp(hub, -4)
  byOtherApp(hub, 2, 'MUG-OAT')
  const oat = shopLevel(hub, 'MUG-OAT', 'HAR').on_hand
  hub.advance(MINUTE)
  await hub.sync() // the sweep of what changed
  expect(await variance(hub)).toBe(null) // an order may explain it within minutes
  await minutes(hub, 11)
  expect(await variance(hub)).toBe(`${SKU} ${shown} → ${shown - 4}, MUG-OAT ${oat - 2} → ${oat}`)
  expect(await agreement(hub)).toMatchObject({ differing: 2 })
  byOtherApp(hub, -2, 'MUG-OAT')
  await minutes(hub, 6)
  expect(await variance(hub)).toBe(`${SKU} ${shown} → ${shown - 4}`)
  byOtherApp(hub, 4)
  await minutes(hub, 6)
  expect(await variance(hub)).toBe(null)
  expect(await agreement(hub)).toMatchObject({ differing: 0, waiting: 0 })
})

test('while a store recovers, and so is not compared, only the difference is told', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const shown = shopLevel(hub, SKU, 'HAR').on_hand
  byOtherApp(hub, -4)
  byOtherApp(hub, 2, 'MUG-OAT')
  hub.advance(MINUTE)
  await hub.sync()
  await minutes(hub, 11)
  expect(await variance(hub)).toContain(`${SKU} ${shown} → ${shown - 4}`)
  const found = {
    cause: 'older',
    since: now(hub),
    now: now(hub),
    lost: null,
    unknown: new Set<string>(),
  } as const
  await transaction(hub.db, tx => beginRecovery(tx, found, ['HAR']))
  expect(await variance(hub)).toBe(`${SKU} -4, MUG-OAT +2`)
})

test('a difference that a person accepts is booked once, and sales go on from there', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const shown = shopLevel(hub, SKU, 'HAR').on_hand
  byOtherApp(hub, -4)
  hub.advance(MINUTE)
  await hub.sync()
  await minutes(hub, 11)
  await sell(hub, 'HAR', SKU, 3)
  expect(await accept(hub)).toEqual([{ warehouse: 'WH-HARBOUR', sku: SKU, units: -4, shown: shown - 4 }])
  await expect(accept(hub)).rejects.toMatchObject({ code: nothingToAccept.code })
  expect(await variance(hub)).toBe(null)
  await hub.writeAll()
  await minutes(hub, 12)
  expect(shopLevel(hub, SKU, 'HAR').on_hand).toBe(shown - 7)
  expect(await ledgerLevel(hub, SKU, 'HAR')).toMatchObject({ onHand: shown - 7, posted: shown - 7 })
  expect(await agreement(hub)).toMatchObject({ differing: 0 })
  const [said] = (await writesOf(hub)).filter(write => write.subject === SKU)
  expect(said?.answer_json).toContain('Kim found that Shopify is right: two broke')
})

test('where the contract says that Shopify is right, a difference is booked after ten minutes, and says by whom', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const shown = shopLevel(hub, SKU, 'HAR').on_hand
  const terms = { onDifference: 'accept' } as const
  await transaction(hub.db, tx =>
    agree(tx, { store: 'HAR', terms, by: 'Kim', why: 'the store ships orders' }, now(hub)),
  )
  byOtherApp(hub, -4)
  hub.advance(MINUTE)
  await hub.sync()
  await minutes(hub, 8)
  expect(await ledgerLevel(hub, SKU, 'HAR')).toMatchObject({ onHand: shown })
  await minutes(hub, 4)
  expect(await ledgerLevel(hub, SKU, 'HAR')).toMatchObject({ onHand: shown - 4, posted: shown - 4 })
  expect(await variance(hub)).toBe(null)
  const [said] = (await writesOf(hub)).filter(write => write.subject === SKU)
  expect(said?.answer_json).toContain('Version 1 of the contract, by Kim, found that Shopify is right')
})

test('while the hub’s own change is on its way, or its answer is lost, nothing differs', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await sell(hub, 'HAR', SKU, 3)
  hub.shop.faults.set({ kind: 'lost-answer', times: 'always', operation: adjust })
  await hub.write()
  hub.advance(MINUTE)
  await hub.sync()
  await minutes(hub, 8)
  expect(await variance(hub)).toBe(null)
  expect(await agreement(hub)).toMatchObject({ differing: 0 })
  hub.shop.faults.clear()
  await hub.writeAll()
  await minutes(hub, 2)
  expect(await agreement(hub)).toMatchObject({ differing: 0, waiting: 0 })
})

test('sales that go on do not hide a difference, nor look like one', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  byOtherApp(hub, -1)
  for (let sale = 0; sale < 14; sale += 1) {
    await sell(hub, 'HAR', SKU, 1)
    await sell(hub, 'HAR', 'MUG-OAT', sale % 3)
    await hub.writeAll()
    await minutes(hub, 1)
  }
  const shown = shopLevel(hub, SKU, 'HAR').on_hand
  expect(await variance(hub)).toBe(`${SKU} ${shown + 1} → ${shown}`)
})

test('a fraction that is held back does not count as one', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await sell(hub, 'HAR', SKU, 1.5)
  await hub.writeAll()
  hub.advance(MINUTE)
  await hub.sync()
  await minutes(hub, 12)
  expect(await variance(hub)).toBe(null)
  expect(await agreement(hub)).toMatchObject({ differing: 0 })
})

test('before a store goes live, Shopify and the POS count apart', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const goLive = now(hub) + 3_600_000
  await transaction(hub.db, tx =>
    agree(tx, { store: 'HAR', terms: { goLive }, by: 'Kim', why: 'counted tonight' }, now(hub)),
  )
  byOtherApp(hub, -4)
  hub.advance(MINUTE)
  await hub.sync()
  await minutes(hub, 12)
  expect(await variance(hub)).toBe(null)
})

test('levels that were heard of are looked at first, however many differ, and each gets its turn', async () => {
  await using hub = await shopAndHub()
  const at = now(hub)
  const place = { store: 'HAR', warehouses: ['Harbour'], location: 'l' } as const
  const row = (item: string, dirty: 0 | 1, seen_at: number) => ({
    ...{
      store: 'HAR',
      location: 'l',
      item,
      sku: item,
      available: 1,
      on_hand: 1,
      expected: 0,
      seen_at,
      dirty,
    },
    ...{ differs_since: dirty === 1 ? null : 0, differing_since: dirty === 1 ? null : 0, on_hand_at: null },
  })
  const differ = Array.from({ length: 3_000 }, (_, n) => row(`a${n}`, 0, at - 20 * MINUTE + n))
  const heard = Array.from({ length: 200 }, (_, n) => row(`z${n}`, 1, at - n))
  await transaction(hub.db, tx => insertRows(tx, 'shopify_level', [...differ, ...heard]))
  const wanted = { now: at, againMs: 5 * MINUTE, most: 100 }
  const first = await levelsToLookAt(hub.db, place, wanted)
  expect(first.filter(item => item.startsWith('z'))).toHaveLength(80)
  expect(first.slice(0, 5)).toEqual(['z199', 'z198', 'z197', 'z196', 'a0'])
  await transaction(hub.db, tx =>
    tx.updateTable('shopify_level').set({ dirty: 0, seen_at: at }).where('item', 'in', first).execute(),
  )
  const second = await levelsToLookAt(hub.db, place, wanted)
  expect(second.filter(item => first.includes(item))).toEqual([])
  expect(second.slice(0, 5)).toEqual(['z119', 'z118', 'z117', 'z116', 'a20'])
})

test('a webhook marks a level, gathered with others; the echo of the hub’s own change does not', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const item = await hub.db.selectFrom('item').selectAll().where('sku', '=', SKU).executeTakeFirstOrThrow()
  const { available } = shopLevel(hub, SKU, 'HAR')
  const id = Number(item.inventory_item_id?.split('/').at(-1))
  const says = (level: number, of = id) =>
    JSON.stringify({ inventory_item_id: of, location_id: 70100000001, available: level })
  const marked = async () =>
    (await hub.db.selectFrom('shopify_level').select('sku').where('dirty', '=', 1).execute()).map(
      ({ sku }) => sku,
    )
  const told = async (...bodies: readonly string[]) => {
    await using marks = openLevelMarks({ db: hub.db, world: manualWorld() })
    for (const body of bodies) marks.take(body)
  }
  await told(says(available), 'no JSON', '{}', says(1, 404))
  expect(await marked()).toEqual([])
  await told(says(available), says(available - 4))
  expect(await marked()).toEqual([SKU])
  await lookAgain(lookWork(hub))
  expect(await marked()).toEqual([])
})

test('Shopify’s stock is the ledger less what is due, held back and on its way, part by part; the audit proves it', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const shown = shopLevel(hub, SKU, 'HAR').on_hand
  const parts = async () => (await readAgreement(hub.db, { store: 'HAR' })).find(({ sku }) => sku === SKU)
  await sell(hub, 'HAR', SKU, 3)
  expect(await parts()).toMatchObject({ shown, ledger: shown - 3, due: -3, onItsWay: 0, difference: 0 })
  hub.shop.faults.set({ kind: 'lost-answer', times: 'always', operation: adjust })
  await hub.write()
  expect(await parts()).toMatchObject({ shown, ledger: shown - 3, due: 0, onItsWay: -3, difference: 0 })
  hub.shop.faults.clear()
  await hub.writeAll()
  await sell(hub, 'HAR', SKU, 1.5)
  await hub.writeAll()
  const after = { shown: shown - 4, ledger: shown - 4.5, due: 0, heldBack: -0.5, onItsWay: 0, difference: 0 }
  expect(await parts()).toMatchObject(after)
  await agreement(hub)
  await transaction(hub.db, tx =>
    tx
      .updateTable('shopify_level')
      .set(e => ({ expected: e('expected', '-', 1000) }))
      .where('sku', '=', SKU)
      .where('store', '=', 'HAR')
      .execute(),
  )
  const { findings } = await audit(hub.db)
  const [found] = findings.filter(({ invariant }) => invariant === 'shopify-agrees')
  expect(found?.sentence).toContain('noted a difference of 1;')
  expect(found?.sentence).toContain('it is 0.')
})

test('a contract that takes Shopify’s number goes on with other stores though an SKU names another item now', async () => {
  await using hub = await shopAndHub({ seed: withTwin() })
  await hub.sync()
  await shopifyIsRight(hub, 'HAR')
  await shopifyIsRight(hub, 'MKT')
  byOtherApp(hub, -4, 'TWIN')
  hub.advance(MINUTE)
  await hub.sync()
  await launchAgain(hub)
  byOtherApp(hub, -3, SKU, 'MKT')
  hub.advance(MINUTE)
  await hub.sync()
  const shown = shopLevel(hub, SKU, 'MKT').on_hand
  for (let minute = 0; minute < 15; minute += 1) {
    hub.advance(MINUTE)
    await lookAgain(lookWork(hub))
  }
  expect((await ledgerLevel(hub, SKU, 'MKT')).onHand).toBe(shown)
})

test('accepting an SKU’s level books what its own item shows, and nothing of an item that it named before', async () => {
  await using hub = await shopAndHub({ seed: withTwin() })
  await hub.sync()
  byOtherApp(hub, -4, 'TWIN')
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
  byOtherApp(hub, -4, 'TWIN')
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
  byOtherApp(hub, -4)
  hub.advance(MINUTE)
  await hub.sync()
  await minutes(hub, 8)
  byOtherApp(hub, -3, SKU, 'MKT') // an order, say, that the hub hears of within minutes
  hub.advance(MINUTE)
  await hub.sync()
  await minutes(hub, 3)
  expect(await cellar()).toEqual([-4_000])
})

test('what is listed as differing can be accepted, also after its store was mapped to another location', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  byOtherApp(hub, -4)
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
    byOtherApp(hub, -1) // shipped from the store’s shelves
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
  byOtherApp(hub, -4)
  hub.advance(MINUTE)
  await hub.sync()
  await minutes(hub, 2)
  await hub.backUp()
  hub.advance(MINUTE)
  byOtherApp(hub, 4) // it was a mistake
  await minutes(hub, 6)
  hub.advance(60 * MINUTE)
  await hub.putBack()
  await minutes(hub, 2)
  expect((await ledgerLevel(hub, SKU, 'HAR')).onHand).toBe(before)
  await expect(accept(hub)).rejects.toMatchObject({ code: acceptingWaits.code })
})

test('a level that can’t be booked stops no other, and why is handed back', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const skus = [SKU, 'MUG-OAT', 'LIN-SHIRT-S']
  const before = skus.map(sku => shopLevel(hub, sku, 'HAR').on_hand)
  for (const sku of skus) byOtherApp(hub, -2, sku)
  hub.advance(MINUTE)
  await hub.sync()
  await minutes(hub, 12)
  const at = now(hub)
  await transaction(hub.db, async tx => {
    const item = numberIn(await itemNumbers(tx, new Set(['MUG-OAT'])), 'MUG-OAT')
    const place = { store: 'HAR', warehouse: 'WH-HARBOUR', sku: 'MUG-OAT' }
    const key = {
      kind: 'accepted-change',
      cause: item,
      line: await codeFor(tx, 'WH-HARBOUR'),
      revision: at,
    } as const
    await writeMovements(tx, [{ ...place, ...key, quantity: 0, origin: null, at, posts: true }])
  })
  const { places } = await readPlaces(hub.db)
  const [place] = places.filter(({ store }) => store === 'HAR')
  if (place === undefined) throw new Error('HAR has a place')
  await shopifyIsRight(hub)
  const agreed = await contractOf(hub.db, 'HAR')
  if (agreed === null) throw new Error('HAR has a contract')
  expect(await acceptByContract(hub.db, place, agreed, at)).toHaveLength(1)
  const after = await Promise.all(skus.map(async sku => (await ledgerLevel(hub, sku, 'HAR')).onHand))
  expect(after).toEqual(before.map((count, index) => (index === 1 ? count : count - 2)))
})

test('an item that Shopify stops to count has no difference, before the catalogue says so', async () => {
  await using hub = await shopAndHub({ seed: withTwin() })
  await hub.sync()
  byOtherApp(hub, -4, 'TWIN')
  hub.advance(MINUTE)
  await hub.sync()
  await track(hub, 'TWIN', false)
  await minutes(hub, 12)
  expect(await lasting(hub)).toEqual([])
  expect(await agreement(hub)).toMatchObject({ differing: 0, waiting: 0 })
})

test('a location that two stores claim is compared with neither', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  byOtherApp(hub, -4)
  hub.advance(MINUTE)
  await hub.sync()
  await minutes(hub, 12)
  expect(await lasting(hub)).toHaveLength(1)
  const location_id = `gid://shopify/Location/${HAR}`
  await transaction(hub.db, tx =>
    tx.insertInto('warehouse').values({ store: 'MKT', code: 'WH-SHARED', location_id, main: 0 }).execute(),
  )
  await minutes(hub, 1)
  expect(await lasting(hub)).toEqual([])
})
