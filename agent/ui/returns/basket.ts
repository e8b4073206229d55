import { minor, sum } from '../../../shared/money.ts'
import type {
  ReturnableLine,
  ReturnableOrder,
  ReturnedLine,
  ReturnMoney,
  ReturnReason,
} from '../../../shared/returns.ts'

/** What of each line the customer brings back: so many units can be sold again, so many are damaged. */
export type Basket = ReadonlyMap<string, { readonly sellable: number; readonly damaged: number }>

const none = { sellable: 0, damaged: 0 }

export function unitsOf(basket: Basket, line: ReturnableLine) {
  return basket.get(line.orderLine) ?? none
}

/** All units in it. */
export function totalUnits(basket: Basket): number {
  return [...basket.values()].reduce((total, { sellable, damaged }) => total + sellable + damaged, 0)
}

export function damagedUnits(basket: Basket): number {
  return [...basket.values()].reduce((total, { damaged }) => total + damaged, 0)
}

/** One more unit of a line that can be sold again; null: the order has no more of it. */
export function withOneMore(basket: Basket, line: ReturnableLine): Basket | null {
  const { sellable, damaged } = unitsOf(basket, line)
  return sellable + damaged >= line.units
    ? null
    : new Map(basket).set(line.orderLine, { sellable: sellable + 1, damaged })
}

/** The line that a scanned code is of. */
export function lineOfCode(order: ReturnableOrder, code: string): ReturnableLine | undefined {
  const wanted = code.trim().toLowerCase()
  return order.lines.find(({ sku, barcode }) => [sku, barcode].some(own => own?.toLowerCase() === wanted))
}

/** What these units cost; null: that is not known of all of them. */
export function worthOf(order: ReturnableOrder, basket: Basket): ReturnMoney | null {
  const chosen = order.lines.flatMap(line => {
    const { sellable, damaged } = unitsOf(basket, line)
    return sellable + damaged === 0 ? [] : [{ price: line.price, units: sellable + damaged }]
  })
  const priced = chosen.flatMap(({ price, units }) => (price === null ? [] : [{ price, units }]))
  const [first] = priced
  if (first === undefined || priced.length < chosen.length) return null
  const { currency } = first.price
  return { minor: minor(sum(priced.map(one => one.units * one.price.minor))), currency }
}

/** The lines as the till records them. */
export function returnedLines(order: ReturnableOrder, basket: Basket, reason: ReturnReason): ReturnedLine[] {
  return order.lines.flatMap(line => {
    const units = unitsOf(basket, line)
    const { orderLine, title, variantTitle, sku, barcode } = line
    return (['sellable', 'damaged'] as const).flatMap(condition =>
      units[condition] === 0
        ? []
        : [{ orderLine, title, variantTitle, sku, barcode, units: units[condition], condition, reason }],
    )
  })
}

const KEY_LETTERS = 24

/** A key that no other return has. */
export function drawReturnId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_LETTERS))
  return `ret_${[...bytes].map(byte => (byte % 32).toString(32)).join('')}`
}
