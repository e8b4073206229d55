import type { Tx } from '../db/db.ts'
import type { Restored } from '../generation/generation.ts'
import { openWrites } from '../outbox/writes.ts'
import { beginRecovery } from './recovery.ts'

/** The database is older than it once was: every store is judged before anything more is posted. */
export async function recoverFromRecord(tx: Tx, { cause, since, now, lost }: Restored): Promise<void> {
  const sent = lost?.filter(({ end }) => end?.state !== 'not-applied')
  const sends = sent?.map(({ end, send: _, ...request }) => ({ ...request, group: end?.group ?? null }))
  await beginRecovery(tx, { cause, since, now, lost: sends ?? null })
}

/** Keys of stock changes under way: the record may know what became of them. */
export async function openStockKeys(tx: Tx): Promise<ReadonlySet<string>> {
  const open = await openWrites(tx, { kinds: ['adjust'] })
  return new Set(open.map(write => write.idempotency_key))
}
