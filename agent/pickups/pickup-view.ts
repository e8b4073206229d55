import { EpochMs } from '../../shared/ids.ts'
import { stateAfter } from '../../shared/pickup-moves.ts'
import type { PickupView } from '../till/api-schema.ts'
import type { StoredPickup } from './pickup-store.ts'

/**
 * A pickup as staff see it: the hub's last word, with the moves made here since applied on top. A move that the
 * hub's newer word has made illegal is left out: the hub will say why.
 */
export function viewOf({ put, moves }: StoredPickup): PickupView {
  const { kind: _kind, seen: _seen, ...view } = put
  const shown: PickupView = { ...view, pendingMoves: moves.length }
  for (const { move, staff, at } of moves) {
    const state = stateAfter(shown.state, move)
    if (state !== null)
      Object.assign(shown, { state, movedBy: staff, movedAt: EpochMs.parse(at), notice: null })
  }
  return shown
}
