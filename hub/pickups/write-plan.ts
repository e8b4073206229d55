import { z } from 'zod'
import type { Tx } from '../db/db.ts'
import { planWrite } from '../outbox/writes.ts'
import type { Pickup } from './pickup-row.ts'

/** What Shopify is asked for a pickup, as planned. Quantities in whole units. */
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
  await planWrite(tx, {
    kind,
    store: pickup.row.store,
    subject: pickup.row.pickup,
    key: `${kind}/${pickup.row.pickup}/${pickup.row.version}`,
    request,
    now,
  })
}
