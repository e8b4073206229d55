import type { BookedShopMovement, ShopMovement } from './shop-movements.ts'

/** A shipment of a transfer, as Shopify tells it. Moments by Shopify's clock in ms, units whole. */
export interface ShipmentGoods {
  readonly id: string
  /** Where the goods come from and go to; null: outside of the shop, or not known. */
  readonly origin: string | null
  readonly destination: string | null
  /** Null: they have not left. */
  readonly shippedAt: number | null
  /** When what it holds was changed since the last reading at the earliest; null: it has not left. */
  readonly changedAt: number | null
  /** When what arrived since the last reading did at the earliest; null: nothing has. */
  readonly receivedAt: number | null
  /** These are all of its lines: one that is missing was taken off. */
  readonly isWhole: boolean
  readonly lines: readonly {
    readonly id: string
    /** Null: it is gone, or Shopify does not count it. */
    readonly item: string | null
    readonly quantity: number
    /** Put into the destination's stock until now. What was rejected is in no stock. */
    readonly accepted: number
  }[]
}

/** The line of a shipment that a booked movement is of. */
const lineOf = ({ line }: BookedShopMovement) => line.replace(/\?(?:until|change)=\d+$/, '')
const unitsOf = (some: readonly BookedShopMovement[]) => some.reduce((sum, one) => sum + one.units, 0)

/**
 * What a shipment did to stock on hand: its goods leave the origin when it does, and come to the destination's as they are
 * received there. What people change of it on its way changes what has left. @param booked what was booked of it before
 */
export function movementsOfShipment(
  goods: ShipmentGoods,
  booked: { readonly sent: readonly BookedShopMovement[]; readonly arrived: readonly BookedShopMovement[] },
): readonly ShopMovement[] {
  return [...sentOf(goods, booked.sent), ...arrivedOf(goods, booked.arrived)]
}

function sentOf(goods: ShipmentGoods, sent: readonly BookedShopMovement[]): readonly ShopMovement[] {
  const { id: cause, origin, shippedAt, changedAt } = goods
  if (origin === null || shippedAt === null || changedAt === null) return []
  const before = Map.groupBy(sent, lineOf)
  const kind = 'transfer-sent'
  const told = goods.lines.flatMap(({ id, item, quantity }): ShopMovement[] => {
    if (item === null) return []
    const known = before.get(id)
    const shared = { kind, cause, item, location: origin, order: null } as const
    if (known === undefined) {
      // beside lines that have left, it was added on the way
      const madeAt = before.size === 0 ? shippedAt : changedAt
      return [{ ...shared, line: id, units: -quantity, madeAt }]
    }
    const units = -quantity - unitsOf(known)
    return units === 0 ? [] : [{ ...shared, ...nextOf(id, known), units, madeAt: changedAt }]
  })
  if (!goods.isWhole) return told
  const isThere = new Set(goods.lines.map(({ id }) => id))
  for (const [id, known] of before) {
    const [first] = known
    const units = -unitsOf(known)
    if (first === undefined || isThere.has(id) || units === 0) continue
    const { item, location } = first
    told.push({ kind, cause, item, location, order: null, ...nextOf(id, known), units, madeAt: changedAt })
  }
  return told
}

/** Names the next change of a line, of which some are booked. */
const nextOf = (id: string, known: readonly BookedShopMovement[]) => ({
  line: `${id}?change=${known.length}`,
  revision: known.length,
})

function arrivedOf(goods: ShipmentGoods, arrived: readonly BookedShopMovement[]): readonly ShopMovement[] {
  const { id: cause, destination, receivedAt } = goods
  return goods.lines.flatMap(({ id, item, accepted }): ShopMovement[] => {
    if (item === null) return []
    const shared = { cause, item, order: null }
    const told: ShopMovement[] = []
    const before = unitsOf(arrived.filter(one => lineOf(one) === id))
    if (destination !== null && receivedAt !== null && accepted > before)
      told.push({
        ...shared,
        kind: 'transfer-received',
        line: `${id}?until=${accepted}`,
        revision: accepted,
        location: destination,
        units: accepted - before,
        madeAt: receivedAt,
      })
    return told
  })
}
