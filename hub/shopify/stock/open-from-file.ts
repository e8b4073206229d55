import { transaction } from '../../db/db.ts'
import { leaseLost } from '../../db/lease.ts'
import { markedItems } from '../../stock/marked-levels.ts'
import type { StockPlace } from '../../stock/places.ts'
import type { ItemLevel } from '../../stock/shop-level.ts'
import { beginBulk, takeBulk } from '../bulk/read-bulk.ts'
import type { IntakeWatch } from '../orders/intake-turns.ts'
import { allLevels, levelsByLocation } from './all-levels.ts'
import { noteRead } from './open-location.ts'
import { type OpenWork, readAgain, takeInLevels, watched } from './take-in-levels.ts'

/** After so long its places are read page by page. */
const LONGEST_MS = 30 * 60_000
const LEVELS_A_TRANSACTION = 500

/**
 * The first look at locations with many levels: what `openLocation` does, from one file of Shopify's that costs no
 * points. What a line says was so at some moment since the file was asked for, so an item of which anything was heard
 * since is read again. Interrupted, or when another hub worked with Shopify in between, it begins with a new file: what was
 * heard meanwhile is not known any more. Throws as `takeBulk` and `takeInLevels` do.
 */
export async function openFromFile(work: OpenWork, places: readonly StockPlace[]): Promise<void> {
  const { db, client, turns, now } = work
  const wanted = new Map(places.map(place => [place.location, place]))
  const found = new Set<string>()
  await watched(turns, async watch => {
    const begun = await beginBulk({ client, now }, allLevels)
    const reading = { ...allLevels, longestMs: LONGEST_MS }
    await takeBulk({ client, now }, reading, begun, async lines => {
      for (const line of lines) if (line.kind === 'location') found.add(line.location)
      for (const [location, levels] of levelsByLocation(lines)) {
        const place = wanted.get(location)
        if (place !== undefined) await open(work, place, { levels, askedAt: begun.startedAt, watch })
      }
    })
    if (watch.hasMissed()) throw leaseLost({ name: 'shopify' })
    await transaction(db, async tx => {
      for (const place of places) if (found.has(place.location)) await noteRead(tx, place, begun.startedAt)
    })
  })
}

/** Takes in some levels of a place, a few in each transaction: sales are stored in between. */
async function open(
  work: OpenWork,
  place: StockPlace,
  seen: {
    readonly levels: ReadonlyMap<string, ItemLevel>
    readonly askedAt: number
    readonly watch: Pick<IntakeWatch, 'touched' | 'hasMissed'>
  },
): Promise<void> {
  const all = [...seen.levels]
  for (let start = 0; start < all.length; start += LEVELS_A_TRANSACTION) {
    const levels = new Map(all.slice(start, start + LEVELS_A_TRANSACTION))
    const heardOf = await markedItems(work.db, place, [...levels.keys()])
    const watch = { ...seen.watch, touched: new Set([...seen.watch.touched, ...heardOf]) }
    await readAgain(work, place, await takeInLevels(work, place, { ...seen, levels, watch }))
  }
}
