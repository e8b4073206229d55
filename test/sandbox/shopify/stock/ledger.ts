import type { Shop } from '../shop.ts'
import {
  type Level,
  noStock,
  type QuantityChange,
  type QuantityName,
  type StoredState,
} from '../state/entities.ts'
import { levelKey } from '../state/store.ts'

/** One step of stock within a level. Several of them form one adjustment. */
export interface Movement {
  readonly name: StoredState
  readonly delta: number
  readonly itemId: number
  readonly locationId: number
  readonly ledgerDocumentUri?: string | null
}

/** on_hand = available + committed + reserved + damaged + safety_stock + quality_control. */
export function quantityOf(level: Level | undefined, name: QuantityName): number {
  if (level === undefined) return 0
  const { incoming, ...onHand } = level.quantities
  if (name === 'incoming') return incoming
  if (name === 'on_hand') return Object.values(onHand).reduce((sum, quantity) => sum + quantity, 0)
  return onHand[name]
}

/** The level of an item at a location, stocked there or not. */
export function levelOf(shop: Shop, itemId: number, locationId: number): Level | undefined {
  return shop.store.get('level', levelKey(itemId, locationId))
}

/** A level nobody stocked yet: Shopify makes it on the first write, inactive. */
export function newLevel(shop: Shop, itemId: number, locationId: number, isActive: boolean): Level {
  const at = shop.clock.stamp()
  return {
    id: shop.store.nextId(),
    itemId,
    locationId,
    isActive,
    quantities: noStock,
    changedAt: {},
    createdAt: at,
    updatedAt: at,
  }
}

/**
 * Applies movements in order and returns what changed, `on_hand` included where the identity moves it.
 * An unstocked item gets an inactive level. Webhooks tell of changed `available` only.
 */
export function moveStock(shop: Shop, movements: readonly Movement[]): readonly QuantityChange[] {
  const changes = movements
    .filter(movement => movement.delta !== 0)
    .flatMap(movement => applyOne(shop, movement))
  const touched = new Map(
    changes
      .filter(change => change.name === 'available')
      .map(({ itemId, locationId }) => [levelKey(itemId, locationId), { itemId, locationId }]),
  )
  for (const at of touched.values()) shop.emit('INVENTORY_LEVELS_UPDATE', { kind: 'level', ...at })
  return changes
}

function applyOne(shop: Shop, movement: Movement): readonly QuantityChange[] {
  const { name, delta, itemId, locationId } = movement
  const before = levelOf(shop, itemId, locationId) ?? newLevel(shop, itemId, locationId, false)
  const at = shop.clock.stamp()
  const moved: readonly QuantityName[] = name === 'incoming' ? [name] : [name, 'on_hand']
  const after: Level = {
    ...before,
    quantities: { ...before.quantities, [name]: before.quantities[name] + delta },
    changedAt: { ...before.changedAt, ...Object.fromEntries(moved.map(changed => [changed, at])) },
    updatedAt: at,
  }
  shop.store.put('level', after)
  return moved.map(changed => ({
    name: changed,
    delta,
    quantityAfterChange: quantityOf(after, changed),
    itemId,
    locationId,
    ledgerDocumentUri: changed === 'on_hand' ? null : (movement.ledgerDocumentUri ?? null),
  }))
}
