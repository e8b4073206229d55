import type { PickupMoved } from '../../shared/events.ts'
import { PickupId } from '../../shared/ids.ts'
import { isEnded, type PickupMove, type PickupState, stateAfter } from '../../shared/pickup-moves.ts'
import { isLasting, knownNotice, type PickupNotice, type SentNotice } from '../../shared/pickup-notices.ts'
import { closeException, isExceptionOpen, openException } from '../checks/exceptions.ts'
import type { FieldValue } from '../checks/words/message.ts'
import type { Tx } from '../db/db.ts'
import { sendToDevice } from '../streams/command-log.ts'
import { handOverTold, releaseUnits } from './allocation.ts'
import { nameRest } from './ask-expired.ts'
import { nameCancelledButCollected } from './cancelled-but-collected.ts'
import { finish, noticeAfter } from './finish.ts'
import { followedOf, goneBeyond, handedOverWhole, type LineUnits } from './fulfillments.ts'
import { goneSinceShown } from './gone-since-shown.ts'
import { goodsOf } from './goods-text.ts'
import { type HandOverOrigin, handOverOf } from './hand-over.ts'
import { isAllFulfilled } from './hand-overs-noted.ts'
import { atHubTime, heldUntil } from './hold.ts'
import { dueUnits, missingUnits, packedUnits, someMissing, withCounts } from './line-counts.ts'
import { ledToHandOver, lostItsReady } from './lost-steps.ts'
import { warningOf } from './may-be-gone.ts'
import { reportMissingLate } from './missing-late.ts'
import {
  evidenceOf,
  type Follows,
  type MoveOrigin,
  noteMove,
  waitForOrder,
  waitingMoves,
} from './move-log.ts'
import { asTyped, nameMissing } from './name-missing.ts'
import { closeNotCollected } from './not-collected-question.ts'
import { cancellingNotice, isBeingPaidBack, isPaidBack, paidBackNotice } from './paid-back.ts'
import { changePickup, type LedgerLines, type Pickup, readPickup } from './pickup-row.ts'
import { shareOutGone } from './receipt-share.ts'
import { type Continued, continuedIn, movedOn, rungUpElsewhere, withoutParts } from './regrouped.ts'
import { showReminders } from './reminders.ts'
import { isRungUp } from './rung-up.ts'
import { type ShownLines, shownLines, shownTexts } from './shown-lines.ts'
import { shownUnits } from './shown-units.ts'
import { nameForeign, standAfterMove } from './stand-after-move.ts'
import { hadNotHeardOf, knewOfState, shownThen } from './state-known.ts'
import { keepBefore, undoAfterMove, undoMove } from './undo.ts'
import { noteReopenAsked, planPickupWrite, unplanUntold } from './write-plan.ts'

/**
 * Applies one staff move in the ingest's transaction. The table in shared/pickup-moves.ts decides, in hub order: a legal
 * move changes the pickup, plans what Shopify must hear, and goes to every device of the store; an illegal one changes
 * nothing but the notice that says why in plain words. Never throws for what a till sent.
 */
