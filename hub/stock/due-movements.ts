import { knownCodes } from '../db/codes.ts'
import type { Reads } from '../db/db.ts'
import { type DueMovement, dueMovements } from '../outbox/postings.ts'
import type { StockPlace } from './places.ts'

/** A movement that is due, and when the goods moved, by the hub's clock in ms. */
export interface DatedMovement extends DueMovement {
  readonly movedAt: number
  /** When a person found that Shopify does not have it, by the hub's clock in ms; null: that was not asked. */
  readonly clearedAt: number | null
}

/** What is due of one SKU at a place, movement by movement. */
export async function dueMovementsAt(db: Reads, place: StockPlace, sku: string): Promise<DatedMovement[]> {
  const codes = await knownCodes(db, [place.store, ...place.warehouses])
  const store = codes.get(place.store)
  const warehouses = place.warehouses.flatMap(code => codes.get(code) ?? [])
  if (store === undefined || warehouses.length === 0) return []
  const rows = await dueMovements(db)
    .innerJoin('item as i', 'i.id', 'd.item')
    .leftJoin('recovery_cleared as c', join =>
      join
        .on('c.store', '=', place.store)
        .onRef('c.kind', '=', 'd.kind')
        .onRef('c.cause', '=', 'd.cause')
        .onRef('c.line', '=', 'd.line')
        .onRef('c.revision', '=', 'd.revision'),
    )
    .selectAll('d')
    .select(['m.at', 'm.moved_at', 'c.cleared_at as clearedAt'])
    .where('d.store', '=', store)
    .where('d.warehouse', 'in', warehouses)
    .where('i.sku', '=', sku)
    .execute()
  return rows.map(({ at, moved_at, ...due }) => ({ ...due, movedAt: moved_at ?? at }))
}
