import type { SourceRowAccepted, SourceRowRefused } from '../../shared/events.ts'
import { closeException, openException } from '../checks/exceptions.ts'
import { saidByTill } from '../checks/words/said-by-till.ts'
import type { Tx } from '../db/db.ts'
import type { PlacedEvent } from '../streams/placed-event.ts'
import { defineEffect, type EffectContext } from './effect.ts'

/** A row of the POS's data, or a printed receipt, that the agent could not read. */
export const rowRefused = defineEffect({ kind: 'source.row-refused', apply: applyRows })

/** Refusals and acceptances in stream order: the last one about a row counts. */
export async function applyRows(
  tx: Tx,
  placed: readonly PlacedEvent<SourceRowRefused | SourceRowAccepted>[],
  { store, at }: EffectContext,
): Promise<void> {
  for (const { event, origin } of placed) {
    const subject = `${store}/${event.source}/${event.row}`
    if (event.kind === 'source.row-accepted') {
      for (const kind of ['pos-row-refused', 'receipt-unparsed'] as const)
        await closeException(tx, kind, subject, at)
      continue
    }
    const { row, code, sentence, payload } = event
    const evidence = { code, row, payload }
    const fields = { store, source: event.source, row, code, said: saidByTill(sentence) }
    const problem = { subject, store, device: origin.device, fields, evidence }
    if (event.what === 'receipt') await openException(tx, { code: 'receipt-unparsed', ...problem }, at)
    else {
      const isFormer = code === 'ROW_OF_FORMER_STORE'
      await openException(
        tx,
        { code: isFormer ? 'pos-row-refused.former-store' : 'pos-row-refused', ...problem },
        at,
      )
    }
  }
}
