import type { Reads } from '../db/db.ts'
import { endedStates } from './counts.ts'
import { unitsHandedOver } from './fulfillments.ts'
import { hasLeftFrom } from './left-after-move.ts'
import { readPickup } from './pickup-row.ts'

/** What an order's external id in a POS begins with, see docs/write-back.md. */
const EXTERNAL = 'tillbridge:order:'
/** A POS may note whole minutes, and its clock and Shopify's differ by a little. */
const CLOCKS_APART_MS = 2 * 60_000

/** How a receipt names an order, without what a POS or a cashier puts around it: `# 1001`, ` 1001` and `Order #1001` are #1001 and 1001. */
export function orderAsNamed(said: string): string {
  const name = said
    .trim()
    .replace(/^order\b[\s:]*(?=#|\d)/i, '')
    .replace(/^#\s+/, '#')
  return name === '' ? said : name
}

/** The names in Shopify that a receipt may mean; a shop may have `Order` in its own. */
const namesMeant = (named: string): readonly string[] =>
  ['', '#', 'Order ', 'Order #'].map(before => `${before}${named}`)

/** The pickup that a receipt names, or why it can't be told. */
export type NamedOrder =
  | { readonly pickup: string }
  | {
      readonly pickup: null
      readonly why: 'unknown' | 'other-store' | 'several' | 'later' | 'time-unknown'
      /** The store that has it. */
      readonly owner: string
    }

/**
 * The store's pickup that a receipt names: by its external id, or by the order's name if that is one pickup only. One that was moved away is the store's still
 * for a receipt, if its goods have left there. An order that was
 * placed after the sale was not meant: its number was mistyped. `soldAt`: hub clock, ms; null: not known.
 */
export async function pickupNamed(
  db: Reads,
  store: string,
  named: string,
  soldAt: number | null,
): Promise<NamedOrder> {
  if (named.startsWith(EXTERNAL)) return pickupOfId(db, store, named.slice(EXTERNAL.length))
  const rows = await db
    .selectFrom('pickup')
    .select(['pickup', 'store', 'state', 'placed_at'])
    .where('order_name', 'in', namesMeant(named))
    .orderBy('pickup')
    .execute()
  const gone = new Set<string>()
  for (const row of rows)
    if (row.store !== store && (await hasLeftFrom(db, row.pickup, store))) gone.add(row.pickup)
  const here = rows.filter(row => row.store === store || gone.has(row.pickup))
  const [elsewhere] = rows
  if (here.length === 0)
    return elsewhere === undefined
      ? { pickup: null, why: 'unknown', owner: '' }
      : { pickup: null, why: 'other-store', owner: elsewhere.store }
  const [only, ...others] = here.length > 1 ? await withGoods(db, here, gone) : here
  if (only === undefined || others.length > 0) return { pickup: null, why: 'several', owner: store }
  if (soldAt === null) return { pickup: null, why: 'time-unknown', owner: store }
  const isLater = only.placed_at > soldAt + CLOCKS_APART_MS
  return isLater ? { pickup: null, why: 'later', owner: store } : { pickup: only.pickup }
}

/** Those of which something is due or was handed over: of the others Shopify has taken back or regrouped all. */
async function withGoods<Row extends { readonly pickup: string; readonly state: string }>(
  db: Reads,
  rows: readonly Row[],
  gone: ReadonlySet<string>,
): Promise<readonly Row[]> {
  const found: Row[] = rows.filter(({ pickup }) => gone.has(pickup))
  for (const row of rows.filter(({ pickup, state }) => state !== 'cancelled' && !gone.has(pickup))) {
    const isDue = (await readPickup(db, row.pickup))?.lines.committed === true
    if (isDue || (await unitsHandedOver(db, row.pickup)).units.size > 0) found.push(row)
  }
  return found
}

/** An id can't be mistyped. A pickup that Shopify has replaced by another one of the order goes on there. */
async function pickupOfId(db: Reads, store: string, id: string): Promise<NamedOrder> {
  const row = await db
    .selectFrom('pickup')
    .select(['pickup', 'store', 'state', 'order_id'])
    .where('pickup', '=', id)
    .executeTakeFirst()
  if (row === undefined) return { pickup: null, why: 'unknown', owner: '' }
  if (row.store !== store)
    return (await hasLeftFrom(db, id, store))
      ? { pickup: id }
      : { pickup: null, why: 'other-store', owner: row.store }
  if (row.state !== 'cancelled') return { pickup: id }
  const open = await db
    .selectFrom('pickup')
    .select('pickup')
    .where('order_id', '=', row.order_id)
    .where('store', '=', store)
    .where('state', 'not in', endedStates)
    .execute()
  const [only, ...others] = open
  if (others.length > 0) return { pickup: null, why: 'several', owner: store }
  return { pickup: only?.pickup ?? id }
}

/** The names by which receipts may name an order and its pickups. */
export function namesOfOrder(name: string, pickups: readonly string[]): readonly string[] {
  const names = [name, orderAsNamed(name)].flatMap(one => [one, one.replace(/^#/, '')])
  return [...new Set(names), ...pickups.map(pickup => `${EXTERNAL}${pickup}`)]
}

/** All pickups that a receipt may name. */
export function pickupsNamed(db: Reads, named: string) {
  const pickups = db.selectFrom('pickup').selectAll().orderBy('pickup')
  return named.startsWith(EXTERNAL)
    ? pickups.where('pickup', '=', named.slice(EXTERNAL.length)).execute()
    : pickups.where('order_name', 'in', namesMeant(named)).execute()
}
