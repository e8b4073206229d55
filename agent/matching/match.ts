import { isAlike, type SaleFacts } from './alike.ts'
import { byTime, pairInTimeOrder } from './pair.ts'
import type { OpenSighting, SightingRows } from './sighting-rows.ts'
import type { Witness } from './witness.ts'

/** Whose sighting it is, by the witness's name; undefined for one that is not configured any more. */
export type RuleOf = (witness: string) => Witness | undefined

const numbersOf = (rule: Witness, a: SaleFacts, b: SaleFacts): 'same' | 'other' | 'unknown' =>
  !rule.compareNumbers || a.number === '' || b.number === ''
    ? 'unknown'
    : a.number === b.number
      ? 'same'
      : 'other'

/** The nearest in time first. */
const nearestTo =
  ({ at }: SaleFacts) =>
  (a: SaleFacts, b: SaleFacts): number =>
    Math.abs(a.at - at) - Math.abs(b.at - at) || byTime(a, b)

function salesFor(rows: SightingRows, rule: Witness, sighting: SaleFacts): SaleFacts[] {
  return rows
    .freeSales(rule.primary, sighting, rule.windowMs)
    .filter(sale => isAlike(sighting, sale, rule.windowMs))
}

/** The sale of a sighting just seen: number and all else must fit. Without a number it waits: a better one may come. */
export function saleMatching(rows: SightingRows, rule: Witness, sighting: OpenSighting): SaleFacts | null {
  const fitting = salesFor(rows, rule, sighting).filter(sale => numbersOf(rule, sighting, sale) === 'same')
  return fitting.sort(nearestTo(sighting))[0] ?? null
}

/** The sighting of a sale just told: by its number; one that was missed already also without. */
export function sightingOf(
  rows: SightingRows,
  ruleOf: RuleOf,
  source: string,
  sale: SaleFacts,
): OpenSighting | null {
  const fits =
    (numbers: 'same' | 'unknown') =>
    (sighting: OpenSighting): boolean => {
      const rule = ruleOf(sighting.witness)
      return (
        rule !== undefined &&
        isAlike(sighting, sale, rule.windowMs) &&
        numbersOf(rule, sighting, sale) === numbers
      )
    }
  const byNumber = sale.number === '' ? [] : rows.openByNumber(source, sale.number)
  const [sure] = byNumber.filter(fits('same')).sort(nearestTo(sale))
  if (sure !== undefined) return sure
  const missed = rows.openOf(source).filter(({ state }) => state === 'unposted')
  return missed.filter(fits('unknown')).sort(nearestTo(sale))[0] ?? null
}

/** All that wait compete for the sales without a sure match, so that it does not matter which is due first. */
export function pairAll(
  rows: SightingRows,
  ruleOf: RuleOf,
  waiting: readonly OpenSighting[],
): Map<OpenSighting, SaleFacts> {
  const sales = new Map<string, SaleFacts>()
  for (const sighting of waiting) {
    const rule = ruleOf(sighting.witness)
    if (rule !== undefined) for (const sale of salesFor(rows, rule, sighting)) sales.set(sale.receipt, sale)
  }
  return pairInTimeOrder(waiting, [...sales.values()], (sighting, sale) => {
    const rule = ruleOf(sighting.witness)
    return (
      rule !== undefined &&
      isAlike(sighting, sale, rule.windowMs) &&
      numbersOf(rule, sighting, sale) !== 'other'
    )
  })
}
