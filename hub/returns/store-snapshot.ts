import type { Tx } from '../db/db.ts'
import { sendOpenPickups } from '../pickups/snapshot.ts'
import { sendStoreReturns } from './store-return.ts'

/**
 * Sends a device all that its store's tills know from the hub, in the transaction of its enrolment: a till that replaces another one
 * begins with what that one knew. After commit, say `commands`.
 */
export async function sendStoreSnapshot(tx: Tx, device: string, now: number): Promise<void> {
  await sendOpenPickups(tx, device, now)
  await sendStoreReturns(tx, device, now)
}
