import type { PickupMoved } from '../../shared/events.ts'
import { epochMs } from '../../shared/ids.ts'
import type { SentNotice } from '../../shared/pickup-notices.ts'
import { closeException } from '../checks/exceptions.ts'
import type { Reads, Tx } from '../db/db.ts'
import { revisionOf } from '../stock/movement-key.ts'
import { sendToStore } from '../streams/command-log.ts'
import { takeBackTold } from './allocation.ts'
import {
  type BookedFulfillment,
  forgetTold,
  fulfillmentsOfPickup,
  unitsToldUnmatched,
} from './fulfillments.ts'
import { handOverOf } from './hand-over.ts'
import { warningOf } from './may-be-gone.ts'
import type { MoveOrigin } from './move-log.ts'
import { orderSalesOf } from './order-sale-row.ts'
import { changePickup, type Pickup } from './pickup-row.ts'

type Undoes = NonNullable<PickupMoved['undoes']>

/** What the hub noted of a hand-over that a store told after its order had been moved away. */
async function toldOf(
  db: Reads,
  { store }: MoveOrigin,
  { at, till, staff }: Undoes,
  { row }: Pickup,
): Promise<BookedFulfillment | undefined> {
  const name = `told/${revisionOf(store, at, till, staff)}`
  return (await fulfillmentsOfPickup(db, row.pickup)).find(one => one.fulfillment === name)
}

/**
 * Whether a hand-over that was told after a move can be taken back: its goods are still awaited as a fulfilment. Not once Shopify has that, the order
 * does not have them any more, the store that has the order handed them over too, or a receipt of the till's store has them.
 */
export async function isStillOpen(
  db: Reads,
  at: MoveOrigin,
  undoes: Undoes,
  pickup: Pickup,
): Promise<boolean> {
  const told = await toldOf(db, at, undoes, pickup)
  if (told === undefined || told.lines.some(({ offOrder }) => offOrder > 0)) return false
  const rows = await fulfillmentsOfPickup(db, pickup.row.pickup)
  const isMatched = rows.some(row => row.state === 'booked' && row.lines.some(({ putBack }) => putBack > 0))
  const sales = await orderSalesOf(db, pickup.row.pickup)
  const isRungUp = sales.some(({ store, taken }) => store === at.store && taken.length > 0)
  return !isMatched && !isRungUp && pickup.body.state !== 'collected'
}

/** Takes such a hand-over back: nothing has left the till's store, and the store that has the order hands it over. `notice`: what that one showed before. */
export async function takeBackAfterMove(
  tx: Tx,
  at: MoveOrigin,
  event: PickupMoved & { readonly undoes: Undoes },
  { pickup, notice }: { readonly pickup: Pickup; readonly notice: SentNotice | null },
): Promise<void> {
  const told = await toldOf(tx, at, event.undoes, pickup)
  const { row } = pickup
  if (told === undefined) return
  const [line] = told.lines
  const warehouse = line?.warehouse ?? pickup.lines.warehouse
  const from = { store: at.store, warehouse }
  await takeBackTold(tx, pickup, told.lines, await handOverOf(tx, at, event), at.now, from)
  await forgetTold(tx, told)
  if ([...(await unitsToldUnmatched(tx, row.pickup)).values()].every(units => units === 0))
    await closeException(tx, 'handed-over-after-move', row.pickup, at.now)
  const change = { notice: (await warningOf(tx, pickup)) ?? notice }
  const { body, row: after } = await changePickup(tx, pickup, { body: change }, at.now)
  const gone = { state: 'cancelled' as const, movedBy: 'Shopify', movedAt: epochMs(at.now) }
  const away = { code: 'moved-away', to: row.store } as const
  await sendToStore(tx, at.store, {
    ...body,
    ...gone,
    version: after.version,
    shopify: 'nothing-due',
    notice: away,
  })
}
