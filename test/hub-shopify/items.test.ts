import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { quantityNotWhole } from '../../hub/checks/quantity-not-whole.ts'
import { transaction } from '../../hub/db/db.ts'
import { mapWarehouse } from '../../hub/fleet/stores.ts'
import { itemNumbers, numberIn } from '../../hub/items/item-table.ts'
import { checkLocations, readLocations } from '../../hub/shopify/catalogue/locations.ts'
import { decideRestored } from '../../hub/stock/decide-restored.ts'
import { catalogueSeed } from '../sandbox/shopify/catalogue-seed.ts'
import type { ShopSeed } from '../sandbox/shopify/state/seed.ts'
import {
  ledgerLevel,
  look,
  openExceptions,
  type ShopAndHub,
  sell,
  shopAndHub,
  shopLevel,
  warehouses,
  writesOf,
} from './shop-and-hub.ts'

type SeedVariant = ShopSeed['products'][number]['variants'][number]

const HAR = 70100000001

const variant = (sku: string, more: Partial<SeedVariant> = {}): SeedVariant => ({
  sku,
  title: 'Default Title',
  barcode: null,
  priceMinor: 1000,
  taxRate: 19,
  stock: { [HAR]: 20 },
  ...more,
})

function seedWith(...variants: readonly SeedVariant[]): ShopSeed {
  const seed = catalogueSeed()
  const products = variants.map((one, index) => ({
    handle: `extra-${index}`,
    title: `Extra ${index}`,
    variants: [one],
  }))
  return { ...seed, products: [...seed.products, ...products] }
}

const product = (title: string, ...variants: SeedVariant[]) => ({ handle: title, title, variants })

const namesOf = async (hub: Awaited<ReturnType<typeof shopAndHub>>) =>
  (await openExceptions(hub)).map(one => `${one.kind} ${one.subject}`)

test('an unknown, a repeated, an untracked and a bundled item each open an exception and hold up nothing', async () => {
  await using hub = await shopAndHub({
    seed: seedWith(variant('TWICE'), variant('TWICE'), variant('KIT', { bundle: true })),
  })
  await hub.sync()
  await sell(hub, 'HAR', 'PATCH-POS', 1)
  await sell(hub, 'HAR', 'TWICE', 1)
  await sell(hub, 'HAR', 'GIFT-WRAP', 1)
  await sell(hub, 'HAR', 'KIT', 1)
  await sell(hub, 'HAR', 'MUG-BLU', 1)
  await sell(hub, 'HAR', 'TEE-WHT-M', 2)
  await hub.lookUp()
  await hub.writeAll()
  expect(shopLevel(hub, 'MUG-BLU', 'HAR').on_hand).toBe(179)
  expect(shopLevel(hub, 'TEE-WHT-M', 'HAR').on_hand).toBe(238)
  expect(await namesOf(hub)).toEqual([
    'item-bundle KIT',
    'item-untracked GIFT-WRAP',
    'sku-ambiguous TWICE',
    'sku-unknown PATCH-POS',
  ])
  const [kit] = (await openExceptions(hub)).filter(one => one.kind === 'item-bundle')
  expect(kit?.sentence).toContain('bundle')
  expect((await writesOf(hub)).every(({ request_json }) => !request_json.includes('KIT'))).toBe(true)
})

