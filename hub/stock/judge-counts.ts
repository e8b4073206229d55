import { isDue } from '../../shared/back-off.ts'
import { unitsForPeople } from '../../shared/quantity.ts'
import { closeException, reconcileExceptions } from '../checks/exceptions.ts'
import { storableSubject } from '../checks/storable-subject.ts'
import type { PhraseCode } from '../checks/words/message.ts'
import { type ContractVersion, contractOf } from '../contract/contract.ts'
import { knownCodes, textsOf } from '../db/codes.ts'
import type { Reads, Tx } from '../db/db.ts'
import { compareCounts, isInCount } from './count-difference.ts'
import { otherTills, wasHeardAfter } from './count-readers.ts'
import { movedOtherwise } from './moved-otherwise.ts'
import { writeMovements } from './movements.ts'
import {
  ORIGIN_MS,
  type PosCount,
  type PosTold,
  putAway,
  putCounts,
  QUIET_MS,
  toldMoves,
} from './pos-counts.ts'
import { isJudged } from './recovery.ts'

/** So many are compared in one transaction. */
const A_TIME = 100
/** What a person is asked about, and what a silent till holds up, is looked at again after this time. */
const AGAIN_MS = 5 * 60_000

/** A count with what it is of. */
export interface NamedCount {
  readonly row: PosCount
  readonly store: string
  readonly warehouse: string
  readonly sku: string
}

/**
 * Compares the counts of a store of which nothing more was heard for ten minutes. What they have beyond what the POS told of its moves, and
 * what can be proven to be a correction, becomes a movement that Shopify hears of; of the rest a person is asked. Nothing
 * is decided while the store is recovering. @returns whether stock has changed
 */
export async function judgeCounts(tx: Tx, store: string, now: number): Promise<boolean> {
  const agreed = await contractOf(tx, store)
  if (agreed?.terms.counts !== 'follow' || agreed.terms.goLive > now) return false
  const due = await dueCounts(tx, store, now)
  if (due.length === 0 || (await isJudged(tx, store))) return false
  let hasMoved = false
  for (const one of due) hasMoved = (await judge(tx, one, agreed, now)) || hasMoved
  return hasMoved
}

async function dueCounts(db: Reads, store: string, now: number): Promise<readonly NamedCount[]> {
  const number = (await knownCodes(db, [store])).get(store)
  if (number === undefined) return []
  const rows = await db
    .selectFrom('pos_count')
    .selectAll()
    .where('store', '=', number)
    .where('due_at', 'is not', null)
    .orderBy('due_at')
    .limit(A_TIME)
    .execute()
  return named(
    db,
    store,
    rows.filter(({ due_at }) => due_at !== null && isDue(due_at, now, ORIGIN_MS)),
  )
}

/** Counts of a store with the texts that its numbers mean. */
export async function named(
  db: Reads,
  store: string,
  rows: readonly PosCount[],
): Promise<readonly NamedCount[]> {
  if (rows.length === 0) return []
  const warehouses = await textsOf(db, new Set(rows.map(row => row.warehouse)))
  const items = await db
    .selectFrom('item')
    .select(['id', 'sku'])
    .where(
      'id',
      'in',
      rows.map(row => row.item),
    )
    .execute()
  const skus = new Map(items.map(({ id, sku }) => [id, sku]))
  return rows.flatMap(row => {
    const warehouse = warehouses.get(row.warehouse)
    const sku = skus.get(row.item)
    return warehouse === undefined || sku === undefined ? [] : [{ row, store, warehouse, sku }]
  })
}

/** What is said of one item's count. */
export const countSubject = ({ store, warehouse, sku }: NamedCount) =>
  storableSubject(`${store}/${warehouse}/${sku}`)

async function judge(tx: Tx, one: NamedCount, agreed: ContractVersion, now: number): Promise<boolean> {
  const { row } = one
  if (!(await wasHeardAfter(tx, row, row.origin_at === null ? ORIGIN_MS : QUIET_MS))) {
    await putCounts(tx, [{ ...row, due_at: now + AGAIN_MS }])
    return false
  }
  const moves = await toldMoves(tx, row)
  const compared = comparisonOf(row)
  if (compared === null) {
    await begin(tx, row, moves, now)
    return false
  }
  const difference = compareCounts(compared, moves, now - ORIGIN_MS)
  if (difference.is === 'explained') {
    await concludeCount(tx, row, { by: 0, ...difference, open: moves }, now)
    await closeException(tx, 'count-differs', countSubject(one), now)
    return false
  }
  const why = await whyAsked(tx, one, { ...difference, limit: agreed.terms.countLimit }, now)
  if (why === 'later') {
    await putCounts(tx, [{ ...row, due_at: now + AGAIN_MS }])
    return false
  }
  if (why !== null) {
    await ask(tx, one, { by: difference.by, why }, now)
    await putCounts(tx, [{ ...row, due_at: now + AGAIN_MS }])
    return false
  }
  await bookCount(tx, one, difference, now)
  await closeException(tx, 'count-differs', countSubject(one), now)
  return true
}

/** What is compared of a count; null: there is nothing yet that it could be compared with. */
export function comparisonOf(row: PosCount) {
  const { origin_at, origin_quantity, newest_at, newest_quantity, told, decided } = row
  if (origin_at === null || origin_quantity === null) return null
  return {
    origin: { at: origin_at, quantity: origin_quantity },
    newest: { at: newest_at, quantity: newest_quantity },
    told,
    decided,
  }
}

