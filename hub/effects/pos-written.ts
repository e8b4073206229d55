import type { PosWritten } from '../../shared/events.ts'
import { saidByTill } from '../checks/words/said-by-till.ts'
import { momentsOf, readClocks } from '../sales/moments.ts'
import { numberOfGid } from '../stock/movement-key.ts'
import { noteWrittenBack } from '../stock/pos-counts.ts'
import { defineEffect } from './effect.ts'
import { tillExceptions } from './till-subject.ts'
import { writtenGoods } from './written-goods.ts'

/** The result of writing something into the POS. */
export const posWritten = defineEffect({
  kind: 'pos.written',
  async apply(tx, placed, { store, at }) {
    const clocks = await readClocks(
      tx,
      placed.map(({ origin }) => origin.device),
    )
    const exceptions = tillExceptions(tx, { store, at })
    for (const { event, origin } of placed) {
      const { source, what, externalId, problem } = event
      const name = `${source}/${what}/${externalId}`
      const { device } = origin
      const kind = 'pos-write-refused'
      if (problem !== null) {
        const evidence = { code: problem.code, what, externalId }
        const about = { subject: name, store, device, evidence }
        await exceptions.open(kind, { code: kind, ...about, fields: fieldsOf(event, problem, store) })
        continue
      }
      await exceptions.close(kind, { device, name })
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
