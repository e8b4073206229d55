/**
 * The pickup's states and the moves between them. Buttons, the hub's decision and the tests of every move read
 * this table. `pick` is legal from `received` so that one press starts the work.
 */
export const pickupMoves = {
  received: { accept: 'accepted', pick: 'picking', refuse: 'refused', cancel: 'cancelled' },
  accepted: { pick: 'picking', refuse: 'refused', cancel: 'cancelled' },
  picking: { finish: 'ready', miss: 'short', cancel: 'cancelled' },
  short: { finish: 'ready', refuse: 'refused', cancel: 'cancelled' },
  ready: { collect: 'collected', expire: 'expired', cancel: 'cancelled' },
  collected: {},
  refused: {},
  expired: {},
  cancelled: {},
} as const satisfies Record<string, Record<string, string>>

export type PickupState = keyof typeof pickupMoves
type MovesOf<S> = S extends PickupState ? keyof (typeof pickupMoves)[S] : never
export type PickupMove = MovesOf<PickupState>

export const pickupStates = Object.keys(pickupMoves) as readonly PickupState[]

/** Moves that store staff make at a till; the others come from Shopify or from the hub's clock. */
export const staffMoves = [
  'accept',
  'pick',
  'finish',
  'miss',
  'collect',
  'refuse',
] as const satisfies readonly PickupMove[]
export type StaffMove = (typeof staffMoves)[number]

/** The state after a move, or null when the move is illegal from here. */
export function stateAfter(state: PickupState, move: PickupMove): PickupState | null {
  const moves: Partial<Record<PickupMove, PickupState>> = pickupMoves[state]
  return (Object.hasOwn(moves, move) ? moves[move] : null) ?? null
}

/** Whether nothing more can happen to it. */
export function isEnded(state: PickupState): boolean {
  return Object.keys(pickupMoves[state]).length === 0
}
