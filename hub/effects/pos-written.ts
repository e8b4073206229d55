import type { PosWritten } from '../../shared/events.ts'
import { reconcileExceptions } from '../checks/exceptions.ts'
import { saidByTill } from '../checks/words/said-by-till.ts'
import { momentsOf, readClocks } from '../sales/moments.ts'
import { numberOfGid } from '../stock/movement-key.ts'
import { noteWrittenBack } from '../stock/pos-counts.ts'
import { defineEffect } from './effect.ts'
import { writtenGoods } from './written-goods.ts'

/** The result of writing something into the POS. */
export const posWritten = defineEffect({
  kind: 'pos.written',
  async apply(tx, placed, { store, at }) {
    const clocks = await readClocks(
      tx,
      placed.map(({ origin }) => origin.device),
    )
    for (const { event, origin } of placed) {
      const { source, what, externalId, problem } = event
      const subject = `${store}/${source}/${what}/${externalId}`
      const kind = 'pos-write-refused'
      const evidence = { code: problem?.code, what, externalId }
      const about = { subject, store, device: origin.device, evidence }
      const found =
        problem === null ? [] : [{ code: kind, ...about, fields: fieldsOf(event, problem, store) } as const]
      await reconcileExceptions(tx, { kind, scope: { subjects: [subject] }, found, at, seen: 'again' })
      if (problem !== null) continue
      const goods = await writtenGoods(tx, event)
      const movedAt = momentsOf(event, origin, clocks).change
      await noteWrittenBack(tx, { store, externalId: numberOfGid(externalId), goods, movedAt, now: at })
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
