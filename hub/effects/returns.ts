import type { ReturnMade, ReturnUndone } from '../../shared/events.ts'
import type { Tx } from '../db/db.ts'
import { applyReturnMade } from '../returns/return-made.ts'
import { applyReturnUndone } from '../returns/return-undone.ts'
import type { PlacedEvent } from '../streams/placed-event.ts'
import type { EffectContext } from './effect.ts'

/** Returns and their undos, in stream order: an undo must find what it undoes. */
export async function applyReturns(
  tx: Tx,
  placed: readonly PlacedEvent<ReturnMade | ReturnUndone>[],
  { afterCommit }: EffectContext,
): Promise<void> {
  for (const { event, origin } of placed) {
    const at = { ...origin, now: origin.at }
    const isMade = event.kind === 'return.made'
    const hints = isMade ? await applyReturnMade(tx, at, event) : await applyReturnUndone(tx, at, event)
    for (const hint of hints) afterCommit(hint)
  }
}
