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

const WITHIN = 'SELECT body FROM outbox WHERE at BETWEEN ? AND ?'

/** Of another journal's records, those that this one does not hold: an earlier start, or an older copy, brought the rest. */
export function notHeld(db: JournalDb, records: readonly OutboxRecord[]): readonly OutboxRecord[] {
  const missing = new Map(records.map(record => [record.body, record]))
  const times = records.map(({ at }) => at)
  const [from, to] = times.reduce(([low, high], at) => [Math.min(low, at), Math.max(high, at)], [Infinity, 0])
  if (missing.size > 0)
    for (const body of db.prepare(WITHIN).pluck().iterate(from, to)) missing.delete(String(body))
  return [...missing.values()]
}
