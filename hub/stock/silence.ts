import type { Status } from '../../shared/protocol.ts'
import { type Db, holdsOneWriter, type Reads } from '../db/db.ts'
import { isTakenForConnected } from '../fleet/connected.ts'

/** What this process knows of a till that is connected to it. `status`: null, it has not said yet how far it is. */
export interface LiveTill {
  readonly connectedAt: number
  readonly status: Pick<Status, 'unsent' | 'sources' | 'clock'> | null
}

/** How much of a store the hub does not hear. */
export interface Silence {
  /** Since when the first of its tills gives no word, hub clock; null: all tills that are in use are heard. */
  readonly since: number | null
  /** The part of the tills in use that give no word, from 0 to 1. */
  readonly share: number
  /** Everything that the tills in use had is taken in. */
  readonly isCaughtUp: boolean
}

/** A till that was not seen for so long sells nothing any more, until it comes back, while another till of its store is in use. */
const OUT_OF_USE_MS = 7 * 86_400_000
/** A till on another process of the hub has sent what it kept once it has been connected for so long. */
const SENT_ALL_MS = 10 * 60_000
/** A till that read to the end of its POS no later than so long ago has a backlog there. */
const READ_BEHIND_MS = 10 * 60_000

interface Heard {
  /** When it was last heard; null: it is heard now. */
  readonly since: number | null
  readonly hasMore: boolean
}

/**
 * Whether a store's tills are heard. A till is not heard while it is not connected, and while it can't read its POS: since it last could.
 * @param live the tills that are connected to this process
 */
export async function silenceOf(
  db: Db,
  store: string,
  live: ReadonlyMap<string, LiveTill>,
  now: number,
): Promise<Silence> {
  const tills = await heardTills(db, { store, live, isShared: !holdsOneWriter(db) }, now)
  const inUse = tills.filter(({ since }) => since === null || since > now - OUT_OF_USE_MS)
  const counted = inUse.length > 0 ? inUse : tills
  const silent = counted.flatMap(({ since }) => since ?? [])
  return {
    since: silent.length === 0 ? null : Math.min(...silent),
    share: counted.length === 0 ? 0 : silent.length / counted.length,
    isCaughtUp: counted.length > 0 && silent.length === 0 && !counted.some(({ hasMore }) => hasMore),
  }
}

async function heardTills(
  db: Reads,
  of: {
    readonly store: string
    readonly live: ReadonlyMap<string, LiveTill>
    readonly isShared: boolean
  },
  now: number,
): Promise<readonly Heard[]> {
  const rows = await db
    .selectFrom('device')
    .select(['device', 'last_seen_at', 'connected_at', 'disconnected_at'])
    .where('store', '=', of.store)
    .where('state', 'in', ['active', 'quarantined'])
    .where('last_seen_at', 'is not', null)
    .execute()
  return rows.map(row => {
    const till = of.live.get(row.device)
    if (till !== undefined) return heardHere(till, now)
    if (of.isShared && isTakenForConnected(row, now))
      return { since: null, hasMore: (row.connected_at ?? 0) > now - SENT_ALL_MS }
    return { since: Math.min(now, row.last_seen_at ?? now), hasMore: true }
  })
}

/** The till's clock may be wrong: only how long ago something was is taken from it. */
function heardHere({ status }: LiveTill, now: number): Heard {
  if (status === null) return { since: null, hasMore: true }
  const unread = status.sources.flatMap(({ state, readUntil, unavailableSince }) =>
    state === 'reading' ? [] : [Math.max(0, status.clock - (readUntil ?? unavailableSince ?? status.clock))],
  )
  return unread.length === 0
    ? { since: null, hasMore: status.unsent > 0 || status.sources.some(one => isBehind(one, status.clock)) }
    : { since: now - Math.max(...unread), hasMore: true }
}

/** An older version, which leaves out since when it can't read, may leave out how far it has read as well. */
function isBehind({ readUntil, unavailableSince }: Status['sources'][number], clock: number): boolean {
  if (readUntil === null) return unavailableSince !== undefined
  return clock - readUntil > READ_BEHIND_MS
}
