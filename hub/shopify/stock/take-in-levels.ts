import { type Db, transaction } from '../../db/db.ts'
import { leaseLost } from '../../db/lease.ts'
import { amongSiblings, mappedSkus } from '../../items/item-table.ts'
import { withoutOpening, writeOpenings } from '../../stock/opening-balance.ts'
import { isPlaceStill, type StockPlace } from '../../stock/places.ts'
import { noteSeenLevels } from '../../stock/seen-levels.ts'
import type { ItemLevel } from '../../stock/shop-level.ts'
import type { ShopifyClient } from '../api/client.ts'
import type { IntakeTurns, IntakeWatch } from '../orders/intake-turns.ts'
import { readItemLevels } from './levels.ts'

export interface OpenWork {
  readonly db: Db
  readonly client: ShopifyClient
  readonly turns: IntakeTurns
  readonly now: () => number
}

/** One reading rarely meets an order more than once; what does is opened with its first sale. */
const READINGS = 3

/** Reads items of which an order was taken in while they were read, and takes in what they have now. */
export async function readAgain(work: OpenWork, place: StockPlace, items: readonly string[]): Promise<void> {
  const { client, turns, now } = work
  let left = items
  for (let reading = 0; reading < READINGS && left.length > 0; reading += 1)
    left = await watched(turns, async watch => {
      const askedAt = now()
      const levels = await readItemLevels(client, place.location, left, 'read')
      return takeInLevels(work, place, { levels, askedAt, watch })
    })
}

/** Reads with a watch on the orders that are taken in meanwhile. */
export async function watched<T>(turns: IntakeTurns, read: (watch: Watch) => Promise<T>): Promise<T> {
  const watch = turns.watch()
  try {
    return await read(watch)
  } finally {
    watch.end()
  }
}

interface Reading {
  readonly levels: ReadonlyMap<string, ItemLevel>
  readonly askedAt: number
  /** Since before they were asked for. */
  readonly watch: Watch
}

type Watch = Pick<IntakeWatch, 'touched' | 'hasMissed'>

/**
 * Begins the ledger of the items whose ledger has not begun, and compares the levels of the others with it. Does nothing at
 * a location that shows other warehouses by now.
 * @returns the items that are to be read again
 * @throws LEASE_LOST when another hub worked with Shopify meanwhile: of which items it took orders in is not known here
 */
export function takeInLevels(
  { db, turns, now }: OpenWork,
  place: StockPlace,
  { levels, askedAt, watch }: Reading,
): Promise<readonly string[]> {
  return turns.writing(() => {
    if (watch.hasMissed()) throw leaseLost({ name: 'shopify' })
    return transaction(db, async tx => {
      if (!(await isPlaceStill(tx, place))) return []
      const skus = await mappedSkus(tx, [...levels.keys()])
      const tracked = [...levels].flatMap(([item, level]) => {
        const sku = skus.get(item)
        return sku === undefined || !level.tracked ? [] : [{ item, sku, level }]
      })
      const doubtful = new Set(
        await amongSiblings(
          tx,
          watch.touched,
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
    })
  })
}
