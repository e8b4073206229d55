import type { PosWritten } from '../../shared/events.ts'
import { reconcileExceptions } from '../checks/exceptions.ts'
import { saidByTill } from '../checks/words/said-by-till.ts'
import { defineEffect } from './effect.ts'

/** The result of writing something into the POS. */
export const posWritten = defineEffect({
  kind: 'pos.written',
  async apply(tx, placed, { store, at }) {
    for (const { event, origin } of placed) {
      const { source, what, externalId, problem } = event
      const subject = `${store}/${source}/${what}/${externalId}`
      const kind = 'pos-write-refused'
      const evidence = { code: problem?.code, what, externalId }
      const about = { subject, store, device: origin.device, evidence }
      const found =
        problem === null ? [] : [{ code: kind, ...about, fields: fieldsOf(event, problem, store) } as const]
      await reconcileExceptions(tx, { kind, scope: { subjects: [subject] }, found, at, seen: 'again' })
    }
  },
})

function fieldsOf(
  { source, what, externalId }: PosWritten,
  { code, sentence }: NonNullable<PosWritten['problem']>,
  store: string,
) {
  const phrase = { phrase: `phrase.write-${what}` } as const
  return { store, source, what: phrase, order: externalId, code, said: saidByTill(sentence) }
}
