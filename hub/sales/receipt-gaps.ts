import { knownCodes, textsOf } from '../db/codes.ts'
import type { Reads } from '../db/db.ts'
import { type DatedNumber, numbersOf } from './receipt-numbers.ts'
import { dateNumber, dateOfNumber } from './sale-times.ts'

/** Receipt numbers that no till has told, between two that were told. */
export interface ReceiptGap {
  readonly store: string
  readonly source: string
  /** As printed; `last` is the same when one is missing. */
  readonly first: string
  readonly last: string
  readonly missing: number
  /** The business date of the receipt before the gap. */
  readonly date: string
  /** The till that gave the receipts around it. */
  readonly till: string
  /** What the numbers of the series begin with. */
  readonly series: string
  /** More than one: so many gaps of a series, from the first missing number to the last, told as one. */
  readonly gaps: number
  /** So many numbers are missing in a row, in each gap, that the POS may have gone over to another range of numbers. */
  readonly mayBeRange: boolean
}

/** How far back receipts are looked at: past the end of a month and the time that finance takes for it. */
const WINDOW_DAYS = 45
const DAY_MS = 24 * 3_600_000
/** A till of the same numbers may be offline, or its journal is still being sent. */
const GRACE_MS = 2 * 3_600_000
/** A jump beyond this may be another range of numbers; it is not counted among what else is missing. */
const MOST_SMALL = 100
/** More jumps of one series are told as one. */
const MOST_JUMPS = 3
/** So many nights of which most have a jump are not chance: the POS begins another range each day. */
const LEAST_NIGHTS = 3
/** A jump beyond this is another range of numbers. */
const MOST_MISSING = 10_000
/** A jump over more days is one too, if it is of more numbers than the series would have used in them. */
const MOST_DAYS_APART = 4
/** A day that is lost may have been so many times as busy as the busiest that is told. */
const BUSIER = 2
/** A series with more than one gap in so many receipts is told as one: each gap alone would be one of very many. */
const RECEIPTS_A_GAP = 20
/** Numbers of which more than one in so many steps skips some are not given one after the other by that POS. */
const STEPS_A_SKIP = 2
const LEAST_RECEIPTS = 20

/**
 * Gaps in the receipt numbers of each store. A series is the numbers of one source with one beginning (`A-` of `A-0017`). A
 * series with very many gaps is told as one. Only series whose numbers mostly follow one another count.
 * Reads the sales of some weeks: not for the process that takes sales in.
 */
export async function receiptGaps(db: Reads, now: number): Promise<readonly ReceiptGap[]> {
  const stores = await db.selectFrom('store').select('code').orderBy('code').execute()
  const codes = await knownCodes(
    db,
    stores.map(({ code }) => code),
  )
  const found: ReceiptGap[] = []
  for (const { code } of stores) {
    const number = codes.get(code)
    if (number !== undefined) found.push(...(await gapsOfStore(db, code, { number, now })))
  }
  return found
}

async function gapsOfStore(
  db: Reads,
  store: string,
  { number, now }: { readonly number: number; readonly now: number },
): Promise<readonly ReceiptGap[]> {
  const since = dateNumber(new Date(now - WINDOW_DAYS * DAY_MS).toISOString().slice(0, 10))
  const rows = await db
    .selectFrom('sale')
    .select(['source', 'till', 'receipt_number', 'business_date', 'sold_at', 'received_at'])
    .where('store', '=', number)
    .where('business_date', '>=', since)
    .orderBy('sold_at')
    .execute()
  const bySeries = Map.groupBy(numberedIn(rows), ({ source, prefix }) => `${source} ${prefix}`)
  const families = Map.groupBy(
    [...bySeries.values()].flatMap(receipts => {
      const [first] = receipts
      return first === undefined ? [] : { receipts, source: first.source, family: familyOf(receipts, first) }
    }),
    ({ source, family }) => `${source} ${family}`,
  )
  const texts = await textsOf(
    db,
    rows.flatMap(row => [row.source, row.till]),
  )
  return [...families.values()]
    .flatMap(some => {
      const told = gapsIn(
        some.map(({ receipts }) => receipts),
        now,
      )
      return told.map(gap => ({ ...gap, series: some[0]?.family ?? '' }))
    })
    .toSorted((one, other) => other.after.date - one.after.date)
    .map(({ after, first, last, missing, series, gaps, mayBeRange }) => ({
      store,
      source: texts.get(after.source) ?? '',
      first,
      last,
      missing,
      series,
      gaps,
      mayBeRange,
      date: dateOfNumber(after.date),
      till: texts.get(after.till) ?? '',
    }))
}

interface Numbered extends DatedNumber {
  readonly source: number
  readonly till: number
  readonly date: number
  readonly soldAt: number
  readonly receivedAt: number
}

