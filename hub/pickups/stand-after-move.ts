import type { PickupMoved } from '../../shared/events.ts'
import { epochMs } from '../../shared/ids.ts'
import { knownNotice } from '../../shared/pickup-notices.ts'
import { openException } from '../checks/exceptions.ts'
import type { Tx } from '../db/db.ts'
import { readPlaces } from '../stock/places.ts'
import { sendToStore } from '../streams/command-log.ts'
import { handOverTold } from './allocation.ts'
import { nameCancelledButCollected } from './cancelled-but-collected.ts'
import { followedOf, type LineUnits, noteTold } from './fulfillments.ts'
import { goodsOf } from './goods-text.ts'
import { handOverOf } from './hand-over.ts'
import { evidenceOf, type Follows, type MoveOrigin } from './move-log.ts'
import { isPaidBack } from './paid-back.ts'
import { changePickup, type Pickup } from './pickup-row.ts'
import { shownUnits } from './shown-units.ts'

/**
 * The till could not know that the order had been moved to another store: its goods are gone, from there. Both stores are told, and
 * one exception names it. The fulfilment that Shopify still wants is of these goods.
 */
export async function standAfterMove(
  tx: Tx,
  at: MoveOrigin,
  event: PickupMoved,
  pickup: Pickup,
): Promise<Follows> {
  const { row, body } = pickup
  const handed = unitsOut(event, pickup)
  const warehouse = await mainWarehouse(tx, at.store)
  if (warehouse === null) {
    await nameForeign(tx, at, event, pickup)
    return []
  }
  const from = { store: at.store, warehouse }
  await handOverTold(tx, pickup, handed, await handOverOf(tx, at, event), at.now, from)
  const isCancelled = body.state === 'cancelled' && (await isOrderCancelled(tx, pickup))
  // handed over there as well: then the goods have left both stores
  if (body.state !== 'collected' && !isCancelled) await noteTold(tx, followedOf(pickup), from, handed, at.now)
  const signed = { state: 'collected' as const, movedBy: event.staff, movedAt: event.at }
  const told = { code: 'collected-after-move', to: row.store } as const
  await sendToStore(tx, at.store, {
    ...body,
    ...signed,
    version: row.version + 1,
    notice: told,
    at: epochMs(at.now),
  })
  if (isCancelled) {
    const what = { lost: handed, store: at.store, device: at.device, evidence: evidenceOf(at, event) }
    await nameCancelledButCollected(tx, pickup, what, at.now)
  } else await nameAfterMove(tx, at, { event, pickup, handed })
  return ['commands', 'stock']
}

function unitsOut(event: PickupMoved, pickup: Pickup): readonly LineUnits[] {
  const unitsOf = shownUnits(event, pickup)
  return pickup.lines.lines.flatMap(({ id, quantity }) => {
    const out = unitsOf === null ? quantity : (unitsOf.get(id) ?? 0)
    return out > 0 ? [{ line: id, quantity: out }] : []
  })
}

/** The store that has it now must not hand it over again. */
async function nameAfterMove(
  tx: Tx,
  at: MoveOrigin,
  what: { readonly event: PickupMoved; readonly pickup: Pickup; readonly handed: readonly LineUnits[] },
): Promise<void> {
  const { event, pickup, handed } = what
  const { row } = pickup
  const notice = { code: 'handed-over-elsewhere', store: at.store, staff: event.staff } as const
  await changePickup(tx, pickup, { body: { notice } }, at.now)
  const fields = {
    staff: event.staff,
    store: at.store,
    order: row.order_name,
    items: goodsOf(pickup, handed),
    owner: row.store,
  }
  const about = { subject: row.pickup, store: at.store, device: at.device } as const
  const problem = { code: 'handed-over-after-move', ...about, fields } as const
  await openException(tx, { ...problem, evidence: evidenceOf(at, event) }, at.now)
}

/** Whether a pickup ended because its order was cancelled, not only its part. */
async function isOrderCancelled(tx: Tx, pickup: Pickup): Promise<boolean> {
  const { notice } = pickup.body
  const isSaid = notice !== null && knownNotice(notice)?.code === 'order-cancelled'
  return isSaid || (await isPaidBack(tx, pickup))
}

async function mainWarehouse(tx: Tx, store: string): Promise<string | null> {
  const place = (await readPlaces(tx)).places.find(one => one.store === store)
  return place?.warehouses[0] ?? null
}

/** Moved to another store, or forged: a device moves its own store's pickups only. */
export async function nameForeign(
  tx: Tx,
  at: MoveOrigin,
  event: PickupMoved,
  { row }: Pickup,
): Promise<void> {
  const fields = {
    staff: event.staff,
    store: at.store,
    move: event.move,
    order: row.order_name,
    owner: row.store,
  }
  const subject = `${row.pickup}/${event.move}/${at.store}`
  const evidence = evidenceOf(at, event)
  await openException(
    tx,
    { code: 'pickup-move-refused.foreign', subject, store: at.store, device: at.device, fields, evidence },
    at.now,
  )
}
