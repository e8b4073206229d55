/**
 * The life of one request to Shopify. `send`: its bytes are about to leave. `unsend`: that first send was not carried
 * out. `freeze`: it was not carried out, and another request under another key takes its place. `retry`: Shopify
 * refused it, and it is sent again later. `postpone`: the same request goes later. `findPosted` and `findUnposted`: a
 * person has looked. The others end it.
 */
export const writeMoves = {
  planned: {
    send: 'sent',
    freeze: 'planned',
    retry: 'planned',
    postpone: 'planned',
    confirm: 'confirmed',
    refuse: 'refused',
    giveUp: 'unknown',
  },
  sent: {
    send: 'sent',
    unsend: 'planned',
    freeze: 'planned',
    retry: 'planned',
    postpone: 'sent',
    confirm: 'confirmed',
    refuse: 'refused',
    giveUp: 'unknown',
  },
  /** Shopify shows every change of it, or nothing had to be sent. */
  confirmed: {},
  /** It was not carried out and will not be. */
  refused: {},
  /** It can't be told whether it was carried out: a person must look, and says what was found. */
  unknown: {
    findPosted: 'confirmed',
    findUnposted: 'refused',
  },
} as const

export type WriteState = keyof typeof writeMoves
export type WriteMove = keyof (typeof writeMoves)['sent'] | keyof (typeof writeMoves)['unknown']

export const writeStates = Object.keys(writeMoves) as readonly WriteState[]

/** The states that a move starts from. */
export function statesBefore(move: WriteMove): readonly WriteState[] {
  return writeStates.filter(state => move in writeMoves[state])
}

/** Where a move leads; null when `move` starts nowhere in `state`. */
export function writeStateAfter(state: WriteState, move: WriteMove): WriteState | null {
  const moves: Partial<Record<WriteMove, WriteState>> = writeMoves[state]
  return moves[move] ?? null
}