export async function applyPickupMoved(tx: Tx, at: MoveOrigin, event: PickupMoved): Promise<Follows> {
  const pickup = await readPickup(tx, event.pickup)
  if (pickup === null) {
    await waitForOrder(tx, at, event)
    return []
  }
  const wasTaken = await noteMove(tx, at, event, 'applied')
  if (wasTaken) return []
  if (pickup.row.store !== at.store) {
    if (event.move === 'collect' && (await hadNotHeardOf(tx, at.device, event, 'cancelled')))
      return collectMovedAway(tx, at, event, pickup)
    if (event.undoes?.move === 'collect') {
      const isUndone = await undoAfterMove(tx, at, { ...event, undoes: event.undoes }, pickup)
      if (isUndone !== null) return ['commands', 'stock', 'pickup-writes']
    }
    await nameForeign(tx, at, event, pickup)
    return []
  }
  const { undoes } = event
  if (undoes !== undefined) {
    const isUndone = await undoMove(tx, at, { ...event, undoes }, pickup)
    return isUndone ? ['commands', 'stock', 'pickup-writes'] : ['commands']
  }
  const isReopenedLate = event.move === 'reopen' && pickup.body.state === 'collected'
  const next = isReopenedLate ? null : stateAfter(pickup.body.state, event.move)
  if (event.move === 'finish' && next !== null)
    return (await finish(tx, at, event, pickup)) ? ['commands', 'pickup-writes'] : ['commands']
  // a customer who comes late gets the goods as long as Shopify wants them handed over
  const isThere = next !== null || pickup.body.state === 'expired'
  const hadItReady = async () =>
    (await wasReadyThere(tx, at, event, pickup)) || (await lostItsReady(tx, at, event, pickup))
  if (event.move === 'collect' && (isThere || (await hadItReady())))
    return collect(tx, at, event, pickup, await handOverOf(tx, at, event))
  if (event.move === 'reopen' && next !== null && (await isBeingPaidBack(tx, pickup.row.order_id))) {
    await noteReopenAsked(tx, pickup.row.order_id)
    await sendToDevice(tx, at.device, { ...pickup.body, notice: await cancellingNotice(tx, pickup) })
    return ['commands']
  }
  if (next !== null) return makeMove(tx, at, event, pickup, next)
  if (pickup.body.state === 'cancelled' && event.move === 'collect') {
    if (!(await knewOfState(tx, at.device, event, 'cancelled')))
      return (await collectRegrouped(tx, at, event, pickup)) ?? collectCancelled(tx, at, event, pickup)
  }
  if (event.move === 'collect' && pickup.body.state === 'collected') {
    if (await isRungUp(tx, event.pickup)) return collectRungUp(tx, at, event, pickup)
    // Shopify has it as a part of all that it has as handed over
    if (await isAllFulfilled(tx, event, pickup.lines.lines)) {
      await sendToDevice(tx, at.device, pickup.body)
      return ['commands']
    }
  }
  const isLate = await ledToHandOver(tx, at, event, pickup)
  if (isLate && (await reportMissingLate(tx, at, event, pickup))) return ['commands', 'pickup-writes']
  await refuseMove(tx, at, event, pickup)
  return ['commands']
}

/** A POS has rung it up: what a till tells of the same goods is nothing new, and what it handed over besides is gone as well. */
async function collectRungUp(tx: Tx, at: MoveOrigin, event: PickupMoved, pickup: Pickup): Promise<Follows> {
  const unitsOf = shownUnits(event, pickup)
  const gone = await goneSinceShown(tx, at.device, event, pickup)
  const out = pickup.lines.lines.flatMap(line => {
    const units = (unitsOf?.get(line.id) ?? 0) - gone.byAny(line) - (line.beyond ?? 0)
    return units > 0 ? [{ line: line.id, quantity: units }] : []
  })
  const parts = await movedOn(tx, at, event, pickup, out)
  const beyond = withoutParts(pickup, out, parts)
  await collectParts(tx, at, event, parts)
  if (beyond.length === 0) await sendToDevice(tx, at.device, pickup.body)
  else {
    const of = await handOverOf(tx, at, event)
    await handOut(tx, at, event, pickup, { of, handed: [], beyond, isPart: false })
  }
  return ['commands', 'pickup-writes']
}

/**
 * A POS has rung up an order or a part of it, and these goods have left with the customer, however far staff had come with it here. The
 * rest stays as far as it is. `event`: has the units of its lines, no more than are due.
 */
