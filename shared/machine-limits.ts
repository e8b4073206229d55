/** When a till's PC and the hub's certificate need attention; the till's doctor and the hub say the same. */

const DAY_MS = 24 * 3_600_000
/** A certificate of a year is renewed by hand: that takes people some days. */
export const CERTIFICATE_DAYS = 14
/** One of weeks or days is renewed by a program, when less is left than this part of its life. */
const PART_OF_LIFE = 0.2

/** Less is too little for days without a line, with an update between them. */
export const LOW_DISK_BYTES = 1_000_000_000

/** Whether a till's disk has little room left. */
export const isDiskLow = (freeBytes: number): boolean => freeBytes < LOW_DISK_BYTES

/** Whether a certificate ends soon or has ended. Times: ms since 1970. */
export function isCertificateEnding(
  of: { readonly from: number; readonly ends: number },
  now: number,
): boolean {
  const life = Math.max(0, of.ends - of.from)
  return of.ends - now < Math.min(CERTIFICATE_DAYS * DAY_MS, life * PART_OF_LIFE)
}

/**
 * The certificate of the hub as a till sees it, if it is still the word of a till that is there; null: it said nothing, or the certificate
 * may have been renewed since. After its end no till connects with it, so the last word from just before it counts on, unless the
 * till has connected after it: then it saw another one. Times: hub clock, ms since 1970.
 */
export function certificateSeen(
  said: { readonly certificate_from: number | null; readonly certificate_ends: number | null } | undefined,
  till: { readonly last_seen_at: number | null; readonly connected_at: number | null },
  now: number,
): { readonly from: number; readonly ends: number } | null {
  const { certificate_from: from = null, certificate_ends: ends = null } = said ?? {}
  if (from === null || ends === null) return null
  const seen = { from: Number(from), ends: Number(ends) }
  const isThere = Number(till.last_seen_at ?? 0) >= Math.min(now, seen.ends) - DAY_MS
  return isThere && Number(till.connected_at ?? 0) <= seen.ends ? seen : null
}
