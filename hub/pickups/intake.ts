import { isDeepStrictEqual } from 'node:util'
import { epochMs } from '../../shared/ids.ts'
import { isEnded } from '../../shared/pickup-moves.ts'
import { isOnHold, knownNotice, type PickupNotice, type SentNotice } from '../../shared/pickup-notices.ts'
import { closeException, openException } from '../checks/exceptions.ts'
import type { Tx } from '../db/db.ts'
import { hurryWrites } from '../outbox/writes.ts'
import { placeOf, type StockPlace } from '../stock/places.ts'
import { changeUnits, commitUnits, releaseUnits } from './allocation.ts'
import { applyWaitingMoves } from './apply-move.ts'
import { askNothingLeft, closeNothingLeft, closeWhatIsBack, nameRest } from './ask-expired.ts'
import { nameCancelledHandOver } from './cancelled-hand-over.ts'
import { customerAskedAbout } from './customer-choice/show.ts'
import { nameBegunExpired } from './expire.ts'
import {
  bookedFulfillments,
  type Followed,
  type Following,
  followedOf,
  followFulfillments,
  handedOverAt,
  type LineUnits,
  linesAfter,
} from './fulfillments.ts'
import { dueGoods, goodsOf, type Named } from './goods-text.ts'
import { isAllMissing, isPacked, someMissing } from './line-counts.ts'
import { lookAfterMoves } from './look-after-moves.ts'
import { warningOf } from './may-be-gone.ts'
import { waitingMoves } from './move-log.ts'
import { lineTexts, toBody, toLines } from './new-pickup.ts'
import { askedAbout, closeNotCollected } from './not-collected-question.ts'
import { matchOrderSales } from './order-sales.ts'
import type { OrderSnapshot, PickupFulfillmentOrder } from './order-snapshot.ts'
import {
  type ChangedLines,
  changedLines,
  isOffOrder,
  type PickupPart,
  removedUnits,
  type Shifts,
  shiftsOf,
  withoutLostMissing,
} from './packed.ts'
import { isPaidBack, paidBackNotice } from './paid-back.ts'
import { changePickup, type LedgerLines, type Pickup, putPickup, readPickup } from './pickup-row.ts'
import { closeShortWhenFound, missingOf } from './short.ts'
import { shownLines, shownTexts } from './shown-lines.ts'
import { isBeingTold } from './write-plan.ts'

const AT_SHOPIFY = 'Shopify'

export interface IntakeResult {
  /** Stores whose devices were sent something: say `commands` for each after commit. */
  readonly stores: ReadonlySet<string>
  /** Stores for whose pickups something is to be written to Shopify: say `pickup-writes` and `stock`. */
  readonly writes: ReadonlySet<string>
  /** The order is not complete yet (no fulfilment order, or its location is unmapped): ask for it again. */
  readonly again: boolean
}

/**
 * Brings the hub's pickups in line with an order as Shopify has it now, in the caller's transaction: new pickups appear
 * at their store's tills, changed ones are updated, those that Shopify cancelled are closed, and the ledger's committed units
 * follow. Applying the same snapshot again changes nothing; an older one never wins.
 */
export async function takeInOrder(tx: Tx, order: OrderSnapshot, now: number): Promise<IntakeResult> {
  const stores = new Set<string>()
  const writes = new Set<string>()
  const takenBack: string[] = []
  let again = !order.routed && order.cancelledAt === null
  const parts = await knownFirst(tx, order)
  const shifts = shiftsOf(parts)
  for (const part of parts) {
    const { held } = part
    if (held !== null && order.updatedAt < held.row.shopify_updated_at) continue
    const unmapped = await takeInOne(tx, { ...part, order, now, stores, writes, takenBack, shifts })
    again ||= unmapped
  }
  if (order.cancelledAt !== null) await endMissing(tx, order, now, stores)
  await lookAfterMoves(tx, { order, parts, shifts }, now)
  await nameCancelledHandOver(tx, order, takenBack, now)
  if (order.outstanding === null) await closeException(tx, 'handed-over-unpaid', order.id, now)
  for (const store of await closeShortWhenFound(tx, order.id, now)) stores.add(store)
  if (await matchOrderSales(tx, order, now))
    for (const { store } of await storesOf(tx, order.id)) {
      stores.add(store)
      writes.add(store)
    }
  return { stores, writes, again }
}

