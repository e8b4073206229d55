import { openMinutes, type StoreHours } from '../../checks/opening-hours.ts'
import type { Terms } from '../../contract/contract.ts'
import { transaction } from '../../db/db.ts'
import { mappedItems } from '../../items/item-table.ts'
import { heldAt, noteCovered } from '../../stock/hold-back.ts'
import { coveredMinutes, isAmple, mostToHold, unitsToHold } from '../../stock/hold-back-size.ts'
import { knownLevels } from '../../stock/known-levels.ts'
import type { StockPlace } from '../../stock/places.ts'
import { salesRates } from '../../stock/sales-rate.ts'
import { itemsThatWait } from './hold-give-back.ts'
import { ITEMS_A_REQUEST, moveSome } from './hold-moves.ts'
import type { SendWork } from './request-life.ts'

type Hours = { readonly zone: string; readonly hours: StoreHours } | null

interface Covering {
  readonly terms: Terms
  readonly since: number
  readonly share: number
  readonly hours: Hours
  /** What the units that are held were sized for, as `sizedFor` counts it; 0: nothing yet, or before another contract. */
  readonly done: number
}

/** Time that a place's units are sized for: seconds in which the whole store sells as much as its silent tills do in all of it. */
const sizedFor = (minutes: number, share: number): number => Math.ceil(minutes * 60 * share)

/** Holds back what the store has probably sold by the end of this step of its silence. */
export async function cover(work: SendWork, place: StockPlace, of: Covering): Promise<void> {
  const { db, world } = work
  const covered = coveredMinutes(openMinutes(of.hours, of.since, world.clock.now()))
  const sized = sizedFor(covered, of.share)
  if (sized <= of.done) return
  const expected = await expectedSales(work, place, { ...of, covered })
  const bound = { share: of.terms.holdBackShare, units: of.terms.holdBackUnits }
  const bounded = of.done === 0 ? await rowsToBound(work, place) : new Set<string>()
  const items = [...new Set([...(await itemsAtRisk(work, place, expected)), ...bounded])]
  let isWhole = true
  for (let start = 0; start < items.length; start += ITEMS_A_REQUEST) {
    const some = items.slice(start, start + ITEMS_A_REQUEST)
    const done = await moveSome(work, place, some, of.since, ({ item, level, row }) => {
      const { units, sku } = expected.get(item) ?? { units: 0, sku: '' }
      const sellable = level.available + (row?.held ?? 0)
      const over = level.safety - mostToHold(sellable, bound)
      if (row !== undefined && over > 0 && bounded.has(item))
        return { sku: row.sku, units: -Math.min(row.held, over) }
      if (row?.by_hand === 1 || isAmple(level.available, units)) return null
      const want = unitsToHold(units, sellable, bound)
      return { sku, units: Math.max(0, Math.min(want - level.safety, level.available)) }
    })
    isWhole &&= done
  }
  if (isWhole) await transaction(db, tx => noteCovered(tx, place, { silentSince: of.since, covered: sized }))
}

/** Items of which more may be held than is agreed now: it comes back, where no late sale has to go first. */
async function rowsToBound(work: SendWork, place: StockPlace): Promise<ReadonlySet<string>> {
  const rows = (await heldAt(work.db, place)).filter(({ held }) => held > 0)
  const waiting = await itemsThatWait(work, place, rows)
  return new Set(rows.flatMap(({ item }) => (waiting.has(item) ? [] : [item])))
}

type Expected = ReadonlyMap<string, { readonly sku: string; readonly units: number }>

/** Items of which something has to be held, as far as is known without a reading: of most there is plenty, or they hardly sell. */
async function itemsAtRisk(
  { db }: SendWork,
  place: StockPlace,
  expected: Expected,
): Promise<readonly string[]> {
  const known = await knownLevels(db, place.location, [...expected.keys()])
  return [...expected]
    .filter(([item, { units }]) => {
      const available = known.get(item)?.available
      const isSafe = available !== undefined && (available <= 0 || isAmple(available, units))
      return !isSafe && unitsToHold(units, 1, { share: 100, units: 1 }) > 0
    })
    .map(([item]) => item)
}

/** Units that a place sells on average in the time that is covered, by Shopify's item. */
async function expectedSales(
  { db }: SendWork,
  place: StockPlace,
  { since, share, hours, covered }: Covering & { readonly covered: number },
): Promise<Expected> {
  const rates = await salesRates(db, place, { hours, until: since })
  const mapped = await mappedItems(db, [...rates.keys()])
  const expected = new Map<string, { sku: string; units: number }>()
  for (const [sku, rate] of rates) {
    const item = mapped.get(sku)
    if (item === undefined) continue
    const before = expected.get(item)
    expected.set(item, { sku: before?.sku ?? sku, units: (before?.units ?? 0) + rate * share * covered })
  }
  return expected
}
