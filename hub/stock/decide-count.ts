import { defineError } from '../../shared/errors.ts'
import { unitsForPeople } from '../../shared/quantity.ts'
import { closeException } from '../checks/exceptions.ts'
import { knownCodes } from '../db/codes.ts'
import type { Reads, Tx } from '../db/db.ts'
import { recordWithoutCall } from '../outbox/writes.ts'
import { compareCounts } from './count-difference.ts'
import {
  bookCount,
  comparisonOf,
  concludeCount,
  countSubject,
  type NamedCount,
  named,
} from './judge-counts.ts'
import { ORIGIN_MS, toldMoves } from './pos-counts.ts'
import { isJudged } from './recovery.ts'

export const nothingCounted = defineError(
  'NOTHING_COUNTED',
  (f: { store: string; sku: string }) =>
    `No count of ${f.sku} in store ${f.store} waits for a decision. What waits is listed by: tillbridge-hub stock counts --store ${f.store}.`,
)

export const decidingWaits = defineError(
  'DECIDING_WAITS',
  (f: { store: string }) =>
    `The hub was restored, and the tills of store ${f.store} have not sent everything again yet. Decide when the recovery has ended. See: tillbridge-hub recovery list.`,
)

/** A POS's count of an item beside what was expected, in units of goods. */
export interface OpenCount {
  readonly store: string
  readonly warehouse: string
  readonly sku: string
  readonly counted: number
  readonly expected: number
  /** By the hub's clock, ms. */
  readonly countedAt: number
}

/** The counts of a store, or of all, that a person is asked about. */
export async function openCounts(db: Reads, now: number, store?: string): Promise<readonly OpenCount[]> {
  const asked = await db
    .selectFrom('exception')
    .select(['store', 'subject'])
    .where('kind', '=', 'count-differs')
    .where('closed_at', 'is', null)
    .orderBy('subject')
    .execute()
  const stores = new Set(asked.flatMap(one => one.store ?? []))
  const subjects = new Set(asked.map(({ subject }) => subject))
  const found: OpenCount[] = []
  for (const of of stores)
    if (store === undefined || store === of)
      for (const one of await countsOfStore(db, of)) {
        const difference = subjects.has(countSubject(one)) ? await differenceOf(db, one, now) : null
        if (difference !== null) found.push(shownOf(one, difference.by))
      }
  return found
}

function shownOf({ row, store, warehouse, sku }: NamedCount, by: number): OpenCount {
  const counted = unitsForPeople(row.newest_quantity)
  const expected = unitsForPeople(row.newest_quantity - by)
  return { store, warehouse, sku, counted, expected, countedAt: row.newest_at }
}

async function countsOfStore(db: Reads, store: string, sku?: string): Promise<readonly NamedCount[]> {
  const number = (await knownCodes(db, [store])).get(store)
  if (number === undefined) return []
  let query = db
    .selectFrom('pos_count')
    .selectAll()
    .where('store', '=', number)
    .where('due_at', 'is not', null)
  if (sku !== undefined)
    query = query.where('item', 'in', e => e.selectFrom('item').select('id').where('sku', '=', sku))
  return named(db, store, await query.orderBy('warehouse').orderBy('item').execute())
}

async function differenceOf(db: Reads, { row }: NamedCount, now: number) {
  const compared = comparisonOf(row)
  const difference =
    compared === null ? null : compareCounts(compared, await toldMoves(db, row), now - ORIGIN_MS)
  return difference?.is === 'unexplained' ? difference : null
}

/** What a person has found out about the count of an item that differs. */
export interface CountVerdict {
  readonly store: string
  readonly sku: string
  /** True: goods came or went that nothing told of, and the stock follows. False: what moved is in the books already. */
  readonly isRight: boolean
  readonly by: string
  readonly why: string
  readonly now: number
}

/**
 * Ends what is asked about the count of an item, at each warehouse of the store, with who decided it and why.
 * @throws NOTHING_COUNTED
 * @throws DECIDING_WAITS while what the store sold is judged after a restore
 */
export async function decideCount(tx: Tx, verdict: CountVerdict): Promise<readonly OpenCount[]> {
  const { store, sku, isRight, by, why, now } = verdict
  if (await isJudged(tx, store)) throw decidingWaits({ store })
  const decided: OpenCount[] = []
  for (const one of await countsOfStore(tx, store, sku)) {
    const difference = await differenceOf(tx, one, now)
    if (difference === null) continue
    // it says nothing of what moved after the count; and what other tills told before counts no more
    const own = { ...one, row: { ...one.row, decided_at: one.row.newest_at, others_json: '{}' } }
    if (isRight) await bookCount(tx, own, difference, now)
    else await concludeCount(tx, own.row, { ...difference, dropped: [] }, now)
    const facts = { decidedBy: by, isRight, by: difference.by, counted: one.row.newest_quantity }
    await recordWithoutCall(tx, { store, subject: countSubject(one), why, now, facts })
    await closeException(tx, 'count-differs', countSubject(one), now)
    decided.push(shownOf(one, difference.by))
  }
  if (decided.length === 0) throw nothingCounted({ store, sku })
  return decided
}