function storesOf(tx: Tx, order: string) {
  return tx.selectFrom('pickup').select('store').distinct().where('order_id', '=', order).execute()
}

/** What has become of the pickups that the hub has tells what a new one of the same order is. */
async function knownFirst(tx: Tx, order: OrderSnapshot) {
  const known = new Map<string, Pickup>()
  for (const { id } of order.pickups) {
    const held = await readPickup(tx, id)
    if (held !== null) known.set(id, held)
  }
  const all: (PickupPart & { readonly place: StockPlace | null })[] = []
  for (const told of order.pickups) {
    const fulfillment = asReserved(told, [...known.values()])
    const held = known.get(told.id) ?? null
    const place = told.location === null ? null : await placeOf(tx, told.location)
    all.push({ fulfillment, held, place, store: place?.store ?? null, isOver: isOver(order, told) })
  }
  return all.toSorted((one, other) => Number(one.held === null) - Number(other.held === null))
}

/**
 * Shopify reserves stock for a line when it is ordered, or never: what becomes of its item since (no longer counted, deleted)
 * changes nothing about that.
 */
function asReserved(fulfillment: PickupFulfillmentOrder, known: readonly Pickup[]): PickupFulfillmentOrder {
  const held = known.flatMap(({ lines }) => lines.lines)
  const lines = fulfillment.lines.map(line => {
    const former = held.find(({ id, orderLine }) => id === line.id || orderLine === line.orderLine)
    return former === undefined ? line : { ...line, tracked: former.tracked }
  })
  return { ...fulfillment, lines }
}

interface One extends PickupPart {
  readonly order: OrderSnapshot
  readonly place: StockPlace | null
  readonly now: number
  readonly stores: Set<string>
  readonly writes: Set<string>
  /** Fulfilments that turned out to be cancelled. */
  readonly takenBack: string[]
  readonly shifts: Shifts
}

/** @returns whether to ask for the order again: a location is unmapped */
async function takeInOne(tx: Tx, one: One): Promise<boolean> {
  const { fulfillment, held, place, now, stores } = one
  const subject = fulfillment.location ?? fulfillment.locationName
  if (place !== null || one.isOver) await closeException(tx, 'location-unmapped', subject, now)
  if (one.isOver) {
    const known = held ?? (place === null ? null : await recall(tx, one, place))
    return known === null ? followUnheld(tx, one) : end(tx, one, known)
  }
  if (held?.body.state === 'collected') return followCollected(tx, one, held)
  const followed = held === null ? null : await follow(tx, one, held)
  if (place === null) {
    await nameUnmapped(tx, one, subject)
    if (held !== null) await leaveStore(tx, one, held)
    return true
  }
  if (held === null) {
    await follow(tx, one, await begin(tx, one, place, 1))
    await applyWaiting(tx, one, place.store)
  } else if (held.row.store === place.store && isHeldThere(held)) await refresh(tx, one, held, place)
  else {
    await leaveStore(tx, one, held)
    await begin(tx, one, place, held.row.version + 2)
  }
  stores.add(place.store)
  return followed?.isUnmapped === true
}

/** Books what Shopify shows as handed over, and takes back what it shows as cancelled. */
async function follow(tx: Tx, one: One, held: Pickup): Promise<Following> {
  const { fulfillment, now, takenBack } = one
  const followed = await followFulfillments(tx, allOf(held, fulfillment), fulfillment.fulfillments, now)
  takenBack.push(...followed.takenBack)
  return followed
}

/** A pickup with the lines that were added to its order since, of which nothing was due here yet. */
function allOf(held: Pickup, fulfillment: PickupFulfillmentOrder): Followed {
  const of = followedOf(held)
  const known = new Set(of.lines.map(line => line.id))
  const fresh = toLines(fulfillment).filter(line => !known.has(line.id))
  return { ...of, lines: [...of.lines, ...fresh.map(line => ({ ...line, quantity: 0, fulfilled: 0 }))] }
}

