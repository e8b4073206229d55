import type { PickupMoved } from '../../shared/events.ts'
import { isAfter } from '../../shared/stream/resume.ts'
import type { Tx } from '../db/db.ts'
import { helloOf, recoveryOf } from '../stock/recovery.ts'
import { deviceOfHandOver } from './hand-overs-noted.ts'
import { atHubTime } from './hold.ts'
import type { MoveOrigin } from './move-log.ts'
import type { Pickup } from './pickup-row.ts'

/**
 * Whether staff made a move before their till had heard of a hub that was put back to its backup: before that happened, or while
 * the till was not connected. The hub may have lost steps of other tills that came before it, and hears them again later, in
 * the order in which the tills connect.
 */
async function knewTheLostHub(tx: Tx, at: MoveOrigin, event: PickupMoved): Promise<boolean> {
  const recovery = await recoveryOf(tx, at.store)
  if (recovery === null) return false
  const hello = await helloOf(tx, at.device)
  const isInHello = hello !== null && !isAfter(at, hello)
  return isInHello || (await atHubTime(tx, at, event)) < recovery.begun_at
}

/**
 * A till handed over what it showed as ready, and the hub has lost what made it so: the goods have left with the customer,
 * whatever of its steps the hub has heard again by now.
 */
export async function lostItsReady(
  tx: Tx,
  at: MoveOrigin,
  event: PickupMoved,
  { body }: Pickup,
): Promise<boolean> {
  const isEarlier = ['received', 'accepted', 'picking', 'short'].includes(body.state)
  return isEarlier && event.from === 'ready' && (await knewTheLostHub(tx, at, event))
}

/** A step that led to a hand-over which the hub heard of first: no goods are left over from it. */
export async function ledToHandOver(
  tx: Tx,
  at: MoveOrigin,
  event: PickupMoved,
  pickup: Pickup,
): Promise<boolean> {
  if (event.move !== 'finish' || !isHandedOver(event, pickup)) return false
  if ((await atHubTime(tx, at, event)) > (await whenHandedOver(tx, pickup))) return false
  return knewTheLostHub(tx, at, event)
}

/** Goods that were found have left, at a till or by Shopify's word alone. */
function isHandedOver({ lines: found }: PickupMoved, { body, lines }: Pickup): boolean {
  if (body.state === 'collected') return true
  if (body.state !== 'cancelled' || found === undefined) return false
  const gone = new Map(lines.lines.map(line => [line.id, line.fulfilled]))
  return found.every(({ pickupLine, units }) => units <= (gone.get(pickupLine) ?? 0))
}

/** By the hub's clock: the clocks of two tills are not compared. */
async function whenHandedOver(tx: Tx, { row, body }: Pickup): Promise<number> {
  if (body.movedAt === null) return 0
  const device = await deviceOfHandOver(tx, row.pickup, body)
  return device === null ? body.movedAt : atHubTime(tx, { device }, { at: body.movedAt })
}