test.each([
  ['an archived one', 'ARCHIVED', 'ACTIVE'],
  ['a draft', 'DRAFT', 'ACTIVE'],
  ['an archived one', 'ARCHIVED', 'DRAFT'],
] as const)('beside %s (%s), the product of the same SKU that is %s is meant', async (_, former, current) => {
  for (const way of ['look-up', 'full sync'] as const) {
    const twins = [
      { ...product('former', variant('TWIN')), status: former },
      { ...product('current', variant('TWIN')), status: current },
    ]
    const seed = catalogueSeed()
    for (const products of [twins, twins.toReversed()]) {
      await using hub = await shopAndHub({ seed: { ...seed, products: [...seed.products, ...products] } })
      await sell(hub, 'HAR', 'TWIN', 3)
      if (way === 'look-up') await hub.lookUp()
      else await hub.sync()
      await hub.writeAll()
      expect(await openExceptions(hub)).toEqual([])
      const row = await hub.db
        .selectFrom('item')
        .selectAll()
        .where('sku', '=', 'TWIN')
        .executeTakeFirstOrThrow()
      expect(row).toMatchObject({ state: 'mapped', title: 'current' })
    }
  }
})

test('two products for sale under one SKU stay ambiguous, also beside an archived one', async () => {
  const seed = catalogueSeed()
  const products = ['one', 'other', 'former'].map(title => ({
    ...product(title, variant('TWIN')),
    status: title === 'former' ? ('ARCHIVED' as const) : ('ACTIVE' as const),
  }))
  await using hub = await shopAndHub({ seed: { ...seed, products: [...seed.products, ...products] } })
  await sell(hub, 'HAR', 'TWIN', 3)
  await hub.lookUp()
  expect(await namesOf(hub)).toEqual(['sku-ambiguous TWIN'])
})

test('a SKU is compared exactly: search finds MUG for MUG-BLU, and case counts', async () => {
  await using hub = await shopAndHub()
  await sell(hub, 'HAR', 'MUG', 1)
  await sell(hub, 'HAR', 'mug-blu', 1)
  await sell(hub, 'HAR', 'MUG-BLU', 1)
  await hub.lookUp()
  const items = await hub.db.selectFrom('item').select(['sku', 'state']).orderBy('sku').execute()
  expect(items).toEqual([
    { sku: 'MUG', state: 'unknown' },
    { sku: 'MUG-BLU', state: 'mapped' },
    { sku: 'mug-blu', state: 'unknown' },
  ])
})

test('quotes and backslashes in a SKU find it and nothing else', async () => {
  const odd = 'A"B\\C OR sku:*'
  await using hub = await shopAndHub({ seed: seedWith(variant(odd)) })
  await sell(hub, 'HAR', odd, 1)
  await hub.lookUp()
  await hub.write()
  expect(shopLevel(hub, odd, 'HAR').on_hand).toBe(19)
})

test('an unknown SKU is asked for again, less and less often, and its exception closes itself', async () => {
  await using hub = await shopAndHub()
  await sell(hub, 'HAR', 'PATCH-POS', 3)
  await hub.lookUp()
  const checkedAt = async () =>
    (await hub.db.selectFrom('item').select('checked_at').where('sku', '=', 'PATCH-POS').executeTakeFirst())
      ?.checked_at
  const first = await checkedAt()
  await hub.lookUp()
  expect(await checkedAt()).toBe(first)
  hub.advance(61_000)
  await hub.lookUp()
  const second = await checkedAt()
  expect(second).not.toBe(first)
  hub.advance(61_000)
  await hub.lookUp()
  expect(await checkedAt()).toBe(second)
  // E-commerce gives the right item this SKU.
  await transaction(hub.db, async tx => {
    const items = await itemNumbers(tx, new Set(['TOTE-NAT', 'PATCH-POS']))
    const [right, wrong] = [numberIn(items, 'TOTE-NAT'), numberIn(items, 'PATCH-POS')]
    for (const table of ['movement', 'level', 'due_movement', 'due'] as const)
      await tx.updateTable(table).set({ item: right }).where('item', '=', wrong).execute()
  })
  await hub.sync()
  expect(await namesOf(hub)).toEqual([])
})

test('what was sold before an item was known is posted once it is', async () => {
  await using hub = await shopAndHub()
  await sell(hub, 'HAR', 'TOTE-NAT', 2)
  await hub.lookUp()
  await hub.write()
  expect(shopLevel(hub, 'TOTE-NAT', 'HAR').on_hand).toBe(218)
  expect(await ledgerLevel(hub, 'TOTE-NAT', 'HAR')).toEqual({ onHand: 218, posted: 218, committed: 0 })
})

