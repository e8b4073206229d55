/** How many units of an item a silent store has probably sold. Pure: the bench measures this very code. */

/** The first units are held back after so much opening time without a word. */
const FIRST_MINUTES = 5
/** A longer silence holds back no more than what is sold in this much opening time. */
const MOST_MINUTES = 2_560
/** The units held are enough in so many of a thousand such silences: they cost little, because they come back. */
const ENOUGH_PER_THOUSAND = 999
/** Above this many expected units the spread of what is sold is near enough to a bell curve. */
const MANY = 100
/** Standard deviations that a bell curve has so much below. */
const DEVIATIONS = 3.09
/** Of what is available so many times over, nothing is held back: it would have to be sold out online until the next step. */
const AMPLE = 10

/**
 * The opening time that units are sized for, in minutes: a silence is covered in steps that double, each up to the end of the next
 * one, so that the units are enough until they grow. 0: it is too young.
 */
export function coveredMinutes(silentMinutes: number): number {
  if (silentMinutes < FIRST_MINUTES) return 0
  let covered = 2 * FIRST_MINUTES
  while (covered <= silentMinutes && covered < MOST_MINUTES) covered *= 2
  return covered
}

/** Whether so many units can be sold online that the store's share of them is safe without a hold. */
export function isAmple(sellable: number, expected: number): boolean {
  return sellable >= AMPLE * enoughFor(expected)
}

/** The most that may be held back of an item. */
export interface HoldBound {
  /** Of what can be sold online, in percent. */
  readonly share: number
  readonly units: number
}

/**
 * Units to keep from sale online: what 999 of 1,000 silences sell at most, if sales come one by one and at random.
 * @param expected units that are sold on average in the time that is covered
 * @param sellable units that can be sold online now, with those that are held back already
 */
export function unitsToHold(expected: number, sellable: number, bound: HoldBound): number {
  return Math.min(mostToHold(sellable, bound), enoughFor(expected))
}

/** The most units that may be held of what can be sold online, with those that are held back already. */
export function mostToHold(sellable: number, bound: HoldBound): number {
  return Math.min(bound.units, Math.ceil((Math.max(0, sellable) * bound.share) / 100))
}

function enoughFor(expected: number): number {
  if (expected <= 0) return 0
  if (expected > MANY) return Math.ceil(expected + DEVIATIONS * Math.sqrt(expected))
  let units = 0
  let chance = Math.exp(-expected)
  for (let sum = chance; sum * 1_000 < ENOUGH_PER_THOUSAND; sum += chance) {
    units += 1
    chance *= expected / units
  }
  return units
}

/** Sales of so many days say how fast an item sells: the faster of the two counts, as a promotion shows in the last days first. */
export const rateDays = [28, 3] as const

/** Units a minute. `soldIn`: what was sold in the last so many days, and their opening time; null: too little to tell. */
export function fastestRate(
  soldIn: (days: number) => { readonly units: number; readonly minutes: number } | null,
): number {
  const rates = rateDays.map(days => {
    const sold = soldIn(days)
    return sold === null || sold.minutes <= 0 ? 0 : sold.units / sold.minutes
  })
  return Math.max(0, ...rates)
}