/** Over before this hub ever knew of it, and no till has moved it: its goods have left all the same. */
async function followUnheld(tx: Tx, one: One): Promise<boolean> {
  const { order, fulfillment, place, now, takenBack } = one
  if (place === null) return false
  const { store, warehouses } = place
  const lines = toLines(fulfillment)
  const of = { pickup: fulfillment.id, order: order.id, store, warehouse: warehouses[0], lines }
  const followed = await followFulfillments(tx, of, fulfillment.fulfillments, now)
  takenBack.push(...followed.takenBack)
  return followed.isUnmapped
}

/** Staff have moved it before this hub knew of it: a hub that was restored learns the order later. */
async function applyWaiting(tx: Tx, { fulfillment, now, writes }: One, store: string): Promise<void> {
  if ((await applyWaitingMoves(tx, fulfillment.id, now)).length > 0) writes.add(store)
}

/**
 * An order that is over, and that this hub has not known. If staff have moved it here, it is taken in as it was before
 * it ended, so that their moves and its goods are booked.
 */
async function recall(tx: Tx, one: One, place: StockPlace): Promise<Pickup | null> {
  const { fulfillment, now, stores } = one
  if ((await waitingMoves(tx, fulfillment.id, now)).length === 0) return null
  const lines = fulfillment.lines.map(line => ({ ...line, remaining: line.total }))
  const open = { ...fulfillment, status: 'OPEN' as const, lines, fulfillments: [] }
  await begin(tx, { ...one, fulfillment: open }, place, 1)
  await applyWaiting(tx, one, place.store)
  stores.add(place.store)
  return readPickup(tx, fulfillment.id)
}

/** A pickup that left a store for an unmapped location has ended there and may come back. */
function isHeldThere(held: Pickup): boolean {
  return held.lines.committed || held.body.state !== 'cancelled'
}

function isOver(order: OrderSnapshot, { status, lines }: PickupFulfillmentOrder): boolean {
  if (order.cancelledAt !== null || status === 'CLOSED' || status === 'CANCELLED') return true
  return status === 'INCOMPLETE' || lines.every(line => line.remaining === 0)
}

/** A pickup that begins once more: what staff are told, and what they could not find of it before. */
interface Again {
  readonly said: PickupNotice | null
  readonly missed: LedgerLines['lines']
  /** Since when something of it is to be paid. Left out: since it was ordered. */
  readonly owedSince?: number
}
const firstTime: Again = { said: null, missed: [] }

/** Since when something of an order is to be paid, if it was paid before. */
function owed(order: OrderSnapshot, since: number | undefined): Pick<LedgerLines, 'owedSince'> {
  return order.outstanding === null || since === undefined ? {} : { owedSince: since }
}

/** The days for which the goods were held before do not count as days on which they could be collected. */
function heldBefore(from: Pickup | null, now: number): Pick<LedgerLines, 'heldUntil'> {
  if (from === null) return {}
  const heldUntil = isOnHold(from.body.notice) ? now : from.lines.heldUntil
  return heldUntil === undefined ? {} : { heldUntil }
}

/** Its customer was told of it as the pickup that it was. One that goes on as ready begins its days again. */
function readyAs(state: string, from: Pickup | null, now: number): Pick<LedgerLines, 'ready'> {
  if (state === 'expired') return from?.lines.ready === undefined ? {} : { ready: from.lines.ready }
  const isTold = from?.body.shopify === 'confirmed'
  return state === 'ready' ? { ready: { heardAt: now, toldAt: isTold ? now : null } } : {}
}

/** One that staff reopened after it had expired, and that is still to be made ready, stays so. */
function reopenedAs(state: string | undefined, from: Pickup | null): Pick<LedgerLines, 'reopenedAt'> {
  const reopenedAt = state === 'picking' ? from?.lines.reopenedAt : undefined
  return reopenedAt === undefined ? {} : { reopenedAt }
}