function numberedIn(
  rows: readonly {
    readonly source: number
    readonly till: number
    readonly receipt_number: string
    readonly business_date: number
    readonly sold_at: number
    readonly received_at: number
  }[],
): Numbered[] {
  return [...Map.groupBy(rows, ({ source }) => source).values()].flatMap(some =>
    numbersOf(
      some.map(({ source, till, receipt_number: text, business_date: date, sold_at, received_at }) => {
        return { source, till, text, date, soldAt: sold_at, receivedAt: received_at }
      }),
    ),
  )
}

function printed({ prefix, digits }: Numbered, value: number): string {
  return prefix + String(value).padStart(digits, '0')
}

interface Gap {
  /** The receipts around it. */
  readonly after: Numbered
  readonly before: Numbered
  readonly from: number
  readonly to: number
}

/** What the numbers of a series begin with; series that begin with their date are one, whatever the day. */
function familyOf(receipts: readonly Numbered[], { prefix, family }: Numbered): string {
  if (family !== null) return family
  const digits = prefix.replaceAll(/\D/g, '')
  const dated = receipts.filter(({ date }) => {
    const [, month = '', day = ''] = dateOfNumber(date).split('-')
    return digits.includes(month + day) || digits.includes(day + month)
  })
  // a fixed beginning, such as a store's number, looks like a date on one day of many
  return dated.length * 2 > receipts.length ? prefix.replaceAll(/\d/g, '#') : prefix
}

/** @param family one series, or those of many days, each by the time of its sales */
function gapsIn(family: readonly (readonly Numbered[])[], now: number): readonly ToldGap[] {
  const receipts = family.reduce((sum, { length }) => sum + length, 0)
  const series = family.map(gapsOfSeries)
  const skips = series.reduce((sum, { gaps }) => sum + gaps.length, 0)
  const isInOrder = receipts >= LEAST_RECEIPTS && skips * STEPS_A_SKIP <= receipts
  if (!isInOrder) return []
  const isOld = ({ after, before }: Gap) => now - Math.max(before.receivedAt, after.receivedAt) >= GRACE_MS
  const old = series.flatMap(({ gaps, areApart }) => seenOnce(gaps.filter(isOld), areApart))
  const jumps = toldJumps(old.filter(gap => isJump(gap)))
  const small = old.filter(gap => !isJump(gap))
  const [first, ...others] = small
  const areFew = small.length * RECEIPTS_A_GAP <= receipts
  if (first === undefined || areFew) return [...small.map(gap => toldAsOne(gap, [])), ...jumps]
  return [toldAsOne(first, others), ...jumps]
}

function toldJumps(jumps: readonly Gap[]): readonly ToldGap[] {
  const [first, ...others] = jumps
  if (first === undefined || jumps.length <= MOST_JUMPS) return jumps.map(gap => toldAsOne(gap, []))
  return [toldAsOne(first, others)]
}

const isJump = ({ from, to }: Pick<Gap, 'from' | 'to'>) => to - from + 1 > MOST_SMALL

/**
 * Each till is looked at alone: it may number its own receipts. Where the tills of a POS share one series, a number
 * that another till gave at about that time is not missing.
 */
function gapsOfSeries(receipts: readonly Numbered[]): { readonly gaps: readonly Gap[]; areApart: AreApart } {
  const byValue = Map.groupBy(receipts, ({ value }) => value)
  const areApart = tillsApart(receipts)
  const isTold = (value: number, gap: Gap) =>
    byValue.get(value)?.some(one => !areApart(one.till, gap.after.till) && isOfThatTime(one, gap)) === true
  const gaps = [...Map.groupBy(receipts, ({ till }) => till).values()].flatMap(runsOf).flatMap(gapsOfRun)
  const isDaily = jumpsEachNight(receipts, gaps)
  const isOther = (gap: Gap) => isJump(gap) && !(isDaily && isOverNight(gap))
  const jumps = gaps.filter(isOther)
  // a series with jumps everywhere is not given one after the other
  const areFew = jumps.length * RECEIPTS_A_GAP <= receipts.length
  const found = gaps.filter(gap => !isJump(gap) || (areFew && isOther(gap)))
  const left = found.flatMap(gap => withoutTold(gap, value => isTold(value, gap)))
  return { gaps: left, areApart }
}

const isOverNight = ({ after, before }: Gap) => after.date !== before.date

/** A POS that numbers each day from another beginning, such as the day of the year. */
function jumpsEachNight(receipts: readonly Numbered[], gaps: readonly Gap[]): boolean {
  const nights = new Set(receipts.map(({ date }) => date)).size - 1
  const jumped = new Set(gaps.filter(gap => isJump(gap) && isOverNight(gap)).map(({ after }) => after.date))
  return jumped.size >= LEAST_NIGHTS && jumped.size * 2 > nights
}

/** One gap, or all gaps of a series, with the receipt before the newest of them. */
interface ToldGap {
  readonly after: Numbered
  readonly first: string
  readonly last: string
  readonly missing: number
  readonly gaps: number
  readonly mayBeRange: boolean
}

