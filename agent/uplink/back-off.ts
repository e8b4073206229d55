import type { Random } from '../../shared/world.ts'

const FIRST_MS = 250
const LONGEST_MS = 30_000

/**
 * Full-jitter back-off: uniform in [0, min(longest, first × 2^failures)), so that a thousand tills whose hub comes
 * back do not knock at once. Source: the AWS Architecture Blog's "Exponential Backoff And Jitter" (2015).
 * @param failures consecutive failed attempts, from 0
 */
export function backOffMs(failures: number, random: Random): number {
  return Math.floor(random.fraction() * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 20)))
}
