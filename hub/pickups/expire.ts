import { epochMs } from '../../shared/ids.ts'
import { sum } from '../../shared/money.ts'
import { isOnHold, knownNotice } from '../../shared/pickup-notices.ts'
import { closeException, isExceptionOpen, openCode, openException } from '../checks/exceptions.ts'
import type { FieldValue } from '../checks/words/message.ts'
import { contractOf } from '../contract/contract.ts'
import { type Db, type Tx, transaction } from '../db/db.ts'
import type { LineUnits } from './fulfillments.ts'
import { goodsOf } from './goods-text.ts'
import { packedUnits } from './line-counts.ts'
import { changePickup, noteLines, type Pickup, parsePickup, readPickup } from './pickup-row.ts'
import { customerOf } from './short.ts'
import { hasOpenWrite, planRefund } from './write-plan.ts'

const DAY_MS = 86_400_000

/**
 * Ends pickups whose customers did not come: their stores are told to put the goods back, and head office decides about the order. What
 * Shopify has promised stays promised until the order is changed there. After commit, say `commands` and `now`.
 * @returns the stores that it concerns
 */
export async function expireUncollected(
  db: Db,
  { afterDays, now }: { readonly afterDays: number; readonly now: number },
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('pickup')
    .selectAll()
    .where('state', '=', 'ready')
    .where('placed_at', '<=', now - afterDays * DAY_MS)
    .execute()
  const stores = new Set<string>()
  const due = rows.filter(row => daysReady(parsePickup(row), now) >= afterDays)
  const tooMany = await storesWithTooMany(db, due)
  for (const row of due) {
    const isTooMany = tooMany.has(row.store)
    const isExpired = await transaction(db, async tx => {
      const pickup = await readPickup(tx, row.pickup)
      return pickup !== null && (await expire(tx, pickup, { afterDays, isTooMany, now }))
    })
    if (isExpired) stores.add(row.store)
  }
  return stores
}

/**
 * For how many whole days its customer could collect it: since it is ready, or since a hold of it was released. 0 for one that is held, or is
 * being collected.
 */
function daysReady({ body, lines }: Pickup, now: number): number {
  const isBeingTold = lines.lines.some(line => (line.handed ?? 0) > 0)
  if (body.state !== 'ready' || isOnHold(body.notice) || isBeingTold) return 0
  const since = Math.max(readySince({ body, lines }), lines.heldUntil ?? 0)
  return Math.max(0, Math.floor((now - since) / DAY_MS))
}

/** Since when its customer could know; while Shopify has not confirmed that, since the hub knows that it is ready. */
function readySince({ body, lines: { ready } }: Pick<Pickup, 'body' | 'lines'>): number {
  // older versions did not note it: it was no later than the last change
  return ready === undefined ? body.at : (ready.toldAt ?? ready.heardAt)
}

/** Whether Shopify has confirmed that the customer of a pickup that is ready, or has expired, was told. */
export function isCustomerTold({ lines: { ready } }: Pickup): boolean {
  return ready !== undefined && ready.toldAt !== null
}

async function expire(
  tx: Tx,
  pickup: Pickup,
  {
    afterDays,
    isTooMany,
    now,
  }: { readonly afterDays: number; readonly isTooMany: boolean; readonly now: number },
): Promise<boolean> {
  const days = daysReady(pickup, now)
  if (days < afterDays) return false
  const notice = { code: 'not-collected', days } as const
  const body = { state: 'expired' as const, movedBy: null, movedAt: epochMs(now), notice }
  const { at, shopify } = pickup.body
  // an older version noted that its customer was told, and not when: it was no later than the last change
  const isToldByThen = pickup.lines.ready === undefined && shopify === 'confirmed'
  const lines = isToldByThen ? { ...pickup.lines, ready: { heardAt: at, toldAt: at } } : pickup.lines
  const change = { body: { ...body, shopify: 'nothing-due' as const }, lines }
  const expired = await changePickup(tx, pickup, change, now)
  if (isTooMany) await nameTooMany(tx, expired, now)
  else await decideNotCollected(tx, expired, now)
  return true
}

