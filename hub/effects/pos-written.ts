import { reconcileExceptions } from '../checks/exceptions.ts'
import { defineEffect } from './effect.ts'

/** The result of writing something into the POS. */
export const posWritten = defineEffect({
  kind: 'pos.written',
  async apply(tx, placed, { store, at }) {
    for (const { event } of placed) {
      const { source, what, externalId, problem } = event
      const subject = `${store}/${source}/${what}/${externalId}`
      const kind = 'pos-write-refused'
      const evidence = { code: problem?.code, what, externalId }
      const found =
        problem === null
          ? []
          : [{ code: kind, subject, store, fields: { said: problem.sentence }, evidence } as const]
      await reconcileExceptions(tx, { kind, scope: { subjects: [subject] }, found, at, seen: 'again' })
    }
  },
})