async function begin(
  tx: Tx,
  one: One,
  place: StockPlace,
  version: number,
  again: Again = firstTime,
): Promise<Pickup> {
  const { order, fulfillment, now, shifts } = one
  const [warehouse] = place.warehouses
  const changed = changedLines({ ...one, held: null, store: place.store }, shifts)
  const missed = stillMissed(changed.lines, again.missed)
  const since = { ...owed(order, again.owedSince), ...heldBefore(changed.from, now) }
  const inherited = inheritedState({ ...changed, lines: missed }) ?? shortAgain(again, missed)
  const ready = inherited === null ? {} : readyAs(inherited.state, changed.from, now)
  const reopened = reopenedAs(inherited?.state, changed.from)
  const lines: LedgerLines = { warehouse, committed: true, ...since, ...ready, ...reopened, lines: missed }
  const blank = { ...toBody(order, fulfillment, { version, at: now, notice: null }), ...inherited }
  const fresh = { ...blank, ...shownLines(lineTexts(fulfillment), missed, blank.state) }
  const at = { store: place.store, pickup: fulfillment.id, version }
  await commitUnits(tx, at, { ...lines, orderedAt: order.createdAt }, now)
  const unworded = {
    pickup: fulfillment.id,
    store: place.store,
    order_id: order.id,
    order_name: fresh.order.name,
    version,
    state: fresh.state,
    body_json: '',
    lines_json: JSON.stringify(lines),
    placed_at: fresh.order.placedAt,
    promised_by: fresh.promisedBy,
    shopify_updated_at: order.updatedAt,
    updated_at: now,
  }
  const pickup = { row: unworded, body: fresh, lines }
  const missing = fresh.state === 'short' ? missingNotice(fresh.movedBy, changed.from, lines.lines) : null
  const change = inherited === null ? null : changeNotice(pickup, changed)
  const told = change ?? missing ?? again.said
  const notice = (await noticeOf(tx, fulfillment, pickup)) ?? told
  const asked = await customerAskedAbout(tx, { order: order.id, store: place.store, pickup: fulfillment.id })
  const body = { ...fresh, notice, asked }
  const row = { ...unworded, body_json: JSON.stringify(body) }
  await putPickup(tx, { row, body, lines })
  if (body.state === 'expired') await nameBegunExpired(tx, { row, body, lines }, now)
  else if (version > 1) await closeNotCollected(tx, { row, body, lines }, now)
  if (order.isOverpaid !== true) await closeWhatIsBack(tx, { row, body, lines }, now)
  return { row, body, lines }
}

/** What staff could not find of a pickup before it began once more, as far as it is still due. */
function stillMissed(lines: LedgerLines['lines'], before: LedgerLines['lines']): LedgerLines['lines'] {
  const missing = new Map(before.map(line => [line.id, line.missing]))
  return lines.map(line => {
    const still = someMissing(missing.get(line.id), line.quantity)
    return still === null || line.missing !== undefined ? line : { ...line, missing: still }
  })
}

/** Its store can't hand over what is left of it: staff had looked. */
function shortAgain({ missed }: Again, lines: LedgerLines['lines']) {
  return missed.length > 0 && isAllMissing(lines) ? { state: 'short' as const } : null
}

function missingNotice(
  staff: string | null,
  from: Pickup | null,
  lines: LedgerLines['lines'],
): PickupNotice | null {
  const by = staff ?? from?.body.movedBy ?? null
  if (by === null) return null
  const said = lines.map(line => line.missing?.said ?? null).find(one => one !== null)
  return { code: 'items-missing', staff: by, reason: said ?? null }
}

/** A pickup whose goods another one of the order had in work goes on from there; null: it begins. */
function inheritedState({ lines, from, added }: ChangedLines) {
  if (from === null) return null
  const { state, movedBy, movedAt, shopify, keptAt = null, reminders = [] } = from.body
  const signed = { movedBy, movedAt, keptAt, reminders }
  if (state === 'expired') return { state, ...signed, notice: from.body.notice }
  if (isAllMissing(lines)) return { state: 'short' as const, ...signed }
  if (isPacked(lines, 'picking') && state === 'ready') return { state, ...signed, shopify }
  const isBegun = lines.some(line => (line.packed ?? 0) > 0) || (added.length === 0 && state !== 'accepted')
  if (state === 'accepted' && added.length === 0) return { state, ...signed }
  return isBegun && state !== 'received' ? { state: 'picking' as const, ...signed } : null
}

