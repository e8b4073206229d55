import type { SourceRowAccepted, SourceRowRefused } from '../../shared/events.ts'
import { saidByTill } from '../checks/words/said-by-till.ts'
import type { Tx } from '../db/db.ts'
import type { PlacedEvent } from '../streams/placed-event.ts'
import { defineEffect, type EffectContext } from './effect.ts'
import { tillExceptions } from './till-subject.ts'

/** A row of the POS's data, or a printed receipt, that the agent could not read. */
export const rowRefused = defineEffect({ kind: 'source.row-refused', apply: applyRows })

/** Refusals and acceptances in stream order: the last one about a row counts. */
export async function applyRows(
  tx: Tx,
  placed: readonly PlacedEvent<SourceRowRefused | SourceRowAccepted>[],
  { store, at }: EffectContext,
): Promise<void> {
  const exceptions = tillExceptions(tx, { store, at })
  for (const { event, origin } of placed) {
    const { device } = origin
    const name = `${event.source}/${event.row}`
    if (event.kind === 'source.row-accepted') {
      for (const kind of ['pos-row-refused', 'receipt-unparsed'] as const)
        await exceptions.close(kind, { device, name })
      continue
    }
    const { row, code, sentence, payload } = event
    const evidence = { code, row, payload }
    const fields = { store, source: event.source, row, code, said: saidByTill(sentence) }
    const problem = { subject: name, store, device, fields, evidence }
    if (event.what === 'receipt')
      await exceptions.open('receipt-unparsed', { code: 'receipt-unparsed', ...problem })
    else {
      const isFormer = code === 'ROW_OF_FORMER_STORE'
      await exceptions.open('pos-row-refused', {
        code: isFormer ? 'pos-row-refused.former-store' : 'pos-row-refused',
        ...problem,
      })
    }
  }
}
