import type { Reads, Tx } from '../db/db.ts'

/** A Shopify location and the warehouses of one store whose stock it shows, the main one first. */
export interface StockPlace {
  readonly store: string
  readonly location: string
  readonly warehouses: readonly [string, ...string[]]
}

/**
 * The locations that stock is kept at. A location that two stores claim belongs to neither: their levels would be
 * counted twice. `unclear` holds those.
 */
export async function readPlaces(
  db: Reads,
): Promise<{ places: readonly StockPlace[]; unclear: ReadonlySet<string> }> {
  const rows = await db
    .selectFrom('warehouse')
    .selectAll()
    .where('location_id', 'is not', null)
    .orderBy('store')
    .orderBy('main', 'desc')
    .orderBy('code')
    .execute()
  const places = new Map<string, { store: string; location: string; warehouses: [string, ...string[]] }>()
  const unclear = new Set<string>()
  for (const { store, code, location_id: location } of rows) {
    if (location === null) continue
    const held = places.get(location)
    if (held === undefined) places.set(location, { store, location, warehouses: [code] })
    else if (held.store === store) held.warehouses.push(code)
    else unclear.add(location)
  }
  return { places: [...places.values()].filter(place => !unclear.has(place.location)), unclear }
}

/** The place of one location; null when no store, or more than one, claims it. */
export async function placeOf(db: Reads, location: string): Promise<StockPlace | null> {
  const { places } = await readPlaces(db)
  return places.find(place => place.location === location) ?? null
}

/**
 * Whether a place is as it was when its levels were asked for. A warehouse may be mapped elsewhere in between: then they are of a location
 * that does not show its stock.
 */
export async function isPlaceStill(tx: Tx, { store, location, warehouses }: StockPlace): Promise<boolean> {
  const rows = await tx
    .selectFrom('warehouse')
    .select(['store', 'code'])
    .where('location_id', '=', location)
    .orderBy('main', 'desc')
    .orderBy('code')
    .execute()
  return (
    rows.length === warehouses.length &&
    rows.every((row, index) => row.store === store && row.code === warehouses[index])
  )
}

/** What exceptions about one item's stock at one place are called. */
export function stockSubject(place: StockPlace, sku: string): string {
  return `${place.store}/${place.warehouses[0]}/${sku}`
}
