import { z } from 'zod'
import type { Tx } from '../db/db.ts'
import { planWrite } from '../outbox/writes.ts'
import type { LineUnits } from './fulfillments.ts'
import type { Pickup } from './pickup-row.ts'

const Lines = z.array(z.object({ id: z.string(), quantity: z.int().min(1) }))

/** What Shopify is asked for a pickup, as planned. Quantities in whole units. */
export const PickupRequest = z.object({
  fulfillmentOrder: z.string(),
  lines: Lines,
  /** Units of these lines that Shopify had as handed over before; older versions did not note it. */
  before: Lines.default([]),
  /** Units that were asked for, and that Shopify turned out to have cancelled, refunded or moved meanwhile. */
  lost: Lines.default([]),
})
export type PickupRequest = z.infer<typeof PickupRequest>

/** Whether Shopify is still to hear of a hand-over. */
export async function isBeingTold(tx: Tx, pickup: string): Promise<boolean> {
  const row = await tx
    .selectFrom('shopify_write')
    .select('id')
    .where('settled_at', 'is', null)
    .where('kind', '=', 'collected')
    .where('subject', '=', pickup)
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Plans what Shopify must hear of a staff move, in the transaction of the move. After commit, say `writes`. Shopify
 * knows no idempotency here: the key only names the write. `units`: what was handed over, and what of it the order does not have;
 * left out: all that is due.
 */
export async function planPickupWrite(
  tx: Tx,
  kind: 'ready' | 'collected',
  pickup: Pickup,
  now: number,
  units?: { readonly handed: readonly LineUnits[]; readonly beyond: readonly LineUnits[] },
): Promise<void> {
  const asLines = (some: readonly LineUnits[]) => some.map(({ line, quantity }) => ({ id: line, quantity }))
  const due = pickup.lines.lines.filter(line => line.quantity > 0)
  const request: PickupRequest = {
    fulfillmentOrder: pickup.row.pickup,
    lines: units === undefined ? due.map(({ id, quantity }) => ({ id, quantity })) : asLines(units.handed),
    before: pickup.lines.lines
      .filter(line => line.fulfilled > 0)
      .map(({ id, fulfilled }) => ({ id, quantity: fulfilled })),
    lost: asLines(units?.beyond ?? []),
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
