import { openException } from '../checks/exceptions.ts'
import { defineEffect } from './effect.ts'

/** A till began a new epoch of its events because it was restored from a backup. */
export const epochOpened = defineEffect({
  kind: 'epoch.opened',
  async apply(tx, placed, { store, at }) {
    for (const { event, origin } of placed)
      await openException(
        tx,
        {
          kind: 'till-restored',
          subject: origin.device,
          store,
          sentence: `A till of store ${store} was restored from a backup and goes on in a new epoch. Nothing is lost or counted twice; find out why it was restored.`,
          evidence: { reason: event.reason, previous: event.previous },
        },
        at,
      )
  },
})
