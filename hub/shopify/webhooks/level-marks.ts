import { z } from 'zod'
import { describeError } from '../../../shared/errors.ts'
import type { Cancel, World } from '../../../shared/world.ts'
import { type Db, transaction } from '../../db/db.ts'
import { hearLevels } from '../../stock/known-levels.ts'
import { readPlaces } from '../../stock/places.ts'
import { markLevels } from '../../stock/seen-levels.ts'

/** Shopify tells of each change of a level, also of the hub's own: they are gathered for so long. */
const GATHER_MS = 2_000
/** Beyond so many the hourly sweep finds the rest. */
const MOST_GATHERED = 50_000

/**
 * What Shopify's webhooks say of levels. A mark is only a hint to look at a level again, so it is not stored before the
 * webhook is answered: what is lost in a crash, the sweep of levels finds.
 */
export interface LevelMarks extends AsyncDisposable {
  /** @param body the webhook's, signed by Shopify. One that can't be read is left to the sweep. */
  take(body: string): void
}

const Body = z.object({
  inventory_item_id: z.int(),
  location_id: z.int(),
  available: z.int().nullable(),
})

export function openLevelMarks(parts: {
  readonly db: Db
  readonly world: Pick<World, 'timers' | 'log'>
}): LevelMarks {
  const { db, world } = parts
  /** The newest available quantity, by location and item. */
  let gathered = new Map<string, Map<string, number | null>>()
  let count = 0
  let cancel: Cancel | null = null
  let writing: Promise<void> = Promise.resolve()

  async function write(): Promise<void> {
    cancel = null
    const marks = gathered
    gathered = new Map()
    count = 0
    const { places } = await readPlaces(db)
    const own = places.flatMap(place => {
      const items = marks.get(place.location)
      return items === undefined ? [] : [{ place, items }]
    })
    if (own.length > 0)
      await transaction(db, async tx => {
        for (const { place, items } of own) {
          await hearLevels(tx, place.location, items)
          await markLevels(tx, place, items)
        }
      })
  }

  function flush(): Promise<void> {
    writing = writing
      .then(write)
      .catch((error: unknown) =>
        world.log.warn(
          { ...describeError(error) },
          'changed levels could not be marked; the sweep finds them',
        ),
      )
    return writing
  }

  return {
    take(body) {
      const read = Body.safeParse(readJson(body))
      if (!read.success || count >= MOST_GATHERED) return
      const { inventory_item_id: item, location_id: location, available } = read.data
      const key = `gid://shopify/Location/${location}`
      const items = gathered.get(key) ?? new Map<string, number | null>()
      items.set(`gid://shopify/InventoryItem/${item}`, available)
      gathered.set(key, items)
      count += 1
      cancel ??= world.timers.after(GATHER_MS, () => void flush())
    },
    async [Symbol.asyncDispose]() {
      cancel?.()
      await (count > 0 ? flush() : writing)
    },
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // no level that it could be about
  }
}
