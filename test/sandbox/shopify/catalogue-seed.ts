import { type CatalogueStore, currency, items, openingStock, stores } from '../catalogue.ts'
import type { ProductStatus } from './state/entities.ts'
import type { SeedProduct, SeedVariant, ShopSeed } from './state/seed.ts'

/** The shop of `test/sandbox/catalogue.ts`: every item of it that Shopify knows, at both stores and at `more` stores. */
export function catalogueSeed(more: readonly CatalogueStore[] = []): ShopSeed {
  const all = [...stores, ...more]
  const online = items.filter(item => item.onlyIn === null)
  const byProduct = Map.groupBy(online, item => item.product)
  return {
    name: 'Sandbox shop',
    domain: 'tillbridge-sandbox.myshopify.com',
    currency,
    zone: 'Europe/Berlin',
    locations: all.map(store => ({
      id: store.shopifyLocationId,
      code: store.code,
      name: store.name,
      ...store.address,
      pickup: true,
    })),
    products: [...byProduct].map(
      ([handle, variants]): SeedProduct => ({
        handle,
        title: variants[0]?.title ?? handle,
        variants: variants.map(variant => ({
          sku: variant.sku,
          title: variant.variantTitle,
          barcode: variant.barcode,
          priceMinor: variant.priceMinor,
          taxRate: variant.taxRate,
          tracked: variant.tracked,
          stock: Object.fromEntries(
            all.map(store => [store.shopifyLocationId, openingStock(variant, store.code)]),
          ),
        })),
      }),
    ),
  }
}

/**
 * The same shop as years leave it: an archived and a draft twin of items on sale, a SKU used for two active products,
 * an item without a SKU, and a bundle of two parts.
 */
export function hardSeed(more: readonly CatalogueStore[] = []): ShopSeed {
  const seed = catalogueSeed(more)
  const [first, second, third] = seed.products.flatMap(({ variants }) => variants)
  if (first?.sku == null || second?.sku == null || third?.sku == null) {
    throw new Error('The catalogue has too few items for a hard seed')
  }
  const twin = (status: ProductStatus, handle: string, variant: SeedVariant): SeedProduct => ({
    handle,
    title: handle,
    status,
    variants: [
      { ...variant, barcode: null, stock: Object.fromEntries(Object.keys(variant.stock).map(id => [id, 3])) },
    ],
  })
  const parts = [first.sku, second.sku].map((sku, index) => ({ sku, quantity: index + 1 }))
  return {
    ...seed,
    products: [
      ...seed.products,
      twin('ARCHIVED', 'last-season', first),
      twin('DRAFT', 'next-season', second),
      twin('ACTIVE', 'same-code', third),
      twin('ACTIVE', 'without-code', { ...third, sku: null }),
      {
        handle: 'gift-set',
        title: 'Gift set',
        variants: [{ ...first, sku: 'GIFT-SET', barcode: null, title: 'One', components: parts, stock: {} }],
      },
    ],
  }
}
