import { DIFFERS_MS } from '../checks/level-variance.ts'
import { type ContractVersion, goLiveOf } from '../contract/contract.ts'
import { type Db, type Reads, transaction } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { acceptableLevels, bookDifference } from './accept.ts'
import type { StockPlace } from './places.ts'
import { isJudged } from './recovery.ts'
import { itemsUnderWay, unjudgedItems } from './seen-levels.ts'

/** What was seen longer ago than this may have changed. Levels that differ are looked at every five minutes. */
const LATELY_MS = 10 * 60_000

/**
 * The contract of a store says that Shopify is right: takes what has differed at this place by the same quantity for ten minutes into
 * the ledger, as a person would: each difference once, with the version of the contract that decided it. A difference that
 * may still be explained is left, and so is all of a store whose ledger is not whole: after a restore, and before it goes live.
 * @returns why levels could not be booked; the others were
 */
export async function acceptByContract(
  db: Db,
  place: StockPlace,
  agreed: ContractVersion,
  now: number,
): Promise<readonly unknown[]> {
  const failures: unknown[] = []
  const by = `Version ${agreed.version} of the contract, by ${agreed.changedBy},`
  for (const { item } of await lastingLevels(db, place, now))
    try {
      await transaction(db, async tx => {
        const [row] = await lastingLevels(tx, place, now, item)
        if (row !== undefined) await bookDifference(tx, place, row, { by, why: agreed.why, now })
      })
    } catch (failure) {
      failures.push(failure)
    }
  return failures
}

/** @param item the only one that is looked at; left out: all of the place */
async function lastingLevels(
  db: Reads,
  place: StockPlace,
  now: number,
  item?: string,
): Promise<readonly Schema['shopify_level'][]> {
  const { store, location } = place
  if (((await goLiveOf(db, store)) ?? 0) > now || (await isJudged(db, store))) return []
  const rows = await acceptableLevels(db, { store, location, item })
  const lasting = rows.filter(
    ({ differs_since: since, seen_at: seen }) =>
      since !== null && seen !== null && seen >= since + DIFFERS_MS && seen > now - LATELY_MS && seen <= now,
  )
  if (lasting.length === 0) return []
  const unclear = new Set([
    ...(await itemsUnderWay(db, place, now)),
    ...(await unjudgedItems(
      db,
      place,
      lasting.map(({ item }) => item),
    )),
  ])
  return lasting.filter(({ item }) => !unclear.has(item))
}
