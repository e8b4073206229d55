import {
  deleteProduct,
  deleteVariants,
  duplicateProduct,
  type ProductChange,
  updateProduct,
} from '../catalogue/products.ts'
import type { Fields } from '../graphql/fields.ts'
import { mutation } from '../graphql/mutation.ts'
import { activateLocation, deactivateLocation } from '../locations/activation.ts'
import type { ProductStatus } from '../state/entities.ts'
import { deactivateLevel } from '../stock/activate.ts'

const products = { scope: 'write_products', coded: false } as const
const locations = {
  scope: 'write_locations',
  idempotent: true,
  coded: true,
  empty: { location: null },
} as const

/** Mutations of products and locations, and the end of a level. */
export const catalogueMutations: Fields<unknown> = {
  productUpdate: mutation<{ product?: ProductChange | null; input?: ProductChange | null }>(
    'productUpdate',
    { ...products, empty: { product: null } },
    (shop, { product, input }) => updateProduct(shop, product ?? input ?? {}),
  ),
  productDelete: mutation<{ input: { id: string } }>(
    'productDelete',
    { ...products, empty: { deletedProductId: null } },
    (shop, { input }) => deleteProduct(shop, input.id),
  ),
  productDuplicate: mutation<{ productId: string; newTitle: string; newStatus?: ProductStatus | null }>(
    'productDuplicate',
    { ...products, empty: { newProduct: null } },
    duplicateProduct,
  ),
  productVariantsBulkDelete: mutation<{ productId: string; variantsIds: readonly string[] }>(
    'productVariantsBulkDelete',
    { ...products, coded: true, empty: { product: null } },
    (shop, { productId, variantsIds }) => deleteVariants(shop, productId, variantsIds),
  ),
  locationActivate: mutation<{ locationId: string }>(
    'locationActivate',
    { ...locations, errorsField: 'locationActivateUserErrors' },
    (shop, { locationId }) => activateLocation(shop, locationId),
  ),
  locationDeactivate: mutation<{ locationId: string; destinationLocationId?: string | null }>(
    'locationDeactivate',
    { ...locations, errorsField: 'locationDeactivateUserErrors' },
    deactivateLocation,
  ),
  inventoryDeactivate: mutation<{ inventoryLevelId: string }>(
    'inventoryDeactivate',
    { scope: 'write_inventory', coded: false, empty: {} },
    (shop, { inventoryLevelId }) => deactivateLevel(shop, inventoryLevelId),
  ),
}
