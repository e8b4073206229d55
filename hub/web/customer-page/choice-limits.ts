import { failureLimit } from '../../../shared/failure-limit.ts'
import type { Clock } from '../../../shared/world.ts'

/**
 * Limits how often customers' pages are asked for: wrong links from one address, as guesses are, and one link from wherever. A link that
 * is right costs its address nothing, as the customers in a store may share one.
 */
export function openChoiceLimits(clock: Clock) {
  const wrong = failureLimit(clock, { failures: 20, windowMs: 60_000 })
  const ofLink = failureLimit(clock, { failures: 60, windowMs: 60_000 })
  return {
    /** Whether an address has opened too many wrong links of late; this one counts. */
    isWrongTooOften: (caller: string): boolean => wrong.begin(caller) === null,
    /** Whether a link that is right has been used too often of late; this use counts. */
    isTooOften: (id: string): boolean => ofLink.begin(id) === null,
  }
}
export type ChoiceLimits = ReturnType<typeof openChoiceLimits>
