import { openException } from '../checks/exceptions.ts'
import { defineEffect } from './effect.ts'

/** A till began a new epoch of its events because it was restored from a backup. */
export const epochOpened = defineEffect({
  kind: 'epoch.opened',
  async apply(tx, placed, { store, at }) {
    for (const { event, origin } of placed) {
      if (event.reason === 'journal-damaged') continue // journal.salvaged follows and says more
      await openException(
        tx,
        {
          code: 'till-restored',
          subject: origin.device,
          store,
          device: origin.device,
          fields: { store },
          evidence: { reason: event.reason, previous: event.previous },
        },
        at,
      )
    }
  },
})
