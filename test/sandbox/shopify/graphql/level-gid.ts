import type { Level } from '../state/entities.ts'
import type { Store } from '../state/store.ts'
import { levelKey } from '../state/store.ts'

/** A level's id names its item too. */
export function levelGid(level: Level): string {
  return `gid://shopify/InventoryLevel/${level.id}?inventory_item_id=${level.itemId}`
}

/** The level an id names. */
export function levelByGid(store: Store, text: string): Level | undefined {
  const match = /^gid:\/\/shopify\/InventoryLevel\/(\d+)\?inventory_item_id=(\d+)$/.exec(text)
  if (match === null) return undefined
  const [, id, itemId] = match.map(Number)
  if (id === undefined || itemId === undefined) return undefined
  for (const location of store.all('location')) {
    const level = store.get('level', levelKey(itemId, location.id))
    if (level?.id === id) return level
  }
  return undefined
}