export async function handOverRungUp(
  tx: Tx,
  at: MoveOrigin,
  event: PickupMoved,
  pickup: Pickup,
  of: HandOverOrigin,
): Promise<void> {
  await noteMove(tx, at, event, 'applied')
  const { state } = pickup.body
  const handed = (event.lines ?? []).map(({ pickupLine, units }) => ({ line: pickupLine, quantity: units }))
  const unitsOf = new Map(handed.map(({ line, quantity }) => [line, quantity]))
  const left = pickup.lines.lines.some(line => {
    const there = state === 'ready' ? packedUnits(line, state) : dueUnits(line) - missingUnits(line)
    return there > (unitsOf.get(line.id) ?? 0)
  })
  const isPart = left && (state === 'expired' || !isEnded(state))
  await handOut(tx, at, event, pickup, { of, handed, beyond: [], isPart })
  if (!isPart) await closeException(tx, 'pickup-short', pickup.row.pickup, at.now)
}

/** An order has become known: the moves that waited for it take effect, as if they had just come. */
export async function applyWaitingMoves(tx: Tx, pickup: string, now: number): Promise<Follows> {
  const follows = new Set<Follows[number]>()
  for (const { origin, event } of await waitingMoves(tx, pickup, now)) {
    await closeException(tx, 'pickup-move-refused', `${pickup}/${event.move}`, now)
    for (const hint of await applyPickupMoved(tx, origin, event)) follows.add(hint)
  }
  const known = await readPickup(tx, pickup)
  if (known !== null && (await showReminders(tx, known, now))) follows.add('commands')
  return [...follows]
}

async function makeMove(
  tx: Tx,
  at: MoveOrigin,
  event: PickupMoved,
  pickup: Pickup,
  state: PickupState,
): Promise<Follows> {
  // that its customer may have the goods is not forgotten when it is picked again
  const warning = event.move === 'reopen' ? await warningOf(tx, pickup) : null
  const notice = warning ?? noticeOf(event) ?? (await noticeAfter(tx, event, pickup))
  const lines = event.move === 'miss' ? missedLines(event, pickup) : pickup.lines.lines
  const lists = shownLines(shownTexts(pickup.body), lines, state)
  const shopify = event.move === 'reopen' ? ({ shopify: 'nothing-due' } as const) : {}
  const body = { state, movedBy: event.staff, movedAt: event.at, notice, ...lists, ...shopify }
  // a hub that was lost may have had it as expired; and one that was reopened before may be left once more
  const wasExpired = pickup.body.state === 'expired' || event.from === 'expired'
  const isLate = event.move === 'reopen' && (wasExpired || pickup.lines.reopenedAt !== undefined)
  const ledger = { ...pickup.lines, lines, ...(isLate ? { reopenedAt: at.now } : {}) }
  const moved = await changePickup(tx, pickup, { body, lines: ledger }, at.now)
  if (event.move === 'refuse') await keepBefore(tx, event, pickup, moved)
  if (event.move === 'reopen') {
    await unplanUntold(tx, event.pickup, at.now)
    await closeNotCollected(tx, pickup, at.now)
  }
  await nameForOffice(tx, at, event, pickup)
  return ['commands']
}

function missedLines(event: PickupMoved, pickup: Pickup): LedgerLines['lines'] {
  const missingOf = new Map(event.missing?.map(({ pickupLine, ...units }) => [pickupLine, units]))
  return pickup.lines.lines.map(line => {
    const missed = missingOf.get(line.id)
    if (missed === undefined) return line
    const missing = someMissing(missed, dueUnits(line))
    const packed = Math.min(line.packed ?? 0, dueUnits(line) - (missing?.units ?? 0))
    return withCounts(line, { packed, missing, handed: line.handed ?? 0 })
  })
}

/**
 * What the till showed has left with the customer. What it did not know of stays due; what the order does not have any more is
 * named once Shopify has answered. What Shopify has as handed over already is not handed over again.
 */
