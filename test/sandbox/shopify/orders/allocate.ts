import type { Shop } from '../shop.ts'
import type { OrderLine, PlannedUnits } from '../state/entities.ts'
import { levelOf, quantityOf } from '../stock/ledger.ts'

/** What a shopper is told when the shelf is empty. */
export class OutOfStock extends Error {
  override readonly name = 'OutOfStock'
}

type Wanted = Pick<OrderLine, 'id' | 'itemId' | 'quantity' | 'kind'>

/**
 * Says where each unit of a delivery group is promised. A pickup is its store's. A shipment goes from one
 * location that has everything, the preferred one first; when there is none, each line takes what it finds
 * place by place, and what is nowhere stays with the preferred one.
 */
export function allocate(
  shop: Shop,
  group: { readonly index: number; readonly preferred: number; readonly ships: boolean },
  lines: readonly Wanted[],
): readonly PlannedUnits[] {
  const { index, preferred, ships } = group
  const whole = (locationId: number): readonly PlannedUnits[] =>
    lines.map(({ id, quantity }) => ({ lineId: id, group: index, locationId, quantity }))
  const places = ships ? placesFrom(shop, preferred) : [preferred]
  const one = places.find(locationId => hasAll(shop, lines, locationId))
  if (places.length === 1 || one !== undefined) return whole(one ?? preferred)
  const left = new Map<string, number>()
  return lines.flatMap(line =>
    spread(shop, line, places, left).map(part => ({ lineId: line.id, group: index, ...part })),
  )
}

/** Throws when what was promised is not there and may not be sold on. */
export function refuseShortage(shop: Shop, lines: readonly Wanted[], plan: readonly PlannedUnits[]): void {
  const wanted = Map.groupBy(plan, ({ lineId, locationId }) => {
    const itemId = lines.find(line => line.id === lineId)?.itemId ?? null
    return itemId === null ? 'none' : `${itemId}:${locationId}`
  })
  for (const [key, parts] of wanted) {
    const [itemId = '', locationId = ''] = key.split(':')
    if (key === 'none' || sellsOn(shop, Number(itemId))) continue
    const quantity = parts.reduce((sum, part) => sum + part.quantity, 0)
    const available = availableAt(shop, Number(itemId), Number(locationId))
    if (available >= quantity) continue
    const place = shop.store.need('location', locationId).name
    const { sku } = shop.store.need('item', itemId)
    throw new OutOfStock(
      `${sku ?? 'This item'}: ${Math.max(0, available)} left at ${place}, ${quantity} wanted.`,
    )
  }
}

/** Untracked items and those with the policy CONTINUE are sold whatever is there. */
function sellsOn(shop: Shop, itemId: number): boolean {
  const item = shop.store.need('item', itemId)
  return !item.tracked || item.variantIds.some(id => shop.store.need('variant', id).policy === 'CONTINUE')
}

function placesFrom(shop: Shop, preferred: number): readonly number[] {
  const active = [...shop.store.all('location')].filter(one => one.isActive).map(one => one.id)
  return [preferred, ...active.filter(id => id !== preferred)]
}

function hasAll(shop: Shop, lines: readonly Wanted[], locationId: number): boolean {
  const byItem = Map.groupBy(lines, line => line.itemId)
  return [...byItem].every(([itemId, own]) => {
    if (itemId === null || !shop.store.need('item', itemId).tracked) return true
    return availableAt(shop, itemId, locationId) >= own.reduce((sum, line) => sum + line.quantity, 0)
  })
}

/** `left` remembers what earlier lines of the same item took. */
function spread(shop: Shop, line: Wanted, places: readonly number[], left: Map<string, number>) {
  const parts: { locationId: number; quantity: number }[] = []
  const { itemId } = line
  let open = line.quantity
  if (itemId !== null && shop.store.need('item', itemId).tracked) {
    for (const locationId of places) {
      const key = `${itemId}:${locationId}`
      const there = left.get(key) ?? Math.max(0, availableAt(shop, itemId, locationId))
      const quantity = Math.min(open, there)
      left.set(key, there - quantity)
      open -= quantity
      if (quantity > 0) parts.push({ locationId, quantity })
    }
  }
  const [preferred = -1] = places
  if (open === 0) return parts
  const first = parts.find(part => part.locationId === preferred)
  if (first === undefined) return [...parts, { locationId: preferred, quantity: open }]
  return parts.map(part => (part === first ? { ...part, quantity: part.quantity + open } : part))
}

function availableAt(shop: Shop, itemId: number, locationId: number): number {
  const level = levelOf(shop, itemId, locationId)
  return level?.isActive === true ? quantityOf(level, 'available') : 0
}
