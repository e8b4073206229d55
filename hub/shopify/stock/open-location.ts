import { transaction } from '../../db/db.ts'
import { readSetting, writeSetting } from '../../db/setting.ts'
import type { StockPlace } from '../../stock/places.ts'
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
  if (failing.size === 0) await transaction(db, tx => writeSetting(tx, key, String(readSince(startedAt))))
  return true
}

/** The setting that says from when on a location's changes are to be read. */
export function sinceKey(place: StockPlace): string {
  return `shopify.levels/${place.location}`
}

/** Shopify's search index lags behind its writes. */
const OVERLAP_MS = 600_000

/** From when on changes are to be read after a reading that began at `startedAt`. Hub clock, ms. */
export function readSince(startedAt: number): number {
  return startedAt - OVERLAP_MS
}
