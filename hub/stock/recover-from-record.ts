import type { Tx } from '../db/db.ts'
import type { Restored } from '../generation/generation.ts'
import { openWrites } from '../outbox/writes.ts'
import { nameDoubtedPlaces } from './doubted-places.ts'
import { isHoldReference } from './hold-back.ts'
import { takeInLostHolds } from './lost-holds.ts'
import { beginRecovery } from './recovery.ts'

/**
 * The database is older than it once was: every store is judged before anything more is posted, also one that the database does not
 * know and is to be added again.
 */
export async function recoverFromRecord(tx: Tx, { cause, since, now, lost, fleet }: Restored): Promise<void> {
  const sent = lost?.filter(({ end }) => end?.state !== 'not-applied')
  const holds = sent?.filter(({ subject }) => isHoldReference(subject)) ?? []
  const stock = sent?.filter(({ subject }) => !isHoldReference(subject))
  const sends = stock?.map(({ end, send: _, ...request }) => ({ ...request, group: end?.group ?? null }))
  await beginRecovery(tx, { cause, since, now, lost: sends ?? null }, await storesOf(tx, sends ?? [], fleet))
  await nameDoubtedPlaces(tx, sends ?? [], now)
  await takeInLostHolds(tx, holds, now)
}

/** Keys of stock changes and holds under way: the record may know what became of them. */
export async function openSendKeys(tx: Tx): Promise<ReadonlySet<string>> {
  const open = await openWrites(tx, { kinds: ['adjust', 'hold'] })
  return new Set(open.map(write => write.idempotency_key))
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
