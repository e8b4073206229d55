import { openException } from '../checks/exceptions.ts'
import { salvagedProblem } from '../checks/journal-salvaged.ts'
import { sendStoreSnapshot } from '../returns/store-snapshot.ts'
import { defineEffect } from './effect.ts'

/** A till's journal was damaged: head office learns what of it is missing, and the till gets its pickups once more. */
export const journalSalvaged = defineEffect({
  kind: 'journal.salvaged',
  async apply(tx, placed, { store, at, afterCommit }) {
    for (const { event, origin } of placed) {
      await openException(tx, await salvagedProblem(tx, { event, device: origin.device, store }), at)
      if (event.parts.length === 0) continue
      await sendStoreSnapshot(tx, origin.device, at)
      afterCommit('commands')
    }
  },
})