async function collect(
  tx: Tx,
  at: MoveOrigin,
  event: PickupMoved,
  pickup: Pickup,
  of: HandOverOrigin,
): Promise<Follows> {
  const { left, ...found } = await handedUnits(tx, at, event, pickup)
  const parts = await movedOn(tx, at, event, pickup, found.beyond)
  const units = { ...found, beyond: withoutParts(pickup, found.beyond, parts) }
  await collectParts(tx, at, event, parts)
  if (left && units.handed.length === 0 && units.beyond.length === 0) {
    await nameUnpaid(tx, at, event, pickup)
    await sendToDevice(tx, at.device, pickup.body)
    return ['commands']
  }
  const isPart = left && ['ready', 'expired'].includes(pickup.body.state)
  return handOut(tx, at, event, pickup, { of, ...units, isPart })
}

interface HandedOut {
  readonly of: HandOverOrigin
  readonly handed: readonly LineUnits[]
  /** What the order does not have. */
  readonly beyond: readonly LineUnits[]
  /** The rest of it is still to be handed over. */
  readonly isPart: boolean
}

async function handOut(
  tx: Tx,
  at: MoveOrigin,
  event: PickupMoved,
  pickup: Pickup,
  { of, handed, beyond, isPart }: HandedOut,
): Promise<Follows> {
  const beyondOf = new Map(beyond.map(({ line, quantity }) => [line, quantity]))
  const lines = linesHandedOut(pickup, handed).map(line => goneBeyond(line, beyondOf.get(line.id) ?? 0))
  const { state: before } = pickup.body
  const lists = isPart ? shownLines(shownTexts(pickup.body), lines, before) : handedLists(event, pickup)
  const state = isPart ? before : ('collected' as const)
  const notice = isPart ? noticeWhileReady(pickup) : null
  const step = { movedBy: event.staff, movedAt: event.at, handedTo: event.handedTo ?? null }
  const signed = { ...step, notice, state, shopify: 'sending' as const }
  const change = { body: { ...signed, ...lists }, lines: { ...pickup.lines, lines } }
  const moved = await changePickup(tx, pickup, change, at.now)
  await keepBefore(tx, event, pickup, moved)
  const when = { now: at.now, dueAt: await heldUntil(tx, at, event) }
  await planPickupWrite(tx, 'collected', moved, when, { handed, beyond, of })
  // a receipt may have sold them besides
  if (beyond.length > 0) await shareOutGone(tx, pickup.row.pickup, {}, at.now)
  if (state === 'expired') await nameRest(tx, moved, at.now)
  else await closeNotCollected(tx, pickup, at.now)
  await nameUnpaid(tx, at, event, pickup)
  await nameForOffice(tx, at, event, pickup)
  return ['commands', 'pickup-writes']
}

/** What has left with the customer, what of it the order does not have, and whether something that lies packed is left. */
async function handedUnits(tx: Tx, at: MoveOrigin, event: PickupMoved, pickup: Pickup) {
  const state = pickup.body.state === 'expired' ? 'ready' : pickup.body.state
  const unitsOf = shownUnits(event, pickup)
  const gone = await goneSinceShown(tx, at.device, event, pickup)
  const isUnpacked = state !== 'ready'
  const handed: LineUnits[] = []
  const beyond: LineUnits[] = []
  let left = false
  for (const line of pickup.lines.lines) {
    const there = dueUnits(line)
    const whole = isUnpacked ? packedUnits(line, state) : there - missingUnits(line)
    const out = unitsOf === null ? whole : (unitsOf.get(line.id) ?? 0)
    const within = Math.max(0, Math.min(out - gone.byShopify(line), there))
    // what was handed over meanwhile, in Shopify or at another till, may be the same goods
    const over = out - within - gone.byAny(line)
    if (within > 0) handed.push({ line: line.id, quantity: within })
    if (over > 0) beyond.push({ line: line.id, quantity: over })
    left ||= packedUnits(line, state) > within
  }
  return { handed, beyond, left }
}

