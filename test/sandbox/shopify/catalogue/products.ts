import { gid, type IdOf, idOf } from '../graphql/gid.ts'
import { log, type Shop } from '../shop.ts'
import { noStock, type Product, type ProductStatus, type Variant } from '../state/entities.ts'
import type { PlainUserError } from '../stock/activate.ts'

/** What is there to be read, found and sold: not deleted. */
export function exists<T extends { readonly deletedAt?: number }>(one: T | undefined): one is T {
  return one !== undefined && one.deletedAt === undefined
}

export interface ProductChange {
  readonly id?: string | null
  readonly title?: string | null
  readonly handle?: string | null
  readonly status?: ProductStatus | null
}

export interface ProductPayload {
  readonly product: IdOf<'Product'> | null
  readonly userErrors: readonly PlainUserError[]
}

/** `productUpdate` of title, handle and status; the rest of the input is not simulated and says so. */
export function updateProduct(shop: Shop, change: ProductChange): ProductPayload {
  const product = shop.store.get('product', idOf(change.id ?? '', 'Product') ?? -1)
  if (!exists(product)) return { product: null, userErrors: [missing] }
  const simulated = ['id', 'title', 'handle', 'status', 'deleteConflictingConstrainedMetafields']
  const other = Object.keys(change).find(key => !simulated.includes(key))
  if (other !== undefined) {
    const message = `${other} is not simulated by the Tillbridge sandbox`
    return { product: null, userErrors: [{ field: [other], message }] }
  }
  if (change.title === '') {
    return { product: null, userErrors: [{ field: ['title'], message: "Title can't be blank" }] }
  }
  shop.store.put('product', {
    ...product,
    title: change.title ?? product.title,
    handle: change.handle ?? product.handle,
    status: change.status ?? product.status,
    updatedAt: shop.clock.stamp(),
  })
  shop.emit('PRODUCTS_UPDATE', { kind: 'product', id: product.id })
  return { product: gid('Product', product.id), userErrors: [] }
}

export interface ProductDeletePayload {
  readonly deletedProductId: IdOf<'Product'> | null
  readonly userErrors: readonly PlainUserError[]
}

/** `productDelete`: the product, its variants, their items and levels. Orders keep their lines. */
export function deleteProduct(shop: Shop, id: string): ProductDeletePayload {
  const product = shop.store.get('product', idOf(id, 'Product') ?? -1)
  if (!exists(product)) return { deletedProductId: null, userErrors: [missing] }
  for (const variantId of product.variantIds) deleteVariant(shop, variantId)
  shop.store.put('product', { ...product, deletedAt: shop.clock.stamp() })
  shop.emit('PRODUCTS_DELETE', { kind: 'product', id: product.id })
  log(shop, 'product deleted', { title: product.title })
  return { deletedProductId: gid('Product', product.id), userErrors: [] }
}

export interface VariantsDeletePayload {
  readonly product: IdOf<'Product'> | null
  readonly userErrors: readonly (PlainUserError & { readonly code: string | null })[]
}

/** `productVariantsBulkDelete`. A product keeps one variant at least. */
export function deleteVariants(shop: Shop, productId: string, ids: readonly string[]): VariantsDeletePayload {
  const refusal = (code: string, field: string, message: string): VariantsDeletePayload => ({
    product: null,
    userErrors: [{ code, field: [field], message }],
  })
  const product = shop.store.get('product', idOf(productId, 'Product') ?? -1)
  if (!exists(product)) return refusal('PRODUCT_DOES_NOT_EXIST', 'productId', 'Product does not exist')
  const gone = new Set(ids.map(id => idOf(id, 'ProductVariant')))
  const left = product.variantIds.filter(id => !gone.has(id))
  if (product.variantIds.length - left.length !== gone.size) {
    const message = 'At least one variant does not belong to the product'
    return refusal('AT_LEAST_ONE_VARIANT_DOES_NOT_BELONG_TO_THE_PRODUCT', 'variantsIds', message)
  }
  if (left.length === 0) {
    return refusal('CANNOT_DELETE_LAST_VARIANT', 'variantsIds', 'Cannot delete the last variant of a product')
  }
  for (const variantId of gone) if (variantId !== undefined) deleteVariant(shop, variantId)
  shop.store.put('product', { ...product, variantIds: left, updatedAt: shop.clock.stamp() })
  shop.emit('PRODUCTS_UPDATE', { kind: 'product', id: product.id })
  return { product: gid('Product', product.id), userErrors: [] }
}

