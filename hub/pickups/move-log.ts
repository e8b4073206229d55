import { PickupMoved } from '../../shared/events.ts'
import { openException } from '../checks/exceptions.ts'
import type { Reads, Tx } from '../db/db.ts'

/** Where a move was made: the device is bound to its store, whatever the event says. `now`: hub clock, ms. */
export interface MoveOrigin {
  readonly store: string
  readonly device: string
  readonly epoch: number
  readonly seq: number
  readonly now: number
}

/**
 * Notes a move. A till that was restored or re-enrolled sends moves again, under another position: such a move has had
 * its effect.
 * @returns whether it was taken before
 */
export async function noteMove(
  tx: Tx,
  at: MoveOrigin,
  event: PickupMoved,
  state: 'applied' | 'waiting',
): Promise<boolean> {
  const { pickup, move, till, staff, at: made_at } = event
  const before = await tx
    .selectFrom('pickup_move')
    .select(['state', 'device', 'epoch'])
    .where('pickup', '=', pickup)
    .where('move', '=', move)
    .where('made_at', '=', made_at)
    .where('till', '=', till)
    .where('staff', '=', staff)
    .executeTakeFirst()
  const isSentAgain = before !== undefined && (before.device !== at.device || before.epoch !== at.epoch)
  if (isSentAgain && before.state !== 'waiting') return true
  const { store, device, epoch, seq, now: received_at } = at
  const place = { store, device, epoch, seq, state, received_at, body_json: JSON.stringify(event) }
  await tx
    .insertInto('pickup_move')
    .values({ pickup, move, made_at, till, staff, ...place })
    .onConflict(c => c.columns(['pickup', 'move', 'made_at', 'till', 'staff']).doUpdateSet(place))
    .execute()
  return false
}

/** A move came before its order is known, as after a restore of the hub: it waits, and is shown. */
export async function nameWaiting(tx: Tx, at: MoveOrigin, event: PickupMoved): Promise<void> {
  const { move, staff, pickup } = event
  const { device, epoch, seq, store } = at
  const subject = `${pickup}/${move}`
  const fields = { store, move, staff, pickup }
  const evidence = { device, epoch, seq, event }
  await openException(
    tx,
    { code: 'pickup-move-refused.unknown', subject, store, device, fields, evidence },
    at.now,
  )
}

export interface WaitingMove {
  readonly origin: MoveOrigin
  readonly event: PickupMoved
}

/** The moves of a pickup that wait for its order, in the order in which staff made them. */
export async function waitingMoves(db: Reads, pickup: string, now: number): Promise<readonly WaitingMove[]> {
  const rows = await db
    .selectFrom('pickup_move')
    .selectAll()
    .where('pickup', '=', pickup)
    .where('state', '=', 'waiting')
    .orderBy('made_at')
    .orderBy('epoch')
    .orderBy('seq')
    .execute()
  return rows.map(({ store, device, epoch, seq, body_json }) => ({
    origin: { store, device, epoch, seq, now },
    event: PickupMoved.parse(JSON.parse(body_json)),
  }))
}

/** How long a move waits for its order. */
const WAITS_MS = 30 * 86_400_000

/** The pickups that moves wait for. Those that waited a month are given up; their exception stays open. */
export async function pickupsWaitedFor(db: Reads, now: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('pickup_move')
    .select('pickup')
    .distinct()
    .where('state', '=', 'waiting')
    .where('received_at', '>', now - WAITS_MS)
    .execute()
  return rows.map(({ pickup }) => pickup)
}