/** What staff must pick as well, and put back; null: nothing. */
function changeNotice(
  pickup: Named,
  { added, removed }: Pick<ChangedLines, 'added' | 'removed'>,
): PickupNotice | null {
  if (added.length === 0 && removed.length === 0) return null
  const named = (some: readonly LineUnits[]) => (some.length === 0 ? null : goodsOf(pickup, some))
  return { code: 'order-changed', added: named(added), removed: named(removed) }
}

/**
 * Still this store's: what the order says now, in the state where staff have brought it. What was ready and has gained units
 * goes back to picking: nothing is handed over that was not picked.
 */
async function refresh(tx: Tx, one: One, held: Pickup, { store }: StockPlace): Promise<void> {
  const { order, fulfillment, now, shifts } = one
  const fresh = toBody(order, fulfillment, { version: 1, at: now, notice: null })
  const { customer, note, promisedBy, outstanding, isTest } = fresh
  const changed = changedLines({ ...one, store }, shifts)
  const { owedSince, ...kept } = held.lines
  const since = held.body.outstanding == null ? order.updatedAt : owedSince
  const newLines = { ...kept, ...owed(order, since), ...heldLate(one, held), lines: changed.lines }
  const isToPick = held.body.state === 'ready' && !isPacked(changed.lines, 'picking')
  const moved = { state: 'picking' as const, movedBy: AT_SHOPIFY, movedAt: epochMs(now) }
  const lists = shownLines(lineTexts(fulfillment), changed.lines, isToPick ? 'picking' : held.body.state)
  const shown = { customer, note, promisedBy, outstanding, isTest, ...lists, ...(isToPick ? moved : {}) }
  const isBegun = ['picking', 'short', 'ready'].includes(held.body.state)
  // what was taken off has its name from the pickup as it was, what was added from the pickup as it is
  const texts = [...shownTexts(held.body), ...shownTexts(fresh)]
  const named = { lines: newLines, body: { lines: texts } }
  const told = (isBegun ? changeNotice(named, changed) : null) ?? held.body.notice
  const body = { ...held.body, ...shown, notice: told }
  const isOver = isEnded(held.body.state)
  const notice = isOver ? told : await noticeOf(tx, fulfillment, { ...held, body, lines: newLines })
  if (isDeepStrictEqual(held.lines, newLines) && isDeepStrictEqual({ ...body, notice }, held.body)) {
    await noteRead(tx, one, held)
    return
  }
  await changeUnits(tx, held, newLines.lines, now)
  const isReleased = isOnHold(held.body.notice) && !isOnHold(notice)
  const lines = { ...newLines, ...(isReleased ? { heldUntil: now } : {}) }
  const change = { body: { ...shown, notice }, lines, shopifyUpdatedAt: order.updatedAt }
  const refreshed = await changePickup(tx, held, change, now)
  if (refreshed.body.state === 'expired') await nameRest(tx, refreshed, now)
}

/** An order that is put on hold once it has expired is not paid back, also when the hold is released. */
function heldLate({ fulfillment, now }: One, { body, lines }: Pickup): Pick<LedgerLines, 'heldUntil'> {
  const isHeld = body.state === 'expired' && fulfillment.status === 'ON_HOLD'
  const isNoted = (lines.heldUntil ?? 0) >= (body.movedAt ?? now)
  return isHeld && !isNoted ? { heldUntil: now } : {}
}

/** Nothing has changed here. */
async function noteRead(tx: Tx, { order }: One, { row }: Pickup): Promise<void> {
  await tx
    .updateTable('pickup')
    .set({ shopify_updated_at: order.updatedAt })
    .where('pickup', '=', row.pickup)
    .execute()
}

