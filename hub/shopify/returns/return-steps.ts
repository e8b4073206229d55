import type { ReturnMade } from '../../../shared/events.ts'
import type { ReturnReason } from '../../../shared/returns.ts'
import { type OpenLine, type ReversePlace, returnMark } from './own-return.ts'
import type { ReturnableUnits } from './returnable.ts'

/** What Shopify is asked in each step of a return. Pure: what is there decides it. */

/** Of a return's lines, `readOwnReturn` reads so many. */
const MOST_LINES = 50

/** Shopify's words for why goods come back. */
const reasonOf: Readonly<Record<ReturnReason, string>> = {
  unwanted: 'UNWANTED',
  'too-small': 'SIZE_TOO_SMALL',
  'too-large': 'SIZE_TOO_LARGE',
  defective: 'DEFECTIVE',
  'not-as-described': 'NOT_AS_DESCRIBED',
  'wrong-item': 'WRONG_ITEM',
  other: 'OTHER',
}
const NOTE_LETTERS = 255

/**
 * The lines of `returnCreate`: the units are taken from the fulfilments that handed them out, the oldest first.
 * Null: Shopify does not have so many to return.
 */
export function returnLines(
  made: ReturnMade,
  returnable: readonly ReturnableUnits[],
): readonly object[] | null {
  const left = new Map(returnable.map(one => [one.fulfillmentLine, one.units]))
  const wanted = new Map<string, { units: number; reason: ReturnReason }>()
  for (const { orderLine, units, reason } of made.lines) {
    let open = units
    for (const one of returnable) {
      if (one.line !== orderLine || open === 0) continue
      const taken = Math.min(open, left.get(one.fulfillmentLine) ?? 0)
      if (taken === 0) continue
      open -= taken
      left.set(one.fulfillmentLine, (left.get(one.fulfillmentLine) ?? 0) - taken)
      const before = wanted.get(one.fulfillmentLine)
      wanted.set(one.fulfillmentLine, {
        units: (before?.units ?? 0) + taken,
        reason: before?.reason ?? reason,
      })
    }
    if (open > 0) return null
  }
  if (wanted.size > MOST_LINES) return null
  const mark = returnMark(made.returnId)
  const said = `${made.staff}, ${made.till}`.slice(0, NOTE_LETTERS - mark.length - 1)
  return [...wanted].map(([fulfillmentLineItemId, { units: quantity, reason }]) => ({
    fulfillmentLineItemId,
    quantity,
    returnReason: reasonOf[reason],
    returnReasonNote: `${said} ${mark}`,
  }))
}

/**
 * The lines of `returnProcess`: what is for sale goes back into the stock of `location`, the rest into none. Null: Shopify has no
 * place yet where all that is for sale is put back.
 */
export function processedLines(
  made: ReturnMade,
  open: readonly OpenLine[],
  location: string,
): readonly object[] | null {
  const sellable = new Map<string, number>()
  for (const { orderLine, units, condition } of made.lines)
    if (condition === 'sellable') sellable.set(orderLine, (sellable.get(orderLine) ?? 0) + units)
  const lines: object[] = []
  for (const { id, line, units, places, placed } of open) {
    const forSale = Math.min(units, sellable.get(line) ?? 0)
    if (placed < forSale) return null
    sellable.set(line, (sellable.get(line) ?? 0) - forSale)
    lines.push({ id, quantity: units, dispositions: dispositionsOf(places, { units, forSale, location }) })
  }
  return lines
}

/** What head office disposed of before is left as it is. */
function dispositionsOf(
  places: readonly ReversePlace[],
  goods: { readonly units: number; readonly forSale: number; readonly location: string },
): readonly object[] {
  let { units, forSale } = goods
  return places.flatMap(place => {
    const disposed = Math.min(units, place.units)
    const restocked = Math.min(disposed, forSale)
    units -= disposed
    forSale -= restocked
    const of = (quantity: number, disposition: object) =>
      quantity === 0 ? [] : [{ reverseFulfillmentOrderLineItemId: place.id, quantity, ...disposition }]
    return [
      ...of(restocked, { dispositionType: 'RESTOCKED', locationId: goods.location }),
      ...of(disposed - restocked, { dispositionType: 'NOT_RESTOCKED' }),
    ]
  })
}