test('the ledger opens with what orders have committed, and counts such an order once', async () => {
  await using hub = await shopAndHub()
  const order = { location: 'HAR', lines: [{ sku: 'MUG-BLU', quantity: 3 }], customer: { name: 'Ada' } }
  hub.shop.createOrder(order)
  await hub.sync()
  expect(await ledgerLevel(hub, 'MUG-BLU', 'HAR')).toMatchObject({ onHand: 180, committed: 3 })
  await hub.poll()
  expect(await ledgerLevel(hub, 'MUG-BLU', 'HAR')).toMatchObject({ onHand: 180, committed: 3 })
  hub.advance(5_000)
  hub.shop.createOrder({ ...order, lines: [{ sku: 'MUG-BLU', quantity: 2 }] })
  await hub.poll()
  expect(await ledgerLevel(hub, 'MUG-BLU', 'HAR')).toMatchObject({ onHand: 180, committed: 5 })
  expect(shopLevel(hub, 'MUG-BLU', 'HAR')).toMatchObject({ on_hand: 180, committed: 5 })
})

test('an order taken in before the ledger of its item opens is counted once', async () => {
  await using hub = await shopAndHub()
  const order = { location: 'HAR', lines: [{ sku: 'MUG-BLU', quantity: 3 }], customer: { name: 'Ada' } }
  hub.shop.createOrder(order)
  await hub.poll()
  await hub.sync()
  expect(await ledgerLevel(hub, 'MUG-BLU', 'HAR')).toMatchObject({ onHand: 180, committed: 3 })
})

test('fractions are held back until they add up to whole units', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await sell(hub, 'HAR', 'TEA-ASSAM', 0.4)
  await sell(hub, 'HAR', 'MUG-BLU', 1)
  await hub.write()
  await hub.write()
  expect(shopLevel(hub, 'MUG-BLU', 'HAR').on_hand).toBe(179)
  expect(shopLevel(hub, 'TEA-ASSAM', 'HAR').on_hand).toBe(320)
  await look(hub, quantityNotWhole)
  const [fraction] = await look(hub, quantityNotWhole)
  expect(fraction).toMatchObject({ kind: 'quantity-not-whole', count: 1, store: 'HAR' })
  expect(fraction?.fields).toMatchObject({ items: 'TEA-ASSAM (-0.4)' })
  await sell(hub, 'HAR', 'TEA-ASSAM', 0.6)
  await hub.write()
  expect(shopLevel(hub, 'TEA-ASSAM', 'HAR').on_hand).toBe(319)
  await look(hub, quantityNotWhole)
  expect(await openExceptions(hub)).toEqual([])
})

test('an item that is not stocked at the store is written and opens an exception', async () => {
  await using hub = await shopAndHub({ seed: seedWith(variant('ELSEWHERE', { stock: { 70100000002: 5 } })) })
  await hub.sync()
  await sell(hub, 'HAR', 'ELSEWHERE', 1)
  await hub.write()
  expect(shopLevel(hub, 'ELSEWHERE', 'HAR').on_hand).toBe(-1)
  expect(await namesOf(hub)).toEqual(['item-inactive HAR/WH-HARBOUR/ELSEWHERE'])
})