/** Notices that say what is so as long as it is. */
const replacedNotices: ReadonlySet<PickupNotice['code']> = new Set([
  'on-hold',
  'may-be-collected',
  'handed-over-elsewhere',
] as const)

/**
 * What a pickup's notice becomes: a hold goes before what else there is, and goes when it is released; then what applies as long
 * as the pickup is open. Any other stays as it is stored, also one that this version can't read.
 */
async function noticeOf(
  tx: Tx,
  { status, scheduledFor }: PickupFulfillmentOrder,
  pickup: Pick<Pickup, 'row' | 'body' | 'lines'>,
): Promise<SentNotice | null> {
  if (status === 'ON_HOLD') return heldNotice(pickup)
  if (status === 'SCHEDULED') return scheduledNotice(scheduledFor)
  const { notice } = pickup.body
  const code = notice === null ? null : knownNotice(notice)?.code
  const isReplaced = code === null || (code !== undefined && replacedNotices.has(code))
  const fresh = isReplaced || code === 'order-changed' ? await warningOf(tx, pickup) : null
  if (!isReplaced && fresh === null) return notice
  const known = notice === null ? null : knownNotice(notice)
  // who handed it over is not forgotten when the pickup itself begins once more
  const isSame = fresh?.code === 'may-be-collected' && known?.code === 'may-be-collected'
  return isSame ? { ...fresh, by: fresh.by ?? known.by } : fresh
}

/** Why it is held: the hub has the rest of a short pick held, and says what is missing; any other hold is Shopify's. */
function heldNotice(pickup: Pick<Pickup, 'body' | 'lines'>): PickupNotice {
  if (!isAllMissing(pickup.lines.lines)) return { code: 'on-hold' }
  return { code: 'on-hold', missing: goodsOf(pickup, missingOf(pickup)) }
}

/** A pre-order, which Shopify lets no one prepare before its day. */
function scheduledNotice(day: number | null): PickupNotice {
  return { code: 'on-hold', scheduledFor: day === null ? null : epochMs(day) }
}

/** Shopify has cancelled, closed or fulfilled it. What staff ended before stays ended; the ledger lets go of it. */
async function end(tx: Tx, one: One, held: Pickup): Promise<boolean> {
  const { order, fulfillment, now, stores } = one
  await closeException(tx, 'pickup-refused', held.row.pickup, now)
  await closeException(tx, 'pickup-short', held.row.pickup, now)
  if (order.cancelledAt !== null) await closeNothingLeft(tx, held, now)
  if (held.body.state === 'collected') return followCollected(tx, one, held)
  const followed = await follow(tx, one, held)
  const linesNow = linesAfter(allOf(held, fulfillment), fulfillment.fulfillments, followed)
  const isLetGo = held.body.state === 'cancelled' && !held.lines.committed
  const isUndone = followed.takenBack.length > 0
  if (isLetGo && followed.done.length === 0 && !isUndone) return followed.isUnmapped
  await closeException(tx, 'pickup-write-refused', held.row.pickup, now)
  await decideAtEnd(tx, one, held, linesNow)
  const lines = { ...(await releaseUnits(tx, held, now)), lines: linesNow }
  stores.add(held.row.store)
  const shopifyUpdatedAt = order.updatedAt
  const isEnded = ['refused', 'cancelled'].includes(held.body.state)
  const removed = removedUnits(one, one.shifts)
  const notice = isUndone && isEnded ? ({ code: 'hand-over-cancelled' } as const) : held.body.notice
  const body = isEnded ? { notice } : await ended(tx, one, { ...held, lines }, removed)
  await changePickup(tx, held, { body, lines, shopifyUpdatedAt }, now)
  // "ready", refused or held back before, waits for nothing any more
  await hurryWrites(tx, { subject: held.row.pickup, kinds: ['ready', 'short'] }, now)
  return followed.isUnmapped
}

/**
 * What becomes of an order that was not collected is decided once it is cancelled or handed over, or asked of what has its units now. An edit that takes
 * its goods off pays nothing back; and what is asked of an order that is cancelled already is about its money, which a person has to say.
 */
