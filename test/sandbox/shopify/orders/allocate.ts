import type { Shop } from '../shop.ts'
import type { OrderLine, PlannedUnits } from '../state/entities.ts'
import { levelOf, quantityOf } from '../stock/ledger.ts'

/** What a shopper is told when the shelf is empty. */
export class OutOfStock extends Error {
  override readonly name = 'OutOfStock'
}

type Wanted = Pick<OrderLine, 'id' | 'itemId' | 'quantity' | 'kind'>

interface Group {
  readonly index: number
  readonly preferred: number
  readonly ships: boolean
}

/** Units of an item at a place that earlier lines of the same order took. */
type Taken = Map<string, number>

/**
 * Says where each unit of an order is promised. A pickup is its store's. A shipment goes from one location that
 * has everything, the preferred one first; when no place has, each line takes what it finds place by place,
 * and what is nowhere stays with the preferred one. Pickups choose first.
 */
export function allocate(
  shop: Shop,
  groups: readonly Group[],
  linesOf: (group: Group) => readonly Wanted[],
): readonly PlannedUnits[] {
  const taken: Taken = new Map()
  const byGroup = groups
    .toSorted((a, b) => Number(a.ships) - Number(b.ships))
    .map(group => {
      const plan = allocateGroup(shop, group, linesOf(group), taken)
      return { index: group.index, plan }
    })
  return byGroup.toSorted((a, b) => a.index - b.index).flatMap(({ plan }) => plan)
}

function allocateGroup(
  shop: Shop,
  { index, preferred, ships }: Group,
  lines: readonly Wanted[],
  taken: Taken,
): readonly PlannedUnits[] {
  const places = ships ? placesFrom(shop, preferred) : [preferred]
  const one = places.find(locationId => hasAll(shop, lines, locationId, taken))
  if (places.length > 1 && one === undefined) {
    return lines.flatMap(line =>
      spread(shop, line, places, taken).map(part => ({ lineId: line.id, group: index, ...part })),
    )
  }
  const locationId = one ?? preferred
  for (const { itemId, quantity } of lines) take(taken, itemId, locationId, quantity)
  return lines.map(({ id, quantity }) => ({ lineId: id, group: index, locationId, quantity }))
}

function take(taken: Taken, itemId: number | null, locationId: number, quantity: number): void {
  const key = `${itemId}:${locationId}`
  taken.set(key, (taken.get(key) ?? 0) + quantity)
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

function hasAll(shop: Shop, lines: readonly Wanted[], locationId: number, taken: Taken): boolean {
  const byItem = Map.groupBy(lines, line => line.itemId)
  return [...byItem].every(([itemId, own]) => {
    if (itemId === null || !shop.store.need('item', itemId).tracked) return true
    const wanted = own.reduce((sum, line) => sum + line.quantity, 0)
    return leftAt(shop, itemId, locationId, taken) >= wanted
  })
}

function leftAt(shop: Shop, itemId: number, locationId: number, taken: Taken): number {
  return availableAt(shop, itemId, locationId) - (taken.get(`${itemId}:${locationId}`) ?? 0)
}

function spread(shop: Shop, line: Wanted, places: readonly number[], taken: Taken) {
  const parts: { locationId: number; quantity: number }[] = []
  const { itemId } = line
  let open = line.quantity
  if (itemId !== null && shop.store.need('item', itemId).tracked) {
    for (const locationId of places) {
      const quantity = Math.min(open, Math.max(0, leftAt(shop, itemId, locationId, taken)))
      open -= quantity
      if (quantity > 0) parts.push({ locationId, quantity })
    }
  }
  const [preferred = -1] = places
  const first = parts.find(part => part.locationId === preferred)
  if (open > 0 && first !== undefined) first.quantity += open
  if (open > 0 && first === undefined) parts.push({ locationId: preferred, quantity: open })
  for (const part of parts) take(taken, itemId, part.locationId, part.quantity)
  return parts
}

function availableAt(shop: Shop, itemId: number, locationId: number): number {
  const level = levelOf(shop, itemId, locationId)
  return level?.isActive === true ? quantityOf(level, 'available') : 0
}
