import type { BookedShopMovement, ShopMovement } from './shop-movements.ts'

/** A shipment of a transfer, as Shopify tells it. Moments by Shopify's clock in ms, units whole. */
export interface ShipmentGoods {
  readonly id: string
  /** Where the goods come from and go to; null: outside of the shop, or not known. */
  readonly origin: string | null
  readonly destination: string | null
  /** Null: they have not left. */
  readonly shippedAt: number | null
  /** When what arrived since the last reading did at the earliest; null: nothing has. */
  readonly receivedAt: number | null
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
const lineOf = ({ line }: BookedShopMovement) => line.replace(/\?until=\d+$/, '')

/**
 * What a shipment did to stock on hand: its goods leave the origin when it does, and come to the destination's as they are
 * received there. @param arrived what was booked of its arrival before
 */
export function movementsOfShipment(
  goods: ShipmentGoods,
  arrived: readonly BookedShopMovement[],
): readonly ShopMovement[] {
  const { id: cause, origin, destination, shippedAt, receivedAt } = goods
  return goods.lines.flatMap(({ id, item, quantity, accepted }): ShopMovement[] => {
    if (item === null) return []
    const shared = { cause, item, order: null }
    const told: ShopMovement[] = []
    if (origin !== null && shippedAt !== null)
      told.push({
        ...shared,
        kind: 'transfer-sent',
        line: id,
        location: origin,
        units: -quantity,
        madeAt: shippedAt,
      })
    const before = arrived.filter(one => lineOf(one) === id).reduce((sum, one) => sum + one.units, 0)
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
