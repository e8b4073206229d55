import { type PickupState, type StaffMove, stateAfter } from '../../../shared/pickup-moves.ts'
import { isLasting, knownNotice, type SentNotice } from '../../../shared/pickup-notices.ts'
import type { StateLook } from '../../../shared/ui/theme.ts'
import { type PickupView, tillOutdated } from '../../till/api-schema.ts'
import type { pickupMessages } from './pickups.messages.ts'

const looks: Record<PickupState, StateLook> = {
  received: 'waiting',
  accepted: 'waiting',
  picking: 'working',
  short: 'wrong',
  ready: 'done',
  collected: 'done',
  refused: 'wrong',
  expired: 'quiet',
  cancelled: 'quiet',
}

/** What a pickup's state looks like and is called: a ready one that must wait is not simply ready. */
export function shownState(
  view: PickupView,
  t: Pick<(typeof pickupMessages)['en'], 'state' | 'onHold' | 'askFirst' | 'customerNotTold' | 'putBack'>,
): { look: StateLook; word: string } {
  const usual = { look: looks[view.state], word: t.state[view.state] }
  if (view.toAcknowledge) return { look: 'caution', word: t.putBack(usual.word) }
  if (view.state !== 'ready' || view.notice === null || typeof view.notice === 'string') return usual
  const notice = knownNotice(view.notice)
  if (blocksHandOver(view.notice))
    return { look: 'caution', word: notice?.code === 'on-hold' ? t.onHold : t.askFirst }
  const isUntold = notice?.code === 'write-refused' && notice.step === 'ready'
  return isUntold ? { look: 'caution', word: t.customerNotTold } : usual
}

/** Whether the goods must stay here until someone has decided otherwise and says why. */
export function blocksHandOver(notice: SentNotice | null): boolean {
  if (notice === null || typeof notice === 'string') return false
  return isLasting(notice) || notice.code === tillOutdated.code
}

const primaryOrder = ['pick', 'finish', 'collect'] as const
export type PrimaryMove = (typeof primaryOrder)[number]
const wayOutOrder = ['refuse', 'reopen'] as const
export type WayOutMove = (typeof wayOutOrder)[number]

function firstLegal<M extends StaffMove>(state: PickupState, moves: readonly M[]): M | null {
  return moves.find(move => stateAfter(state, move) !== null) ?? null
}

/** The one step that usually comes next; null when nothing is left to do. */
export function primaryMove(state: PickupState): PrimaryMove | null {
  return firstLegal(state, primaryOrder)
}

/** The way out of an order that can't be done here, or is not ready after all; null when neither applies. */
export function wayOut(state: PickupState): WayOutMove | null {
  // A hand-over is taken back with the undo alone.
  return state === 'collected' ? null : firstLegal(state, wayOutOrder)
}
