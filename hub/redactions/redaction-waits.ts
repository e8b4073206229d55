import { insertRows, type Tx } from '../db/db.ts'

/** A till that has not taken the redaction of an order yet. */
interface RedactionWait {
  readonly order: string
  readonly device: string
}

/** Notes which tills have not taken the redaction of these orders; what waited of them before and no longer does is forgotten. */
export async function noteWaits(
  tx: Tx,
  orders: readonly string[],
  waits: readonly RedactionWait[],
  now: number,
): Promise<void> {
  if (orders.length === 0) return
  const before = await tx.selectFrom('redaction_wait').selectAll().where('order_id', 'in', orders).execute()
  await tx.deleteFrom('redaction_wait').where('order_id', 'in', orders).execute()
  const since = new Map(before.map(row => [keyOf({ order: row.order_id, device: row.device }), row.since]))
  const rows = new Map(
    waits.map(wait => {
      const key = keyOf(wait)
      return [key, { order_id: wait.order, device: wait.device, since: since.get(key) ?? now }]
    }),
  )
  await insertRows(tx, 'redaction_wait', [...rows.values()])
}

function keyOf({ order, device }: RedactionWait): string {
  return `${order} ${device}`
}
