import { units } from '../../shared/quantity.ts'
import { knownCodes } from '../db/codes.ts'
import type { Reads } from '../db/db.ts'
import { siblingsOf } from '../items/item-table.ts'
import { movementKinds } from './movement-kinds.ts'

/** Units of a receipt's line that a till took back. */
export interface TillReturn {
  readonly sale: number
  readonly line: number
  readonly revision: number
  readonly receiptNumber: string
  readonly till: string
  readonly warehouse: string
  readonly sku: string
  /** Whole units, less those that are another restock's. */
  readonly units: number
  /** The online order that the receipt names; null: none. */
  readonly order: string | null
}

/** Goods that Shopify put back into a store's stock, and what tills of the store took back of the same item about then. */
export interface Restock {
  readonly kind: number
  readonly cause: string
  readonly line: string
  readonly store: string
  readonly sku: string
  /** Less those that are known to be a till's. */
  readonly units: number
  readonly order: string | null
  readonly orderId: string | null
  readonly madeAt: number
  readonly tills: readonly TillReturn[]
}

/** A till may take goods back so long before or after the refund. */
const NEAR_MS = 7 * 86_400_000
/** What is older was left as it is. */
const LOOK_BACK_MS = 30 * 86_400_000

const RESTOCKS: readonly number[] = [movementKinds['refund-restock'], movementKinds['return-restock']]

/** Restocks of Shopify's that a till's return may be, of which nothing was decided. */
export async function openRestocks(db: Reads, now: number, store?: string): Promise<readonly Restock[]> {
  let query = db
    .selectFrom('shop_movement')
    .selectAll()
    .where('kind', 'in', RESTOCKS)
    .where('made_at', '>=', now - LOOK_BACK_MS)
  if (store !== undefined) query = query.where('store', '=', store)
  const rows = await query.orderBy('made_at').orderBy('cause').orderBy('line').execute()
  const found: Restock[] = []
  for (const row of rows) {
    const decided = await db
      .selectFrom('same_return')
      .selectAll()
      .where('kind', '=', row.kind)
      .where('cause', '=', row.cause)
      .where('line', '=', row.line)
      .execute()
    const open = row.units - decided.reduce((sum, one) => sum + one.units, 0)
    if (open <= 0) continue
    const known = new Set(decided.map(one => `${one.sale}/${one.sale_line}/${one.sale_revision}`))
    const tills = (await tillReturns(db, row)).filter(
      one => !known.has(`${one.sale}/${one.line}/${one.revision}`) && mayBeOf(one, row),
    )
    if (tills.length === 0) continue
    const { kind, cause, line, store: of, sku, order_name: order, order_id: orderId, made_at: madeAt } = row
    found.push({ kind, cause, line, store: of, sku, units: open, order, orderId, madeAt, tills })
  }
  return found
}

/** A receipt that names another order is not of this one's goods. */
function mayBeOf({ order }: TillReturn, row: { order_name: string | null }): boolean {
  return order === null || row.order_name === null || isSameName(order, row.order_name)
}

/** Order names are written with and without their #. */
export function isSameName(one: string, other: string): boolean {
  return one.replace(/^#/, '') === other.replace(/^#/, '')
}

async function tillReturns(
  db: Reads,
  at: { readonly store: string; readonly sku: string; readonly made_at: number },
): Promise<readonly TillReturn[]> {
  const store = (await knownCodes(db, [at.store])).get(at.store)
  if (store === undefined) return []
  const skus = (await siblingsOf(db, [at.sku])).get(at.sku) ?? [at.sku]
  const rows = await db
    .selectFrom('sale_line as l')
    .innerJoin('item as i', 'i.id', 'l.item')
    .innerJoin('sale as s', join =>
      join
        .onRef('s.store', '=', 'l.store')
        .onRef('s.sale', '=', 'l.sale')
        .onRef('s.revision', '=', 'l.revision'),
    )
    .innerJoin('movement as m', join =>
      join
        .onRef('m.store', '=', 'l.store')
        .on('m.kind', '=', movementKinds.sale)
        .onRef('m.cause', '=', 'l.sale')
        .onRef('m.line', '=', 'l.line')
        .onRef('m.revision', '=', 'l.revision'),
    )
    .innerJoin('code as t', 't.id', 's.till')
    .innerJoin('code as w', 'w.id', 'l.warehouse')
    .innerJoin('code as d', 'd.id', 's.device')
    .select(['l.sale', 'l.line', 'l.revision', 'l.quantity', 's.receipt_number', 'i.sku'])
    .select(['t.text as till', 'w.text as warehouse', 'm.at', 'm.moved_at'])
    .select(['d.text as device', 's.epoch', 's.seq'])
    .where('l.store', '=', store)
    .where('i.sku', 'in', skus)
    .where('l.quantity', '<', 0)
    .where('s.state', '=', 'sold')
    .orderBy('l.sale')
    .orderBy('l.line')
    .execute()
  const near = rows.filter(row => Math.abs((row.moved_at ?? row.at) - at.made_at) <= NEAR_MS)
  const found: TillReturn[] = []
  for (const row of near) {
    const taken = await unitsTaken(db, at.store, row)
    const count = Math.floor(-row.quantity / units(1)) - taken
    if (count <= 0) continue
    const { sale, line, revision, till, warehouse, sku, receipt_number: receiptNumber } = row
    const order = await orderNamed(db, row)
    found.push({ sale, line, revision, receiptNumber, till, warehouse, sku, units: count, order })
  }
  return found
}

/** Units of a receipt's line that are a restock's by decision. */
async function unitsTaken(
  db: Reads,
  store: string,
  { sale, line, revision }: { readonly sale: number; readonly line: number; readonly revision: number },
): Promise<number> {
  const row = await db
    .selectFrom('same_return')
    .select(e => e.fn.sum<number | string | null>('units').as('units'))
    .where('store', '=', store)
    .where('sale', '=', sale)
    .where('sale_line', '=', line)
    .where('sale_revision', '=', revision)
    .executeTakeFirstOrThrow()
  return Number(row.units ?? 0)
}

/** The order that a receipt names, by the order's name where the hub knows it; null: it names none. */
async function orderNamed(
  db: Reads,
  { device, epoch, seq }: { readonly device: string; readonly epoch: number; readonly seq: number },
): Promise<string | null> {
  const row = await db
    .selectFrom('order_sale as o')
    .leftJoin('pickup as p', 'p.pickup', 'o.pickup')
    .select(['o.named', 'p.order_name'])
    .where('o.device', '=', device)
    .where('o.epoch', '=', epoch)
    .where('o.seq', '=', seq)
    .executeTakeFirst()
  return row === undefined ? null : (row.order_name ?? row.named)
}
