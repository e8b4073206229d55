import type { Schema } from '../db/schema.ts'

/** A device that was seen as connected this long ago may have been cut off with the hub: of one that is connected it is noted every hour. */
const SEEN_MS = 2 * 3_600_000

/** Whether the database takes a device for connected. A hub that was killed noted no end of its connections, so that has an end. */
export function isTakenForConnected(
  {
    connected_at,
    disconnected_at,
    last_seen_at,
  }: Pick<Schema['device'], 'connected_at' | 'disconnected_at' | 'last_seen_at'>,
  now: number,
): boolean {
  if (connected_at === null || connected_at <= (disconnected_at ?? 0)) return false
  return Math.max(connected_at, last_seen_at ?? 0) > now - SEEN_MS
}
