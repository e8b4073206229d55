import { PickupMoved } from '../../shared/events.ts'
import { openException } from '../checks/exceptions.ts'
import type { Reads, Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'

/** Where a move was made: the device is bound to its store, whatever the event says. `now`: hub clock, ms. */
export interface MoveOrigin {
  readonly store: string
  readonly device: string
  readonly epoch: number
  readonly seq: number
  readonly now: number
}

/** What a move leads to: the hints to send for its store after the commit. */
export type Follows = readonly ('commands' | 'pickup-writes' | 'stock')[]

/** What a person needs to find a move. */
export function evidenceOf({ device, epoch, seq }: MoveOrigin, event: PickupMoved) {
  return { device, epoch, seq, event }
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

/** Shopify's fulfilment orders are named so. Its ids are whole numbers below 2^63. */
const PICKUP_OF_SHOPIFY = /^gid:\/\/shopify\/FulfillmentOrder\/[1-9]\d{0,17}$/
/** Whether it can be the id of a pickup. */
export const isOfShopify = (pickup: string): boolean => PICKUP_OF_SHOPIFY.test(pickup)
/** More than a till moves in the month that they wait for their orders. */
const MOST_WAITING = 2_000

/**
 * A move came before its order is known, as after a restore of the hub: it waits, and is named. One of a pickup that Shopify can't have
 * does not wait. One of a till that has very many waiting is counted, and waits in what the till sent until there is room.
 */
export async function waitForOrder(tx: Tx, at: MoveOrigin, event: PickupMoved): Promise<void> {
  const { move, staff, pickup } = event
  const { device, epoch, seq, store, now } = at
  const about = { subject: `${pickup}/${move}`, store, device, fields: { store, move, staff, pickup } }
  const evidence = { device, epoch, seq, event }
  if (!isOfShopify(pickup)) {
    await openException(tx, { code: 'pickup-move-refused.no-order', ...about, evidence }, now)
    return
  }
  if ((await isBehindOthers(tx, at)) || (await hasManyWaiting(tx, device, now))) {
    await setAside(tx, at)
    const fields = { store, till: await tillOf(tx, device), limit: MOST_WAITING }
    await openException(
      tx,
      { code: 'moves-beyond-limit', subject: device, store, device, fields, evidence },
      now,
    )
    return
  }
  const wasTaken = await noteMove(tx, at, event, 'waiting')
  if (!wasTaken) await openException(tx, { code: 'pickup-move-refused.unknown', ...about, evidence }, now)
}

/** A run of a till's records whose moves found no room to wait. */
export type SetAside = Schema['moves_set_aside']

export function setAsideMoves(db: Reads): Promise<SetAside[]> {
  return db.selectFrom('moves_set_aside').selectAll().orderBy('device').orderBy('epoch').execute()
}

/** A run as it is now; null: all of it is dealt with. */
export async function setAsideOf(
  tx: Tx,
  { device, epoch }: Pick<SetAside, 'device' | 'epoch'>,
): Promise<SetAside | null> {
  const row = await tx
    .selectFrom('moves_set_aside')
    .selectAll()
    .where(e => e.and({ device, epoch }))
    .executeTakeFirst()
  return row ?? null
}

/** Whether a run of any of the till's journals is left. */
export async function hasSetAside(db: Reads, device: string): Promise<boolean> {
  const row = await db
    .selectFrom('moves_set_aside')
    .select('epoch')
    .where('device', '=', device)
    .executeTakeFirst()
  return row !== undefined
}

/** Moves keep their order: one that comes after others that were set aside waits behind them. */
async function isBehindOthers(db: Reads, { device, epoch, seq }: MoveOrigin): Promise<boolean> {
  const row = await db
    .selectFrom('moves_set_aside')
    .select('next_seq')
    .where('device', '=', device)
    .where('epoch', '=', epoch)
    .where('next_seq', '<=', seq)
    .executeTakeFirst()
  return row !== undefined
}

async function setAside(tx: Tx, at: MoveOrigin): Promise<void> {
  const { device, epoch, store, seq } = at
  const before = await setAsideOf(tx, at)
  const next_seq = Math.min(before?.next_seq ?? seq, seq)
  const last_seq = Math.max(before?.last_seq ?? seq, seq)
  await tx
    .insertInto('moves_set_aside')
    .values({ device, epoch, store, next_seq, last_seq })
    .onConflict(c => c.columns(['device', 'epoch']).doUpdateSet({ next_seq, last_seq }))
    .execute()
}

/** The records before `next` are dealt with. */
export async function shortenSetAside(
  tx: Tx,
  { device, epoch, last_seq }: SetAside,
  next: number,
): Promise<void> {
  if (next <= last_seq)
    await tx
      .updateTable('moves_set_aside')
      .set({ next_seq: next })
      .where(e => e.and({ device, epoch }))
      .execute()
  else
    await tx
      .deleteFrom('moves_set_aside')
      .where(e => e.and({ device, epoch }))
      .execute()
}

export async function hasManyWaiting(db: Reads, device: string, now: number): Promise<boolean> {
  const last = await db
    .selectFrom('pickup_move')
    .select('pickup')
    .where('device', '=', device)
    .where('state', '=', 'waiting')
    .where('received_at', '>', now - WAITS_MS)
    .limit(1)
    .offset(MOST_WAITING - 1)
    .executeTakeFirst()
  return last !== undefined
}

async function tillOf(db: Reads, device: string): Promise<string> {
  const row = await db.selectFrom('device').select('till').where('device', '=', device).executeTakeFirst()
  return row?.till ?? device
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
/** Pickups of one till that Shopify is asked for at a time. */
const ASKED_OF_TILL = 100

/**
 * Pickups that moves wait for, some of each till, so that none delays those of another. Those that waited a month are given up; their
 * exception stays open.
 * @param after the last one of each till that was asked for before
 * @returns also the last one of each till now
 */
export async function pickupsWaitedFor(
  db: Reads,
  now: number,
  after: ReadonlyMap<string, string>,
): Promise<{ readonly pickups: readonly string[]; readonly last: ReadonlyMap<string, string> }> {
  const waiting = db
    .selectFrom('pickup_move')
    .where('state', '=', 'waiting')
    .where('received_at', '>', now - WAITS_MS)
  const last = new Map<string, string>()
  const pickups = new Set<string>()
  for (const { device } of await waiting.select('device').distinct().execute()) {
    const rows = await waiting
      .select('pickup')
      .distinct()
      .where('device', '=', device)
      .where('pickup', '>', after.get(device) ?? '')
      .orderBy('pickup')
      .limit(ASKED_OF_TILL)
      .execute()
    const own = rows.map(({ pickup }) => pickup)
    for (const pickup of own) if (isOfShopify(pickup)) pickups.add(pickup)
    last.set(device, own.length < ASKED_OF_TILL ? '' : (own.at(-1) ?? ''))
  }
  return { pickups: [...pickups], last }
}
