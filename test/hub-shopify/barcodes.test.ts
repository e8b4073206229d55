import { expect, test } from 'vitest'
import { knownCodes } from '../../hub/db/codes.ts'
import { transaction } from '../../hub/db/db.ts'
import { barcodeForms } from '../../hub/shopify/catalogue/barcode-match.ts'
import { audit } from '../../hub/stock/audit.ts'
import { levelSums } from '../../hub/stock/levels.ts'
import { movementKinds } from '../../hub/stock/movement-kinds.ts'
import { catalogueSeed } from '../sandbox/shopify/catalogue-seed.ts'
import type { ShopSeed } from '../sandbox/shopify/state/seed.ts'
import { openExceptions, type ShopAndHub, sell, shopAndHub, shopLevel, warehouses } from './shop-and-hub.ts'

const HAR = 70100000001
type SeedVariant = ShopSeed['products'][number]['variants'][number]

function seedWith(...variants: readonly (Partial<SeedVariant> & { sku: string })[]): ShopSeed {
  const seed = catalogueSeed()
  const products = variants.map((one, index) => ({
    handle: `extra-${index}`,
    title: `Extra ${index}`,
    variants: [
      {
        title: 'Default Title',
        barcode: null,
        priceMinor: 1000,
        taxRate: 19 as const,
        stock: { [HAR]: 20 },
        ...one,
      },
    ],
  }))
  return { ...seed, products: [...seed.products, ...products] }
}

/** What the till reports about an item with a sale. */
async function tillSays(hub: ShopAndHub, sku: string, barcode: string): Promise<void> {
  const none = {
    inventory_item_id: null,
    variant_id: null,
    title: null,
    variant_title: null,
    image_url: null,
    checked_at: null,
  }
  await transaction(hub.db, tx =>
    tx
      .insertInto('item')
      .values({ sku, state: 'unchecked', barcode, ...none })
      .onConflict(c => c.column('sku').doUpdateSet({ barcode }))
      .execute(),
  )
}
const stateOf = async (hub: ShopAndHub, sku: string) =>
  (await hub.db.selectFrom('item').select('state').where('sku', '=', sku).executeTakeFirst())?.state

test.each(['look-up', 'full sync'])(
  'an item whose SKU Shopify lacks is found by its barcode, in whatever length (%s)',
  async way => {
    await using hub = await shopAndHub({ seed: seedWith({ sku: 'SHOP-1', barcode: '036000291452' }) })
    await tillSays(hub, 'TILL-1', '0036000291452')
    await sell(hub, 'HAR', 'TILL-1', 3)
    if (way === 'look-up') await hub.lookUp()
    else await hub.sync()
    expect(await stateOf(hub, 'TILL-1')).toBe('mapped')
    await hub.writeAll()
    expect(shopLevel(hub, 'SHOP-1', 'HAR').on_hand).toBe(17)
    expect(await openExceptions(hub)).toEqual([])
  },
)

test('the SKU comes first: a barcode that names another item does not matter then', async () => {
  await using hub = await shopAndHub({
    seed: seedWith({ sku: 'SHOP-1', barcode: '036000291452' }, { sku: 'SHOP-2' }),
  })
  await tillSays(hub, 'SHOP-2', '036000291452')
  await sell(hub, 'HAR', 'SHOP-2', 1)
  await hub.lookUp()
  await hub.writeAll()
  expect([shopLevel(hub, 'SHOP-1', 'HAR').on_hand, shopLevel(hub, 'SHOP-2', 'HAR').on_hand]).toEqual([20, 19])
})

test('a barcode on two items is not guessed', async () => {
  await using hub = await shopAndHub({
    seed: seedWith({ sku: 'SHOP-1', barcode: '036000291452' }, { sku: 'SHOP-2', barcode: '0036000291452' }),
  })
  await tillSays(hub, 'TILL-1', '036000291452')
  await sell(hub, 'HAR', 'TILL-1', 1)
  await hub.lookUp()
  await hub.writeAll()
  expect(await stateOf(hub, 'TILL-1')).toBe('ambiguous')
  const [named] = await openExceptions(hub)
  expect(named).toMatchObject({ kind: 'sku-ambiguous', subject: 'TILL-1' })
  expect([shopLevel(hub, 'SHOP-1', 'HAR').on_hand, shopLevel(hub, 'SHOP-2', 'HAR').on_hand]).toEqual([20, 20])
})

test('a shop’s own code compares as text, and one with a wrong check digit is not a GTIN', async () => {
  await using hub = await shopAndHub({
    seed: seedWith({ sku: 'SHOP-1', barcode: 'IN-STORE 7' }, { sku: 'SHOP-2', barcode: '036000291453' }),
  })
  await tillSays(hub, 'TILL-1', 'IN-STORE 7')
  await tillSays(hub, 'TILL-2', '0036000291453')
  await sell(hub, 'HAR', 'TILL-1', 1)
  await sell(hub, 'HAR', 'TILL-2', 1)
  await hub.lookUp()
  expect([await stateOf(hub, 'TILL-1'), await stateOf(hub, 'TILL-2')]).toEqual(['mapped', 'unknown'])
})

test('two codes of one item share its stock: one opening, each sale once, one line a request', async () => {
  await using hub = await shopAndHub({ seed: seedWith({ sku: 'SHOP-1', barcode: '036000291452' }) })
  await hub.sync()
  await tillSays(hub, 'TILL-1', '036000291452')
  await sell(hub, 'HAR', 'SHOP-1', 2)
  await sell(hub, 'HAR', 'TILL-1', 3)
  await hub.lookUp()
  await hub.writeAll()
  expect(shopLevel(hub, 'SHOP-1', 'HAR').on_hand).toBe(15)
  const openings = await hub.db
    .selectFrom('movement as m')
    .innerJoin('item as i', 'i.id', 'm.item')
    .select('i.sku')
    .where('m.kind', '=', movementKinds.opening)
    .where('m.cause', '=', (await knownCodes(hub.db, [warehouses.HAR])).get(warehouses.HAR) ?? 0)
    .where('i.sku', 'in', ['SHOP-1', 'TILL-1'])
    .execute()
  expect(openings).toHaveLength(1)
  const held = await levelSums(hub.db, { store: 'HAR', warehouses: [warehouses.HAR] }, ['SHOP-1', 'TILL-1'])
  const onHand = held.filter(row => row.state === 'on_hand')
  expect(onHand.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(15_000)
  expect((await audit(hub.db)).findings).toEqual([])
})

test('a catalogue that is read again leaves the till’s barcode alone', async () => {
  await using hub = await shopAndHub({ seed: seedWith({ sku: 'SHOP-1', barcode: '036000291452' }) })
  await tillSays(hub, 'SHOP-1', '9520110000017')
  await hub.sync()
  const row = await hub.db.selectFrom('item').select('barcode').where('sku', '=', 'SHOP-1').executeTakeFirst()
  expect(row?.barcode).toBe('9520110000017')
})

test('a GTIN is searched in every length that holds it', () => {
  expect(barcodeForms('036000291452')).toEqual(['036000291452', '0036000291452', '00036000291452'])
  expect(barcodeForms('96385074')).toEqual(['96385074', '000096385074', '0000096385074', '00000096385074'])
  expect(barcodeForms('own code')).toEqual(['own code'])
})
