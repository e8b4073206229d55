import type { Status } from '../../shared/protocol.ts'

/** What a process knows of a till that is connected to it. `status`: null, it has not said yet how far it is. */
export interface LiveTill {
  readonly connectedAt: number
  readonly status: Pick<Status, 'unsent' | 'sources' | 'clock'> | null
  /** How far the till's clock was ahead of the hub's when that came; null: it has not said. */
  readonly offsetMs: number | null
}

/** How a connected till is heard. */
export interface HeardTill {
  /** Since when it can't read its POS, hub clock; null: it can. */
  readonly unreadSince: number | null
  /** Not everything that it had is taken in. */
  readonly hasMore: boolean
  /** All that its POS held by then has been read, hub clock; null: not known. */
  readonly readUntil: number | null
}

/** A till that read to the end of its POS no later than so long ago has a backlog there. */
const READ_BEHIND_MS = 10 * 60_000

/**
 * The till's clock may be wrong: only how long ago something was is taken from it, and never for longer than since the hub knows that
 * it read: a clock that was set right in between makes years of minutes.
 * @param readAt when it certainly read its POS last, or had nothing to read yet. Hub clock
 */
export function hearTill({ status, offsetMs }: LiveTill, readAt: number, now: number): HeardTill {
  if (status === null) return { unreadSince: null, hasMore: true, readUntil: null }
  const unread = status.sources.flatMap(({ state, readUntil, unavailableSince }) =>
    state === 'reading' ? [] : [Math.max(0, status.clock - (readUntil ?? unavailableSince ?? status.clock))],
  )
  if (unread.length > 0)
    return {
      unreadSince: Math.max(now - Math.max(...unread), Math.min(readAt, now)),
      hasMore: true,
      readUntil: null,
    }
  const hasMore = status.unsent > 0 || status.sources.some(one => isBehind(one, status.clock))
  const readUntil = readByAll(status)
  const isKnown = readUntil !== null && offsetMs !== null
  return { unreadSince: null, hasMore, readUntil: isKnown ? readUntil - offsetMs : null }
}

/** By when all of its sources had been read, till's clock; null: one does not say, or its clock was set back since. */
function readByAll({ sources, clock }: Pick<Status, 'sources' | 'clock'>): number | null {
  let first: number = clock
  for (const { readUntil } of sources) {
    if (readUntil === null || readUntil > clock) return null
    first = Math.min(first, readUntil)
  }
  return first
}

/** An older version, which leaves out since when it can't read, may leave out how far it has read as well. */
function isBehind({ readUntil, unavailableSince }: Status['sources'][number], clock: number): boolean {
  if (readUntil === null) return unavailableSince !== undefined
  return clock - readUntil > READ_BEHIND_MS
}
