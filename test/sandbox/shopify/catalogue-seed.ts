import { type CatalogueStore, currency, items, openingStock, stores } from '../catalogue.ts'
import type { SeedProduct, ShopSeed } from './state/seed.ts'

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