/** More than so many of a hub's or a store's ready pickups, and more than such a share of them, look like a clock that was wrong. */
const MOST_AT_ONCE = 10
const MOST_OF_READY = 1 / 5

/** The stores of which so many expire at once that none of them is paid back unasked; all of them, where the whole hub has so many. */
async function storesWithTooMany(
  db: Db,
  due: readonly Pick<Pickup['row'], 'store'>[],
): Promise<ReadonlySet<string>> {
  const expiring = Map.groupBy(due, ({ store }) => store)
  const counts = await db
    .selectFrom('pickup')
    .select(e => ['store', e.fn.countAll<number | string>().as('ready')])
    .where('state', '=', 'ready')
    .groupBy('store')
    .execute()
  const ready = new Map(counts.map(one => [one.store, Number(one.ready)]))
  if (due.length > MOST_AT_ONCE && due.length > sum([...ready.values()]) * MOST_OF_READY)
    return new Set(expiring.keys())
  const isTooMany = (store: string, some: number) => {
    const all = ready.get(store) ?? 0
    return all > MOST_AT_ONCE && some > all * MOST_OF_READY
  }
  return new Set([...expiring].flatMap(([store, its]) => (isTooMany(store, its.length) ? [store] : [])))
}

/** Head office decides about it, whatever is agreed. */
async function nameTooMany(tx: Tx, expired: Pickup, now: number): Promise<void> {
  const rule = (await contractOf(tx, expired.row.store))?.terms.notCollected ?? 'ask'
  await nameNotCollected(tx, expired, rule === 'ask' ? null : { phrase: 'phrase.refund-too-many' }, now)
}

/** So long after it has expired an order is paid back: its customer may be at the door, and staff can still reopen it. */
export const REFUND_AFTER_MS = 30 * 60_000

/**
 * What becomes of an order that has expired: its store's contract says whether head office decides, or it is paid back. What head office is
 * asked about already stays with it.
 */
export async function decideNotCollected(tx: Tx, expired: Pickup, now: number): Promise<void> {
  const { pickup, store } = expired.row
  const rule = (await contractOf(tx, store))?.terms.notCollected ?? 'ask'
  if (rule === 'ask') return nameNotCollected(tx, expired, null, now)
  if (await hasOpenWrite(tx, pickup, ['refund'])) return
  if (await isExceptionOpen(tx, 'pickup-not-collected', pickup))
    return nameNotCollected(tx, expired, { phrase: 'phrase.refund-undone' }, now)
  await planRefund(tx, expired, { now, dueAt: now + REFUND_AFTER_MS })
}

/** For how many days it was ready before it expired, as its notice says; 0: it says nothing of that. */
export function daysWaited({ body: { notice } }: Pick<Pickup, 'body'>): number {
  const known = notice === null ? null : knownNotice(notice)
  return known?.code === 'not-collected' || known?.code === 'paid-back' ? known.days : 0
}

/** A pickup begins as one that has expired, as its order was changed since: head office decides about it, whatever is agreed. */
export async function nameBegunExpired(tx: Tx, pickup: Pickup, now: number): Promise<void> {
  const rule = (await contractOf(tx, pickup.row.store))?.terms.notCollected ?? 'ask'
  await nameNotCollected(tx, pickup, rule === 'ask' ? null : { phrase: 'phrase.refund-changed' }, now)
}

/** Units have left an order of which head office is asked: the question names what is left. */
export async function nameRest(tx: Tx, expired: Pickup, now: number): Promise<void> {
  const { pickup, store } = expired.row
  const rule = (await contractOf(tx, store))?.terms.notCollected ?? 'ask'
  const isAsked = rule === 'ask' && (await isExceptionOpen(tx, 'pickup-not-collected', pickup))
  if (isAsked) await nameNotCollected(tx, expired, null, now)
}

/**
 * Opens `pickup-not-collected`: the customer did not come for so many days, and head office decides about the order.
 * @param problem why it was not paid back as agreed; null: that was not agreed
 */
