import type { PickupMoved } from '../../shared/events.ts'
import { noticeAfterMove, type PickupNotice, type SentNotice } from '../../shared/pickup-notices.ts'
import { closeException } from '../checks/exceptions.ts'
import { contractOf } from '../contract/contract.ts'
import type { Tx } from '../db/db.ts'
import { type GoneSinceShown, goneSinceShown } from './gone-since-shown.ts'
import { goodsOf } from './goods-text.ts'
import { heldUntil } from './hold.ts'
import { dueUnits, isPacked, packedUnits, someMissing, withCounts } from './line-counts.ts'
import { warningOf } from './may-be-gone.ts'
import type { MoveOrigin } from './move-log.ts'
import { closeNotCollected } from './not-collected-question.ts'
import { changePickup, type LedgerLines, type Pickup } from './pickup-row.ts'
import { remindersSince } from './reminders.ts'
import { closeShortWhenFound, missingOf, nameShort } from './short.ts'
import { shownLines, shownTexts } from './shown-lines.ts'
import { shownUnits } from './shown-units.ts'
import { keepBefore } from './undo.ts'
import { planPickupWrite, planShortWrite, type When } from './write-plan.ts'

/** What applies until the hand-over is told again after a step of less weight has taken its place. */
export async function noticeAfter(tx: Tx, { move }: PickupMoved, pickup: Pickup): Promise<SentNotice | null> {
  const kept = noticeAfterMove(pickup.body.notice, move)
  return kept ?? noticeAfterMove(await warningOf(tx, pickup), move)
}

/**
 * Staff have packed what they found. It is ready if that is all but what they miss; what the till did not know of is still to be picked.
 * Shopify hears of it after the time for an undo: what is missing leaves the fulfilment order and is held, and the rest is ready.
 * @returns whether Shopify will hear of it
 */
export async function finish(tx: Tx, at: MoveOrigin, event: PickupMoved, pickup: Pickup): Promise<boolean> {
  const gone = await goneSinceShown(tx, at.device, event, pickup)
  const lines = packedLines(event, pickup, gone)
  const texts = shownTexts(pickup.body)
  const isLooked = isPacked(lines, 'picking')
  const isFound =
    lines.some(line => packedUnits(line, 'picking') > 0) || lines.every(line => dueUnits(line) === 0)
  const state: 'picking' | 'ready' | 'short' = !isLooked ? 'picking' : isFound ? 'ready' : 'short'
  const kept = await noticeAfter(tx, event, pickup)
  const notice = kept ?? noticeOf(event, { ...pickup, lines: { ...pickup.lines, lines } }, state)
  const shopify = state === 'ready' ? ({ shopify: 'sending' } as const) : {}
  const keptAt = event.keptAt ?? null
  const signed = { movedBy: event.staff, movedAt: event.at, notice, state, keptAt }
  const reminders = state === 'ready' ? { reminders: await remindersSince(tx, pickup, event.at) } : {}
  const body = { ...signed, ...reminders, ...shopify, ...shownLines(texts, lines, state) }
  const ready = state === 'ready' ? { ready: { heardAt: at.now, toldAt: null } } : {}
  const packed = await changePickup(tx, pickup, { body, lines: { ...pickup.lines, ...ready, lines } }, at.now)
  await keepBefore(tx, event, pickup, packed)
  await closeException(tx, 'pickup-short', packed.row.pickup, at.now)
  if (state !== 'picking') await closeNotCollected(tx, packed, at.now)
  const missing = missingOf(packed)
  const { device, epoch, seq } = at
  const what = { staff: event.staff, evidence: { device, epoch, seq, event } }
  const isRest = state === 'short' && lines.some(({ fulfilled, handed = 0 }) => fulfilled + handed > 0)
  const isTold = state === 'ready' || isRest
  const when = { now: at.now, dueAt: await heldUntil(tx, at, event) }
  if (isTold && missing.length > 0) await planShort(tx, event, packed, when)
  if (state === 'ready') await planPickupWrite(tx, 'ready', packed, when)
  if (missing.length > 0) await nameShort(tx, packed, what, at.now)
  else await closeShortWhenFound(tx, packed.row.order_id, at.now)
  return isTold
}

/** Shopify hears of what staff could not find: the contract says what becomes of it. */
export async function planShort(tx: Tx, { staff }: PickupMoved, packed: Pickup, when: When): Promise<void> {
  const missing = missingOf(packed)
  const note = `${staff} could not find: ${goodsOf(packed, missing)}`
  const rule = (await contractOf(tx, packed.row.store))?.terms.shortLines ?? 'hold'
  await planShortWrite(tx, packed, { missing, note, rule }, when)
}

function packedLines(event: PickupMoved, pickup: Pickup, gone: GoneSinceShown): LedgerLines['lines'] {
  const unitsOf = shownUnits(event, pickup)
  const missingOf = new Map(event.missing?.map(({ pickupLine, ...units }) => [pickupLine, units]))
  return pickup.lines.lines.map(line => {
    const due = dueUnits(line)
    const missed = missingOf.get(line.id) ?? null
    const found = unitsOf === null ? due - (missed?.units ?? 0) : (unitsOf.get(line.id) ?? 0)
    // what has been handed over of it meanwhile was found
    const beyond = Math.max(0, found + (missed?.units ?? 0) - due)
    const left = found - Math.min(beyond, gone.byAny(line))
    const packed = Math.max(0, Math.min(due, left))
    return withCounts(line, { packed, missing: someMissing(missed, due - packed), handed: line.handed ?? 0 })
  })
}

function noticeOf(
  { staff }: PickupMoved,
  pickup: Pickup,
  state: 'picking' | 'ready' | 'short',
): PickupNotice | null {
  const missing = missingOf(pickup)
  if (state === 'picking') return unpackedNotice(pickup)
  if (missing.length === 0) return null
  if (state === 'short') return { code: 'items-missing', staff, reason: null }
  return { code: 'rest-missing', staff, goods: goodsOf(pickup, missing) }
}

function unpackedNotice(pickup: Pickup): PickupNotice {
  const left = pickup.lines.lines.flatMap(line => {
    const quantity = dueUnits(line) - packedUnits(line, 'picking') - (line.missing?.units ?? 0)
    return quantity > 0 ? [{ line: line.id, quantity }] : []
  })
  return { code: 'order-changed', added: goodsOf(pickup, left), removed: null }
}