test('an unmapped warehouse is named with the locations to choose from, and its sales follow once mapped', async () => {
  await using hub = await shopAndHub({ mapped: false })
  const check = async () => checkLocations(hub.db, await readLocations(hub.client), hub.world.clock.now())
  await check()
  const [first] = await openExceptions(hub)
  expect(first).toMatchObject({ kind: 'location-unmapped', subject: 'HAR/WH-HARBOUR', owner: 'ops' })
  expect(first?.sentence).toContain('Harbour Street (70100000001)')
  await hub.sync()
  await sell(hub, 'HAR', 'MUG-BLU', 1)
  await hub.write()
  expect(await writesOf(hub)).toEqual([])
  for (const [store, code] of Object.entries(warehouses))
    await transaction(hub.db, tx =>
      tx
        .updateTable('warehouse')
        .set({ location_id: `gid://shopify/Location/${store === 'HAR' ? HAR : 70100000002}` })
        .where('code', '=', code)
        .execute(),
    )
  await check()
  await hub.write()
  expect(await openExceptions(hub)).toEqual([])
  expect(shopLevel(hub, 'MUG-BLU', 'HAR').on_hand).toBe(179)
  expect(await ledgerLevel(hub, 'MUG-BLU', 'HAR')).toEqual({ onHand: 179, posted: 179, committed: 0 })
})

const mapHarbour = (hub: Awaited<ReturnType<typeof shopAndHub>>, location: number) =>
  transaction(hub.db, tx => mapWarehouse(tx, 'HAR', warehouses.HAR, String(location), hub.world.clock.now()))
const several = ['MUG-BLU', 'MUG-OAT', 'TOTE-NAT', 'LIN-SHIRT-M', 'LIN-SHIRT-S']

test('a location that Shopify does not have is one exception, whatever the items, and ends with the right mapping', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = several.map(sku => shopLevel(hub, sku, 'HAR').on_hand)
  await mapHarbour(hub, 999)
  for (const sku of several) await sell(hub, 'HAR', sku, 1)
  await sell(hub, 'MKT', 'MUG-BLU', 1)
  const market = shopLevel(hub, 'MUG-BLU', 'MKT').on_hand
  for (let run = 0; run < 3; run += 1) await hub.write()
  const open = await openExceptions(hub)
  expect(open).toMatchObject([
    { kind: 'location-unmapped', code: 'location-unmapped.refused', subject: 'HAR/WH-HARBOUR', count: 1 },
  ])
  expect(open[0]?.sentence).toContain('999')
  expect(shopLevel(hub, 'MUG-BLU', 'MKT').on_hand).toBe(market - 1)
  await checkLocations(hub.db, await readLocations(hub.client), hub.world.clock.now())
  const sent = (await writesOf(hub)).length
  hub.advance(86_400_000)
  await hub.restart()
  await hub.write()
  expect(await openExceptions(hub)).toMatchObject([{ code: 'location-unmapped.gone', count: 1 }])
  expect(await writesOf(hub)).toHaveLength(sent) // nothing is tried while the location is known to be gone
  await mapHarbour(hub, HAR)
  await hub.writeAll()
  expect(await openExceptions(hub)).toEqual([])
  expect(several.map(sku => shopLevel(hub, sku, 'HAR').on_hand)).toEqual(before.map(level => level - 1))
})

test('a location that is listed as active and takes no stock stays named until it takes some', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = shopLevel(hub, 'MUG-BLU', 'HAR').on_hand
  const { write } = hub.client
  let asked = 0
  Object.assign(hub.client, {
    write: async () => {
      asked += 1
      const field = ['input', 'changes', '0', 'locationId']
      return { kind: 'user-errors', errors: [{ code: 'INVALID_LOCATION', field, message: 'no' }] }
    },
  })
  for (const sku of several) await sell(hub, 'HAR', sku, 1)
  for (let minute = 0; minute < 30; minute += 1) {
    await hub.write()
    if (minute % 10 === 0)
      await checkLocations(hub.db, await readLocations(hub.client), hub.world.clock.now())
    hub.advance(60_000)
  }
  expect(await namesOf(hub)).toEqual(['location-unmapped HAR/WH-HARBOUR'])
  expect(asked).toBeLessThan(7)
  Object.assign(hub.client, { write })
  hub.advance(3_600_000)
  await hub.writeAll()
  expect(await openExceptions(hub)).toEqual([])
  expect(shopLevel(hub, 'MUG-BLU', 'HAR').on_hand).toBe(before - 1)
})

