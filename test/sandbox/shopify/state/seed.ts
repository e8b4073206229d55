import { type Location, noStock, type ProductStatus, type Variant } from './entities.ts'
import type { Store } from './store.ts'

/** A shop as it opens. */
export interface ShopSeed {
  readonly name: string
  /** As in `harbour.myshopify.com`; the domain goes into webhooks. */
  readonly domain: string
  readonly currency: string
  readonly zone: string
  readonly locations: readonly SeedLocation[]
  readonly products: readonly SeedProduct[]
}

interface SeedLocation {
  readonly id: number
  /** What tests and the control API may call it by. */
  readonly code: string
  readonly name: string
  readonly street: string
  readonly postcode: string
  readonly city: string
  readonly country: string
  /** Whether customers may pick up here. */
  readonly pickup: boolean
}

export interface SeedProduct {
  readonly handle: string
  readonly title: string
  /** ACTIVE when left out. */
  readonly status?: ProductStatus
  readonly variants: readonly SeedVariant[]
}

export interface SeedVariant {
  readonly sku: string | null
  readonly title: string
  readonly barcode: string | null
  /** Minor units, tax included. */
  readonly priceMinor: number
  readonly taxRate: number
  readonly tracked?: boolean
  /** A bundle parent refuses every inventory write. */
  readonly bundle?: boolean
  /** What the bundle is made of. */
  readonly components?: readonly { readonly sku: string; readonly quantity: number }[]
  /** CONTINUE: sold on below zero. */
  readonly policy?: 'DENY' | 'CONTINUE'
  /** Opening `available` by location id. A location left out does not stock the item. */
  readonly stock: Readonly<Record<number, number>>
}

/** Ids start where Shopify's have long been: thirteen digits, safe as a JavaScript number. */
const firstId = 5_900_000_000_001

/** Fills an empty store. A store that already holds a shop is left as it is. */
export function seedShop(store: Store, seed: ShopSeed, at: number): void {
  if (store.get('meta', 'meta') !== undefined) return
  const stamp = Math.floor(at / 1000) * 1000
  store.transaction(() => {
    store.put('meta', { id: 'meta', nextId: firstId, nextOrderNumber: 1001, clockOffsetMs: 0 })
    for (const location of seed.locations) store.put('location', toLocation(location, stamp))
    for (const product of seed.products) seedProduct(store, product, stamp)
    for (const variant of seed.products.flatMap(product => product.variants)) joinComponents(store, variant)
  })
}

function toLocation({ pickup, ...location }: SeedLocation, at: number): Location {
  return {
    ...location,
    isActive: true,
    pickup: pickup ? { pickupTime: 'TWO_HOURS', instructions: '' } : null,
    createdAt: at,
    updatedAt: at,
  }
}

function seedProduct(store: Store, seed: SeedProduct, at: number): void {
  const productId = store.nextId()
  const variantIds = seed.variants.map((variant, index) => {
    const id = store.nextId()
    const itemId = store.nextId()
    store.put('variant', {
      id,
      productId,
      itemId,
      title: variant.title,
      barcode: variant.barcode,
      priceMinor: variant.priceMinor,
      taxRate: variant.taxRate,
      policy: variant.policy ?? 'DENY',
      position: index + 1,
      components: [],
      createdAt: at,
      updatedAt: at,
    })
    store.put('item', {
      id: itemId,
      sku: variant.sku,
      tracked: variant.tracked ?? true,
      bundle: variant.bundle ?? variant.components !== undefined,
      variantIds: [id],
      createdAt: at,
      updatedAt: at,
    })
    for (const [locationId, available] of Object.entries(variant.stock)) {
      store.put('level', {
        id: store.nextId(),
        itemId,
        locationId: Number(locationId),
        isActive: true,
        quantities: { ...noStock, available },
        changedAt: {},
        createdAt: at,
        updatedAt: at,
      })
    }
    return id
  })
  store.put('product', {
    id: productId,
    handle: seed.handle,
    title: seed.title,
    status: seed.status ?? 'ACTIVE',
    variantIds,
    createdAt: at,
    updatedAt: at,
  })
}

/** A bundle names its parts by SKU; they may come later in the seed. */
function joinComponents(store: Store, { sku, components }: SeedVariant): void {
  if (components === undefined) return
  const bySku = (wanted: string | null): Variant => {
    for (const variant of store.all('variant')) {
      if (store.need('item', variant.itemId).sku === wanted) return variant
    }
    throw new Error(`The seed has no SKU ${wanted}`)
  }
  const parts = components.map(part => ({ variantId: bySku(part.sku).id, quantity: part.quantity }))
  store.put('variant', { ...bySku(sku), components: parts })
}
