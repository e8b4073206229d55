import type { Reads, Tx } from '../db/db.ts'

/** An order whose customer was redacted. */
interface RedactedOrder {
  readonly order: string
  /** Hub clock, ms. */
  readonly at: number
}

/** Kept beside the orders' ids once the whole shop was redacted: a backup that is put back is then redacted as a whole. */
export const WHOLE_SHOP = 'shop'

const ROWS_A_STATEMENT = 100
const AGAIN_MS = 10 * 60_000

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

/** At most so many orders that are to be redacted again now. */
export async function dueAgain(db: Reads, now: number, limit: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('redacted_order')
    .select('order_id')
    // one that is further ahead was put off while the clock was wrong
    .where(e => e.or([e('again_at', '<=', now), e('again_at', '>', now + AGAIN_MS)]))
    .orderBy('again_at')
    .limit(limit)
    .execute()
  return rows.map(({ order_id }) => order_id)
}

/** `isDone`: every till has taken it; else they are due again later. */
export async function noteAgain(
  tx: Tx,
  orders: readonly string[],
  isDone: boolean,
  now: number,
): Promise<void> {
  await tx
    .updateTable('redacted_order')
    .set({ again_at: isDone ? null : now + AGAIN_MS })
    .where('order_id', 'in', orders)
    .execute()
}

interface NamesCustomer {
  readonly id: string
  readonly customer: { readonly name: string; readonly phone: string | null }
  readonly note: string | null
}

/** The order without its customer if that one was redacted: Shopify's own redaction may come later than its request. */
export async function withoutRedacted<Order extends NamesCustomer>(tx: Tx, order: Order): Promise<Order> {
  if (!(await isRedacted(tx, order.id))) return order
  return { ...order, customer: { name: '', phone: null }, note: null }
}
