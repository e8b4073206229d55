import { severalOrders } from './record-problems.ts'

/** As long as an order is named in an event. */
const LONGEST = 255

/**
 * The online order that a receipt names, as the event has it; nothing when it names none, or what can't be an order's name.
 * @param texts what its rows or elements say
 * @throws SEVERAL_ORDERS: to take one of them would sell the goods of the others a second time
 */
export function namedOrder(texts: readonly (string | null | undefined)[]): { readonly order?: string } {
  const named = texts.map(text => text?.trim() ?? '').filter(text => text !== '' && text.length <= LONGEST)
  const [order, other] = new Set(named)
  if (order === undefined) return {}
  if (other !== undefined) throw severalOrders({ order, other })
  return { order }
}
