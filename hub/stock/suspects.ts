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
        .onRef('c.revision', '=', 'd.revision'),
    )
    .selectAll('d')
    .select(['i.sku', 's.sold_at as soldAt', 'm.at'])
    .where('d.store', '=', store)
    .where('d.warehouse', 'in', warehouses)
    .where('i.sku', 'in', skus)
    .where('c.store', 'is', null)
    .execute()
  const begun = await begunAtTill(db, recovery)
  const isOld = (soldAt: number | null, at: number) => {
    if (soldAt !== null) return soldAt < begun + CLOCKS_MS
    return recovery.ended_at === null || at < recovery.ended_at
  }
  return rows.filter(row => isOld(row.soldAt, row.at)).map(({ soldAt: _, at: __, ...row }) => row)
}

/** When the recovery began by the store's wall clock, as sales keep their time; see sales/sale-times.ts. */
async function begunAtTill(db: Reads, { store, begun_at }: Recovery): Promise<number> {
  const row = await db.selectFrom('store').select('zone').where('code', '=', store).executeTakeFirst()
  return row === undefined ? begun_at : Date.parse(`${zoneClock(row.zone)(begun_at)}Z`)
}
