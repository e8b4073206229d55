import type { ShopMovement } from './shop-movements.ts'

/** Units of one line of an order. */
export interface OrderUnits {
  readonly line: string
  readonly units: number
}

/** What an order did to stock, as Shopify tells it. Times by Shopify's clock in ms. */
export interface OrderGoods {
  readonly id: string
  readonly name: string
  /** Whether Shopify had reserved stock for it: else its goods leave none. */
  readonly confirmed: boolean
  readonly lines: readonly {
    readonly id: string
    readonly item: string | null
    readonly tracked: boolean
    /** As ordered, with what was added. */
    readonly quantity: number
    /** Less what was taken off or came back. */
    readonly current: number
    /** Still to be fulfilled. */
    readonly open: number
  }[]
  /** Fulfilments at mapped locations, or of any when `isWhole`. `own`: units that no pickup of this hub books. */
  readonly fulfillments: readonly {
    readonly id: string
    readonly isCancelled: boolean
    readonly location: string | null
    readonly createdAt: number
    /** Of a cancelled one, when it was cancelled. */
    readonly updatedAt: number
    readonly own: readonly OrderUnits[]
    readonly all: readonly OrderUnits[]
  }[]
  /** Whether all fulfilments are known, so that what was never fulfilled can be told. */
  readonly isWhole: boolean
  readonly refunds: readonly {
    readonly id: string
    readonly createdAt: number
    /** Where the units that it took off were promised then; null: at several locations, or that can't be told. */
    readonly promisedAt: string | null
    readonly lines: readonly {
      readonly id: string
      readonly line: string
      readonly units: number
      readonly restock: 'RETURN' | 'CANCEL' | 'NO_RESTOCK' | 'LEGACY_RESTOCK'
      readonly location: string | null
    }[]
  }[]
  /** Goods of returns that were put back to stock. */
  readonly restocked: readonly {
    readonly id: string
    readonly reverseLine: string
    readonly line: string
    readonly units: number
    readonly location: string
    readonly createdAt: number
  }[]
  /** Lines of which something is on a return. */
  readonly returning: ReadonlySet<string>
}

/**
 * The changes of on hand that Shopify made for an order. What can't be told from what Shopify says, such as where units were
 * promised that were dropped, is left out: then the level differs, and people are asked.
 */
export function movementsOfOrder(order: OrderGoods): readonly ShopMovement[] {
  return [...fulfilled(order), ...refunded(order), ...returned(order)]
}

type Line = OrderGoods['lines'][number] & { readonly item: string }

/** The line of a stocked item. */
function stocked({ lines }: OrderGoods, id: string): Line | null {
  const line = lines.find(one => one.id === id)
  return line?.item == null || !line.tracked ? null : { ...line, item: line.item }
}

const orderOf = ({ id, name }: OrderGoods) => ({ id, name })

function fulfilled(order: OrderGoods): ShopMovement[] {
  if (!order.confirmed) return []
  return order.fulfillments.flatMap(one =>
    one.own.flatMap(({ line, units }): ShopMovement[] => {
      const { location } = one
      const item = stocked(order, line)?.item
      if (location === null || item === undefined || units === 0) return []
      const shared = { cause: one.id, line, location, item, order: orderOf(order) }
      const left = { ...shared, kind: 'shop-fulfillment' as const, units: -units, madeAt: one.createdAt }
      if (!one.isCancelled) return [left]
      return [left, { ...shared, kind: 'shop-fulfillment-cancelled', units, madeAt: one.updatedAt }]
    }),
  )
}

function returned(order: OrderGoods): ShopMovement[] {
  return order.restocked.flatMap(({ id, reverseLine, line, units, location, createdAt }): ShopMovement[] => {
    const item = stocked(order, line)?.item
    if (item === undefined) return []
    const key = { kind: 'return-restock' as const, cause: id, line: reverseLine }
    return [{ ...key, location, item, units, madeAt: createdAt, order: orderOf(order) }]
  })
}

function refunded(order: OrderGoods): ShopMovement[] {
  const dropped = droppedUnits(order)
  return order.refunds.flatMap(({ id, createdAt: madeAt, promisedAt, lines }) =>
    lines.flatMap(({ id: refundLine, line, units, restock, location }): ShopMovement[] => {
      const item = stocked(order, line)?.item
      if (item === undefined) return []
      const shared = { cause: id, line: refundLine, item, madeAt, order: orderOf(order) }
      const back = (at: string): ShopMovement => ({ ...shared, kind: 'refund-restock', location: at, units })
      const gone = (at: string, count: number): ShopMovement => ({
        ...shared,
        kind: 'order-removed',
        location: at,
        units: -count,
      })
      if (restock === 'RETURN') return location === null ? [] : [back(location)]
      if (promisedAt === null || !order.confirmed) return []
      if (restock === 'CANCEL')
        // units that were promised at one place and put back at another; else they only become available
        return location === null || location === promisedAt ? [] : [gone(promisedAt, units), back(location)]
      const count = Math.min(units, dropped.get(line) ?? 0)
      dropped.set(line, (dropped.get(line) ?? 0) - count)
      return count === 0 ? [] : [gone(promisedAt, count)]
    }),
  )
}

/** Units of each line that were neither fulfilled nor put back, and are not to be fulfilled any more. Only where that is certain. */
function droppedUnits(order: OrderGoods): Map<string, number> {
  const dropped = new Map<string, number>()
  if (!order.isWhole) return dropped
  const refunds = order.refunds.flatMap(one => one.lines)
  const sum = (some: readonly { readonly units: number }[]) =>
    some.reduce((total, one) => total + one.units, 0)
  for (const { id, quantity, current, open } of order.lines) {
    const own = refunds.filter(one => one.line === id)
    // an edit takes units off without saying what became of them; those on a return are told by it
    if (order.returning.has(id) || quantity - current !== sum(own)) continue
    const handed = order.fulfillments
      .filter(one => !one.isCancelled)
      .flatMap(one => one.all)
      .filter(one => one.line === id)
    const cancelled = own.filter(one => one.restock === 'CANCEL')
    dropped.set(id, Math.max(0, quantity - open - sum(handed) - sum(cancelled)))
  }
  return dropped
}
