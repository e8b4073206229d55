import { EpochMs } from '../../shared/ids.ts'
import { stateAfter } from '../../shared/pickup-moves.ts'
import { noticeAfterMove } from '../../shared/pickup-notices.ts'
import { type PickupView, tillOutdated } from '../till/api-schema.ts'
import type { StoredPickup } from './pickup-store.ts'

/**
 * A pickup as staff see it: the hub's last word, with the moves made here since applied on top. A move that the
 * hub's newer word has made illegal is left out: the hub will say why.
 * @param unread the pickups that unread commands are about, with their newest version
 */
export function viewOf({ put, moves }: StoredPickup, unread: ReadonlyMap<string, number>): PickupView {
  const { kind: _kind, seen: _seen, ...view } = put
  const shown: PickupView = { ...view, pendingMoves: moves.length }
  for (const { move, staff, at } of moves) {
    const state = stateAfter(shown.state, move)
    if (state === null) continue
    const notice = noticeAfterMove(shown.notice, move)
    Object.assign(shown, { state, movedBy: staff, movedAt: EpochMs.parse(at), notice })
  }
  const isOutdated = (unread.get(put.pickup) ?? 0) > put.version
  return isOutdated ? { ...shown, notice: tillOutdated } : shown
}
