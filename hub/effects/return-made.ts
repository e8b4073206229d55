import { applyReturnMade } from '../returns/return-made.ts'
import { applyReturnUndone } from '../returns/return-undone.ts'
import { defineEffect, type Effect } from './effect.ts'

const apply: Effect<'return.made' | 'return.undone'>['apply'] = async (tx, placed, { afterCommit }) => {
  for (const { event, origin } of placed) {
    const at = { ...origin, now: origin.at }
    const hints =
      event.kind === 'return.made'
        ? await applyReturnMade(tx, at, event)
        : await applyReturnUndone(tx, at, event)
    for (const hint of hints) afterCommit(hint)
  }
}

/** Staff took goods of an online order back. */
export const returnMade = defineEffect({ kind: 'return.made', apply })

/** They took that back within seconds. */
export const returnUndone = defineEffect({ kind: 'return.undone', apply })
