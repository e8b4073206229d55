import { type Db, holdsOneWriter, type Reads, transaction } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { readSetting, writeSetting } from '../db/setting.ts'

/** A device that was seen as connected this long ago may have been cut off with the hub: of one that is connected it is noted every hour. */
const SEEN_MS = 2 * 3_600_000

/**
 * Whether the database takes a device for connected. A hub that was killed noted no end of its connections, so that has an
 * end. `started`: when the only hub of the database started, if that is known.
 */
export function isTakenForConnected(
  {
    connected_at,
    disconnected_at,
    last_seen_at,
  }: Pick<Schema['device'], 'connected_at' | 'disconnected_at' | 'last_seen_at'>,
  now: number,
  started = 0,
): boolean {
  if (connected_at === null || connected_at <= (disconnected_at ?? 0)) return false
  const seenAt = Math.max(connected_at, last_seen_at ?? 0)
  return seenAt >= started && seenAt > now - SEEN_MS
}

const STARTED = 'hub.started-at'

/**
 * Notes that the hub starts now. One hub alone has a database file, so devices that were not seen since are not connected,
 * though the one before was killed and noted no end of theirs. On a server another hub may have them: nothing is noted.
 */
export async function noteStarted(db: Db, now: number): Promise<void> {
  if (holdsOneWriter(db)) await transaction(db, tx => writeSetting(tx, STARTED, String(now)))
}

/** When the only hub of this database last started, hub clock, ms; 0: not known, or there may be several. */
export async function startedAt(db: Reads): Promise<number> {
  return Number((await readSetting(db, STARTED)) ?? 0)
}

/** A till that was away for longer than this was really away: shorter breaks of a line are not counted. */
const AWAY_MS = 10 * 60_000

/**
 * Since when a till of a store can have shown what its devices were sent at a moment: 0 if one was connected then, or never told when it was. Else when the first
 * of them came back, hub clock; null: the store has none.
 */
export async function shownSince(db: Reads, store: string, sentAt: number): Promise<number | null> {
  const rows = await db
    .selectFrom('device')
    .select(['connected_at', 'disconnected_at'])
    .where('store', '=', store)
    .where('state', '=', 'active')
    .where('last_seen_at', 'is not', null)
    .execute()
  const since = rows.map(({ connected_at, disconnected_at }) => {
    if (connected_at === null || connected_at <= sentAt) return 0
    return connected_at - (disconnected_at ?? 0) > AWAY_MS ? connected_at : 0
  })
  return since.length === 0 ? null : Math.min(...since)
}
