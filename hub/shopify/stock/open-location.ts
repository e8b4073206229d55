import type { Turn } from '../../../shared/turns.ts'
import { type Db, transaction } from '../../db/db.ts'
import { readSetting, writeSetting } from '../../db/setting.ts'
import { mappedSkus } from '../../items/item-table.ts'
import { writeOpenings } from '../../stock/opening-balance.ts'
import type { StockPlace } from '../../stock/places.ts'
import { noteSeenLevels } from '../../stock/seen-levels.ts'
import type { ShopifyClient } from '../api/client.ts'
import { pagesOf } from '../api/pages.ts'
import { locationLevels } from './levels.ts'

/**
 * Begins the ledger of every mapped item that a location stocks, and compares each level with the ledger; later runs look
 * only at what changed since.
 */
export async function openLocation(
  work: { db: Db; client: ShopifyClient; turn: Turn; now: () => number },
  place: StockPlace,
): Promise<void> {
  const { db, client, turn, now } = work
  const key = `shopify.levels/${place.location}`
  const startedAt = now()
  const last = await readSetting(db, key)
  const query = last === null ? null : `updated_at:>='${new Date(Number(last)).toISOString()}'`
  const pages = pagesOf(client, locationLevels, { location: place.location, query })
  const nextPage = () =>
    turn(async () => {
      const askedAt = now()
      const { value: rows, done } = await pages.next()
      if (done === true) return false
      await transaction(db, async tx => {
        const skus = await mappedSkus(
          tx,
          rows.map(row => row.item),
        )
        const tracked = rows.filter(row => row.level.tracked)
        const levels = tracked.flatMap(({ item, level }) => {
          const sku = skus.get(item)
          return sku === undefined ? [] : [[sku, level] as const]
        })
        await writeOpenings(tx, place, new Map(levels), now())
        const seen = new Map(rows.map(({ item, level }) => [item, level]))
        await noteSeenLevels(tx, place, { levels: seen, askedAt, now: now() })
      })
      return true
    })
  while (await nextPage());
  await transaction(db, tx => writeSetting(tx, key, String(startedAt - OVERLAP_MS)))
}

/** Shopify's search index lags behind its writes. */
const OVERLAP_MS = 600_000
