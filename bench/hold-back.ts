import {
  coveredMinutes,
  fastestRate,
  type HoldBound,
  isAmple,
  unitsToHold,
} from '../hub/stock/hold-back-size.ts'
import { DAY, type DemandOfItem, type PromotionWeek, promotionWeek } from './data/promotion-week.ts'
import { type Row, rowOf, spread } from './measure/compare.ts'
import type { Scale } from './scale.ts'

/** How much an online shop keeps back: always the same, or what a silent store has probably sold. */
type Policy =
  | { readonly kind: 'safety stock'; readonly units: number }
  | { readonly kind: 'hold-back'; readonly bound: HoldBound }

const SAFETY_STOCKS = [0, 1, 2, 3, 5, 8, 12]
const BOUNDS = [1, 2, 3, 5, 10, 50]
/** What a store's contract has when nothing else is agreed. */
const DEFAULT_BOUND = 50

/** What became of a week. */
interface Outcome {
  /** Units that were sold online and were not there. */
  readonly oversold: number
  /** Units that customers wanted online. */
  readonly wanted: number
  /** Of those, the ones that they could order. */
  readonly ordered: number
}

/**
 * A week of promotion in a simulation: what stores sell while the hub does not hear them is sold online once more. The sizes come from the hub's own code. The figure that
 * counts: by how much a hold-back lowers what is oversold, beside the fixed safety stock that leaves as much for sale online.
 */
export async function holdBackWeeks({ tiny }: Scale): Promise<Row[]> {
  const size = tiny ? { stores: 3, items: 40, weeks: 1 } : { stores: 20, items: 300, weeks: 5 }
  const weeks = Array.from({ length: size.weeks }, (_, index) => promotionWeek({ ...size, seed: index + 1 }))
  const fixed = SAFETY_STOCKS.map(units => curve(weeks, { kind: 'safety stock', units }))
  const held = BOUNDS.map(units => curve(weeks, { kind: 'hold-back', bound: { share: 100, units } }))
  const rows = [
    ...fixed.flatMap((one, index) => rowsOf(`safety stock of ${SAFETY_STOCKS[index]} units`, one)),
    ...held.flatMap((one, index) => rowsOf(`hold-back of at most ${BOUNDS[index]} units`, one)),
  ]
  const ours = held[BOUNDS.indexOf(DEFAULT_BOUND)] ?? []
  const lower = ours.map((outcome, week) =>
    lowered(
      outcome,
      fixed.map(one => one[week] ?? outcome),
    ),
  )
  return [
    rowOf({
      bench: 'hold-back',
      what: 'fewer oversold than with the safety stock that leaves as much for sale',
      unit: '%',
      ours: spread(lower),
      floors: [],
      aim: { atLeast: 90 },
    }),
    ...rows,
  ]
}

function curve(weeks: readonly PromotionWeek[], policy: Policy): readonly Outcome[] {
  return weeks.map(week => {
    const total = { oversold: 0, wanted: 0, ordered: 0 }
    for (const store of week.stores)
      for (const item of store.items) {
        const one = outcomeOf(item, store.outages, policy)
        total.oversold += one.oversold
        total.wanted += one.wanted
        total.ordered += one.ordered
      }
    return total
  })
}

const servedShare = ({ ordered, oversold, wanted }: Outcome) => ((ordered - oversold) / wanted) * 100

function rowsOf(what: string, outcomes: readonly Outcome[]): readonly Row[] {
  const about = { bench: 'hold-back', floors: [], aim: { none: 'one point of a curve' } } as const
  return [
    rowOf({
      ...about,
      what: `${what}: oversold a week`,
      unit: 'units',
      ours: spread(outcomes.map(({ oversold }) => oversold)),
    }),
    rowOf({
      ...about,
      what: `${what}: wanted online, ordered and there`,
      unit: '%',
      ours: spread(outcomes.map(servedShare)),
    }),
  ]
}

/** By how many percent a hold-back oversells less than the fixed stock, as it is between the two sizes next to it, of equal availability. */
function lowered(ours: Outcome, fixed: readonly Outcome[]): number {
  const oversold = oversoldAt(servedShare(ours), fixed)
  return oversold === 0 ? 0 : (1 - ours.oversold / oversold) * 100
}

function oversoldAt(share: number, fixed: readonly Outcome[]): number {
  for (const [index, upper] of fixed.entries()) {
    const lower = fixed[index + 1]
    if (lower === undefined || share > servedShare(upper)) return upper.oversold
    if (share < servedShare(lower)) continue
    const part = (servedShare(upper) - share) / (servedShare(upper) - servedShare(lower))
    return upper.oversold + (lower.oversold - upper.oversold) * part
  }
  return 0
}

interface Outage {
  readonly start: number
  readonly end: number
  readonly rate: number
  shelf: number
  shown: number
  held: number
  covered: number
}

/** As the hub estimates it, of what was sold before. */
function rateAt(sold: readonly number[], minute: number): number {
  return fastestRate(days => ({
    units: sold.filter(at => at >= minute - days * DAY).length,
    minutes: days * DAY,
  }))
}

/** One item of one store, event by event. In an outage the store sells what is on its shelf, and Shopify what it last knew of. */
function outcomeOf(
  item: DemandOfItem,
  outages: PromotionWeek['stores'][number]['outages'],
  policy: Policy,
): Outcome {
  let free = item.stock
  let oversold = 0
  let ordered = 0
  let wanted = 0
  let at = 0
  let outage: Outage | null = null
  const sold = [...item.before]
  const endOutage = () => {
    if (outage === null) return
    // what both sold beyond what was there
    const soldOnline = free - outage.shown
    const soldInStore = free - outage.shelf
    oversold += Math.max(0, soldOnline + soldInStore - Math.max(0, free))
    free = Math.max(0, free - soldOnline - soldInStore)
    outage = null
  }
  for (const { minute, isOnline } of item.events) {
    if (outage !== null && minute >= outage.end) endOutage()
    while (outage === null && (outages[at]?.end ?? Number.POSITIVE_INFINITY) <= minute) at += 1
    const next = outages[at]
    if (outage === null && next !== undefined && next.start <= minute)
      outage = { ...next, shelf: free, shown: free, held: 0, covered: 0, rate: rateAt(sold, next.start) }
    if (isOnline) wanted += 1
    if (outage === null) {
      const kept = policy.kind === 'safety stock' && isOnline ? policy.units : 0
      if (free > kept) {
        free -= 1
        if (isOnline) ordered += 1
        else sold.push(minute)
      }
      continue
    }
    if (!isOnline) {
      if (outage.shelf > 0) {
        outage.shelf -= 1
        sold.push(minute) // told once the store is heard again
      }
      continue
    }
    if (policy.kind === 'hold-back') {
      const covered = coveredMinutes(minute - outage.start)
      const expected = outage.rate * covered
      if (covered > outage.covered && !isAmple(outage.shown, expected))
        outage.held = Math.max(outage.held, unitsToHold(expected, outage.shown, policy.bound))
      outage.covered = covered
    }
    const kept = policy.kind === 'safety stock' ? policy.units : outage.held
    if (outage.shown > kept) {
      outage.shown -= 1
      ordered += 1
    }
  }
  endOutage()
  return { oversold, wanted, ordered }
}