async function decideAtEnd(tx: Tx, one: One, held: Pickup, linesNow: LedgerLines['lines']): Promise<void> {
  const { order, now } = one
  const { body } = held
  const isKept = order.isOverpaid === true && isOffOrder(one, one.shifts)
  const isDecided = order.cancelledAt !== null || !isKept
  const asked = await askedAbout(tx, held)
  const isAboutMoney = asked !== null && asked !== 'asked' && asked.code === 'pickup-not-collected.cancelled'
  if (body.state === 'cancelled' || isAboutMoney) return
  if (body.state !== 'expired' || isDecided) await closeNotCollected(tx, held, now)
  else if (asked !== null) await askNothingLeft(tx, held, unitsOf(linesNow), now)
}

const unitsOf = (lines: LedgerLines['lines']) => lines.map(({ id, quantity }) => ({ line: id, quantity }))

/**
 * How a pickup ends that Shopify has ended, by what was handed over of it. `removed`: what is left in its store and is not due as
 * another pickup there.
 */
async function ended(
  tx: Tx,
  { order, fulfillment, now }: One,
  held: Pickup,
  removed: readonly LineUnits[],
): Promise<Partial<Pickup['body']>> {
  const handedOver = await handedOverAt(tx, held.row.pickup, held.row.store)
  const hasLeft = held.lines.lines.some(line => line.quantity > 0)
  const moved = { movedBy: AT_SHOPIFY, movedAt: epochMs(now), shopify: 'nothing-due' as const }
  const isReady = held.body.state === 'ready'
  if (handedOver > 0 && !hasLeft)
    return isReady
      ? { ...moved, state: 'collected', notice: { code: 'collected-at-shopify' } }
      : { ...moved, state: 'cancelled', notice: { code: 'fulfilled-at-shopify' } }
  const continues = order.cancelledAt === null && hasLeft && removed.length === 0
  if (continues) return { ...moved, state: 'cancelled', notice: { code: 'continues' } }
  if (handedOver === 0) {
    const isBack = order.cancelledAt !== null && (await isPaidBack(tx, held))
    const notice = isBack ? paidBackNotice(held) : whyEnded(order, fulfillment)
    return { ...moved, state: 'cancelled', notice }
  }
  const goods = goodsOf(held, removed)
  return { ...moved, state: 'cancelled', notice: { code: 'partly-handed-over', handedOver, goods } }
}

function whyEnded(
  order: OrderSnapshot,
  { fulfillments, locationName }: PickupFulfillmentOrder,
): PickupNotice {
  if (order.cancelledAt !== null) return { code: 'order-cancelled' }
  const isGone = fulfillments.some(one => one.status === 'SUCCESS')
  return isGone ? { code: 'moved-away', to: locationName.slice(0, 100) } : { code: 'taken-back' }
}

/**
 * Staff have handed it over: its write to Shopify says the rest, and closes with what it finds. Until then what the order
 * claims here follows what Shopify has as handed over; after that nothing that has ended claims anything.
 */
async function followCollected(tx: Tx, one: One, held: Pickup): Promise<boolean> {
  const { order, fulfillment, now, stores } = one
  const followed = await follow(tx, one, held)
  const isUndone = followed.takenBack.length > 0
  const isOpen = !one.isOver
  const isTold = !(await isBeingTold(tx, held.row.pickup))
  const dueBefore = new Map(held.lines.lines.map(line => [line.id, line.quantity]))
  stores.add(held.row.store)
  if (isOpen && isTold && (await isNewer(tx, one, held))) return reopen(tx, one, held)
  const linesNow = withoutLostMissing(
    one,
    linesAfter(allOf(held, fulfillment), fulfillment.fulfillments, followed),
  )
  const isLess = linesNow.some(line => line.quantity < (dueBefore.get(line.id) ?? 0))
  const isDone = held.lines.committed && !isOpen && isTold
  if (followed.done.length === 0 && !isUndone && !isDone && !isLess) {
    await noteRead(tx, one, held)
    return followed.isUnmapped
  }
  if (isDone) await releaseUnits(tx, held, now)
  else await changeUnits(tx, held, linesNow, now)
  const lines = { ...held.lines, committed: held.lines.committed && !isDone, lines: linesNow }
  const body = isUndone ? { notice: { code: 'hand-over-cancelled' } as const } : {}
  await changePickup(tx, held, { body, lines, shopifyUpdatedAt: order.updatedAt }, now)
  return followed.isUnmapped
}

