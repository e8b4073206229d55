import { closeException, openException } from '../checks/exceptions.ts'
import { defineEffect } from './effect.ts'

/** The result of writing something into the POS. */
export const posWritten = defineEffect({
  kind: 'pos.written',
  async apply(tx, placed, { store, at }) {
    for (const { event } of placed) {
      const { source, what, externalId, problem } = event
      const subject = `${store}/${source}/${what}/${externalId}`
      if (problem === null) {
        await closeException(tx, 'pos-write-refused', subject, at)
        continue
      }
      const { code, sentence } = problem
      const evidence = { code, what, externalId }
      await openException(tx, { kind: 'pos-write-refused', subject, store, sentence, evidence }, at)
    }
  },
})
