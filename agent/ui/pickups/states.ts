import { type PickupState, type StaffMove, stateAfter } from '../../../shared/pickup-moves.ts'
import type { StateLook } from '../../../shared/ui/theme.ts'

/** What a pickup's state looks like. */
export const stateLook: Record<PickupState, StateLook> = {
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

const primaryOrder = ['pick', 'finish', 'collect'] as const
export type PrimaryMove = (typeof primaryOrder)[number]
const giveUpOrder = ['miss', 'refuse'] as const
export type GiveUpMove = (typeof giveUpOrder)[number]

function firstLegal<M extends StaffMove>(state: PickupState, moves: readonly M[]): M | null {
  return moves.find(move => stateAfter(state, move) !== null) ?? null
}

/** The one step that usually comes next; null when nothing is left to do. */
export function primaryMove(state: PickupState): PrimaryMove | null {
  return firstLegal(state, primaryOrder)
}

/** The way out when goods can't be found; null where there is none. */
export function giveUpMove(state: PickupState): GiveUpMove | null {
  return firstLegal(state, giveUpOrder)
}
