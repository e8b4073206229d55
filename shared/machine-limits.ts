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

/** Whether a till that was seen last at `seenAt` would have seen a certificate that was renewed by now, or when its own ended. */
export function isCertificateWordFresh(seenAt: number | null, ends: number, now: number): boolean {
  return (seenAt ?? 0) >= Math.min(now, ends) - DAY_MS
}

/** Whether a certificate ends soon or has ended. Times: ms since 1970. */
export function isCertificateEnding(
  of: { readonly from: number; readonly ends: number },
  now: number,
): boolean {
  const life = Math.max(0, of.ends - of.from)
  return of.ends - now < Math.min(CERTIFICATE_DAYS * DAY_MS, life * PART_OF_LIFE)
}
