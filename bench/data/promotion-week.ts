/** Demand of one item in one store, the same for every policy that is measured. */
export interface DemandOfItem {
  /** Units on hand when the week begins. */
  readonly stock: number
  /** When the store sold a unit in the four weeks before, without the promotion: minutes of opening time, below zero. */
  readonly before: readonly number[]
  /** One unit each, in order. */
  readonly events: readonly { readonly minute: number; readonly isOnline: boolean }[]
}

/** A week, in minutes of opening time. */
export interface PromotionWeek {
  readonly stores: readonly {
    readonly items: readonly DemandOfItem[]
    /** When the hub does not hear the store, in order and apart. */
    readonly outages: readonly { readonly start: number; readonly end: number }[]
  }[]
}

export const DAY = 11 * 60
const WEEK = 7 * DAY
/** An item of five is promoted, and sells three times as fast in the store and online. */
const PROMOTED = 0.2
const LIFT = 3
/** Outages of a store in the week, and how long they last on average. */
const OUTAGES = 3
const OUTAGE_MINUTES = 120
const ESTIMATED_DAYS = 28

/**
 * Makes a week up. Most items sell rarely and a few often: between one in ten days and ten a day in a store, and half as much online. The stock is about what
 * the week asks for, so many items run out.
 */
export function promotionWeek(size: {
  readonly stores: number
  readonly items: number
  readonly seed: number
}): PromotionWeek {
  const chance = seeded(size.seed)
  const stores = Array.from({ length: size.stores }, () => ({
    items: Array.from({ length: size.items }, () => itemOf(chance)),
    outages: outagesOf(chance),
  }))
  return { stores }
}

function itemOf(chance: () => number): DemandOfItem {
  const perDay = 10 ** (2 * chance() - 1)
  const rate = perDay / DAY
  const lift = chance() < PROMOTED ? LIFT : 1
  const inStore = moments(chance, rate * lift, WEEK).map(minute => ({ minute, isOnline: false }))
  const online = moments(chance, (rate * lift) / 2, WEEK).map(minute => ({ minute, isOnline: true }))
  const before = moments(chance, rate, ESTIMATED_DAYS * DAY).map(minute => minute - ESTIMATED_DAYS * DAY)
  const share = 0.5 + chance()
  return {
    stock: Math.round(1.5 * rate * lift * WEEK * share),
    before,
    events: [...inStore, ...online].toSorted((a, b) => a.minute - b.minute),
  }
}

function outagesOf(chance: () => number) {
  const outages: { start: number; end: number }[] = []
  for (const start of moments(chance, OUTAGES / WEEK, WEEK)) {
    const end = start - Math.log(1 - chance()) * OUTAGE_MINUTES
    if (start >= (outages.at(-1)?.end ?? 0)) outages.push({ start, end })
  }
  return outages
}

/** Moments at random, at a rate a minute. */
function moments(chance: () => number, rate: number, until: number): readonly number[] {
  const found: number[] = []
  for (let at = gap(chance, rate); at < until; at += gap(chance, rate)) found.push(at)
  return found
}

const gap = (chance: () => number, rate: number) => -Math.log(1 - chance()) / rate

/** Numbers from 0 to 1, the same for the same seed. */
function seeded(seed: number): () => number {
  let state = (seed * 0x9e3779b9) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
