import { exists } from '../catalogue/products.ts'
import { gid, idOf } from '../graphql/gid.ts'
import type { Shop } from '../shop.ts'
import type { PlainUserError } from './activate.ts'

export interface ItemUpdateArguments {
  readonly id: string
  readonly input: Readonly<Record<string, unknown>> & {
    readonly sku?: string | null
    readonly tracked?: boolean | null
  }
}

export interface ItemUpdatePayload {
  readonly inventoryItem: string | null
  readonly userErrors: readonly PlainUserError[]
}

/** `inventoryItemUpdate` of `sku` and `tracked`; the rest of the input is not simulated and says so. */
export function updateItem(shop: Shop, { id, input }: ItemUpdateArguments): ItemUpdatePayload {
  const item = shop.store.get('item', idOf(id, 'InventoryItem') ?? -1)
  if (!exists(item)) return refusal('id', 'The product could not be found.')
  const unknown = Object.keys(input).find(key => key !== 'sku' && key !== 'tracked')
  if (unknown !== undefined) return refusal(unknown, `${unknown} is not simulated by the Tillbridge sandbox`)
  const at = shop.clock.stamp()
  shop.store.put('item', {
    ...item,
    sku: input.sku === undefined ? item.sku : input.sku || null,
    tracked: input.tracked ?? item.tracked,
    updatedAt: at,
  })
  shop.emit('INVENTORY_ITEMS_UPDATE', { kind: 'item', id: item.id })
  touchVariants(shop, item.variantIds, at)
  return { inventoryItem: gid('InventoryItem', item.id), userErrors: [] }
}

/** A changed SKU is a changed variant, and so a changed product. */
function touchVariants(shop: Shop, variantIds: readonly number[], at: number): void {
  for (const variantId of variantIds) {
    const variant = shop.store.need('variant', variantId)
    shop.store.put('variant', { ...variant, updatedAt: at })
    shop.store.put('product', { ...shop.store.need('product', variant.productId), updatedAt: at })
    shop.emit('PRODUCTS_UPDATE', { kind: 'product', id: variant.productId })
  }
}

function refusal(field: string, message: string): ItemUpdatePayload {
  return { inventoryItem: null, userErrors: [{ field: [field], message }] }
}
