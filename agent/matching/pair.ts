import type { SaleFacts } from './alike.ts'

/**
 * Pairs sightings with sales, each with at most one: in the order of time, each with the earliest sale that is left and
 * `mayBe` it. As all windows are equally wide, no other way pairs more of them.
 */
export function pairInTimeOrder<Sighting extends SaleFacts, Sale extends SaleFacts>(
  sightings: readonly Sighting[],
  sales: readonly Sale[],
  mayBe: (sighting: Sighting, sale: Sale) => boolean,
): Map<Sighting, Sale> {
  const left = sales.toSorted(byTime)
  const pairs = new Map<Sighting, Sale>()
  for (const sighting of sightings.toSorted(byTime)) {
    const place = left.findIndex(sale => mayBe(sighting, sale))
    const [sale] = place === -1 ? [] : left.splice(place, 1)
    if (sale !== undefined) pairs.set(sighting, sale)
  }
  return pairs
}

/** A total order, so that the same rows pair the same way in whatever order they came. */
export function byTime(a: SaleFacts, b: SaleFacts): number {
  if (a.at !== b.at) return a.at - b.at
  return a.receipt < b.receipt ? -1 : a.receipt > b.receipt ? 1 : 0
}