/** Units have left with the customer: the rest stays packed, or missing. */
function linesHandedOut({ lines, body }: Pickup, out: readonly LineUnits[]): LedgerLines['lines'] {
  const unitsOf = new Map(out.map(({ line, quantity }) => [line, quantity]))
  return lines.lines.map(line => {
    const units = unitsOf.get(line.id) ?? 0
    const packed = Math.max(0, packedUnits(line, body.state) - units)
    const missing = someMissing(line.missing, dueUnits(line) - units - packed)
    return withCounts(line, { packed, missing, handed: (line.handed ?? 0) + units })
  })
}

/** What is left to say of a pickup of which a part was handed over. */
function noticeWhileReady({ body: { notice } }: Pickup): SentNotice | null {
  const code = notice === null ? undefined : knownNotice(notice)?.code
  const isKept = code === 'rest-missing' || code === 'not-collected'
  return notice !== null && (isLasting(notice) || isKept) ? notice : null
}

/** What a till shows of a pickup that was handed over: what left with the customer at last. */
function handedLists({ lines: said, moreLines = [] }: PickupMoved, { body, lines }: Pickup): ShownLines {
  const { moreLines: more = [], goneLines: gone = [] } = body
  if (said === undefined) return { lines: body.lines, moreLines: more, goneLines: gone }
  const unitsOf = new Map([...said, ...moreLines].map(({ pickupLine, units }) => [pickupLine, units]))
  const isLeft = (line: { readonly id: string }) => !unitsOf.has(line.id)
  const out = (line: ShownLines['lines'][number]) =>
    isLeft(line) ? [] : [{ ...line, units: unitsOf.get(line.id) ?? line.units }]
  const rest = shownLines(
    shownTexts({ ...body, lines: body.lines.filter(isLeft), moreLines: more.filter(isLeft) }),
    lines.lines,
    'collected',
  )
  const left = [...rest.lines, ...rest.moreLines].map(
    ({ units: _u, packed: _p, missing: _m, ...line }) => line,
  )
  return {
    lines: body.lines.flatMap(out),
    moreLines: more.flatMap(out),
    goneLines: [...rest.goneLines, ...left],
  }
}

/** The till did not ask for the money: it did not know, or its version does not show what is to be paid. */
async function nameUnpaid(
  tx: Tx,
  at: MoveOrigin,
  event: PickupMoved,
  { row, body, lines }: Pickup,
): Promise<void> {
  const { outstanding } = body
  if (outstanding == null || event.paid === true) return
  if (lines.owedSince !== undefined && lines.owedSince > (await atHubTime(tx, at, event))) return
  const amount = { money: outstanding.minor, currency: outstanding.currency }
  const fields = { order: row.order_name, store: row.store, staff: event.staff, amount }
  const { order_id: subject, store } = row
  const evidence = evidenceOf(at, event)
  await openException(
    tx,
    { code: 'handed-over-unpaid', subject, store, device: at.device, fields, evidence },
    at.now,
  )
}

/**
 * It was ready at the till, which did not know yet that it had gone back to picking: what lay packed has been handed over.
 */
async function wasReadyThere(
  tx: Tx,
  { device }: MoveOrigin,
  event: PickupMoved,
  pickup: Pickup,
): Promise<boolean> {
  const { body, lines } = pickup
  if (body.state !== 'picking') return false
  if (event.from === 'ready' && (await wasToldReady(tx, device, event, lines))) return true
  if (!lines.lines.some(line => packedUnits(line, body.state) > 0)) return false
  const units = shownUnits(event, pickup)
  if (units === null) return !(await knewOfState(tx, device, event, 'picking'))
  return lines.lines.every(line => (units.get(line.id) ?? 0) <= packedUnits(line, body.state))
}

/** The till says that it showed it as ready, and it has been that. */
async function wasToldReady(
  tx: Tx,
  device: string,
  event: PickupMoved,
  { ready }: LedgerLines,
): Promise<boolean> {
  return ready !== undefined || (await shownThen(tx, device, event))?.state === 'ready'
}

