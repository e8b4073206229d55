import { type Db, transaction } from '../../db/db.ts'
import { readSetting, writeSetting } from '../../db/setting.ts'
import { amongSiblings, mappedSkus } from '../../items/item-table.ts'
import { withoutOpening, writeOpenings } from '../../stock/opening-balance.ts'
import type { StockPlace } from '../../stock/places.ts'
import { noteSeenLevels } from '../../stock/seen-levels.ts'
import type { ItemLevel } from '../../stock/shop-level.ts'
import type { ShopifyClient } from '../api/client.ts'
import { noteFailing } from '../note-failing.ts'
import type { IntakeTurns } from '../orders/intake-turns.ts'
import { pagesApart } from '../read-apart.ts'
import { levelsApart, locationLevels, readItemLevels } from './levels.ts'

interface OpenWork {
  readonly db: Db
  readonly client: ShopifyClient
  readonly turns: IntakeTurns
  readonly now: () => number
}

/**
 * Begins the ledger of every mapped item that a location stocks, and compares each level with the ledger; later runs look
 * only at what changed since. An item of which an order was taken in while its level was read is read again.
 */
export async function openLocation(work: OpenWork, place: StockPlace): Promise<void> {
  const { db, client, turns, now } = work
  const key = `shopify.levels/${place.location}`
  const startedAt = now()
  const last = await readSetting(db, key)
  const query = last === null ? null : `updated_at:>='${new Date(Number(last)).toISOString()}'`
  const apart = levelsApart(place.location)
  const pages = pagesApart(client, locationLevels, apart, { location: place.location, query })
  const failing = new Map<string, string>()
  const nextPage = () =>
    watched(turns, async touched => {
      const askedAt = now()
      const { value: page, done } = await pages.next()
      if (done === true) return null
      for (const [item, problem] of page.failing) failing.set(item, problem)
      const levels = new Map(page.nodes.map(({ item, level }) => [item, level]))
      return takeInLevels(work, place, { levels, askedAt, touched })
    })
  for (let left = await nextPage(); left !== null; left = await nextPage()) await readAgain(work, place, left)
  await noteFailing(db, key, failing, now())
  // those that Shopify fails on are looked at with the next round
  if (failing.size === 0) await transaction(db, tx => writeSetting(tx, key, String(startedAt - OVERLAP_MS)))
}

/** One reading rarely meets an order more than once; what does is opened with its first sale. */
const READINGS = 3

async function readAgain(work: OpenWork, place: StockPlace, items: readonly string[]): Promise<void> {
  const { client, turns, now } = work
  let left = items
  for (let reading = 0; reading < READINGS && left.length > 0; reading += 1)
    left = await watched(turns, async touched => {
      const askedAt = now()
      const levels = await readItemLevels(client, place.location, left, 'read')
      return takeInLevels(work, place, { levels, askedAt, touched })
    })
}

async function watched<T>(
  turns: IntakeTurns,
  read: (touched: ReadonlySet<string>) => Promise<T>,
): Promise<T> {
  const watch = turns.watch()
  try {
    return await read(watch.touched)
  } finally {
    watch.end()
  }
}

interface Reading {
  readonly levels: ReadonlyMap<string, ItemLevel>
  readonly askedAt: number
  /** SKUs of which an order was taken in since. */
  readonly touched: ReadonlySet<string>
}

/** @returns the items that are to be read again */
function takeInLevels(
  { db, turns, now }: OpenWork,
  place: StockPlace,
  { levels, askedAt, touched }: Reading,
): Promise<readonly string[]> {
  return turns.writing(() =>
    transaction(db, async tx => {
      const skus = await mappedSkus(tx, [...levels.keys()])
      const tracked = [...levels].flatMap(([item, level]) => {
        const sku = skus.get(item)
        return sku === undefined || !level.tracked ? [] : [{ item, sku, level }]
      })
      const doubtful = new Set(
        await amongSiblings(
          tx,
          touched,
          tracked.map(({ sku }) => sku),
        ),
      )
      const unopened = new Set(await withoutOpening(tx, place, [...doubtful]))
      const certain = tracked.filter(({ sku }) => !unopened.has(sku))
      await writeOpenings(tx, place, new Map(certain.map(({ sku, level }) => [sku, level])), {
        askedAt,
        now: now(),
      })
      const left = tracked.filter(({ sku }) => unopened.has(sku)).map(({ item }) => item)
      const seen = new Map([...levels].filter(([item]) => !left.includes(item)))
      await noteSeenLevels(tx, place, { levels: seen, askedAt, now: now() })
      return left
    }),
  )
}

/** Shopify's search index lags behind its writes. */
const OVERLAP_MS = 600_000
