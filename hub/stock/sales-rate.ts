import { zoneClock } from '../../shared/wall-clock.ts'
import { openMinutes, type StoreHours } from '../checks/opening-hours.ts'
import { knownCodes } from '../db/codes.ts'
import type { Reads } from '../db/db.ts'
import { fastestRate, rateDays } from './hold-back-size.ts'
import type { StockPlace } from './places.ts'

const DAY_MS = 86_400_000
/** Of a store that has sold for less than this, nothing is estimated. */
const LEAST_MINUTES = 8 * 60

/** Calendar dates as receipts have them, 20260718, by a store's own clock. */
function calendarOf(zone: string) {
  const wallOf = zoneClock(zone)
  return {
    dateOf: (ms: number) => Number(wallOf(ms).slice(0, 10).replaceAll('-', '')),
    /** When a date begins; where the clocks change on it, to the hour. */
    beginOf(date: number) {
      const text = String(date)
      const wall = Date.parse(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}T00:00:00Z`)
      return wall - (Date.parse(`${wallOf(wall).slice(0, 19)}Z`) - wall)
    },
  }
}
type Calendar = ReturnType<typeof calendarOf>

type Hours = { readonly zone: string; readonly hours: StoreHours } | null

/**
 * How fast each item sold at a place before a moment, in units a minute of opening time: what its receipts sold, less what came back, in the
 * last four weeks or in the last three days, whichever is faster. Items that did not sell are left out.
 */
export async function salesRates(
  db: Reads,
  place: StockPlace,
  of: { readonly hours: Hours; readonly until: number },
): Promise<ReadonlyMap<string, number>> {
  const codes = await knownCodes(db, [place.store, ...place.warehouses])
  const store = codes.get(place.store)
  const warehouses = place.warehouses.flatMap(code => codes.get(code) ?? [])
  if (store === undefined || warehouses.length === 0) return new Map()
  const calendar = calendarOf(await zoneOf(db, place.store))
  const sold = new Map<number, Sold>()
  for (const days of rateDays)
    sold.set(days, await soldIn(db, { store, warehouses }, { ...of, days, calendar }))
  const skus = new Set([...sold.values()].flatMap(({ units }) => [...units.keys()]))
  const rates = [...skus].map(sku => {
    const rate = fastestRate(days => {
      const found = sold.get(days)
      return found === undefined ? null : { units: found.units.get(sku) ?? 0, minutes: found.minutes }
    })
    return [sku, rate] as const
  })
  return new Map(rates.filter(([, rate]) => rate > 0))
}

async function zoneOf(db: Reads, store: string): Promise<string> {
  const row = await db.selectFrom('store').select('zone').where('code', '=', store).executeTakeFirst()
  return row?.zone ?? 'UTC'
}

interface Sold {
  /** Of opening time; 0: the store has not sold for long enough. */
  readonly minutes: number
  readonly units: ReadonlyMap<string, number>
}

/** What whole dates sold, the last one up to the moment: so their opening time counts from the first one's beginning. */
async function soldIn(
  db: Reads,
  { store, warehouses }: { readonly store: number; readonly warehouses: readonly number[] },
  of: {
    readonly hours: Hours
    readonly until: number
    readonly days: number
    readonly calendar: Calendar
  },
): Promise<Sold> {
  const { dateOf, beginOf } = of.calendar
  const from = dateOf(of.until - of.days * DAY_MS)
  const first = await db
    .selectFrom('sale')
    .select('business_date')
    .where('store', '=', store)
    .where('business_date', '>=', from)
    .orderBy('business_date')
    .limit(1)
    .executeTakeFirst()
  const begun = first === undefined ? of.until : beginOf(first.business_date)
  const minutes = openMinutes(of.hours, begun, of.until)
  if (minutes < LEAST_MINUTES) return { minutes: 0, units: new Map() }
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
    .where('s.sold_at', '<=', of.until)
    .where('s.state', '=', 'sold')
    .where('l.warehouse', 'in', warehouses)
    .groupBy('i.sku')
    .execute()
  return { minutes, units: new Map(rows.map(({ sku, quantity }) => [sku, Number(quantity) / 1000])) }
}