/** Turns tracking of the gift wrap on in Shopify, or edits it. */
const trackWrap = (hub: ShopAndHub) => track(hub, WRAP, true)

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
const WRAP = 'GIFT-WRAP'
const count = (hub: ShopAndHub, counted: number) =>
  hub.shop.control('POST', '/sandbox/stock/count', { sku: WRAP, location: 'HAR', counted })

test('what Shopify did not count is not posted once it does', async () => {
  await using hub = await shopAndHub()
  await sell(hub, 'HAR', WRAP, 4)
  await hub.sync()
  expect(await namesOf(hub)).toEqual(['item-untracked GIFT-WRAP'])
  hub.advance(2_000)
  await trackWrap(hub)
  await hub.sync()
  await hub.write()
  expect(await namesOf(hub)).toEqual([])
  expect(shopLevel(hub, WRAP, 'HAR').on_hand).toBe(0)
  await sell(hub, 'HAR', WRAP, 1)
  await hub.write()
  expect(shopLevel(hub, WRAP, 'HAR').on_hand).toBe(-1)
  expect(await ledgerLevel(hub, WRAP, 'HAR')).toEqual({ onHand: -1, posted: -1, committed: 0 })
})

test('what is sold after tracking was turned on is posted, however late the hub learns of it', async () => {
  await using hub = await shopAndHub()
  await sell(hub, 'HAR', WRAP, 4)
  await hub.sync()
  hub.advance(2_000)
  await trackWrap(hub)
  count(hub, 50)
  await sell(hub, 'HAR', WRAP, 3)
  hub.advance(20 * 60_000)
  await hub.sync()
  await hub.writeAll()
  expect(shopLevel(hub, WRAP, 'HAR').on_hand).toBe(47)
  expect(await ledgerLevel(hub, WRAP, 'HAR')).toEqual({ onHand: 47, posted: 47, committed: 0 })
  expect(await namesOf(hub)).toEqual([])
})

test('a till that was offline sends what it sold before tracking was turned on: it is not posted either', async () => {
  await using hub = await shopAndHub()
  await sell(hub, 'HAR', WRAP, 1)
  const before = hub.world.clock.now() // the look after it finds it uncounted still
  await hub.sync()
  hub.advance(60_000)
  await trackWrap(hub)
  count(hub, 50)
  await hub.sync()
  await sell(hub, 'HAR', WRAP, 2)
  await hub.writeAll()
  await sell(hub, 'HAR', WRAP, 5, before)
  await hub.writeAll()
  expect(shopLevel(hub, WRAP, 'HAR').on_hand).toBe(48)
  expect(await ledgerLevel(hub, WRAP, 'HAR')).toEqual({ onHand: 48, posted: 48, committed: 0 })
})

test.each([true, false])(
  'what was sold between the turning on and the count is asked of a person; posted: %s',
  async posted => {
    await using hub = await shopAndHub()
    await sell(hub, 'HAR', WRAP, 1)
    await hub.sync()
    hub.advance(2_000)
    await trackWrap(hub)
    hub.advance(60_000)
    await sell(hub, 'HAR', WRAP, 3)
    hub.advance(60_000)
    count(hub, 50)
    await sell(hub, 'HAR', WRAP, 2)
    await hub.sync()
    await hub.writeAll()
    expect(shopLevel(hub, WRAP, 'HAR').on_hand).toBe(48)
    expect(await openExceptions(hub)).toMatchObject([{ kind: 'stock-write-unknown', store: 'HAR' }])
    const now = hub.world.clock.now()
    await transaction(hub.db, tx =>
      decideRestored(tx, { store: 'HAR', sku: WRAP, posted, why: 'asked', now }),
    )
    await hub.writeAll()
    const shown = posted ? 48 : 45
    expect(shopLevel(hub, WRAP, 'HAR').on_hand).toBe(shown)
    expect(await ledgerLevel(hub, WRAP, 'HAR')).toEqual({ onHand: shown, posted: shown, committed: 0 })
    expect(await openExceptions(hub)).toEqual([])
  },
)

