import { z } from 'zod'
import { PickupPut } from '../../shared/commands.ts'
import { EpochMs } from '../../shared/ids.ts'
import { staffMoves } from '../../shared/pickup-moves.ts'

/** What the till's loopback API gives and takes. The till page parses every answer with these. */

/**
 * A pickup as staff see it: the hub's last word with this till's own newer moves on top. `pendingMoves` counts the
 * moves that are safe in the journal and not yet applied by the hub.
 */
export const PickupView = PickupPut.omit({ kind: true, seen: true }).extend({ pendingMoves: z.int().min(0) })
export type PickupView = z.infer<typeof PickupView>

export const MoveRequest = z.strictObject({
  move: z.enum(staffMoves),
  staff: z.string().trim().min(1).max(100),
  reason: z.string().trim().max(500).nullable(),
})
export type MoveRequest = z.infer<typeof MoveRequest>

export const SourceView = z.object({
  source: z.string(),
  state: z.enum(['reading', 'unavailable']),
  /** Plain words when unavailable. */
  problem: z.string().nullable(),
})

/** Computed from the stream, never from a flag. `since`: when the link came to this state (agent's clock). */
export const TillState = z.object({
  store: z.string(),
  storeName: z.string(),
  till: z.string(),
  zone: z.string(),
  link: z.enum(['online', 'connecting', 'offline', 'refused']),
  since: EpochMs,
  /** Plain words for `refused` (this till must be enrolled anew, and so on). */
  problem: z.string().nullable(),
  /** Events in the journal that the hub has not acknowledged. */
  unsent: z.int().min(0),
  unsentSales: z.int().min(0),
  sources: z.array(SourceView),
})
export type TillState = z.infer<typeof TillState>

/** A server-sent event of GET /api/live; `pickups` says the list has changed, `state` carries the new state. */
export const LiveMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('pickups') }),
  z.object({ type: z.literal('state'), state: TillState }),
])
export type LiveMessage = z.infer<typeof LiveMessage>