function toldAsOne(one: Gap, others: readonly Gap[]): ToldGap {
  const gaps = [one, ...others].toSorted((left, right) => left.after.soldAt - right.after.soldAt)
  const first = gaps[0] ?? one
  const last = gaps.at(-1) ?? one
  return {
    after: last.after,
    first: printed(first.after, first.from),
    last: printed(last.after, last.to),
    missing: gaps.reduce((sum, { from, to }) => sum + to - from + 1, 0),
    gaps: gaps.length,
    mayBeRange: isJump(one),
  }
}

/** A till that begins at 1 each day gives the same number on each of them. */
function isOfThatTime({ till, date, soldAt }: Numbered, { after, before }: Gap): boolean {
  if (till === after.till) return date >= after.date && date <= before.date
  return soldAt > after.soldAt - DAY_MS && soldAt < before.soldAt + DAY_MS
}

type AreApart = (till: number, other: number) => boolean

/** Tills that have given one number on one day have numbers of their own. */
function tillsApart(receipts: readonly Numbered[]): AreApart {
  const apart = new Set<string>()
  for (const same of Map.groupBy(receipts, ({ value, date }) => `${value}/${date}`).values()) {
    const tills = [...new Set(same.map(({ till }) => till))]
    for (const till of tills) for (const other of tills) if (till !== other) apart.add(`${till}/${other}`)
  }
  return (till, other) => apart.has(`${till}/${other}`)
}

/** Two tills that share a series may see one gap: the one that has the receipts closest to it names it. */
function seenOnce(gaps: readonly Gap[], areApart: AreApart): readonly Gap[] {
  const kept: Gap[] = []
  const isSame = (one: Gap, other: Gap) =>
    one.from === other.from &&
    one.to === other.to &&
    !areApart(one.after.till, other.after.till) &&
    one.after.soldAt <= other.before.soldAt &&
    other.after.soldAt <= one.before.soldAt
  for (const gap of gaps.toSorted((one, other) => other.after.soldAt - one.after.soldAt))
    if (!kept.some(one => isSame(one, gap))) kept.push(gap)
  return gaps.filter(gap => kept.includes(gap))
}

/** A number that comes again begins the series once more: some tills begin at 1 each day. */
function runsOf(receipts: readonly Numbered[]): readonly (readonly Numbered[])[] {
  const runs: Map<number, Numbered>[] = []
  for (const receipt of receipts) {
    const run = runs.at(-1)
    if (run === undefined || run.has(receipt.value)) runs.push(new Map([[receipt.value, receipt]]))
    else run.set(receipt.value, receipt)
  }
  return runs.map(run => [...run.values()].toSorted((one, other) => one.value - other.value))
}

function gapsOfRun(receipts: readonly Numbered[]): readonly Gap[] {
  const lastBelow = running(receipts, Math.max)
  const firstAbove = running(receipts.toReversed(), Math.min).toReversed()
  const busiest = mostADay(receipts)
  return receipts.flatMap((before, index) => {
    const after = receipts[index - 1]
    if (after === undefined) return []
    const gap = { after, before, from: after.value + 1, to: before.value - 1 }
    if (gap.from > gap.to) return []
    if (!isJump(gap)) return [gap]
    // two ranges that are used side by side are not one that lost some
    const isInTime = (lastBelow[index - 1] ?? 0) <= (firstAbove[index] ?? 0)
    return isInTime && isNear(gap, busiest) ? [gap] : []
  })
}

/** The latest, or the earliest, sale so far. */
function running(receipts: readonly Numbered[], choose: (one: number, other: number) => number): number[] {
  const found: number[] = []
  for (const { soldAt } of receipts) found.push(choose(found.at(-1) ?? soldAt, soldAt))
  return found
}

/** @param busiest receipts of the series on its busiest day */
function isNear({ after, before, from, to }: Gap, busiest: number): boolean {
  const dayOf = ({ date }: Numbered) => Date.parse(dateOfNumber(date)) / DAY_MS
  const missing = to - from + 1
  const daysApart = dayOf(before) - dayOf(after)
  const isSoon = daysApart <= MOST_DAYS_APART
  return missing <= MOST_MISSING && (isSoon || missing <= BUSIER * busiest * daysApart)
}

function mostADay(receipts: readonly Numbered[]): number {
  const days = new Map<number, number>()
  for (const { date } of receipts) days.set(date, (days.get(date) ?? 0) + 1)
  return Math.max(0, ...days.values())
}

/** What is left of a gap once the numbers that were told are taken out of it. */
function withoutTold(gap: Gap, isTold: (value: number) => boolean): readonly Gap[] {
  const left: Gap[] = []
  let from: number | null = null
  for (let value = gap.from; value <= gap.to + 1; value += 1) {
    const isMissing = value <= gap.to && !isTold(value)
    if (isMissing) from ??= value
    else if (from !== null) {
      left.push({ ...gap, from, to: value - 1 })
      from = null
    }
  }
  return left
}
