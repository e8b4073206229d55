import { contractOf } from '../../contract/contract.ts'
import { type Db, transaction } from '../../db/db.ts'
import { acceptByContract } from '../../stock/accept-by-contract.ts'
import { readPlaces, type StockPlace } from '../../stock/places.ts'
import { levelsToLookAt, noteSeenLevels } from '../../stock/seen-levels.ts'
import type { ShopifyClient } from '../api/client.ts'
import { readItemLevels } from './levels.ts'

const ITEMS_A_LOOK = 100
/** One run stops at a place after so many looks, so that others get their turn. */
const LOOKS_A_RUN = 10
/** A level that differs is looked at again after this time: it may agree by then. */
const AGAIN_MS = 5 * 60_000

/** Reads the levels of which something was heard, and those that differed when they were last seen. */
export async function lookAgain(work: {
  readonly db: Db
  readonly client: ShopifyClient
  readonly now: () => number
}): Promise<void> {
  const { places } = await readPlaces(work.db)
  for (const place of places) await lookAt(work, place)
}

async function lookAt(
  { db, client, now }: { readonly db: Db; readonly client: ShopifyClient; readonly now: () => number },
  place: StockPlace,
): Promise<void> {
  const begun = now()
  const looked = new Set<string>()
  for (let look = 0; look < LOOKS_A_RUN; look += 1) {
    const found = await levelsToLookAt(db, place, begun - AGAIN_MS, ITEMS_A_LOOK + looked.size)
    const items = found.filter(item => !looked.has(item)).slice(0, ITEMS_A_LOOK)
    if (items.length === 0) break
    for (const item of items) looked.add(item) // one whose request is under way stays marked
    const askedAt = now()
    const levels = await readItemLevels(client, place.location, items, 'bulk')
    await transaction(db, tx => noteSeenLevels(tx, place, { levels, askedAt, now: now() }))
  }
  const agreed = await contractOf(db, place.store)
  if (agreed?.terms.onDifference === 'accept')
    await transaction(db, tx => acceptByContract(tx, place, agreed, now()))
}
