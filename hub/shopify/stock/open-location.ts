import { type Tx, transaction } from '../../db/db.ts'
import { readSetting, writeSetting } from '../../db/setting.ts'
import { isPlaceStill, type StockPlace } from '../../stock/places.ts'
import { noteFailing } from '../note-failing.ts'
import { pagesApart } from '../read-apart.ts'
import { levelsApart, locationLevels } from './levels.ts'
import { type OpenWork, readAgain, takeInLevels, watched } from './take-in-levels.ts'

/**
 * Begins the ledger of every mapped item that a location stocks, and compares each level with the ledger; later runs look
 * only at what changed since. An item of which an order was taken in while its level was read is read again.
 * @param firstLevels a first run ends after so many: pages of a long list cost minutes of the shop's points
 * @returns whether it was read to its end; else `openFromFile` reads it
 */
export async function openLocation(
  work: OpenWork,
  place: StockPlace,
  firstLevels = Number.POSITIVE_INFINITY,
): Promise<boolean> {
  const { db, client, turns, now } = work
  const key = sinceKey(place)
  const startedAt = now()
  const since = Number((await readSetting(db, key)) ?? 0)
  const isFirst = since <= 0 // a location that was just mapped has 0
  const query = isFirst ? null : `updated_at:>='${new Date(since).toISOString()}'`
  const apart = levelsApart(place.location)
  const pages = pagesApart(client, locationLevels, apart, { location: place.location, query })
  const failing = new Map<string, string>()
  let read = 0
  const nextPage = () =>
    watched(turns, async watch => {
      const askedAt = now()
      const { value: page, done } = await pages.next()
      if (done === true) return null
      read += page.nodes.length
      for (const [item, problem] of page.failing) failing.set(item, problem)
      const levels = new Map(page.nodes.map(({ item, level }) => [item, level]))
      return takeInLevels(work, place, { levels, askedAt, watch })
    })
  for (let left = await nextPage(); left !== null; left = await nextPage()) {
    await readAgain(work, place, left)
    if (isFirst && read >= firstLevels) return false
  }
  await noteFailing(db, key, failing, now())
  // those that Shopify fails on are looked at with the next round
  if (failing.size === 0) await transaction(db, tx => noteRead(tx, place, startedAt))
  return true
}

/** What changed since a reading of a whole location began is read next. One that was mapped again meanwhile is read whole. */
export async function noteRead(tx: Tx, place: StockPlace, startedAt: number): Promise<void> {
  if (await isPlaceStill(tx, place)) await writeSetting(tx, sinceKey(place), String(startedAt - OVERLAP_MS))
}

/** The setting that says from when on a location's changes are to be read. */
function sinceKey(place: StockPlace): string {
  return `shopify.levels/${place.location}`
}

/** Shopify's search index lags behind its writes. */
const OVERLAP_MS = 600_000
