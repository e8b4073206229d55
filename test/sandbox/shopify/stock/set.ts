import type { Shop } from '../shop.ts'
import { type AdjustmentPayload, changed, keepGroup, Refusals, refused } from './adjustment.ts'
import { levelOf, type Movement, moveStock, quantityOf } from './ledger.ts'

export interface SetInput {
  readonly name: string
  readonly reason: string
  readonly referenceDocumentUri?: string | null
  readonly quantities: readonly {
    readonly inventoryItemId: string
    readonly locationId: string
    readonly quantity: number
    readonly changeFromQuantity: number | null
  }[]
}

const setLimit = 1_000_000_000

/** `inventorySetQuantities`: absolute `available` or `on_hand`. Setting `on_hand` moves `available`. */
export function setQuantities(shop: Shop, input: SetInput): AdjustmentPayload {
  const refusals = new Refusals()
  const { name } = input
  if (name !== 'available' && name !== 'on_hand') {
    refusals.add(
      'INVALID_NAME',
      ['input', 'name'],
      "The quantity name must be either 'available' or 'on_hand'.",
    )
    return refused(refusals.errors)
  }
  refusals.reason(input.reason)
  refusals.reference(input.referenceDocumentUri)
  const seen = new Set<string>()
  const movements = refusals.movements(input.quantities, (wanted, index): readonly Movement[] => {
    const at = ['input', 'quantities', String(index)]
    const pair = `${wanted.inventoryItemId} ${wanted.locationId}`
    if (seen.has(pair)) {
      refusals.add(
        'NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR',
        [...at, 'locationId'],
        'The combination of inventoryItemId and locationId must be unique.',
      )
    }
    seen.add(pair)
    if (wanted.quantity < 0) {
      refusals.add('INVALID_QUANTITY_NEGATIVE', [...at, 'quantity'], "The quantity can't be negative.")
    }
    if (wanted.quantity > setLimit) {
      refusals.add(
        'INVALID_QUANTITY_TOO_HIGH',
        [...at, 'quantity'],
        "The total quantity can't be higher than 1,000,000,000.",
      )
    }
    const ids = { item: wanted.inventoryItemId, location: wanted.locationId }
    const place = refusals.place(shop, ids, at, [...at, 'locationId'])
    if (place === undefined) return []
    refusals.stale(shop, place, name, wanted.changeFromQuantity, [...at, 'changeFromQuantity'])
    const before = quantityOf(levelOf(shop, place.itemId, place.locationId), name)
    return [{ ...place, name: 'available', delta: wanted.quantity - before }]
  })
  if (refusals.refuse(shop, movements)) return refused(refusals.errors)
  return changed(keepGroup(shop, input, moveStock(shop, movements)), refusals.errors)
}
