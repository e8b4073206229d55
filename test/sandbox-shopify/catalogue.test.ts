import { expect, test } from 'vitest'
import { items, stores } from '../sandbox/catalogue.ts'
import { catalogueSeed } from '../sandbox/shopify/catalogue-seed.ts'
import { at, openShop } from './harness.ts'

test.each(items)('$sku has a valid EAN-13 and believable numbers', item => {
  const digits = [...item.barcode].map(Number)
  const sum = digits
    .slice(0, 12)
    .reduce((total, digit, index) => total + digit * (index % 2 === 0 ? 1 : 3), 0)
  expect(digits).toHaveLength(13)
  expect(digits[12]).toBe((10 - (sum % 10)) % 10)
  expect(item.priceMinor).toBeGreaterThan(0)
  for (const { code } of stores) {
    if (!item.tracked) expect(item.stock[code]).toBe(0)
    else expect(item.stock[code]).toBeGreaterThanOrEqual(20)
  }
})

test('SKUs and barcodes are unique, and one item only the POS knows', () => {
  expect(new Set(items.map(({ sku }) => sku)).size).toBe(items.length)
  expect(new Set(items.map(({ barcode }) => barcode)).size).toBe(items.length)
  expect(items.filter(({ onlyIn }) => onlyIn === 'pos')).toHaveLength(1)
})

test('the shop of the catalogue opens with its stock and without what only the POS knows', async () => {
  await using shop = await openShop({ seed: catalogueSeed() })
  const data = await shop.data('{ productVariants(first: 100) { nodes { sku } } }')
  const skus = (at(data, 'productVariants', 'nodes') as readonly { sku: string }[]).map(({ sku }) => sku)
  expect(skus.toSorted()).toEqual(
    items
      .filter(({ onlyIn }) => onlyIn === null)
      .map(({ sku }) => sku)
      .toSorted(),
  )
  expect(shop.sandbox.state().levels['TEE-WHT-M']).toMatchObject({
    HAR: { available: 240 },
    MKT: { available: 228 },
  })
})
