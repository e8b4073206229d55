import { Sku } from '../../shared/ids.ts'
import type { FoundOrder, ReturnableLine, ReturnableOrder } from '../../shared/returns.ts'
import type { PickupView } from '../till/api-schema.ts'

/** What this till knows of orders on its own: the pickups that were handed over. */

/** The lines of a pickup that the customer has, less what is being taken back already. */
export function returnableOf(
  view: PickupView,
  takenBack: ReadonlyMap<string, number>,
): readonly ReturnableLine[] {
  const isOut = view.state === 'collected'
  return [...view.lines, ...view.goneLines].flatMap(line => {
    // what staff could not find was not handed out
    const out = Math.max(0, line.units - (line.missing?.units ?? 0))
    const handed = line.collected + (isOut ? out : 0)
    const units = handed - (takenBack.get(line.id) ?? 0)
    if (units <= 0) return []
    const { id: orderLine, title, variantTitle, sku, barcode, imageUrl } = line
    return [
      {
        orderLine,
        title,
        variantTitle,
        sku: sku === null ? null : Sku.parse(sku),
        barcode,
        imageUrl,
        units,
        price: null,
      },
    ]
  })
}

/** The pickups that a text may mean: by the order's name, a part of the customer's name, or an item. */
export function handedOverOrders(
  views: readonly PickupView[],
  text: string,
  linesOf: (view: PickupView) => readonly ReturnableLine[],
): readonly FoundOrder[] {
  const wanted = text.trim().toLowerCase()
  return views
    .map(view => ({ view, lines: linesOf(view) }))
    .filter(({ view, lines }) => lines.length > 0 && isMeant(view, lines, wanted))
    .map(({ view, lines }) => ({ ...orderOf(view), units: lines.reduce((sum, one) => sum + one.units, 0) }))
    .toSorted((one, other) => other.placedAt - one.placedAt)
    .slice(0, 50)
}

/** One pickup, as an order of which something may be returned. */
export function handedOverOrder(view: PickupView, lines: readonly ReturnableLine[]): ReturnableOrder {
  return { ...orderOf(view), lines: lines.slice(0, 250) }
}

function isMeant({ order, customer }: PickupView, lines: readonly ReturnableLine[], wanted: string): boolean {
  const name = order.name.toLowerCase()
  if (name === wanted || name.replace(/^#/, '') === wanted) return true
  if (lines.some(({ sku, barcode }) => [sku, barcode].some(code => code?.toLowerCase() === wanted)))
    return true
  return wanted.length > 1 && customer.name.toLowerCase().includes(wanted)
}

function orderOf({ pickup, order, customer }: PickupView) {
  return { order: pickup, name: order.name, placedAt: order.placedAt, customer }
}
