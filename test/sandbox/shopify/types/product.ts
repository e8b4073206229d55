import { exists } from '../catalogue/products.ts'
import { requireScope } from '../graphql/access.ts'
import { connection, type PageArguments } from '../graphql/connection.ts'
import { type Fields, notSimulated } from '../graphql/fields.ts'
import { gid } from '../graphql/gid.ts'
import { decimal } from '../graphql/money.ts'
import {
  idMatches,
  indexedAt,
  isIndexed,
  search,
  type Term,
  timeMatches,
  tokensMatch,
  wordMatches,
} from '../graphql/search.ts'
import type { Shop } from '../shop.ts'
import { dateTime } from '../state/clock.ts'
import type { Product, Variant } from '../state/entities.ts'
import { levelOf, quantityOf } from '../stock/ledger.ts'

export const productFields: Fields<Product> = {
  id: product => gid('Product', product.id),
  legacyResourceId: product => String(product.id),
  title: product => product.title,
  handle: product => product.handle,
  vendor: (_, __, { shop }) => shop.profile.name,
  productType: () => '',
  status: product => product.status,
  tags: () => [],
  isGiftCard: () => false,
  tracksInventory: (product, _, { shop }) =>
    product.variantIds.some(id => itemOf(shop, shop.store.need('variant', id)).tracked),
  totalInventory: (product, _, { shop }) =>
    product.variantIds.reduce((sum, id) => sum + availableOf(shop, shop.store.need('variant', id)), 0),
  hasOnlyDefaultVariant: product => product.variantIds.length === 1,
  variantsCount: product => ({ count: product.variantIds.length, precision: 'EXACT' }),
  variants: (product, args: PageArguments, { shop }) =>
    connection(
      product.variantIds.map(id => shop.store.need('variant', id)),
      args,
      variant => ({ value: variant.position, id: variant.id }),
    ),
  createdAt: product => dateTime(product.createdAt),
  updatedAt: product => dateTime(product.updatedAt),
}

export const variantFields: Fields<Variant> = {
  id: variant => gid('ProductVariant', variant.id),
  legacyResourceId: variant => String(variant.id),
  title: variant => variant.title,
  displayName: (variant, _, { shop }) => `${productOf(shop, variant).title} - ${variant.title}`,
  sku: (variant, _, { shop }) => itemOf(shop, variant).sku,
  barcode: variant => variant.barcode,
  price: variant => decimal(variant.priceMinor),
  compareAtPrice: () => null,
  taxable: variant => variant.taxRate > 0,
  position: variant => variant.position,
  inventoryPolicy: variant => variant.policy,
  inventoryQuantity: (variant, _, { shop }) => availableOf(shop, variant),
  sellableOnlineQuantity: (variant, _, { shop }) => Math.max(0, availableOf(shop, variant)),
  availableForSale: (variant, _, { shop }) =>
    !itemOf(shop, variant).tracked || variant.policy === 'CONTINUE' || availableOf(shop, variant) > 0,
  requiresComponents: (variant, _, { shop }) => itemOf(shop, variant).bundle,
  productVariantComponents: (variant, args: PageArguments) =>
    connection(
      variant.components.map(part => ({ ...part, of: variant.id })),
      args,
      ({ variantId }) => ({ value: variantId, id: variantId }),
    ),
  selectedOptions: variant => [{ name: 'Title', value: variant.title, optionValue: null }],
  inventoryItem: (variant, _, { shop }) => {
    requireScope(shop, 'read_inventory', 'inventoryItem')
    return itemOf(shop, variant)
  },
  product: (variant, _, { shop }) => productOf(shop, variant),
  createdAt: variant => dateTime(variant.createdAt),
  updatedAt: variant => dateTime(variant.updatedAt),
}

interface Component {
  readonly of: number
  readonly variantId: number
  readonly quantity: number
}

export const componentFields: Fields<Component> = {
  id: part => gid('ProductVariantComponent', `${part.of}-${part.variantId}`),
  quantity: part => part.quantity,
  productVariant: (part, _, { shop }) => shop.store.need('variant', part.variantId),
}

type ListArguments = PageArguments & { readonly query?: string | null; readonly sortKey?: string | null }

