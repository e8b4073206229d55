import { exists } from '../catalogue/products.ts'
import { idOf } from '../graphql/gid.ts'
import type { CodedUserError } from '../orders/prepare.ts'
import type { Shop } from '../shop.ts'

export interface ItemInput {
  readonly inventoryItemId: string
  readonly quantity: number
}

interface CheckedItem {
  readonly itemId: number
  readonly quantity: number
}

/** The items of a transfer or shipment as numbers, or what is wrong with the first wrong one. */
export function checkedItems(
  shop: Shop,
  inputs: readonly ItemInput[],
):
  | { readonly ok: true; readonly items: readonly CheckedItem[] }
  | { readonly ok: false; readonly problem: CodedUserError } {
  const items: CheckedItem[] = []
  for (const [index, { inventoryItemId, quantity }] of inputs.entries()) {
    const refuse = (code: string, message: string) => ({
      ok: false as const,
      problem: { code, field: ['input', 'lineItems', String(index)], message },
    })
    const item = shop.store.get('item', idOf(inventoryItemId, 'InventoryItem') ?? -1)
    if (!exists(item)) return refuse('ITEM_NOT_FOUND', 'The item could not be found.')
    if (item.bundle) return refuse('BUNDLED_ITEM', 'Bundles cannot be transferred.')
    if (!item.tracked) return refuse('UNTRACKED_ITEM', 'The item is not tracked.')
    if (items.some(other => other.itemId === item.id)) {
      return refuse('DUPLICATE_ITEM', 'The item is listed twice.')
    }
    if (quantity < 1) return refuse('INVALID_QUANTITY', 'The quantity must be greater than 0.')
    items.push({ itemId: item.id, quantity })
  }
  return { ok: true, items }
}
