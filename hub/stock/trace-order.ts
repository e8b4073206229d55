import type { Reads } from '../db/db.ts'
import { type MovementKind, movementKinds } from './movement-kinds.ts'

/** One change of stock that Shopify made itself, for people. Units are whole and signed; times in ms. */
export interface TracedShopMovement {
  readonly kind: string
  readonly order: string | null
  readonly orderId: string | null
  /** Shopify's ids of what did it, and of its line. */
  readonly cause: string
  readonly line: string
  readonly warehouse: string
  readonly sku: string
  readonly units: number
  /** Shopify's clock. */
  readonly madeAt: number
  /** Hub clock. */
  readonly notedAt: number
  /** The ledger was set to a level that counts it, so it moved nothing in the ledger. */
  readonly isCounted: boolean
}

const names = new Map<number, string>(
  (Object.keys(movementKinds) as MovementKind[]).map(kind => [movementKinds[kind], kind]), // what the type of a kind says
)

/**
 * What Shopify did to a store's stock for an order, a fulfilment, a refund or a shipment, oldest first.
 * @param named an order by its name, with or without #, or any of Shopify's ids
 */
export async function traceShopMovements(
  db: Reads,
  store: string,
  named: string,
): Promise<TracedShopMovement[]> {
  const rows = await db
    .selectFrom('shop_movement')
    .selectAll()
    .where('store', '=', store)
    .where(e =>
      named.startsWith('gid://')
        ? e.or([e('cause', '=', named), e('order_id', '=', named)])
        : e('order_name', 'in', [named, `#${named}`]),
    )
    .orderBy('made_at')
    .orderBy('cause')
    .orderBy('line')
    .execute()
  return rows.map(row => ({
    kind: names.get(row.kind) ?? String(row.kind),
    order: row.order_name,
    orderId: row.order_id,
    cause: row.cause,
    line: row.line,
    warehouse: row.warehouse,
    sku: row.sku,
    units: row.units,
    madeAt: row.made_at,
    notedAt: row.noted_at,
    isCounted: row.counted === 1,
  }))
}
