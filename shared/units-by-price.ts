/** What a line says it is of, in thousandths of a unit and in minor units. */
export interface UnitsForMoney {
  readonly quantity: number
  readonly amount: number
}

/** Offers and extras change what is paid for a unit, but not so many times over. */
const FURTHEST_FROM_PRICE = 50
const ONE_UNIT = 1_000

/**
 * Whether the price of one unit allows a line's quantity: a sign between thousands that is read as one before decimals, or the other
 * way about, makes it a thousand times what it is. Where there is no money nothing is known.
 */
export function areUnitsByPrice({
  quantity,
  amount,
  price,
}: UnitsForMoney & { readonly price: number }): boolean {
  const full = Math.abs((price * quantity) / 1_000)
  const paid = Math.abs(amount)
  if (full === 0 || paid === 0) return true
  // one piece at a clearance price: no till sells a gram
  if (Math.abs(quantity) === ONE_UNIT && paid < full) return true
  return paid <= full * FURTHEST_FROM_PRICE && paid * FURTHEST_FROM_PRICE >= full
}
