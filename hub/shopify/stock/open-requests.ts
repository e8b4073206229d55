import type { Reads } from '../../db/db.ts'
import { openWrites, type Write } from '../../outbox/writes.ts'
import { type FrozenRequest, parseRequest } from './request.ts'

/** More requests than these are never under way at one place: then the fault is not an item's. */
export const MOST_OPEN = 8

export interface OpenRequest {
  readonly write: Write
  readonly request: FrozenRequest
}

/** The stock requests of a place that have not ended. */
export async function openAt(
  db: Reads,
  { store, location }: { readonly store: string; readonly location: string },
): Promise<readonly OpenRequest[]> {
  const open = await openWrites(db, { kinds: ['adjust'], store })
  return open
    .map(write => ({ write, request: parseRequest(write.request_json) }))
    .filter(({ request }) => request.location === location)
}