function deleteVariant(shop: Shop, variantId: number): void {
  const variant = shop.store.need('variant', variantId)
  const deletedAt = shop.clock.stamp()
  shop.store.put('variant', { ...variant, deletedAt })
  shop.store.put('item', { ...shop.store.need('item', variant.itemId), deletedAt })
  shop.emit('INVENTORY_ITEMS_DELETE', { kind: 'item', id: variant.itemId })
}

export interface ProductDuplicatePayload {
  readonly newProduct: IdOf<'Product'> | null
  readonly userErrors: readonly PlainUserError[]
}

/**
 * `productDuplicate`: how a shop starts a season again. The copy has the same SKUs and barcodes, items of its own, and
 * nothing in stock where the original is stocked.
 */
export function duplicateProduct(
  shop: Shop,
  wish: { readonly productId: string; readonly newTitle: string; readonly newStatus?: ProductStatus | null },
): ProductDuplicatePayload {
  const original = shop.store.get('product', idOf(wish.productId, 'Product') ?? -1)
  if (!exists(original)) return { newProduct: null, userErrors: [missing] }
  const at = shop.clock.stamp()
  const id = shop.store.nextId()
  const variantIds = original.variantIds.map(variantId =>
    copyVariant(shop, shop.store.need('variant', variantId), id),
  )
  const copy: Product = {
    ...original,
    id,
    title: wish.newTitle,
    handle: `${original.handle}-copy-${id}`,
    status: wish.newStatus ?? original.status,
    variantIds,
    createdAt: at,
    updatedAt: at,
  }
  shop.store.put('product', copy)
  shop.emit('PRODUCTS_CREATE', { kind: 'product', id })
  return { newProduct: gid('Product', id), userErrors: [] }
}

function copyVariant(shop: Shop, original: Variant, productId: number): number {
  const at = shop.clock.stamp()
  const [id, itemId] = [shop.store.nextId(), shop.store.nextId()]
  shop.store.put('variant', { ...original, id, itemId, productId, createdAt: at, updatedAt: at })
  const item = shop.store.need('item', original.itemId)
  shop.store.put('item', { ...item, id: itemId, variantIds: [id], createdAt: at, updatedAt: at })
  for (const level of [...shop.store.all('level')].filter(one => one.itemId === original.itemId)) {
    shop.store.put('level', {
      ...level,
      id: shop.store.nextId(),
      itemId,
      quantities: noStock,
      changedAt: {},
      createdAt: at,
      updatedAt: at,
    })
  }
  return id
}

/**
 * The variant a shopper means by a SKU: of an active product. Two of them: the older one, as the shop page would list it
 * first.
 */
export function variantOnSale(shop: Shop, sku: string): Variant | undefined {
  for (const variant of shop.store.all('variant')) {
    if (!exists(variant) || shop.store.need('item', variant.itemId).sku !== sku) continue
    if (shop.store.need('product', variant.productId).status === 'ACTIVE') return variant
  }
  return undefined
}

/** The item each SKU is sold as. */
export function itemsOnSale(shop: Shop): ReadonlyMap<string, number> {
  const items = new Map<string, number>()
  for (const variant of shop.store.all('variant')) {
    const { sku } = shop.store.need('item', variant.itemId)
    if (!exists(variant) || sku === null || items.has(sku)) continue
    if (shop.store.need('product', variant.productId).status === 'ACTIVE') items.set(sku, variant.itemId)
  }
  return items
}

const missing: PlainUserError = { field: ['id'], message: 'Product does not exist' }
