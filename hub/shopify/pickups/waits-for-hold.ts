import { transaction } from '../../db/db.ts'
import { CHOSEN_OTHERWISE, postpone, type Write } from '../../outbox/writes.ts'
import { isChoiceOpen } from '../../pickups/customer-choice/questions.ts'
import { readPickup } from '../../pickups/pickup-row.ts'
import { readHolds, releaseHolds } from './own-hold.ts'
import { conclude, type PickupWriteWork } from './write-steps.ts'

const LOOK_AGAIN_MS = 60_000

/**
 * Releases the hub's own hold of a pickup of which staff have found items after all, so that Shopify can be told. Not where its customer chose
 * something else for them: head office is asked about that, and the write waits until it has released the hold. Other holds stay. `isGone`: they have
 * left with the customer, whatever was chosen. Throws as
 * `ShopifyClient.read` does. @returns whether the write can't go on now
 */
export async function waitsForOwnHold(
  work: PickupWriteWork,
  write: Write,
  { isGone = false }: { readonly isGone?: boolean } = {},
): Promise<boolean> {
  const { client, db, world } = work
  const { own } = await readHolds(client, write.subject)
  const pickup = own.length === 0 ? null : await readPickup(db, write.subject)
  if (pickup === null) return false
  if (!isGone && (await isChoiceOpen(db, pickup.row))) {
    const dueAt = world.clock.now() + LOOK_AGAIN_MS
    const later = { dueAt, problem: CHOSEN_OTHERWISE, firstSendFailed: false }
    await transaction(db, tx => postpone(tx, write.id, later))
    return true
  }
  const result = await client.write(releaseHolds, { id: write.subject, holds: own }, 'pickup')
  if (result.kind === 'answered') return false
  const resent = write.first_sent_at !== null
  // it was not answered: what this would say of an answer is never said
  const outcome = () => ({ kind: 'overtaken', problem: 'It was released.' }) as const
  await conclude(work, write, result, { resent, outcome })
  return true
}