export async function nameNotCollected(
  tx: Tx,
  pickup: Pickup,
  problem: FieldValue | null,
  now: number,
): Promise<void> {
  const days = daysWaited(pickup)
  const { row, lines } = pickup
  const packed = lines.lines.flatMap(line => {
    const quantity = packedUnits(line, 'ready')
    return quantity > 0 ? [{ line: line.id, quantity }] : []
  })
  const items = goodsOf(pickup, packed)
  const fields = { order: row.order_name, store: row.store, days, items, customer: customerOf(pickup) }
  const { pickup: subject, store } = row
  const reminders = (pickup.body.reminders ?? []).map(({ number, how, staff: by, at }) => ({
    number,
    how,
    by,
    at,
  }))
  const about = { subject, store, evidence: { days, reminders } }
  if (problem === null) {
    const code = `pickup-not-collected${isCustomerTold(pickup) ? '' : '.not-told'}` as const
    await openException(tx, { code, ...about, fields }, now)
  } else {
    const isCancelled = pickup.body.state === 'cancelled'
    const code = `pickup-not-collected.${isCancelled ? 'cancelled' : 'refund-refused'}` as const
    await openException(tx, { code, ...about, fields: { ...fields, problem } }, now)
  }
}

/**
 * Shopify has nothing of an expired order left to hand over, and has neither cancelled it nor shown it as handed over: what was received for it
 * may be kept. `units`: what was due of it.
 */
export async function nameNothingLeft(
  tx: Tx,
  pickup: Pickup,
  units: readonly LineUnits[],
  now: number,
): Promise<void> {
  const { row } = pickup
  const items = goodsOf(
    pickup,
    units.filter(({ quantity }) => quantity > 0),
  )
  const fields = { order: row.order_name, store: row.store, items, customer: customerOf(pickup) }
  const { pickup: subject, store } = row
  const code = 'pickup-not-collected.nothing-left'
  await openException(tx, { code, subject, store, fields, evidence: { order: row.order_id } }, now)
}

/** Its order is cancelled, and who did that has decided about the money. */
export async function closeNothingLeft(tx: Tx, { row }: Pickup, now: number): Promise<void> {
  const open = await openCode(tx, 'pickup-not-collected', row.pickup)
  if (open === 'pickup-not-collected.nothing-left')
    await closeException(tx, 'pickup-not-collected', row.pickup, now)
}

/** So long after it was reopened, or for as long as orders wait for their customers if that is less, it should be ready. */
const REOPENED_DAYS = 2

/** Asks about orders that had expired, that staff reopened, and that are not ready since: nothing else says that they wait. */
export async function askReopened(
  db: Db,
  { afterDays, now }: { readonly afterDays: number; readonly now: number },
): Promise<void> {
  const days = Math.min(REOPENED_DAYS, afterDays)
  const rows = await db.selectFrom('pickup').selectAll().where('state', '=', 'picking').execute()
  const left = rows.filter(row => isLeft(parsePickup(row), now - days * DAY_MS))
  for (const { pickup: id } of left)
    await transaction(db, async tx => {
      const pickup = await readPickup(tx, id)
      if (pickup !== null && isLeft(pickup, now - days * DAY_MS)) await nameReopened(tx, pickup, now)
    })
}

function isLeft({ body, lines: { reopenedAt, ready } }: Pickup, before: number): boolean {
  if (body.state !== 'picking' || isOnHold(body.notice) || reopenedAt === undefined) return false
  return reopenedAt <= before && (ready?.heardAt ?? 0) < reopenedAt
}

/** It is asked once: the next time is after it has expired and was reopened again. */
async function nameReopened(tx: Tx, pickup: Pickup, now: number): Promise<void> {
  const { row, lines } = pickup
  const { reopenedAt, ...rest } = lines
  await noteLines(tx, pickup, rest)
  const days = Math.floor((now - (reopenedAt ?? now)) / DAY_MS)
  const due = lines.lines.map(({ id, quantity }) => ({ line: id, quantity }))
  const items = goodsOf(
    pickup,
    due.filter(({ quantity }) => quantity > 0),
  )
  const fields = { order: row.order_name, store: row.store, days, items, customer: customerOf(pickup) }
  const { pickup: subject, store } = row
  const code = 'pickup-not-collected.reopened'
  await openException(tx, { code, subject, store, fields, evidence: { days } }, now)
}
