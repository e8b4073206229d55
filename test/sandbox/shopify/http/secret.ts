import { timingSafeEqual } from 'node:crypto'

/** Whether two secrets are equal, in constant time for equal lengths. */
export function sameSecret(given: unknown, expected: string): boolean {
  if (typeof given !== 'string') return false
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
