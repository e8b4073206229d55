import type { PickupMoved } from '../../shared/events.ts'
import type { MissingUnits } from '../../shared/pickup-lines.ts'
import { isEnded } from '../../shared/pickup-moves.ts'
import { isOnHold, type PickupNotice } from '../../shared/pickup-notices.ts'
import type { Tx } from '../db/db.ts'
import { planShort } from './finish.ts'
import { goodsOf } from './goods-text.ts'
import { dueUnits, isAllMissing, missingUnits, packedUnits, someMissing, withCounts } from './line-counts.ts'
import type { MoveOrigin } from './move-log.ts'
import { changePickup, type LedgerLines, type Pickup, parsePickup } from './pickup-row.ts'
import { missingOf, nameShort } from './short.ts'
import { shownLines, shownTexts } from './shown-lines.ts'

/**
 * A restored hub hears of a hand-over before the step that said what staff could not find: that is still due, in this pickup or in one
 * that Shopify has split off since, and is reported as it was.
 * @returns whether something was missing
 */
export async function reportMissingLate(
  tx: Tx,
  at: MoveOrigin,
  event: PickupMoved,
  pickup: Pickup,
): Promise<boolean> {
  const left = new Map(event.missing?.map(({ pickupLine, ...units }) => [pickupLine, units]))
  const others = await othersOf(tx, pickup)
  // what is held had been split off
  const isHeld = ({ body }: Pickup) => isOnHold(body.notice)
  const places = [...others.filter(isHeld), pickup, ...others.filter(other => !isHeld(other))]
  let isAny = false
  for (const place of places) {
    const lines = missedHere(place, pickup, left)
    if (lines === null) continue
    isAny = true
    await report(tx, at, event, { pickup: place, lines })
  }
  return isAny
}

/** The order's other pickups of the store that are open. */
async function othersOf(tx: Tx, { row }: Pickup): Promise<readonly Pickup[]> {
  const rows = await tx
    .selectFrom('pickup')
    .selectAll()
    .where('order_id', '=', row.order_id)
    .where('store', '=', row.store)
    .where('pickup', '<>', row.pickup)
    .orderBy('pickup')
    .execute()
  return rows.map(parsePickup).filter(({ body }) => !isEnded(body.state))
}

/**
 * The lines of one of the places of a pickup's goods, with what was not found of them. `left`: what is still to be reported of each
 * line of the pickup; it is reduced.
 * @returns null when nothing of it is due there
 */
function missedHere(
  place: Pickup,
  pickup: Pickup,
  left: Map<string, MissingUnits>,
): LedgerLines['lines'] | null {
  const { state } = place.body
  if (isEnded(state) && state !== 'collected') return null
  let isAny = false
  const lines = place.lines.lines.map(line => {
    const from = pickup.lines.lines.find(({ id, orderLine }) =>
      place === pickup ? id === line.id : orderLine !== undefined && orderLine === line.orderLine,
    )
    const wanted = from === undefined ? undefined : left.get(from.id)
    const laidOut = state === 'collected' ? 0 : packedUnits(line, state)
    const taken = someMissing(wanted, dueUnits(line) - missingUnits(line) - laidOut)
    if (from === undefined || wanted === undefined || taken === null || taken.units === 0) return line
    isAny = true
    left.set(from.id, { ...wanted, units: wanted.units - taken.units })
    const missing = { ...taken, units: missingUnits(line) + taken.units }
    const packed = Math.min(line.packed ?? 0, dueUnits(line) - missing.units)
    return withCounts(line, { packed, missing, handed: line.handed ?? 0 })
  })
  return isAny ? lines : null
}

/** As when the hub hears of it in time: a hold says what is missing. */
function noticeOf({ staff, missing = [] }: PickupMoved, pickup: Pickup): PickupNotice {
  if (isOnHold(pickup.body.notice)) return { code: 'on-hold', missing: goodsOf(pickup, missingOf(pickup)) }
  const reason = missing.map(({ said }) => said).find(said => said !== null) ?? null
  return { code: 'items-missing', staff, reason }
}

async function report(
  tx: Tx,
  at: MoveOrigin,
  event: PickupMoved,
  { pickup, lines }: { readonly pickup: Pickup; readonly lines: LedgerLines['lines'] },
): Promise<void> {
  const missed = { ...pickup, lines: { ...pickup.lines, lines } }
  const state = isAllMissing(lines) ? ('short' as const) : pickup.body.state
  const signed = { state, movedBy: event.staff, movedAt: event.at, notice: noticeOf(event, missed) }
  const body =
    pickup.body.state === 'collected'
      ? {}
      : { ...signed, ...shownLines(shownTexts(pickup.body), lines, state) }
  const short = await changePickup(tx, pickup, { body, lines: missed.lines }, at.now)
  const { device, epoch, seq } = at
  await nameShort(tx, short, { staff: event.staff, evidence: { device, epoch, seq, event } }, at.now)
  await planShort(tx, event, short, { now: at.now, dueAt: at.now })
}
