import { TOLD_AFTER_MS } from '../../shared/pickup-moves.ts'
import type { Tx } from '../db/db.ts'
import type { MoveOrigin } from './move-log.ts'

/**
 * When Shopify may hear of a move, by the hub's clock: not before the time for its undo is over at the till. A move that comes late
 * is told at once.
 */
export async function heldUntil(
  tx: Tx,
  at: Pick<MoveOrigin, 'device' | 'now'>,
  event: { readonly at: number },
): Promise<number> {
  const madeAt = await atHubTime(tx, at, event)
  return Math.min(Math.max(at.now, madeAt + TOLD_AFTER_MS), at.now + TOLD_AFTER_MS)
}

/** When a move was made, by the hub's clock: the till's clock counts as it was measured. */
export async function atHubTime(
  tx: Tx,
  { device }: Pick<MoveOrigin, 'device'>,
  { at }: { readonly at: number },
): Promise<number> {
  const row = await tx
    .selectFrom('device')
    .select('clock_offset_ms')
    .where('device', '=', device)
    .executeTakeFirst()
  return at - (row?.clock_offset_ms ?? 0)
}
