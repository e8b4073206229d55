import { z } from 'zod'
import { type Db, transaction } from '../../db/db.ts'
import { readSetting, writeSetting } from '../../db/setting.ts'
import { markDiffering } from '../../stock/marked-levels.ts'
import { readPlaces } from '../../stock/places.ts'
import type { ShopifyClient } from '../api/client.ts'
import { bulkFailed } from '../bulk/bulk-operation.ts'
import { BulkProgress, beginBulk, takeBulk } from '../bulk/read-bulk.ts'
import { allLevels, levelsByLocation } from './all-levels.ts'

interface LookWork {
  readonly db: Db
  readonly client: ShopifyClient
  readonly now: () => number
}

const LONGEST_MS = 6 * 3_600_000
/** A file is kept for seven days; after this time another is asked for. */
const KEPT_MS = 24 * 3_600_000

/** A file that can't be had is asked for again after this time. */
const AGAIN_MS = 3_600_000

const Memory = z.object({
  /** When the last look began that was carried to its end. Hub clock, ms. */
  done: z.int(),
  /** How far the one under way has come. */
  progress: BulkProgress.nullable(),
  /** When the last file could not be had, and why. */
  failed: z.object({ at: z.int(), problem: z.string() }).optional(),
})
type Memory = z.infer<typeof Memory>
const KEY = 'shopify.all-levels'

/**
 * Compares every level of every location with what the hub saw last, from one file of Shopify's that costs no points:
 * what webhooks and the hourly sweep have missed is marked, and looked at again. It changes nothing else. After a
 * restart it goes on where it was. Throws as `takeBulk` does.
 * @param since does nothing when a look that began at this moment or later was carried to its end. Hub clock, ms
 */
export async function lookAtAll(work: LookWork, since: number): Promise<void> {
  const { db, client, now } = work
  const keep = (next: Memory) => transaction(db, tx => writeSetting(tx, KEY, JSON.stringify(next)))
  const memory = await readMemory(db)
  if (memory === null) return keep({ done: now(), progress: null }) // a new hub has just read all levels, or reads them now
  const { progress: kept, done, failed } = memory
  if (done >= since && done <= now()) return
  if (failed !== undefined && failed.at <= now() && now() - failed.at < AGAIN_MS)
    throw bulkFailed({ what: allLevels.what, problem: failed.problem })
  const from =
    kept !== null && kept.startedAt <= now() && now() - kept.startedAt < KEPT_MS
      ? kept
      : await beginBulk({ client, now }, allLevels)
  if (from !== kept) await keep({ done, progress: from })
  const { places } = await readPlaces(db)
  try {
    await takeBulk({ client, now }, { ...allLevels, longestMs: LONGEST_MS }, from, (lines, progress) =>
      transaction(db, async tx => {
        const levels = levelsByLocation(lines)
        for (const place of places) {
          const own = levels.get(place.location)
          if (own !== undefined) await markDiffering(tx, place, own)
        }
        await writeSetting(tx, KEY, JSON.stringify({ done, progress }))
      }),
    )
  } catch (failure) {
    if (bulkFailed.is(failure)) {
      const problem = String(failure.facts['problem'])
      await keep({ done, progress: null, failed: { at: now(), problem } })
    }
    throw failure
  }
  await keep({ done: from.startedAt, progress: null })
}

async function readMemory(db: Db): Promise<Memory | null> {
  const kept = await readSetting(db, KEY)
  return kept === null ? null : Memory.parse(JSON.parse(kept))
}
