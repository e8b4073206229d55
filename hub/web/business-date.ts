const formats = new Map<string, Intl.DateTimeFormat>()

/** One formatter a zone, kept: making one takes longer, and far more memory, than all that the page asks of it. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const kept = formats.get(zone)
  if (kept !== undefined) return kept
  const made = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' })
  formats.set(zone, made)
  return made
}

/**
 * A store's current business date, as YYYY-MM-DD: the calendar's, unless the POS still books what it sells today on the
 * day before, as a bar does after midnight.
 * @param newest the store's newest sale; `soldAt` is the POS's own clock
 */
export function businessDateNow(
  now: number,
  zone: string,
  newest: { readonly soldAt: string; readonly businessDate: string } | undefined,
): string {
  const today = formatOf(zone).format(now)
  const soldToday = newest?.soldAt.startsWith(today) ?? false
  return newest !== undefined && soldToday && newest.businessDate < today ? newest.businessDate : today
}
