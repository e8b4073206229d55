import { UNDO_MS } from '../../shared/pickup-moves.ts'
import type { Tx } from '../db/db.ts'
import type { MoveOrigin } from './move-log.ts'

/** An undo that staff press at the last moment needs so long to get here. */
const UNDO_ARRIVES_MS = 2_000
/** How long a move is kept from Shopify, at most. */
export const HOLD_MS = UNDO_MS + UNDO_ARRIVES_MS

/**
 * When Shopify may hear of a move, by the hub's clock: not before the time for its undo is over at the till. A move that comes late
 * is told at once.
 */
export async function heldUntil(tx: Tx, at: MoveOrigin, event: { readonly at: number }): Promise<number> {
  const madeAt = await atHubTime(tx, at, event)
  return Math.min(Math.max(at.now, madeAt + HOLD_MS), at.now + HOLD_MS)
}

/** When a move was made, by the hub's clock: the till's clock counts as it was measured. */
export async function atHubTime(
  tx: Tx,
  { device }: MoveOrigin,
  { at }: { readonly at: number },
): Promise<number> {
  const row = await tx
    .selectFrom('device')
    .select('clock_offset_ms')
    .where('device', '=', device)
    .executeTakeFirst()
  return at - (row?.clock_offset_ms ?? 0)
}
