import { isEnded } from '../../../shared/pickup-moves.ts'
import type { LineView, PickupView } from '../../till/api-schema.ts'
import { linesWithCode } from '../pickups/search.ts'
import { itemTitle } from '../scan/scan-meaning.ts'

/** An item of which no unit is free for the counter, with the orders whose units are not packed yet. */
export interface ReservedItem {
  readonly sku: string
  readonly title: string
  /** 0 or below: by so many more are promised than there are. */
  readonly free: number
  readonly orders: readonly { readonly pickup: string; readonly name: string; readonly customer: string }[]
}

const isWaiting = ({ units, picked, missing, free }: LineView): boolean =>
  free !== null && free <= 0 && units - picked - (missing?.units ?? 0) > 0

/** Every such item of the open orders, each once. `among`: which lines of an order to look at; left out: all. */
export function reservedItems(
  pickups: readonly PickupView[],
  among: (view: PickupView) => readonly LineView[] = view => view.lines,
): readonly ReservedItem[] {
  const items = new Map<string, ReservedItem>()
  for (const view of pickups.filter(({ state }) => !isEnded(state)))
    for (const line of among(view).filter(isWaiting)) {
      const { sku, free } = line
      if (sku === null || free === null) continue
      const known = items.get(sku) ?? { sku, free, title: itemTitle(line), orders: [] }
      const order = { pickup: view.pickup, name: view.order.name, customer: view.customer.name }
      const isNamed = known.orders.some(one => one.pickup === view.pickup)
      items.set(sku, isNamed ? known : { ...known, orders: [...known.orders, order] })
    }
  return [...items.values()]
}

/** The same of the items that a scanned code names. */
export function reservedByCode(pickups: readonly PickupView[], code: string): readonly ReservedItem[] {
  return reservedItems(pickups, view => linesWithCode(view.lines, code))
}
