import { z } from 'zod'
import type { OutboxRecord } from './outbox.ts'
import type { JournalDb } from './part.ts'

const Rows = z.array(z.object({ kind: z.string(), at: z.number(), body: z.string() }))
const OWED = /* sql */ `
  SELECT kind, at, body FROM outbox
   WHERE kind <> 'epoch.opened' AND position > (SELECT acked FROM stream_state WHERE stream = 'events')
   ORDER BY position`

/** What the hub has not confirmed of a former device's journal, in its order. */
export function owedRecords(db: JournalDb): readonly OutboxRecord[] {
  return Rows.parse(db.prepare(OWED).all())
}
