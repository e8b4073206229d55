import type { SeedProduct, ShopSeed } from '../sandbox/shopify/state/seed.ts'
import type { Chance } from './chance.ts'
import type { StoreSetUp } from './hub-machine.ts'
import { SHOP_DOMAIN } from './shop-machine.ts'

export interface Good {
  readonly sku: string
  readonly price: number
}

/** What the simulated shops sell: as few items as make them meet often. */
export const goods: readonly Good[] = ['TEE', 'MUG', 'CAP', 'BAG', 'PEN', 'TIN'].map((sku, index) => ({
  sku: `${sku}-${index + 1}`,
  price: 490 + 700 * index,
}))

/** What an item costs in the web shop and in the stores, minor units. @throws RangeError for an item that is not sold */
export function priceOf(sku: string): number {
  const good = goods.find(one => one.sku === sku)
  if (good === undefined) throw new RangeError(`no item is called ${sku}`)
  return good.price
}

export function storesNamed(count: number): StoreSetUp[] {
  return Array.from({ length: count }, (_, index) => ({
    code: `S${index + 1}`,
    name: `Store ${index + 1}`,
    zone: 'Europe/Berlin',
    currency: 'EUR',
    warehouse: `W${index + 1}`,
    locationId: 70_100_000_001 + index,
  }))
}

/** A wider range, for scenarios about many items at once. */
export function manyGoods(count: number): Good[] {
  return Array.from({ length: count }, (_, index) => ({ sku: `ITEM-${index + 1}`, price: 990 }))
}

/** The shop with the stores' locations. @param unitsOf the opening stock of each item in each store */
export function shopSeed(
  stores: readonly StoreSetUp[],
  unitsOf: (store: StoreSetUp, good: Good) => number,
  sold: readonly Good[] = goods,
): ShopSeed {
  const products = sold.map(
    (good): SeedProduct => ({
      handle: good.sku.toLowerCase(),
      title: good.sku,
      variants: [
        {
          sku: good.sku,
          title: 'One size',
          barcode: null,
          priceMinor: good.price,
          taxRate: 19,
          stock: Object.fromEntries(stores.map(store => [store.locationId, unitsOf(store, good)])),
        },
      ],
    }),
  )
  return {
    name: 'Simulated shop',
    domain: SHOP_DOMAIN,
    currency: 'EUR',
    zone: 'Europe/Berlin',
    products,
    locations: stores.map(({ locationId, code, name }) => ({
      id: locationId,
      code,
      name,
      street: 'Hafenstrasse 1',
      postcode: '20359',
      city: 'Hamburg',
      country: 'DE',
      pickup: true,
    })),
  }
}

/** A basket of one to three items. */
export function basket(chance: Chance): { sku: string; units: number; price: number }[] {
  const lines = Array.from({ length: chance.between(1, 3) }, () => ({
    ...chance.pick(goods),
    units: chance.between(1, 2),
  }))
  return [...new Map(lines.map(line => [line.sku, line])).values()]
}
