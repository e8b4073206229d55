import type { Tx } from '../db/db.ts'
import type { Restored } from '../generation/generation.ts'
import type { SentLine } from '../generation/record-file.ts'
import { openWrites } from '../outbox/writes.ts'
import { nameDoubtedPlaces } from './doubted-places.ts'
import { isHoldReference } from './hold-back.ts'
import { takeInLostHolds } from './lost-holds.ts'
import { beginRecovery } from './recovery.ts'

/**
 * The database is older than it once was: every store is judged before anything more is posted, also one that the database does not
 * know and is to be added again.
 */
export async function recoverFromRecord(
  tx: Tx,
  { cause, since, now, lost, unknown, fleet }: Restored,
): Promise<void> {
  const sent = lost && newestOfEachKey(lost).filter(({ end }) => end === null || end.state === 'applied')
  const holds = sent?.filter(({ subject }) => isHoldReference(subject)) ?? []
  const stock = sent?.filter(({ subject }) => !isHoldReference(subject))
  const sends = stock?.map(({ end, send: _, ...request }) => ({ ...request, group: end?.group ?? null }))
  const stores = await storesOf(tx, sends ?? [], fleet)
  await beginRecovery(tx, { cause, since, now, lost: sends ?? null, unknown }, stores)
  await nameDoubtedPlaces(tx, sends ?? [], now)
  await takeInLostHolds(tx, holds, now)
}

/** A request that was sent again under its key, by a version that noted each time, is one request. */
function newestOfEachKey(lines: readonly SentLine[]): readonly SentLine[] {
  return [...new Map(lines.map(line => [line.key, line])).values()]
}

/** Whether the database has ever sent a stock change or a hold: those that ended long ago are packed. */
export async function hasSentStock(tx: Tx): Promise<boolean> {
  const row = await tx
    .selectFrom('shopify_write')
    .select('id')
    .where('kind', 'in', ['adjust', 'hold'])
    .where('last_sent_at', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  if (row !== undefined) return true
  return (await tx.selectFrom('write_block').select('first_id').limit(1).executeTakeFirst()) !== undefined
}

/** Keys of stock changes and holds that were sent and have not ended: the record may know what became of them. */
export async function openSendKeys(tx: Tx): Promise<ReadonlySet<string>> {
  const open = await openWrites(tx, { kinds: ['adjust', 'hold'] })
  return new Set(open.filter(write => write.first_sent_at !== null).map(write => write.idempotency_key))
}

/** Those of the database, and those that the record names besides. */
async function storesOf(
  tx: Tx,
  sends: readonly { readonly store: string }[],
  { devices }: Restored['fleet'],
): Promise<readonly string[]> {
  const known = await tx.selectFrom('store').select('code').orderBy('code').execute()
  return [
    ...new Set([
      ...known.map(({ code }) => code),
      ...sends.map(one => one.store),
      ...devices.map(one => one.store),
    ]),
  ]
}