/**
 * Shopify wants goods of it handed over, again or added since: it begins once more, as what is due now. @returns whether to ask again: its
 * location is unmapped
 */
async function reopen(tx: Tx, one: One, held: Pickup): Promise<boolean> {
  const { place, fulfillment, now } = one
  if (place === null) {
    await nameUnmapped(tx, one, fulfillment.location ?? fulfillment.locationName)
    return true
  }
  await releaseUnits(tx, held, now)
  const goods = dueGoods(fulfillment)
  const said = { code: 'added-after-hand-over', goods } as const
  const since = held.body.outstanding == null ? one.order.updatedAt : held.lines.owedSince
  const paid = since === undefined ? {} : { owedSince: since }
  await begin(tx, one, place, held.row.version + 2, { said, missed: held.lines.lines, ...paid })
  one.stores.add(place.store)
  return false
}

/** Whether a reading is from after what is booked of this pickup: what it shows as due is then due indeed. */
async function isNewer(tx: Tx, { fulfillment }: One, held: Pickup): Promise<boolean> {
  const told = new Set(fulfillment.fulfillments.map(one => one.id))
  const booked = await bookedFulfillments(tx, held.row.pickup)
  return booked.every(id => told.has(id))
}

/** Its store loses it: moved to another location. */
async function leaveStore(tx: Tx, one: One, held: Pickup): Promise<void> {
  const { order, fulfillment, now, stores } = one
  if (held.body.state === 'cancelled' && !held.lines.committed) return
  const lines = await releaseUnits(tx, held, now)
  stores.add(held.row.store)
  await closeException(tx, 'pickup-refused', held.row.pickup, now)
  await closeNotCollected(tx, held, now)
  const body = {
    state: 'cancelled' as const,
    movedBy: AT_SHOPIFY,
    movedAt: epochMs(now),
    shopify: 'nothing-due' as const,
    notice: { code: 'moved-away' as const, to: fulfillment.locationName.slice(0, 100) },
  }
  await changePickup(tx, held, { body, lines, shopifyUpdatedAt: order.updatedAt }, now)
}

/** A cancelled order whose fulfilment orders are not shown any more (merged, or hidden by a scope). */
async function endMissing(tx: Tx, order: OrderSnapshot, now: number, stores: Set<string>): Promise<void> {
  const shown = new Set(order.pickups.map(one => one.id))
  const rows = await tx.selectFrom('pickup').select('pickup').where('order_id', '=', order.id).execute()
  for (const { pickup } of rows) {
    const held = shown.has(pickup) ? null : await readPickup(tx, pickup)
    if (held === null || order.updatedAt < held.row.shopify_updated_at) continue
    const fulfillment: PickupFulfillmentOrder = {
      id: pickup,
      status: 'CANCELLED',
      location: null,
      locationName: '',
      scheduledFor: null,
      promisedBy: null,
      lines: [],
      fulfillments: [],
    }
    const part = { fulfillment, held, place: null, store: null, isOver: true }
    const rest = { order, now, stores, writes: new Set<string>(), takenBack: [] }
    await end(tx, { ...part, ...rest, shifts: shiftsOf([part]) }, held)
  }
}

async function nameUnmapped(tx: Tx, { order, fulfillment, now }: One, subject: string): Promise<void> {
  const name = fulfillment.locationName
  const location = fulfillment.location ?? ({ phrase: 'phrase.no-location' } as const)
  const fields = { order: order.name, name, location }
  const evidence = { order: order.id, pickup: fulfillment.id }
  await openException(tx, { code: 'location-unmapped.order', subject, store: null, fields, evidence }, now)
}