const namesAndMoved = async (hub: ShopAndHub) =>
  (await openExceptions(hub)).map(({ kind, code }) => `${kind} ${code}`)

/** Each is done at Shopify, or sold, an hour after the one before. Tracking is turned on and 50 are counted first. */
test.each([
  ['the item is edited after the sale', ['sell', 'edit']],
  ['the item is edited, and its stock is added to, after the sale', ['sell', 'add', 'edit']],
  ['its stock is added to, and the item edited, before and after the sale', ['add', 'sell', 'edit', 'add']],
] as const)('a sale of an item whose tracking was turned on is asked of a person: %s', async (_, steps) => {
  await using hub = await shopAndHub()
  await sell(hub, 'HAR', WRAP, 4)
  await hub.sync()
  hub.advance(2_000)
  await trackWrap(hub)
  let shown = 50
  count(hub, shown)
  for (const step of steps) {
    hub.advance(60 * 60_000)
    if (step === 'sell') await sell(hub, 'HAR', WRAP, 3)
    if (step === 'edit') await trackWrap(hub)
    if (step === 'add') shown += 10
    if (step === 'add') count(hub, shown)
  }
  hub.advance(60 * 60_000)
  await hub.sync()
  await hub.writeAll()
  expect(shopLevel(hub, WRAP, 'HAR').on_hand).toBe(shown)
  expect(await namesAndMoved(hub)).toEqual(['stock-write-unknown stock-write-unknown.tracked'])
  expect((await openExceptions(hub))[0]?.sentence).toContain('-3 moved')
  const now = hub.world.clock.now()
  const decision = { store: 'HAR', sku: WRAP, posted: false, why: 'asked', now }
  await transaction(hub.db, tx => decideRestored(tx, decision))
  await hub.writeAll()
  expect(shopLevel(hub, WRAP, 'HAR').on_hand).toBe(shown - 3)
  expect(await openExceptions(hub)).toEqual([])
})

test.each(['the catalogue', 'a write'] as const)(
  'what was sold offline before tracking was turned off and on again is asked of a person; seen by %s',
  async by => {
    await using hub = await shopAndHub()
    await sell(hub, 'HAR', 'MUG-BLU', 1)
    await hub.sync()
    await hub.writeAll()
    expect(shopLevel(hub, 'MUG-BLU', 'HAR').on_hand).toBe(179)
    hub.advance(60 * 60_000)
    const soldAt = hub.world.clock.now()
    hub.advance(60 * 60_000)
    await track(hub, 'MUG-BLU', false)
    if (by === 'a write') {
      await transaction(hub.db, tx => tx.rows(sql`DELETE FROM known_level`)) // a write reads what it does not know
      await sell(hub, 'HAR', 'MUG-BLU', 7) // while it is not counted, as the hub is about to see
      await hub.write()
    } else await hub.sync()
    hub.advance(5 * 60_000)
    await hub.sync()
    await sell(hub, 'HAR', 'MUG-BLU', 2) // while it is known not to be counted
    await hub.sync()
    await track(hub, 'MUG-BLU', true)
    hub.advance(60_000)
    await hub.sync()
    await sell(hub, 'HAR', 'MUG-BLU', 3, soldAt)
    await hub.writeAll()
    expect(shopLevel(hub, 'MUG-BLU', 'HAR').on_hand).toBe(179)
    expect(await namesAndMoved(hub)).toEqual(['stock-write-unknown stock-write-unknown.tracked'])
    expect((await openExceptions(hub))[0]?.sentence).toContain(by === 'a write' ? '-10 moved' : '-3 moved')
  },
)
