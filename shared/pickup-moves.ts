/**
 * The pickup's states and the moves between them. Buttons, the hub's decision and the tests of every move read
 * this table. `pick` is legal from `received` so that one press starts the work. `reopen` of a hand-over is legal only as
 * long as it can be undone. `undo` is not in the table: it leads back to where the move came from.
 */
export const pickupMoves = {
  received: { accept: 'accepted', pick: 'picking', refuse: 'refused', cancel: 'cancelled' },
  accepted: { pick: 'picking', refuse: 'refused', cancel: 'cancelled' },
  picking: { finish: 'ready', miss: 'short', cancel: 'cancelled' },
  short: { finish: 'ready', reopen: 'picking', refuse: 'refused', cancel: 'cancelled' },
  ready: { collect: 'collected', reopen: 'picking', expire: 'expired', cancel: 'cancelled' },
  collected: { reopen: 'ready' },
  refused: {},
  expired: { reopen: 'picking', cancel: 'cancelled' },
  cancelled: {},
} as const satisfies Record<string, Record<string, string>>

export type PickupState = keyof typeof pickupMoves
type MovesOf<S> = S extends PickupState ? keyof (typeof pickupMoves)[S] : never
export type PickupMove = MovesOf<PickupState> | 'undo'

export const pickupStates = Object.keys(pickupMoves) as readonly PickupState[]

/** Moves that store staff make at a till; the others come from Shopify or from the hub's clock. */
export const staffMoves = [
  'accept',
  'pick',
  'finish',
  'miss',
  'collect',
  'refuse',
  'reopen',
  'undo',
] as const satisfies readonly PickupMove[]
export type StaffMove = (typeof staffMoves)[number]

/** The state after a move, or null when the move is illegal from here. */
export function stateAfter(state: PickupState, move: PickupMove): PickupState | null {
  const moves: Partial<Record<PickupMove, PickupState>> = pickupMoves[state]
  return (Object.hasOwn(moves, move) ? moves[move] : null) ?? null
}

/** Moves that a customer or Shopify hears of. Staff may undo one for a few seconds; until then Shopify is not told. */
export const undoableMoves = ['finish', 'collect', 'refuse'] as const satisfies readonly StaffMove[]
export type UndoableMove = (typeof undoableMoves)[number]

export function isUndoable(move: StaffMove): move is UndoableMove {
  return undoableMoves.some(one => one === move)
}

/** How long staff may undo a move, counted from the till's moment of it. */
export const UNDO_MS = 8_000

/** After so long a move is told to Shopify and to the POS: an undo that staff press at the last moment has arrived by then. */
export const TOLD_AFTER_MS = UNDO_MS + 2_000

const ended: readonly PickupState[] = ['collected', 'refused', 'expired', 'cancelled']

/** Whether staff and customer are done with it, unless it is reopened. */
export function isEnded(state: PickupState): boolean {
  return ended.includes(state)
}
