import type { PickupMoved } from '../../shared/events.ts'
import type { Tx } from '../db/db.ts'
import { takenBackSince } from './fulfillments.ts'
import { handedOverBesides } from './hand-overs-noted.ts'
import type { LedgerLines, Pickup } from './pickup-row.ts'
import { shownThen } from './state-known.ts'

type Line = Pick<LedgerLines['lines'][number], 'id' | 'fulfilled' | 'handed'>

/** Units of a line that have left since a till was told what it showed when its staff handed goods over; all that left, where that is not known. */
export interface GoneSinceShown {
  /** By Shopify's word, or at another till. */
  byAny(line: Line): number
  /** By Shopify's word alone, of a line that the till named: they may be the goods that it handed over. What another till handed over is not. */
  byShopify(line: Line): number
}

const handedOf = ({ handed = 0 }: Line) => handed

/** What of a pickup's goods has left that a till did not know of when its staff handed goods over. */
export async function goneSinceShown(
  tx: Tx,
  device: string,
  event: PickupMoved,
  { row, lines: { lines } }: Pickup,
): Promise<GoneSinceShown> {
  if (lines.every(line => line.fulfilled + handedOf(line) === 0))
    return { byAny: () => 0, byShopify: () => 0 }
  const then = await shownThen(tx, device, event)
  const back = await takenBackSince(tx, row.pickup, then?.at ?? 0)
  const besides = await handedOverBesides(tx, event, then?.at ?? 0)
  const byAny = (line: Line) =>
    Math.max(0, allGone(line) - (then?.collected.get(line.id) ?? 0) - (back.get(line.id) ?? 0))
  const named = new Set([...(event.lines ?? []), ...(event.moreLines ?? [])].map(line => line.pickupLine))
  const byShopify = (line: Line) =>
    named.has(line.id) ? Math.max(0, byAny(line) - (besides.get(line.id) ?? 0)) : 0
  return { byAny, byShopify }
}

const allGone = (line: Line) => line.fulfilled + handedOf(line)
