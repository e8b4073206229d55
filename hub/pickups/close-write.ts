import { isDeepStrictEqual } from 'node:util'
import type { PickupNotice } from '../../shared/pickup-notices.ts'
import { closeException, openException } from '../checks/exceptions.ts'
import type { Tx } from '../db/db.ts'
import { confirmWrite, refuseWrite, retryWrite, type Write } from '../outbox/writes.ts'
import { handOverUnits } from './allocation.ts'
import { nameCancelledButCollected } from './apply-move.ts'
import { changePickup, type Pickup, readPickup } from './pickup-row.ts'

/** What became of a pickup write at Shopify. */
export type PickupOutcome =
  | { readonly kind: 'confirmed'; readonly proof: object }
  /** `retryAt`: hub clock, ms; null: it is not tried again. */
  | { readonly kind: 'refused'; readonly problem: string; readonly retryAt: number | null }
  /** The pickup has gone further: nothing was sent and nothing needs to be. */
  | { readonly kind: 'overtaken'; readonly problem: string }
  /** Shopify no longer has anything to hand over. */
  | { readonly kind: 'cancelled'; readonly problem: string }

/**
 * Closes a pickup write and what hangs on it in one transaction: the pickup's way to Shopify as staff see it, the
 * ledger's units once Shopify has them as handed over, the exceptions. After commit, say `commands` and `now`.
 */
export async function closePickupWrite(
  tx: Tx,
  id: number,
  outcome: PickupOutcome,
  now: number,
): Promise<void> {
  const write = await moveWrite(tx, id, outcome, now)
  if (write === null) return
  const pickup = await readPickup(tx, write.subject)
  if (pickup === null) return
  const kind = write.kind === 'ready' ? 'ready' : 'collected'
  switch (outcome.kind) {
    case 'overtaken':
      await closeException(tx, 'pickup-write-refused', pickup.row.pickup, now)
      return
    case 'confirmed':
      return confirmed(tx, pickup, kind, now)
    case 'cancelled':
      return cancelled(tx, pickup, kind, outcome.problem, now)
    case 'refused':
      return refused(tx, pickup, kind, outcome, now)
  }
}

/** @returns null when the write has ended meanwhile */
function moveWrite(tx: Tx, id: number, outcome: PickupOutcome, now: number): Promise<Write | null> {
  if (outcome.kind === 'confirmed') return confirmWrite(tx, id, { proof: outcome.proof, now })
  const { problem } = outcome
  if (outcome.kind === 'refused' && outcome.retryAt !== null)
    return retryWrite(tx, id, { problem, dueAt: outcome.retryAt })
  return refuseWrite(tx, id, { problem, now })
}

type Kind = 'ready' | 'collected'

async function confirmed(tx: Tx, pickup: Pickup, kind: Kind, now: number): Promise<void> {
  await closeException(tx, 'pickup-write-refused', pickup.row.pickup, now)
  // A confirmed "ready" says nothing of the hand-over that is under way by now.
  if (kind === 'ready' && pickup.body.state !== 'ready') return
  const lines = kind === 'collected' ? await handOverUnits(tx, pickup, 'shopify', now) : pickup.lines
  await changePickup(tx, pickup, { body: { shopify: 'confirmed', notice: null }, lines }, now)
}

async function refused(
  tx: Tx,
  pickup: Pickup,
  kind: Kind,
  outcome: { readonly problem: string; readonly retryAt: number | null },
  now: number,
): Promise<void> {
  const { row } = pickup
  const said = outcome.problem.slice(0, 1_000)
  const notice: PickupNotice = {
    code: 'write-refused',
    step: kind,
    said,
    isRetried: outcome.retryAt !== null,
  }
  const evidence = { problem: outcome.problem, kind }
  const fields = { order: row.order_name, store: row.store, problem: outcome.problem }
  const code = `pickup-write-refused.${kind}${outcome.retryAt === null ? '' : '-retried'}` as const
  await openException(tx, { code, subject: row.pickup, store: row.store, fields, evidence }, now)
  if (pickup.body.shopify === 'refused' && isDeepStrictEqual(pickup.body.notice, notice)) return
  await changePickup(tx, pickup, { body: { shopify: 'refused', notice } }, now)
}

/** Cancelled at Shopify while the goods went out: they are gone, and our ledger must say so itself. */
async function cancelled(tx: Tx, pickup: Pickup, kind: Kind, problem: string, now: number): Promise<void> {
  if (kind === 'ready') return
  await closeException(tx, 'pickup-write-refused', pickup.row.pickup, now)
  const lines = await handOverUnits(tx, pickup, 'us', now)
  const notice = { code: 'collected-after-cancel' } as const
  await changePickup(tx, pickup, { body: { shopify: 'refused', notice }, lines }, now)
  await nameCancelledButCollected(tx, pickup, { problem }, now)
}