/** What the store's other tills are told of a move that ends or delays the order. */
function noticeOf(event: PickupMoved): PickupNotice | null {
  const { move, staff } = event
  const typed = event.reason?.trim() ?? ''
  const reason = typed === '' ? null : typed
  if (move === 'refuse') return { code: 'refused', staff, reason }
  if (move === 'reopen') return { code: 'reopened', staff, reason }
  return move === 'miss' ? { code: 'items-missing', staff, reason } : null
}

/** What the people online must act on: the customer has paid and will not get all of it here. */
async function nameForOffice(tx: Tx, at: MoveOrigin, event: PickupMoved, pickup: Pickup): Promise<void> {
  const { row } = pickup
  const evidence = evidenceOf(at, event)
  if (event.move === 'miss')
    await nameMissing(tx, at, pickup, { staff: event.staff, reason: event.reason, evidence })
  // that it was reopened and left is asked in these words instead
  if (event.move === 'miss' || event.move === 'refuse') await closeNotCollected(tx, pickup, at.now)
  if (event.move !== 'refuse') return
  await closeException(tx, 'pickup-short', row.pickup, at.now)
  const fields = {
    store: at.store,
    order: row.order_name,
    staff: event.staff,
    reason: asTyped(event.reason),
  }
  const about = { subject: row.pickup, store: at.store, device: at.device } as const
  const problem = { code: 'pickup-refused', ...about, fields, evidence } as const
  await openException(tx, problem, at.now)
}

async function refuseMove(tx: Tx, at: MoveOrigin, event: PickupMoved, pickup: Pickup): Promise<void> {
  const { state, movedBy, movedAt } = pickup.body
  const refused = { code: 'move-refused', move: event.move, state, by: movedBy, at: movedAt } as const
  const isBack = state === 'cancelled' && event.move !== 'collect' && (await isPaidBack(tx, pickup))
  const notice = isBack ? paidBackNotice(pickup) : refused
  // Work done twice needs no attention, and concerns the till that did it alone; goods handed over against the hub's word do.
  const isTwice = isEnded(pickup.body.state) && event.move === 'finish'
  const isHarmless = event.move !== 'collect' && (!isTwice || (await ledToHandOver(tx, at, event, pickup)))
  if (isHarmless) {
    await sendToDevice(tx, at.device, { ...pickup.body, notice })
    return
  }
  await changePickup(tx, pickup, { body: { notice } }, at.now)
  const code = event.move === 'collect' ? 'pickup-move-refused.collect' : 'pickup-move-refused.finish'
  const why = whyRefused(pickup, event.move, await zoneOf(tx, at.store))
  const fields = { staff: event.staff, order: pickup.row.order_name, till: event.till, why }
  const subject = `${pickup.row.pickup}/${event.move}`
  const about = { subject, store: at.store, device: at.device }
  await openException(tx, { code, ...about, fields, evidence: evidenceOf(at, event) }, at.now)
}

/**
 * The till could not know that Shopify had regrouped the order: what it handed over is handed over of the pickups in which the goods are
 * due now. @returns null when it was not regrouped, or not all of it is due there
 */
async function collectRegrouped(
  tx: Tx,
  at: MoveOrigin,
  event: PickupMoved,
  pickup: Pickup,
): Promise<Follows | null> {
  const unitsOf = shownUnits(event, pickup)
  const handed = pickup.lines.lines.map(({ id, quantity }) => ({
    line: id,
    quantity: unitsOf === null ? quantity : (unitsOf.get(id) ?? 0),
  }))
  const parts = await continuedIn(
    tx,
    pickup,
    handed.filter(({ quantity }) => quantity > 0),
  )
  if (parts === null || parts.length === 0) return null
  await collectParts(tx, at, event, parts)
  await endRegrouped(tx, at, event, pickup)
  return ['commands', 'pickup-writes']
}

