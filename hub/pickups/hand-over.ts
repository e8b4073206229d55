import type { PickupMoved } from '../../shared/events.ts'
import type { Tx } from '../db/db.ts'
import { revisionOf } from '../stock/movement-key.ts'
import { atHubTime } from './hold.ts'
import type { MoveOrigin } from './move-log.ts'

/** What handed goods over, by what the till says of it, so that a hub that was put back to a backup names it the same again. */
export interface HandOverOrigin {
  /** Of the movements that it makes. */
  readonly revision: number
  /** When the goods left, by the hub's clock in ms; null: that is not known. */
  readonly movedAt: number | null
}

/** A move of staff. A till that sends it again may do so under another position. */
export async function handOverOf(tx: Tx, at: MoveOrigin, event: PickupMoved): Promise<HandOverOrigin> {
  const { at: made, till, staff } = event
  return { revision: revisionOf(made, till, staff), movedAt: await atHubTime(tx, at, event) }
}
