import { openMinutes, type StoreHours } from '../checks/opening-hours.ts'
import { knownCodes } from '../db/codes.ts'
import type { Reads } from '../db/db.ts'
import type { StockPlace } from './places.ts'

/** Sales of so many days before a silence say how fast an item sells. */
const WINDOW_DAYS = 28
const DAY_MS = 86_400_000
/** Of a store that has sold for less than this, nothing is estimated. */
const LEAST_MINUTES = 8 * 60

/** A calendar date as receipts have it: 20260718. */
const dateOf = (ms: number) => Number(new Date(ms).toISOString().slice(0, 10).replaceAll('-', ''))
const momentOf = (date: number) => {
  const text = String(date)
  return Date.parse(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}T00:00:00Z`)
}

interface SoldRow {
  readonly sku: string
  readonly quantity: number | string
}

/**
 * How fast each item sold at a place before a moment, in units a minute of opening time: what its receipts of the last four weeks sold, less
 * what came back, divided by the opening time since the first of them. Items that did not sell are left out.
 */
export async function salesRates(
  db: Reads,
  place: StockPlace,
  of: {
    readonly hours: { readonly zone: string; readonly hours: StoreHours } | null
    readonly until: number
  },
): Promise<ReadonlyMap<string, number>> {
  const codes = await knownCodes(db, [place.store, ...place.warehouses])
  const store = codes.get(place.store)
  const warehouses = place.warehouses.flatMap(code => codes.get(code) ?? [])
  if (store === undefined || warehouses.length === 0) return new Map()
  const from = dateOf(of.until - WINDOW_DAYS * DAY_MS)
  const first = await db
    .selectFrom('sale')
    .select('business_date')
    .where('store', '=', store)
    .where('business_date', '>=', from)
    .orderBy('business_date')
    .limit(1)
    .executeTakeFirst()
  if (first === undefined) return new Map()
  const minutes = openMinutes(of.hours, momentOf(first.business_date), of.until)
  if (minutes < LEAST_MINUTES) return new Map()
  const rows = await db
    .selectFrom('sale as s')
    .innerJoin('sale_line as l', join =>
      join
        .onRef('l.store', '=', 's.store')
        .onRef('l.sale', '=', 's.sale')
        .onRef('l.revision', '=', 's.revision'),
    )
    .innerJoin('item as i', 'i.id', 'l.item')
    .select(e => ['i.sku', e.fn.sum<number | string>('l.quantity').as('quantity')])
    .where('s.store', '=', store)
    .where('s.business_date', '>=', from)
    .where('s.business_date', '<=', dateOf(of.until))
    .where('s.state', '=', 'sold')
    .where('l.warehouse', 'in', warehouses)
    .groupBy('i.sku')
    .execute()
  return ratesOf(rows, minutes)
}

function ratesOf(rows: readonly SoldRow[], minutes: number): ReadonlyMap<string, number> {
  const rates = rows.map(({ sku, quantity }) => [sku, Number(quantity) / 1000 / minutes] as const)
  return new Map(rates.filter(([, rate]) => rate > 0))
}
