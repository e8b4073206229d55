import type { PickupMoved } from '../../shared/events.ts'
import { epochMs } from '../../shared/ids.ts'
import { knownNotice } from '../../shared/pickup-notices.ts'
import { openException } from '../checks/exceptions.ts'
import type { Tx } from '../db/db.ts'
import { revisionOf } from '../stock/movement-key.ts'
import { readPlaces } from '../stock/places.ts'
import { sendToDevice, sendToStore } from '../streams/command-log.ts'
import { handOverTold } from './allocation.ts'
import { nameCancelledButCollected } from './cancelled-but-collected.ts'
import { followedOf, matchTold, noteTold } from './fulfillments.ts'
import { goodsOf } from './goods-text.ts'
import { handOverOf } from './hand-over.ts'
import { nameHandedOverByBoth } from './handed-over-by-both.ts'
import { handedOverUntold } from './may-be-gone.ts'
import { evidenceOf, type Follows, type MoveOrigin } from './move-log.ts'
import { isPaidBack } from './paid-back.ts'
import { changePickup, type Pickup } from './pickup-row.ts'
import { shareToldAfterMove } from './rung-up-after-move.ts'
import { type ToldAfterMove, toldAfterMove } from './told-after-move.ts'

/**
 * The till could not know that the order had been moved to another store: its goods are gone, from there. Both stores are told, and
 * what is to be done is asked. The fulfilment that Shopify still wants, or has already, is of these goods.
 */
export async function standAfterMove(
  tx: Tx,
  at: MoveOrigin,
  event: PickupMoved,
  pickup: Pickup,
): Promise<Follows> {
  const { row, body } = pickup
  const warehouse = await mainWarehouse(tx, at.store)
  if (warehouse === null) {
    await nameForeign(tx, at, event, pickup)
    return []
  }
  const told = await toldAfterMove(tx, at, event, pickup)
  if (told.again.length > 0) await nameToldBefore(tx, at, event, pickup)
  if (told.out.length === 0 && told.again.length > 0) return ['commands']
  await takeOut(tx, at, { event, pickup, told, warehouse })
  const signed = { state: 'collected' as const, movedBy: event.staff, movedAt: event.at }
  const notice = { code: 'collected-after-move', to: row.store } as const
  await sendToStore(tx, at.store, {
    ...body,
    ...signed,
    version: row.version + 1,
    notice,
    at: epochMs(at.now),
  })
  await nameAfterMove(tx, at, { event, pickup, told })
  return ['commands', 'stock']
}

interface HandedOver {
  readonly event: PickupMoved
  readonly pickup: Pickup
  readonly told: ToldAfterMove
}

/** Its goods have left the till's store; what Shopify took off another one for them is put back there. */
async function takeOut(
  tx: Tx,
  at: MoveOrigin,
  { event, pickup, told, warehouse }: HandedOver & { readonly warehouse: string },
): Promise<void> {
  const from = { store: at.store, warehouse }
  await handOverTold(tx, pickup, told.out, await handOverOf(tx, at, event), at.now, from)
  const offOrder = new Map(told.offOrder.map(({ line, quantity }) => [line, quantity]))
  const name = String(revisionOf(at.store, event.at, event.till, event.staff))
  await noteTold(tx, followedOf(pickup), from, told.out, at.now, { name, isAfterMove: true, offOrder })
  await matchTold(tx, followedOf(pickup), { store: at.store, units: told.fulfilled }, at.now)
  await shareToldAfterMove(tx, pickup, at.store, at.now)
}

/** What head office has to do depends on what has become of the order: each is asked in its own words. */
async function nameAfterMove(tx: Tx, at: MoveOrigin, { event, pickup, told }: HandedOver): Promise<void> {
  const { row } = pickup
  const evidence = evidenceOf(at, event)
  const { fulfilled, open, twice, offOrder, isPart } = told
  // the store that has it now must not hand it over once more; of what Shopify has as handed over it has only the rest to do
  const all = { code: 'handed-over-elsewhere', store: at.store, staff: event.staff } as const
  const isDone = fulfilled.length + twice.length > 0 && !isPart
  const notice = open.length > 0 ? await handedOverUntold(tx, pickup) : isDone ? all : null
  if (notice !== null) await changePickup(tx, pickup, { body: { notice } }, at.now)
  const about = { store: at.store, device: at.device, evidence } as const
  const said = { staff: event.staff, store: at.store, order: row.order_name, owner: row.store }
  if (open.length > 0) {
    const code = isPart ? 'handed-over-after-move.part' : 'handed-over-after-move'
    const fields = { ...said, items: goodsOf(pickup, open) }
    await openException(tx, { code, subject: row.pickup, ...about, fields }, at.now)
  }
  if (fulfilled.length > 0) {
    const fields = { ...said, items: goodsOf(pickup, fulfilled) }
    // Shopify has it as fulfilled, so that its end says nothing: this one is closed by hand
    const subject = `${row.pickup}/fulfilled`
    await openException(tx, { code: 'handed-over-after-move.fulfilled', subject, ...about, fields }, at.now)
  }
  if (twice.length > 0) await nameHandedOverByBoth(tx, pickup, { ...about, units: twice }, at.now)
  const isPartOff = !(await isOrderCancelled(tx, pickup))
  const lost = { lost: offOrder, store: at.store, device: at.device, evidence, isPart: isPartOff }
  await nameCancelledButCollected(tx, pickup, lost, at.now)
}

/** Another till of the store had told of these goods: more of them than the store had have not left. */
async function nameToldBefore(tx: Tx, at: MoveOrigin, event: PickupMoved, pickup: Pickup): Promise<void> {
  const { row, body } = pickup
  const first = await toldFirst(tx, at, event)
  const by = first?.staff ?? event.staff
  const time = first?.made_at ?? event.at
  const zone = await tx.selectFrom('store').select('zone').where('code', '=', at.store).executeTakeFirst()
  const timeZone = zone?.zone ?? 'UTC'
  const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone }).format(
    time,
  )
  const state = { phrase: 'phrase.state-collected' } as const
  const why = { phrase: 'phrase.moved', fields: { state, by, at: clock, why: '' } } as const
  const fields = { staff: event.staff, order: row.order_name, till: event.till, why }
  const about = { subject: `${row.pickup}/${event.move}/${at.store}`, store: at.store, device: at.device }
  const evidence = evidenceOf(at, event)
  await openException(tx, { code: 'pickup-move-refused.collect', ...about, fields, evidence }, at.now)
  const notice = {
    code: 'move-refused',
    move: event.move,
    state: 'collected',
    by,
    at: epochMs(time),
  } as const
  const shown = { state: 'collected', movedBy: by, movedAt: epochMs(time), notice } as const
  await sendToDevice(tx, at.device, { ...body, ...shown, version: row.version + 1, at: epochMs(at.now) })
}

/** The hand-over of the same store that the hub heard of first. */
function toldFirst(tx: Tx, { store, device }: MoveOrigin, event: PickupMoved) {
  return tx
    .selectFrom('pickup_move')
    .select(['staff', 'made_at'])
    .where('pickup', '=', event.pickup)
    .where('store', '=', store)
    .where('move', '=', 'collect')
    .where(e => e.or([e('device', '<>', device), e('made_at', '<>', event.at)]))
    .orderBy('received_at')
    .limit(1)
    .executeTakeFirst()
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
