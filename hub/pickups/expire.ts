import { epochMs } from '../../shared/ids.ts'
import { sum } from '../../shared/money.ts'
import { isOnHold } from '../../shared/pickup-notices.ts'
import { contractOf } from '../contract/contract.ts'
import { type Db, type Tx, transaction } from '../db/db.ts'
import { askExpired } from './ask-expired.ts'
import { askedAbout } from './not-collected-question.ts'
import { changePickup, type Pickup, parsePickup, readPickup } from './pickup-row.ts'
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
  const tooMany = await storesWithTooMany(db, due, await expiredLately(db, now))
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
  const told = isToldByThen ? { ready: { heardAt: at, toldAt: at } } : {}
  const lines = { ...pickup.lines, ...told, daysReady: days }
  const change = { body: { ...body, shopify: 'nothing-due' as const }, lines }
  const expired = await changePickup(tx, pickup, change, now)
  if (isTooMany) await nameTooMany(tx, expired, now)
  else await decideNotCollected(tx, expired, now)
  return true
}

/** More than so many of a hub's or a store's ready pickups, and more than such a share of them, look like a clock that was wrong. */
const MOST_AT_ONCE = 10
const MOST_OF_READY = 1 / 5

/** So long what has expired counts towards how many expire at once: the hub may have been killed in between. */
const AT_ONCE_MS = 3 * 3_600_000

async function expiredLately(db: Db, now: number): Promise<readonly Pick<Pickup['row'], 'store'>[]> {
  const rows = await db
    .selectFrom('pickup')
    .selectAll()
    .where('state', '=', 'expired')
    .where('updated_at', '>=', now - AT_ONCE_MS)
    .execute()
  return rows.filter(row => (parsePickup(row).body.movedAt ?? 0) >= now - AT_ONCE_MS)
}

/** The stores of which so many expire at once that none of them is paid back unasked; all of them, where the whole hub has so many. */
async function storesWithTooMany(
  db: Db,
  due: readonly Pick<Pickup['row'], 'store'>[],
  lately: readonly Pick<Pickup['row'], 'store'>[],
): Promise<ReadonlySet<string>> {
  const all = [...due, ...lately]
  const expiring = Map.groupBy(all, ({ store }) => store)
  const counts = await db
    .selectFrom('pickup')
    .select(e => ['store', e.fn.countAll<number | string>().as('ready')])
    .where('state', '=', 'ready')
    .groupBy('store')
    .execute()
  const ready = new Map(counts.map(one => [one.store, Number(one.ready)]))
  for (const { store } of lately) ready.set(store, (ready.get(store) ?? 0) + 1)
  if (all.length > MOST_AT_ONCE && all.length > sum([...ready.values()]) * MOST_OF_READY)
    return new Set(expiring.keys())
  const isTooMany = (store: string, some: number) => {
    const count = ready.get(store) ?? 0
    return count > MOST_AT_ONCE && some > count * MOST_OF_READY
  }
  return new Set([...expiring].flatMap(([store, its]) => (isTooMany(store, its.length) ? [store] : [])))
}

/** Head office decides about it, whatever is agreed. */
async function nameTooMany(tx: Tx, expired: Pickup, now: number): Promise<void> {
  const rule = (await contractOf(tx, expired.row.store))?.terms.notCollected ?? 'ask'
  await askExpired(tx, expired, rule === 'ask' ? null : 'Unusually many orders expired at once.', now)
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
  if (rule === 'ask') return askExpired(tx, expired, null, now)
  if (await hasOpenWrite(tx, pickup, ['refund'])) return
  if ((await askedAbout(tx, expired)) !== null)
    return askExpired(tx, expired, 'A hand-over of it was undone while head office was asked.', now)
  await planRefund(tx, expired, { now, dueAt: now + REFUND_AFTER_MS })
}

/** A pickup begins as one that has expired, as its order was changed since: head office decides about it, whatever is agreed. */
export async function nameBegunExpired(tx: Tx, pickup: Pickup, now: number): Promise<void> {
  const rule = (await contractOf(tx, pickup.row.store))?.terms.notCollected ?? 'ask'
  await askExpired(tx, pickup, rule === 'ask' ? null : 'The order was changed after it had expired.', now)
}
