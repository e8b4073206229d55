import { type BackOff, backOffMs } from '../../../shared/back-off.ts'
import type { World } from '../../../shared/world.ts'
import { type Db, type Tx, transaction } from '../../db/db.ts'
import { markSent, postpone, shrinkRequest, type Write } from '../../outbox/writes.ts'
import { closePickupWrite, type PickupOutcome } from '../../pickups/close-write.ts'
import type { CustomerLinks } from '../../pickups/customer-choice/links.ts'
import { readPickup } from '../../pickups/pickup-row.ts'
import type { Signals } from '../../signals.ts'
import type { ToBeTold } from '../../stock/silence.ts'
import type { ShopifyClient, UserError, WriteResult } from '../api/client.ts'
import { noteUnfinished } from '../orders/order-poll.ts'

const RETRY: BackOff = { firstMs: 1_000, longestMs: 5 * 60_000 }
/** What staff did has happened though Shopify refuses it, for a hold perhaps: it is told again, seldom. */
const REFUSED_RETRY_MS = 15 * 60_000

export interface PickupWriteWork {
  readonly db: Db
  readonly client: ShopifyClient
  readonly world: World
  readonly signals: Signals
  /** Whether the hub has all that a store's tills did until now. */
  readonly isAllTold: (of: ToBeTold) => Promise<boolean>
  /** Makes the links under which customers choose. */
  readonly links: CustomerLinks
}

/** Ends a write, or puts it off, by what Shopify answered. */
export async function conclude<T>(
  work: PickupWriteWork,
  write: Write,
  result: WriteResult<T>,
  { resent, outcome }: { readonly resent: boolean; readonly outcome: (data: T) => PickupOutcome },
): Promise<void> {
  switch (result.kind) {
    case 'answered':
      await close(work, write, outcome(result.data))
      return
    case 'user-errors':
      await close(work, write, {
        kind: 'refused',
        problem: problemOf(result.errors),
        retryAt: retryAt(work),
      })
      return
    case 'invalid':
      await close(work, write, { kind: 'refused', problem: result.problem, retryAt: retryAt(work) })
      return
    case 'unknown':
      await putOff(work, write, result.problem)
      return
    case 'refused':
    case 'denied':
    case 'not-sent':
      // This one was not carried out. If it was the first, there is nothing to look for.
      await putOff(work, write, result.problem, !resent)
      return
  }
}

/** Closes a write with what became of it, and says so. */
export async function close(work: PickupWriteWork, write: Write, outcome: PickupOutcome): Promise<void> {
  const { db, world, signals } = work
  const others = await transaction(db, async tx => {
    const now = world.clock.now()
    if ('lost' in outcome && outcome.lost.length > 0) await readOrderAgain(tx, write, now)
    return closePickupWrite(tx, write.id, outcome, now)
  })
  for (const store of others) {
    signals.say('commands', store)
    signals.say('stock', store)
  }
  signals.say('commands', write.store)
  signals.say('stock', write.store) // a hand-over that Shopify refused is posted as stock
  signals.say('pickup-writes', write.store) // the pickup's next write may wait for this one
  signals.say('now', write.store)
}

/** What Shopify showed of an order while a hand-over waited was left to that: what has become of the rest is looked at once more. */
async function readOrderAgain(tx: Tx, { subject }: Write, now: number): Promise<void> {
  const pickup = await readPickup(tx, subject)
  if (pickup !== null) await noteUnfinished(tx, [pickup.row.order_id], [pickup.row.order_id], now)
}

/** Notes that a request is about to leave. @returns null when it has ended meanwhile */
export function mark({ db, world }: PickupWriteWork, write: Write): Promise<Write | null> {
  return transaction(db, tx => markSent(tx, write.id, world.clock.now()))
}

/** Fewer lines are left of a request. */
export async function refreeze({ db }: PickupWriteWork, write: Write, request: object): Promise<void> {
  await transaction(db, tx => shrinkRequest(tx, write.id, request))
}

/** It goes again later, as it is. */
export async function putOff(
  { db, world }: PickupWriteWork,
  write: Write,
  problem: string,
  firstSendFailed = false,
): Promise<void> {
  const dueAt = world.clock.now() + backOffMs(world, write.attempts, RETRY)
  await transaction(db, tx => postpone(tx, write.id, { dueAt, problem, firstSendFailed }))
}

/** When what Shopify refused is told again. */
export function retryAt({ world }: PickupWriteWork): number {
  return world.clock.now() + REFUSED_RETRY_MS
}

export function problemOf(errors: readonly UserError[]): string {
  return errors.map(error => error.message).join(' ')
}
