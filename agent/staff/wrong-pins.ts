/** Wrong PINs of one person that cost no wait. */
export const FREE_TRIES = 5
const FIRST_WAIT_MS = 30_000
const LONGEST_WAIT_MS = 15 * 60_000
/** Wrong PINs of all people that one till takes in `TILL_WINDOW_MS`. */
const TILL_TRIES = 20
const TILL_WINDOW_MS = 15 * 60_000

/**
 * How long the next try has to wait; null: not at all. Times are this PC's clock, ms, oldest first.
 * @param own wrong tries of the person @param all those of everyone at this till
 */
export function waitAfter(
  own: readonly number[],
  all: readonly number[],
  now: number,
): { readonly waitMs: number; readonly whose: 'person' | 'till' } | null {
  const last = own.at(-1) ?? 0
  const step = own.length < FREE_TRIES ? 0 : FIRST_WAIT_MS * 2 ** Math.min(own.length - FREE_TRIES, 10)
  const ofPerson = Math.min(step, LONGEST_WAIT_MS) - Math.max(0, now - last)
  const oldest = all.at(-TILL_TRIES)
  const ofTill = oldest === undefined ? 0 : TILL_WINDOW_MS - Math.max(0, now - oldest)
  if (ofPerson <= 0 && ofTill <= 0) return null
  return ofTill > ofPerson ? { waitMs: ofTill, whose: 'till' } : { waitMs: ofPerson, whose: 'person' }
}
