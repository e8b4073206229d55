import { zoneClock } from '../../shared/wall-clock.ts'
import { knownCodes } from '../db/codes.ts'
import type { Reads } from '../db/db.ts'
import { type DueMovement, dueMovements } from '../outbox/postings.ts'
import { movementKinds } from './movement-kinds.ts'
import type { StockPlace } from './places.ts'
import type { Recovery } from './recovery.ts'

/** Clocks of a till and of the hub may differ by so much before an exception says so. */
const CLOCKS_MS = 2 * 60_000

/** A movement that is due and that a lost hub may have posted. */
export interface Suspect extends DueMovement {
  readonly sku: string
}

/**
 * What is due of some items at a place and happened before the database was put back: a lost hub may have posted it.
 * What was sold after that is new, whichever way it arrives.
 */
export async function suspectsAt(
  db: Reads,
  recovery: Recovery,
  place: StockPlace,
  skus: readonly string[],
): Promise<readonly Suspect[]> {
  const codes = await knownCodes(db, [place.store, ...place.warehouses])
  const store = codes.get(place.store)
  const warehouses = place.warehouses.flatMap(code => codes.get(code) ?? [])
  if (store === undefined || warehouses.length === 0 || skus.length === 0) return []
  const rows = await dueMovements(db)
    .innerJoin('item as i', 'i.id', 'd.item')
    .leftJoin('sale as s', join =>
      join
        .onRef('s.store', '=', 'd.store')
        .onRef('s.sale', '=', 'd.cause')
        .on('d.kind', 'in', [movementKinds.sale, movementKinds['sale-reversal']]),
    )
    .leftJoin('recovery_cleared as c', join =>
      join
        .on('c.store', '=', recovery.store)
        .onRef('c.kind', '=', 'd.kind')
        .onRef('c.cause', '=', 'd.cause')
        .onRef('c.line', '=', 'd.line')
        .onRef('c.revision', '=', 'd.revision')
        .on('c.cleared_at', '>=', recovery.begun_at),
    )
    .selectAll('d')
    .select(['i.sku', 's.sold_at as soldAt', 'm.at', 'm.moved_at as movedAt'])
    .where('d.store', '=', store)
    .where('d.warehouse', 'in', warehouses)
    .where('i.sku', 'in', skus)
    .where('c.store', 'is', null)
    .execute()
  const begunAtTill = await wallOf(db, recovery)
  return rows
    .filter(row => isOld(row, recovery, begunAtTill))
    .map(({ soldAt: _, at: __, movedAt: ___, ...row }) => row)
}

interface Dated {
  readonly kind: number
  readonly revision: number
  /** By the till's wall clock; null: it is not of a sale. */
  readonly soldAt: number | null
  readonly at: number
  readonly movedAt: number | null
}

/**
 * When a receipt was sold is known by the hub's clock. When a later content of it was made is not, where a till that has lost its journal
 * reads it again: then a sale that is old itself counts as old. What an older version took in is judged by what the till said.
 */
function isOld(
  { kind, revision, soldAt, at, movedAt }: Dated,
  recovery: Recovery,
  begunAtTill: number,
): boolean {
  const isSoldBefore = soldAt !== null && soldAt < begunAtTill + CLOCKS_MS
  if (movedAt === null) {
    if (soldAt !== null) return isSoldBefore
    return recovery.ended_at === null || at < recovery.ended_at
  }
  if (movedAt < recovery.begun_at + CLOCKS_MS) return true
  const isFirst = kind === movementKinds.sale && revision === 0
  return !isFirst && isSoldBefore
}

/** When the recovery began by the store's wall clock, as sales keep their time; see sales/sale-times.ts. */
async function wallOf(db: Reads, { store, begun_at }: Recovery): Promise<number> {
  const row = await db.selectFrom('store').select('zone').where('code', '=', store).executeTakeFirst()
  return row === undefined ? begun_at : Date.parse(`${zoneClock(row.zone)(begun_at)}Z`)
}