/** It is handed over with other pickups of its order, and nothing of it is due as this one. */
async function endRegrouped(tx: Tx, at: MoveOrigin, event: PickupMoved, pickup: Pickup): Promise<void> {
  const signed = { state: 'collected' as const, movedBy: event.staff, movedAt: event.at, notice: null }
  const ended = await changePickup(tx, pickup, { body: { ...signed, shopify: 'nothing-due' } }, at.now)
  await keepBefore(tx, event, pickup, ended)
}

/** A till handed over units that other pickups of the order have now: they have left with the customer there, and the rest stays due. */
async function collectParts(
  tx: Tx,
  at: MoveOrigin,
  { version: _shown, ...event }: PickupMoved,
  parts: readonly Continued[],
): Promise<void> {
  for (const { pickup, lines: handed } of parts) {
    const lines = handed.map(({ line, quantity }) => ({ pickupLine: line, units: quantity }))
    const handOver = { ...event, pickup: PickupId.parse(pickup.row.pickup), lines, moreLines: [] }
    await noteMove(tx, at, handOver, 'applied')
    if (pickup.row.store !== at.store) {
      await collectAfterMove(tx, at, handOver, pickup)
      continue
    }
    const out = new Map(handed.map(({ line, quantity }) => [line, quantity]))
    const isPart = pickup.lines.lines.some(line => dueUnits(line) > (out.get(line.id) ?? 0))
    const of = await handOverOf(tx, at, handOver)
    await handOut(tx, at, handOver, pickup, { of, handed, beyond: [], isPart })
  }
}

async function collectAfterMove(
  tx: Tx,
  at: MoveOrigin,
  event: PickupMoved,
  pickup: Pickup,
): Promise<Follows> {
  const follows = await standAfterMove(tx, at, event, pickup)
  const after = await readPickup(tx, pickup.row.pickup)
  if (after !== null) await keepBefore(tx, event, pickup, after)
  return follows
}

/** Shopify has moved it to another store, and perhaps only a part: what other pickups of the order have of it since has left there. */
async function collectMovedAway(
  tx: Tx,
  at: MoveOrigin,
  event: PickupMoved,
  pickup: Pickup,
): Promise<Follows> {
  const unitsOf = shownUnits(event, pickup)
  const over = pickup.lines.lines.flatMap(({ id, quantity, fulfilled }) => {
    const units = (unitsOf?.get(id) ?? 0) - quantity - fulfilled
    return units > 0 ? [{ line: id, quantity: units }] : []
  })
  const parts = await movedOn(tx, at, event, pickup, over)
  if (unitsOf === null || parts.length === 0) return collectAfterMove(tx, at, event, pickup)
  await collectParts(tx, at, event, parts)
  const said = [...unitsOf].map(([line, quantity]) => ({ line, quantity }))
  const own = withoutParts(pickup, said, parts)
  const lines = own.map(({ line, quantity }) => ({ pickupLine: line, units: quantity }))
  await collectAfterMove(tx, at, { ...event, lines, moreLines: [] }, pickup)
  return ['commands', 'stock', 'pickup-writes']
}

/** The till could not know that it has ended: its goods are gone, those that other pickups of the order have now, and those that none has. */
async function collectCancelled(
  tx: Tx,
  at: MoveOrigin,
  event: PickupMoved,
  pickup: Pickup,
): Promise<Follows> {
  const all = await lostToCancel(tx, at, event, pickup)
  const rungUp = await rungUpElsewhere(tx, pickup, all)
  const out = withoutParts(pickup, all, rungUp)
  const parts = await movedOn(tx, at, event, pickup, out)
  const lost = withoutParts(pickup, out, parts)
  await collectParts(tx, at, event, parts)
  if (parts.length + rungUp.length > 0 && lost.length === 0) await endRegrouped(tx, at, event, pickup)
  else await standAsCollected(tx, at, event, pickup, lost)
  return ['commands', 'stock', 'pickup-writes']
}

