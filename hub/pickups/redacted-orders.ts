import type { Reads, Tx } from '../db/db.ts'
import type { OrderSnapshot } from './order-snapshot.ts'

/** An order whose customer was redacted. */
interface RedactedOrder {
  readonly order: string
  /** Hub clock, ms. */
  readonly at: number
}

const ROWS_A_STATEMENT = 100

/** Keeps the ids of redacted orders for good. `again`: what this database holds of them is to be redacted too. */
export async function keepRedacted(
  tx: Tx,
  orders: readonly RedactedOrder[],
  again: number | null = null,
): Promise<void> {
  for (let from = 0; from < orders.length; from += ROWS_A_STATEMENT) {
    const rows = orders
      .slice(from, from + ROWS_A_STATEMENT)
      .map(({ order, at }) => ({ order_id: order, redacted_at: at, again_at: again }))
    await tx
      .insertInto('redacted_order')
      .values(rows)
      .onConflict(c => c.column('order_id').doNothing())
      .execute()
  }
}

export async function isRedacted(db: Reads, order: string): Promise<boolean> {
  const row = await db
    .selectFrom('redacted_order')
    .select('order_id')
    .where('order_id', '=', order)
    .executeTakeFirst()
  return row !== undefined
}

/** All of them, for the record beside the database. */
export async function readRedacted(db: Reads): Promise<readonly RedactedOrder[]> {
  return db
    .selectFrom('redacted_order')
    .select(['order_id as order', 'redacted_at as at'])
    .orderBy('order_id')
    .execute()
}

/** The order without its customer if that one was redacted: Shopify's own redaction may come later than its request. */
export async function withoutRedacted(tx: Tx, order: OrderSnapshot): Promise<OrderSnapshot> {
  if (!(await isRedacted(tx, order.id))) return order
  return { ...order, customer: { name: '', phone: null }, note: null }
}
