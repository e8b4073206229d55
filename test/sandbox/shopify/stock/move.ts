import type { Shop } from '../shop.ts'
import type { StoredState } from '../state/entities.ts'
import { type AdjustmentPayload, changed, keepGroup, Refusals, refused, writableNames } from './adjustment.ts'
import { levelOf, type Movement, moveStock, quantityOf } from './ledger.ts'

interface MoveTerminal {
  readonly locationId: string
  readonly name: string
  readonly ledgerDocumentUri?: string | null
  readonly changeFromQuantity: number | null
}

export interface MoveInput {
  readonly reason: string
  readonly referenceDocumentUri: string
  readonly changes: readonly {
    readonly inventoryItemId: string
    readonly quantity: number
    readonly from: MoveTerminal
    readonly to: MoveTerminal
  }[]
}

/** `inventoryMoveQuantities`: from one state to another at one location. */
export function moveQuantities(shop: Shop, input: MoveInput): AdjustmentPayload {
  const refusals = new Refusals()
  refusals.reason(input.reason)
  refusals.reference(input.referenceDocumentUri)
  const movements = refusals.movements(input.changes, (change, index): readonly Movement[] => {
    const at = ['input', 'changes', String(index)]
    const { from, to } = change
    if (change.quantity < 0) {
      refusals.add('INVALID_QUANTITY_NEGATIVE', [...at, 'quantity'], "The quantity can't be negative.")
    }
    if (from.locationId !== to.locationId) {
      refusals.add('DIFFERENT_LOCATIONS', at, "The quantities can't be moved between different locations.")
    }
    if (from.name === to.name) {
      refusals.add('SAME_QUANTITY_NAME', at, "The quantity names for each change can't be the same.")
    }
    const ids = { item: change.inventoryItemId, location: from.locationId }
    const place = refusals.place(shop, ids, at, [...at, 'from', 'locationId'])
    return ([from, to] as const).flatMap((terminal, side): readonly Movement[] => {
      const end = [...at, side === 0 ? 'from' : 'to']
      if (!writableNames.has(terminal.name)) {
        refusals.add('INVALID_QUANTITY_NAME', [...end, 'name'], 'The specified quantity name is invalid.')
        return []
      }
      const name = terminal.name as StoredState
      refusals.ledger(name, terminal.ledgerDocumentUri, [...end, 'ledgerDocumentUri'])
      if (place === undefined) return []
      refusals.stale(shop, place, name, terminal.changeFromQuantity, [...end, 'changeFromQuantity'])
      const delta = side === 0 ? -change.quantity : change.quantity
      const before = quantityOf(levelOf(shop, place.itemId, place.locationId), name)
      refusals.bounds(before + delta, [...at, 'quantity'])
      return [{ ...place, name, delta, ledgerDocumentUri: terminal.ledgerDocumentUri ?? null }]
    })
  })
  const ledgers = new Set(
    input.changes.flatMap(({ from, to }) =>
      [from.ledgerDocumentUri, to.ledgerDocumentUri].filter(uri => uri != null),
    ),
  )
  if (ledgers.size > 2) {
    refusals.add(
      'MAXIMUM_LEDGER_DOCUMENT_URIS',
      ['input', 'changes'],
      'Only a maximum of 2 ledger document URIs across all changes is allowed.',
    )
  }
  if (refusals.refuse(shop, movements)) return refused(refusals.errors)
  return changed(keepGroup(shop, input, moveStock(shop, movements)), refusals.errors)
}