/** The till could not know of the cancellation: the goods are gone, and that is what counts. `lost`: those that the order does not have. */
async function standAsCollected(
  tx: Tx,
  at: MoveOrigin,
  event: PickupMoved,
  pickup: Pickup,
  lost: readonly LineUnits[],
): Promise<void> {
  const { lines } = pickup.lines
  // Shopify has put the units back on its shelf; our ledger, and by it Shopify, must take them off.
  await handOverTold(tx, pickup, lost, await handOverOf(tx, at, event), at.now)
  const released = await releaseUnits(tx, pickup, at.now)
  const isPart = lost.length > 0 && lines.some(line => line.fulfilled > 0)
  const notice: PickupNotice = isPart
    ? { code: 'collected-beyond-order', goods: goodsOf(pickup, lost) }
    : { code: lost.length > 0 ? 'collected-after-cancel' : 'collected-at-shopify' }
  const body = {
    state: 'collected' as const,
    movedBy: event.staff,
    movedAt: event.at,
    shopify: 'nothing-due' as const,
    notice,
  }
  const lostOf = new Map(lost.map(({ line, quantity }) => [line, quantity]))
  const none = lines.map(line => ({ ...goneBeyond(line, lostOf.get(line.id) ?? 0), quantity: 0 }))
  const wasAsked = await isExceptionOpen(tx, 'cancelled-but-collected', pickup.row.pickup)
  const gone = await changePickup(tx, pickup, { body, lines: { ...released, lines: none } }, at.now)
  await keepBefore(tx, event, pickup, gone, { units: [...lost], wasAsked })
  await shareOutGone(tx, pickup.row.pickup, {}, at.now)
  await nameCancelledButCollected(
    tx,
    pickup,
    { lost, device: at.device, evidence: evidenceOf(at, event) },
    at.now,
  )
}

/**
 * What a till handed over of an order that Shopify has cancelled, less what Shopify has as handed over since the till was told what it
 * showed: these are the same goods.
 */
async function lostToCancel(
  tx: Tx,
  { device }: MoveOrigin,
  event: PickupMoved,
  pickup: Pickup,
): Promise<readonly LineUnits[]> {
  const { lines } = pickup.lines
  const unitsOf = shownUnits(event, pickup)
  const booked = await handedOverWhole(tx, followedOf(pickup))
  const gone = await goneSinceShown(tx, device, event, pickup)
  return lines.flatMap(line => {
    const { id, quantity } = line
    const left = Math.max(0, quantity - (booked.get(id) ?? 0))
    const out = unitsOf === null ? left : Math.min(left, (unitsOf.get(id) ?? 0) - gone.byShopify(line))
    return out > 0 ? [{ line: id, quantity: out }] : []
  })
}

interface Why {
  readonly phrase: 'phrase.moved' | 'phrase.moved-back' | 'phrase.moved-unsigned' | 'phrase.not-ready'
  readonly fields: Readonly<Record<'state' | 'by' | 'at' | 'why', FieldValue>>
}

/** "Already handed over by Maya at 14:02." The time is the store's, from the till that made that move. */
function whyRefused({ body }: Pickup, move: PickupMove, zone: string): Why {
  const { state, movedBy, movedAt } = body
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: zone })
  const isSigned = movedBy !== null && movedAt !== null
  const signed = state === 'received' ? 'phrase.moved-back' : 'phrase.moved'
  const phrase = isSigned ? signed : 'phrase.moved-unsigned'
  const fields = {
    state: { phrase: `phrase.state-${state}` },
    by: movedBy ?? '',
    at: movedAt === null ? '' : time.format(movedAt),
    why: '',
  } as const
  if (isEnded(state) || move !== 'collect' || state === 'ready') return { phrase, fields }
  return { phrase: 'phrase.not-ready', fields: { ...fields, why: { phrase, fields } } }
}

async function zoneOf(tx: Tx, store: string): Promise<string> {
  const row = await tx.selectFrom('store').select('zone').where('code', '=', store).executeTakeFirst()
  return row?.zone ?? 'UTC'
}