/** The count has stayed the newest for an hour: later ones are compared with it. */
async function begin(tx: Tx, row: PosCount, moves: readonly PosTold[], now: number): Promise<void> {
  const { newest_at, newest_quantity } = row
  await putAway(
    tx,
    moves.filter(one => isInCount(one, newest_at)),
  )
  const origin = { origin_at: newest_at, origin_quantity: newest_quantity, told: 0, decided: 0, booked: 0 }
  await putCounts(tx, [{ ...row, ...origin, judged_at: newest_at, compared_at: now, due_at: null }])
}

/** Books what is unexplained of a count as a correction; Shopify hears of it. */
export async function bookCount(
  tx: Tx,
  one: NamedCount,
  difference: { readonly by: number; readonly counted: readonly PosTold[] },
  now: number,
): Promise<void> {
  const { row, store, warehouse, sku } = one
  await writeMovements(tx, [
    {
      store,
      warehouse,
      sku,
      kind: 'count-correction',
      cause: row.item,
      line: row.warehouse,
      revision: now,
      quantity: difference.by,
      origin: null,
      at: now,
      movedAt: row.newest_at,
      posts: true,
    },
  ])
  const booked = row.booked + difference.by
  await concludeCount(tx, { ...row, booked }, { dropped: [], ...difference }, now)
}

/** Nothing of a count is open any more. `by`: so much of it was booked, or is known to move nothing. */
export async function concludeCount(
  tx: Tx,
  row: PosCount,
  of: {
    readonly by: number
    readonly counted: readonly PosTold[]
    readonly dropped: readonly PosTold[]
    /** Moves that may be in the count all the same, beside others; it is compared again once that is known. */
    readonly open?: readonly PosTold[]
  },
  now: number,
): Promise<void> {
  await putAway(tx, [...of.counted, ...of.dropped])
  const told = row.told + of.counted.reduce((sum, { quantity }) => sum + quantity, 0)
  const decided = row.decided + of.by
  const { counted, dropped, open = [] } = of
  const left = open.filter(
    one => !counted.includes(one) && !dropped.includes(one) && isInCount(one, row.newest_at),
  )
  const due = left.length === 0 ? null : Math.max(...left.map(one => one.told_at)) + ORIGIN_MS
  const judged_at = left.length === 0 ? row.newest_at : null // what is open may turn out to be more than late news
  await putCounts(tx, [{ ...row, told, decided, judged_at, compared_at: now, due_at: due }])
}

interface OpenDifference {
  readonly by: number
  readonly isSure: boolean
  readonly counted: readonly PosTold[]
  /** Percent. */
  readonly limit: number
}

/** Why a person must say what a difference is; null: it is a correction, and how large it may be was agreed. `later`: a till is waited for. */
async function whyAsked(
  db: Reads,
  { row, store, sku }: NamedCount,
  { by, isSure, counted, limit }: OpenDifference,
  now: number,
): Promise<PhraseCode | 'later' | null> {
  if (!isSure) return 'phrase.count-late'
  if (row.compared_at === null) return 'phrase.count-restored'
  if (deniesVerdict(row, by, counted)) return 'phrase.count-denied'
  // the count is the one that was compared last: what was told since of moves before it was booked as a correction then
  if (row.newest_at === row.judged_at && isPartOf(-by, row.booked)) return null
  const others = await otherTills(db, row, { forMs: QUIET_MS, now })
  if (others === 'differs') return 'phrase.count-tables'
  if (await movedOtherwise(db, { store, sku, since: row.decided_at ?? 0 }, now)) return 'phrase.count-moved'
  const expected = Math.abs(row.newest_quantity - by)
  if (Math.abs(by) > Math.max(ONE_UNIT, (expected * limit) / 100)) return 'phrase.count-beyond'
  return others === 'silent' ? 'later' : null
}

const isPartOf = (part: number, whole: number) =>
  Math.sign(part) === Math.sign(whole) && Math.abs(part) <= Math.abs(whole)

/** A person has said that a difference moves nothing, and what was told since of moves before that may explain it otherwise. */
function deniesVerdict(row: PosCount, by: number, counted: readonly PosTold[]): boolean {
  const { decided, booked, decided_at: at } = row
  if (at === null || Math.sign(decided - booked) !== -Math.sign(by)) return false
  return counted.some(one => isInCount(one, at)) // those that were known then are in its sum
}

const ONE_UNIT = 1000

async function ask(
  tx: Tx,
  one: NamedCount,
  { by, why }: { readonly by: number; readonly why: PhraseCode },
  now: number,
): Promise<void> {
  const { row, store, warehouse, sku } = one
  const subject = countSubject(one)
  const counted = unitsForPeople(row.newest_quantity)
  const expected = unitsForPeople(row.newest_quantity - by)
  const fields = { store, warehouse, sku, counted, expected, why: { phrase: why } }
  const evidence = { counted, expected, countedAt: row.newest_at, toldBy: row.told_by, device: row.device }
  const found = [{ code: 'count-differs' as const, subject, store, fields, evidence }]
  await reconcileExceptions(tx, {
    kind: 'count-differs',
    scope: { subjects: [subject] },
    found,
    at: now,
    seen: 'still',
  })
}