/** `productVariants`. SKU and barcode are searched, not looked up: several may answer. */
export function variantList(shop: Shop, args: ListArguments, lagMs: number) {
  requireScope(shop, 'read_products', 'productVariants')
  const now = shop.clock.now()
  const matches = search<Variant>(
    args.query,
    {
      sku: (variant, term) => tokensMatch(itemOf(shop, variant).sku, term),
      barcode: (variant, term) => wordMatches(variant.barcode, term),
      product_status: (variant, term) => statusMatches(productOf(shop, variant), term),
      title: (variant, term) => tokensMatch(variant.title, term),
      id: (variant, term) => idMatches(variant.id, term, 'ProductVariant'),
      product_id: (variant, term) => idMatches(variant.productId, term, 'Product'),
      updated_at: (variant, term) => timeMatches(indexedAt(variant, now, lagMs), term, now),
      location_id: (variant, term) => {
        const at = [...shop.store.all('location')].find(location => idMatches(location.id, term, 'Location'))
        return at !== undefined && levelOf(shop, variant.itemId, at.id)?.isActive === true
      },
    },
    shop.settings,
  )
  const shown = [...shop.store.all('variant')]
    .filter(exists)
    .filter(variant => matches(variant) && (args.query == null || isIndexed(variant, now, lagMs)))
  return connection(shown, args, variant => ({
    value: variantSort(shop, variant, args.sortKey ?? 'ID'),
    id: variant.id,
  }))
}

function statusMatches(product: Product, term: Term): boolean {
  return term.value.toLowerCase().split(',').includes(product.status.toLowerCase())
}

function variantSort(shop: Shop, variant: Variant, sortKey: string): string | number {
  switch (sortKey) {
    case 'ID':
      return variant.id
    case 'SKU':
      return itemOf(shop, variant).sku ?? ''
    case 'TITLE':
      return variant.title
    case 'POSITION':
      return variant.position
    default:
      throw notSimulated(`Sorting productVariants by ${sortKey}`)
  }
}

/** `products`. */
export function productList(shop: Shop, args: ListArguments, lagMs: number) {
  requireScope(shop, 'read_products', 'products')
  const now = shop.clock.now()
  const variants = (product: Product): readonly Variant[] =>
    product.variantIds.map(id => shop.store.need('variant', id))
  const matches = search<Product>(
    args.query,
    {
      id: (product, term) => idMatches(product.id, term, 'Product'),
      title: (product, term) => tokensMatch(product.title, term),
      handle: (product, term) => wordMatches(product.handle, term),
      status: statusMatches,
      sku: (product, term) => variants(product).some(variant => tokensMatch(itemOf(shop, variant).sku, term)),
      barcode: (product, term) => variants(product).some(variant => wordMatches(variant.barcode, term)),
      created_at: (product, term) => timeMatches(product.createdAt, term, now),
      updated_at: (product, term) => timeMatches(indexedAt(product, now, lagMs), term, now),
    },
    shop.settings,
  )
  const shown = [...shop.store.all('product')]
    .filter(exists)
    .filter(product => matches(product) && (args.query == null || isIndexed(product, now, lagMs)))
  return connection(shown, args, product => ({
    value: productSort(product, args.sortKey ?? 'ID'),
    id: product.id,
  }))
}

function productSort(product: Product, sortKey: string): string | number {
  switch (sortKey) {
    case 'ID':
      return product.id
    case 'TITLE':
      return product.title
    case 'CREATED_AT':
      return product.createdAt
    case 'UPDATED_AT':
      return product.updatedAt
    default:
      throw notSimulated(`Sorting products by ${sortKey}`)
  }
}

function itemOf(shop: Shop, variant: Variant) {
  return shop.store.need('item', variant.itemId)
}

function productOf(shop: Shop, variant: Variant): Product {
  return shop.store.need('product', variant.productId)
}

/** Available over every location that stocks it; of a bundle, as many as its scarcest part allows. */
function availableOf(shop: Shop, variant: Variant): number {
  if (variant.components.length > 0) {
    const sets = variant.components.map(({ variantId, quantity }) =>
      Math.floor(availableOf(shop, shop.store.need('variant', variantId)) / quantity),
    )
    return Math.min(...sets)
  }
  return [...shop.store.all('location')].reduce((sum, location) => {
    const level = levelOf(shop, variant.itemId, location.id)
    return level?.isActive === true ? sum + quantityOf(level, 'available') : sum
  }, 0)
}
