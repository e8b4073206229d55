import { exists } from '../catalogue/products.ts'
import { idOf } from '../graphql/gid.ts'
import { levelByGid, levelGid } from '../graphql/level-gid.ts'
import type { Shop } from '../shop.ts'
import { keepGroup } from './adjustment.ts'
import { levelOf, moveStock, newLevel, quantityOf, unstock } from './ledger.ts'

export interface ActivateArguments {
  readonly inventoryItemId: string
  readonly locationId: string
  readonly available?: number | null
  readonly onHand?: number | null
}

/** A user error without a code. */
export interface PlainUserError {
  readonly field: readonly string[] | null
  readonly message: string
}

export interface ActivatePayload {
  readonly inventoryLevel: string | null
  readonly userErrors: readonly PlainUserError[]
}

/**
 * `inventoryActivate`: makes a level sellable. One that was inactive keeps its numbers unless new ones are
 * given; one that is active already takes none.
 */
export function activateLevel(shop: Shop, args: ActivateArguments): ActivatePayload {
  const item = shop.store.get('item', idOf(args.inventoryItemId, 'InventoryItem') ?? -1)
  if (!exists(item)) return refusal('inventoryItemId', 'The product could not be found.')
  const location = shop.store.get('location', idOf(args.locationId, 'Location') ?? -1)
  if (location?.isActive !== true) return refusal('locationId', "The location couldn't be found.")
  if (item.bundle) return refusal('inventoryItemId', 'The inventory of a bundle cannot be activated.')

  const available = args.available ?? null
  const onHand = args.onHand ?? null
  if (available !== null && onHand !== null) {
    return refusal('available', "Can't set both available and on hand quantities.")
  }
  const before = levelOf(shop, item.id, location.id)
  if (before?.isActive === true && (available !== null || onHand !== null)) {
    return refusal(
      available === null ? 'onHand' : 'available',
      'Not allowed to set quantities when the item is already active at the location.',
    )
  }
  if (before?.isActive !== true) {
    const level = before ?? newLevel(shop, item.id, location.id, true)
    shop.store.put('level', { ...level, isActive: true, updatedAt: shop.clock.stamp() })
    const target =
      onHand === null ? available : onHand - (quantityOf(level, 'on_hand') - level.quantities.available)
    if (target !== null) {
      const delta = target - level.quantities.available
      const movement = { name: 'available' as const, delta, itemId: item.id, locationId: location.id }
      keepGroup(shop, { reason: 'movement_created' }, moveStock(shop, [movement]))
    }
    shop.emit('INVENTORY_LEVELS_CONNECT', { kind: 'level', itemId: item.id, locationId: location.id })
  }
  const level = levelOf(shop, item.id, location.id)
  return { inventoryLevel: level === undefined ? null : levelGid(level), userErrors: [] }
}

function refusal(field: string, message: string): ActivatePayload {
  return { inventoryLevel: null, userErrors: [{ field: [field], message }] }
}

/** `inventoryDeactivate`: the level is hidden and keeps its numbers; promised goods forbid it. */
export function deactivateLevel(shop: Shop, id: string): { readonly userErrors: readonly PlainUserError[] } {
  const level = levelByGid(shop.store, id)
  if (level?.isActive !== true) {
    return { userErrors: [{ field: ['inventoryLevelId'], message: 'Inventory level could not be found.' }] }
  }
  if (level.quantities.committed !== 0 || level.quantities.incoming !== 0) {
    const message = 'The product cannot be unstocked: it has committed or incoming inventory at the location.'
    return { userErrors: [{ field: null, message }] }
  }
  unstock(shop, level)
  return { userErrors: [] }
}
