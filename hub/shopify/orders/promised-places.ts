import { insertRows, type Reads, type Tx } from '../../db/db.ts'

/** The one owner of the tables `order_promise` and `refund_promise`: where goods of orders were promised, and when. */

/** Where an order's goods are promised, as Shopify shows it now; null: at several locations, or that is not known. */
export interface SeenPromise {
  readonly order: string
  readonly location: string | null
}

/** Where an order's goods are promised, and since when the hub has seen them there and nowhere else; hub clock, ms. */
export interface KnownPromise {
  readonly location: string | null
  readonly since: number
}

/** An order that has not changed for so long is not followed any more. */
const KEPT_MS = 120 * 86_400_000

/** What the hub has seen of some orders, by order. */
export async function knownPromises(
  db: Reads,
  orders: readonly string[],
): Promise<ReadonlyMap<string, KnownPromise>> {
  if (orders.length === 0) return new Map()
  const rows = await db.selectFrom('order_promise').selectAll().where('order_id', 'in', orders).execute()
  return new Map(rows.map(({ order_id: order, location, since }) => [order, { location, since }]))
}

/** Notes where the goods of some orders are promised now: a place where they were seen before keeps its time. */
export async function notePromises(tx: Tx, seen: readonly SeenPromise[], now: number): Promise<void> {
  const before = await knownPromises(
    tx,
    seen.map(({ order }) => order),
  )
  const rows = seen
    .filter(({ order, location }) => before.get(order)?.location !== location)
    .map(({ order, location }) => ({ order_id: order, location, since: now }))
  await insertRows(tx, 'order_promise', rows, { key: ['order_id'], replace: ['location', 'since'] })
}

/** Where the goods of some refunds were promised when each was made, as it was found out when it was read first; null: it can't be told. */
export async function refundPromises(
  db: Reads,
  refunds: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  if (refunds.length === 0) return new Map()
  const rows = await db.selectFrom('refund_promise').selectAll().where('refund_id', 'in', refunds).execute()
  return new Map(rows.map(({ refund_id: refund, location }) => [refund, location]))
}

/** Keeps that for good: where the order's other goods go later says nothing about these. */
export async function keepRefundPromises(
  tx: Tx,
  refunds: readonly { readonly id: string; readonly promisedAt: string | null }[],
  now: number,
): Promise<void> {
  for (const { id, promisedAt } of refunds)
    await tx
      .insertInto('refund_promise')
      .values({ refund_id: id, location: promisedAt, noted_at: now })
      .onConflict(c => c.column('refund_id').doNothing())
      .execute()
}

/** Forgets what is too old to matter. */
export async function forgetPromises(tx: Tx, now: number): Promise<void> {
  await tx
    .deleteFrom('order_promise')
    .where('since', '<', now - KEPT_MS)
    .execute()
  await tx
    .deleteFrom('refund_promise')
    .where('noted_at', '<', now - KEPT_MS)
    .execute()
}
