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

/** A level that was never stocked: Shopify makes it on the first write, inactive. */
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
 * Applies movements in order and returns what changed; where the identity moved `on_hand`, that is a change
 * too. An unstocked item gets an inactive level. Webhooks tell of changed `available` only.
 */
export function moveStock(shop: Shop, movements: readonly Movement[]): readonly QuantityChange[] {
  const changes: QuantityChange[] = []
  const onHand = new Map<string, { before: number; level: Level }>()
  for (const movement of movements.filter(({ delta }) => delta !== 0)) {
    const key = levelKey(movement.itemId, movement.locationId)
    const before = levelOf(shop, movement.itemId, movement.locationId)
    const level = applyOne(shop, movement, before)
    onHand.set(key, { before: onHand.get(key)?.before ?? quantityOf(before, 'on_hand'), level })
    changes.push({
      name: movement.name,
      delta: movement.delta,
      quantityAfterChange: quantityOf(level, movement.name),
      itemId: movement.itemId,
      locationId: movement.locationId,
      ledgerDocumentUri: movement.ledgerDocumentUri ?? null,
    })
  }
  const moved = [...onHand.values()].flatMap(({ before, level }) => onHandChange(shop, before, level))
  const available = new Set(
    changes
      .filter(({ name }) => name === 'available')
      .map(({ itemId, locationId }) => levelKey(itemId, locationId)),
  )
  for (const key of available) {
    const { itemId, locationId } = shop.store.need('level', key)
    shop.emit('INVENTORY_LEVELS_UPDATE', { kind: 'level', itemId, locationId })
  }
  return [...changes, ...moved]
}

function applyOne(
  shop: Shop,
  { name, delta, itemId, locationId }: Movement,
  before: Level | undefined,
): Level {
  const level = before ?? newLevel(shop, itemId, locationId, false)
  const at = shop.clock.stamp()
  return shop.store.put('level', {
    ...level,
    quantities: { ...level.quantities, [name]: level.quantities[name] + delta },
    changedAt: {
      ...level.changedAt,
      [name]: at,
      ...(shop.settings.onHandUpdatedAt === 'any-change' ? { on_hand: at } : {}),
    },
    updatedAt: at,
  })
}

/** A move within a level leaves on_hand as it was, so it is not recorded as a change. */
function onHandChange(shop: Shop, before: number, level: Level): readonly QuantityChange[] {
  const after = quantityOf(level, 'on_hand')
  if (after === before) return []
  const { itemId, locationId } = level
  shop.store.put('level', { ...level, changedAt: { ...level.changedAt, on_hand: shop.clock.stamp() } })
  const ledgerDocumentUri = null
  return [
    {
      name: 'on_hand',
      delta: after - before,
      quantityAfterChange: after,
      itemId,
      locationId,
      ledgerDocumentUri,
    },
  ]
}

/** Ends a level: hidden, its numbers kept. */
export function unstock(shop: Shop, held: Level): void {
  const level = shop.store.need('level', levelKey(held.itemId, held.locationId))
  if (!level.isActive) return
  shop.store.put('level', { ...level, isActive: false, updatedAt: shop.clock.stamp() })
  shop.emit('INVENTORY_LEVELS_DISCONNECT', {
    kind: 'level',
    itemId: level.itemId,
    locationId: level.locationId,
  })
}
