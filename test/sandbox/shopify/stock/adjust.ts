import type { Shop } from '../shop.ts'
import type { StoredState } from '../state/entities.ts'
import { type AdjustmentPayload, changed, keepGroup, Refusals, refused, writableNames } from './adjustment.ts'
import { levelOf, type Movement, moveStock, quantityOf } from './ledger.ts'

export interface AdjustInput {
  readonly name: string
  readonly reason: string
  readonly referenceDocumentUri?: string | null
  readonly changes: readonly {
    readonly inventoryItemId: string
    readonly locationId: string
    readonly delta: number
    readonly changeFromQuantity: number | null
    readonly ledgerDocumentUri?: string | null
  }[]
}

/** `inventoryAdjustQuantities`: deltas to one state. All of them or none. */
export function adjustQuantities(shop: Shop, input: AdjustInput): AdjustmentPayload {
  const refusals = new Refusals()
  if (!writableNames.has(input.name)) {
    refusals.add('INVALID_QUANTITY_NAME', ['input', 'name'], 'The specified quantity name is invalid.')
    return refused(refusals.errors)
  }
  const name = input.name as StoredState
  refusals.reason(input.reason)
  refusals.reference(input.referenceDocumentUri)
  const movements = refusals.movements(input.changes, (change, index): readonly Movement[] => {
    const at = ['input', 'changes', String(index)]
    const ids = { item: change.inventoryItemId, location: change.locationId }
    const place = refusals.place(shop, ids, at, [...at, 'locationId'])
    refusals.ledger(name, change.ledgerDocumentUri, [...at, 'ledgerDocumentUri'])
    if (place === undefined) return []
    refusals.stale(shop, place, name, change.changeFromQuantity, [...at, 'changeFromQuantity'])
    const before = quantityOf(levelOf(shop, place.itemId, place.locationId), name)
    refusals.bounds(before + change.delta, [...at, 'delta'])
    return [{ ...place, name, delta: change.delta, ledgerDocumentUri: change.ledgerDocumentUri ?? null }]
  })
  if (new Set(input.changes.map(change => change.ledgerDocumentUri ?? null)).size > 1) {
    refusals.add(
      'MAX_ONE_LEDGER_DOCUMENT',
      ['input', 'changes'],
      'All changes must have the same ledger document URI or, in the case of adjusting available, no ledger document URI.',
    )
  }
  if (refusals.refuse(shop, movements)) return refused(refusals.errors)
  return changed(keepGroup(shop, input, moveStock(shop, movements)), refusals.errors)
}
