import type { Position, ReceivedRecord } from '../../shared/stream/log.ts'
import type { Tx } from '../db/db.ts'
import { placeAfter, placeBefore } from './carried-place.ts'
import { type Carried, carriedBy, carriedInto } from './epochs.ts'
import type { StreamOf } from './event-records.ts'
import { bodiesAt } from './stored-bodies.ts'

/** A record that was carried on, and the places that it may have been delivered under, oldest first. */
interface Pending {
  readonly index: number
  readonly body: string
  readonly places: Position[]
}

/**
 * Which of a commit's records their device had delivered before: an image of its disk holds them unsent, and carries
 * them on when it is put back. What followed them since, such as a void, is not in it and may never be told again. The
 * words decide, so that what an older hub lost, or what another life of the till wrote under the same number, is taken.
 * @param bodies of each record, as the hub would keep it
 * @returns their indexes
 */
export async function deliveredBefore(
  tx: Tx,
  of: StreamOf,
  records: readonly ReceivedRecord[],
  bodies: readonly string[],
): Promise<ReadonlySet<number>> {
  const found = new Set<number>()
  const placed = records.map((record, index) => ({ record, index }))
  for (const [epoch, some] of Map.groupBy(placed, ({ record }) => record.epoch)) {
    const opened = some[0]?.record.seq === 1 ? carriedBy(some[0].record) : null
    const [own = opened] = await carriedInto(tx, of.device, { after: epoch - 1, upTo: epoch })
    const from = opened ?? own
    if (from === null) continue
    const pending = some.flatMap(({ record: { seq }, index }): Pending[] => {
      const place = placeBefore(from, seq)
      return place === null ? [] : [{ index, body: bodies[index] ?? '', places: [place] }]
    })
    for (const index of await matched(tx, of, pending, epoch)) found.add(index)
  }
  return found
}

/** Looks where each was first, and then where each later epoch carried it to. */
async function matched(
  tx: Tx,
  of: StreamOf,
  all: readonly Pending[],
  epoch: number,
): Promise<ReadonlySet<number>> {
  const found = new Set<number>()
  const sift = async (some: readonly Pending[]) => {
    const newest = some.flatMap(({ places }) => places.slice(-1))
    const stored = await bodiesAt(tx, of, newest)
    for (const { index, body, places } of some)
      if (stored.get(placeName(places.at(-1))) === body) found.add(index)
  }
  await sift(all)
  if (found.size === all.length) return found
  for (const opening of await carriedInto(tx, of.device, { after: 0, upTo: epoch - 1 }))
    await sift(all.filter(one => !found.has(one.index) && carryOn(one, opening)))
  return found
}

/** Notes where an epoch carried a record to. @returns whether it did */
function carryOn({ places }: Pending, opening: Carried): boolean {
  const next = places.map(place => placeAfter(opening, place)).findLast(place => place !== null)
  if (next === undefined || next === null) return false
  places.push(next)
  return true
}

const placeName = (place: Position | undefined) => `${place?.epoch}/${place?.seq}`
