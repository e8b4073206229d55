import { exists } from '../catalogue/products.ts'
import { gid, type IdOf, idOf } from '../graphql/gid.ts'
import type { Shop } from '../shop.ts'
import type { AdjustmentGroup, QuantityChange, QuantityName, StockWriter } from '../state/entities.ts'
import { levelOf, type Movement, quantityOf } from './ledger.ts'

/** A user error as every inventory mutation answers it. */
export interface InventoryUserError {
  readonly code: string
  readonly field: readonly string[]
  readonly message: string
}

/** The names an app may write. `committed` follows orders alone; `on_hand` only `inventorySetQuantities` takes. */
export const writableNames: ReadonlySet<string> = new Set([
  'available',
  'reserved',
  'damaged',
  'safety_stock',
  'quality_control',
  'incoming',
])

const reasons: ReadonlySet<string> = new Set([
  'correction',
  'cycle_count_available',
  'damaged',
  'movement_canceled',
  'movement_created',
  'movement_received',
  'movement_updated',
  'other',
  'promotion',
  'quality_control',
  'received',
  'reservation_created',
  'reservation_deleted',
  'reservation_updated',
  'restock',
  'safety_stock',
  'shrinkage',
])

const limit = 2_000_000_000

/** Collects user errors of one call: it is all or nothing, unless `partlyApplied` lets the right changes through. */
export class Refusals {
  readonly errors: InventoryUserError[] = []

  /** The movements of a call's changes. A change that added an error of its own has none. */
  movements<T>(
    changes: readonly T[],
    check: (change: T, index: number) => readonly Movement[],
  ): readonly Movement[] {
    return changes.flatMap((change, index) => {
      const before = this.errors.length
      const wanted = check(change, index)
      return this.errors.length === before ? wanted : []
    })
  }

  /** Whether a call with these movements changes nothing. */
  refuse(shop: Shop, movements: readonly Movement[]): boolean {
    if (this.errors.length === 0) return false
    const concernOneChange = this.errors.every(({ field }) => field.some(part => /^\d+$/.test(part)))
    return !shop.settings.partlyApplied || !concernOneChange || movements.length === 0
  }

  add(code: string, field: readonly string[], message: string): void {
    this.errors.push({ code, field, message })
  }

  reason(reason: string): void {
    if (!reasons.has(reason))
      this.add('INVALID_REASON', ['input', 'reason'], 'The specified reason is invalid.')
  }

  reference(uri: string | null | undefined): void {
    if (uri === null || uri === undefined || isUri(uri)) return
    this.add(
      'INVALID_REFERENCE_DOCUMENT',
      ['input', 'referenceDocumentUri'],
      'The specified reference document is invalid.',
    )
  }

  /** The item and location of one change; undefined, and noted, where one of them cannot be written. */
  place(
    shop: Shop,
    ids: { item: string; location: string },
    at: readonly string[],
    locationField: readonly string[],
  ) {
    const item = found(shop, ids.item, 'InventoryItem')
    const location = found(shop, ids.location, 'Location')
    if (item === undefined) {
      this.add(
        'INVALID_INVENTORY_ITEM',
        [...at, 'inventoryItemId'],
        'The specified inventory item could not be found.',
      )
    } else if (shop.store.need('item', item).bundle) {
      this.add(
        'NON_MUTABLE_INVENTORY_ITEM',
        [...at, 'inventoryItemId'],
        'The specified inventory item is not allowed to be adjusted via API.',
      )
    }
    if (location === undefined) {
      this.add('INVALID_LOCATION', locationField, 'The specified location could not be found.')
    }
    if (item === undefined || location === undefined) return undefined
    return { itemId: item, locationId: location }
  }

  ledger(name: string, uri: string | null | undefined, field: readonly string[]): void {
    if (name === 'available') {
      if (uri !== null && uri !== undefined) {
        this.add(
          'INVALID_AVAILABLE_DOCUMENT',
          field,
          'A ledger document URI is not allowed when adjusting available.',
        )
      }
      return
    }
    if (uri === null || uri === undefined) {
      this.add(
        'INVALID_QUANTITY_DOCUMENT',
        field,
        'A ledger document URI is required except when adjusting available.',
      )
    } else if (uri.startsWith('gid://shopify/')) {
      this.add(
        'INTERNAL_LEDGER_DOCUMENT',
        field,
        'Internal (gid://shopify/) ledger documents are not allowed to be adjusted via API.',
      )
    } else if (!isUri(uri)) {
      this.add('INVALID_LEDGER_DOCUMENT', field, 'The specified ledger document is invalid.')
    }
  }

  /** null skips the check. */
  stale(
    shop: Shop,
    at: { itemId: number; locationId: number },
    name: QuantityName,
    expected: number | null,
    field: readonly string[],
  ): void {
    if (expected === null) return
    if (quantityOf(levelOf(shop, at.itemId, at.locationId), name) === expected) return
    this.add(
      'CHANGE_FROM_QUANTITY_STALE',
      field,
      'The changeFromQuantity argument no longer matches the persisted quantity.',
    )
  }

  bounds(quantity: number, field: readonly string[]): void {
    if (quantity > limit) {
      this.add('INVALID_QUANTITY_TOO_HIGH', field, "The quantity can't be higher than 2,000,000,000.")
    }
    if (quantity < -limit) {
      this.add('INVALID_QUANTITY_TOO_LOW', field, "The quantity can't be lower than -2,000,000,000.")
    }
  }
}

function isUri(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:(\/\/)?[^\s/]\S*$/i.test(text)
}

function found<T extends 'InventoryItem' | 'Location'>(shop: Shop, id: string, type: T): number | undefined {
  const number = idOf(id, type)
  if (number === undefined) return undefined
  if (type === 'InventoryItem') {
    const item = shop.store.get('item', number)
    return exists(item) ? item.id : undefined
  }
  const location = shop.store.get('location', number)
  return location?.isActive === true ? location.id : undefined
}

/** Keeps what a call changed as one history entry. Nothing changed, nothing kept: Shopify answers null then. */
export function keepGroup(
  shop: Shop,
  input: { reason: string; referenceDocumentUri?: string | null; by?: StockWriter },
  changes: readonly QuantityChange[],
): AdjustmentGroup | null {
  if (changes.length === 0) return null
  return shop.store.put('group', {
    id: shop.store.nextId(),
    reason: input.reason,
    referenceDocumentUri: input.referenceDocumentUri ?? null,
    createdAt: shop.clock.stamp(),
    ...(input.by === undefined ? {} : { by: input.by }),
    changes,
  })
}

/** What the three quantity mutations resolve to: ids only, so that a replay can be stored. */
export interface AdjustmentPayload {
  readonly inventoryAdjustmentGroup: IdOf<'InventoryAdjustmentGroup'> | null
  readonly userErrors: readonly InventoryUserError[]
}

/** The answer of a call that changed stock. */
export function changed(
  group: AdjustmentGroup | null,
  userErrors: readonly InventoryUserError[] = [],
): AdjustmentPayload {
  return {
    inventoryAdjustmentGroup: group === null ? null : gid('InventoryAdjustmentGroup', group.id),
    userErrors,
  }
}

/** The answer of a call that changed nothing. */
export function refused(errors: readonly InventoryUserError[]): AdjustmentPayload {
  return { inventoryAdjustmentGroup: null, userErrors: errors }
}
