import { contractOf } from '../../contract/contract.ts'
import { type Db, transaction } from '../../db/db.ts'
import { acceptByContract } from '../../stock/accept-by-contract.ts'
import { forgetLevels, forgetLostLevels } from '../../stock/lost-levels.ts'
import { readPlaces, type StockPlace } from '../../stock/places.ts'
import { itemsUnderWay, levelsToLookAt, noteSeenLevels } from '../../stock/seen-levels.ts'
import { type ShopifyClient, shopifyDenies, shopifyRefuses, shopifyUnreachable } from '../api/client.ts'
import { readLevelsApart } from './levels.ts'

const ITEMS_A_LOOK = 100
/** One run stops at a place after so many looks, so that others get their turn. */
const LOOKS_A_RUN = 10
/** A level that differs is looked at again after this time: it may agree by then. */
const AGAIN_MS = 5 * 60_000

interface LookWork {
  readonly db: Db
  readonly client: ShopifyClient
  readonly now: () => number
}

/**
 * Reads the levels of which something was heard, and those that differed when they were last seen. What can't be done of one
 * place or item stops no other.
 * @throws the first failure, when all else is done; at once what Shopify refuses everything for
 */
export async function lookAgain(work: LookWork): Promise<void> {
  await transaction(work.db, tx => forgetLostLevels(tx, 'open'))
  const { places } = await readPlaces(work.db)
  const failures: unknown[] = []
  for (const place of places)
    try {
      failures.push(...(await lookAt(work, place)))
    } catch (failure) {
      if (shopifyUnreachable.is(failure) || shopifyRefuses.is(failure) || shopifyDenies.is(failure))
        throw failure
      failures.push(failure)
    }
  if (failures.length > 0) throw failures[0]
}

async function lookAt({ db, client, now }: LookWork, place: StockPlace): Promise<readonly unknown[]> {
  const begun = now()
  // what Shopify shows of these tells nothing yet: they stay marked
  const looked = new Set(await itemsUnderWay(db, place, begun))
  for (let look = 0; look < LOOKS_A_RUN; look += 1) {
    const most = ITEMS_A_LOOK + looked.size
    const found = await levelsToLookAt(db, place, { now: begun, againMs: AGAIN_MS, most })
    const items = found.filter(item => !looked.has(item)).slice(0, ITEMS_A_LOOK)
    if (items.length === 0) break
    for (const item of items) looked.add(item) // one whose request has left meanwhile stays marked
    const askedAt = now()
    // one that Shopify fails on stays marked, and is looked at with the next run
    const { levels, failing } = await readLevelsApart(client, place.location, items, 'bulk')
    await transaction(db, async tx => {
      await forgetLevels(
        tx,
        place,
        items.filter(item => !levels.has(item) && !failing.has(item)),
      )
      await noteSeenLevels(tx, place, { levels, askedAt, now: now() })
    })
  }
  const agreed = await contractOf(db, place.store)
  return agreed?.terms.onDifference === 'accept' ? acceptByContract(db, place, agreed, now()) : []
}
