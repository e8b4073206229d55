import { z } from 'zod'
import type { Tx } from '../db/db.ts'
import type { Pickup } from './pickup-row.ts'

/** `shopify_write.request_json` of a pickup: frozen as planned. Quantities in whole units. */
export const PickupRequest = z.object({
  fulfillmentOrder: z.string(),
  lines: z.array(z.object({ id: z.string(), quantity: z.int().min(1) })),
})
export type PickupRequest = z.infer<typeof PickupRequest>

/**
 * Plans what Shopify must hear of a staff move, in the transaction of the move. After commit, say `writes`. Shopify
 * knows no idempotency here: the key only names the write.
 */
export async function planPickupWrite(
  tx: Tx,
  kind: 'ready' | 'collected',
  pickup: Pickup,
  now: number,
): Promise<void> {
  const request: PickupRequest = {
    fulfillmentOrder: pickup.row.pickup,
    lines: pickup.lines.lines.filter(line => line.quantity > 0).map(({ id, quantity }) => ({ id, quantity })),
  }
  await tx
    .insertInto('shopify_write')
    .values({
      kind,
      store: pickup.row.store,
      subject: pickup.row.pickup,
      idempotency_key: `${kind}/${pickup.row.pickup}/${pickup.row.version}`,
      request_json: JSON.stringify(request),
      state: 'planned',
      attempts: 0,
      planned_at: now,
      first_sent_at: null,
      due_at: now,
      settled_at: null,
      answer_json: null,
      problem: null,
    })
    .execute()
}
