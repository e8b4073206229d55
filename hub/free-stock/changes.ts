import { type Db, type Reads, type Tx, transaction } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { freeUnits } from './free-units.ts'

const ROWS_A_STATEMENT = 200

/** Compares a store's free units with what was kept of it, and keeps what changed as the next version. Writes only if something did. */
export async function keepChanges(db: Db, store: string): Promise<void> {
  if ((await differencesOf(db, store)).length > 0) await transaction(db, tx => keepDifferences(tx, store))
}

type Difference = Pick<Schema['free_stock'], 'store' | 'item' | 'free'>

async function differencesOf(db: Reads, store: string): Promise<readonly Difference[]> {
  const now = await freeUnits(db, store)
  const before = await db
    .selectFrom('free_stock')
    .select(['item', 'free'])
    .where('store', '=', store)
    .execute()
  // PostgreSQL's driver gives a bigint as text
  const known = new Map(before.map(row => [row.item, row.free === null ? null : Number(row.free)]))
  const changed = [...now].filter(([item, free]) => known.get(item) !== free)
  const gone = before.filter(row => row.free !== null && !now.has(row.item))
  return [
    ...changed.map(([item, free]) => ({ store, item, free })),
    ...gone.map(({ item }) => ({ store, item, free: null })),
  ]
}

async function keepDifferences(tx: Tx, store: string): Promise<void> {
  const rows = await differencesOf(tx, store)
  if (rows.length === 0) return
  const version = await nextVersion(tx)
  for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT)
    await tx
      .insertInto('free_stock')
      .values(rows.slice(start, start + ROWS_A_STATEMENT).map(row => ({ ...row, version })))
      .onConflict(conflict =>
        conflict.columns(['store', 'item']).doUpdateSet(e => ({
          free: e.ref('excluded.free'),
          version: e.ref('excluded.version'),
        })),
      )
      .execute()
}

/** Forgets stores that are not shown any more: when one is shown again, all of it is news. */
export async function forgetOthers(tx: Tx, shown: readonly string[]): Promise<void> {
  let query = tx.deleteFrom('free_stock')
  if (shown.length > 0) query = query.where('store', 'not in', shown)
  await query.execute()
}

/** Hubs on one database take turns at this row, so that a till that has read a version has read all before it. */
async function nextVersion(tx: Tx): Promise<number> {
  const { version } = await tx
    .insertInto('free_stock_head')
    .values({ id: 1, version: 1 })
    .onConflict(conflict =>
      conflict.column('id').doUpdateSet(e => ({ version: e('free_stock_head.version', '+', 1) })),
    )
    .returning('version')
    .executeTakeFirstOrThrow()
  return Number(version)
}

/** The version of the newest change. */
export async function newestStockVersion(db: Reads): Promise<number> {
  const head = await db.selectFrom('free_stock_head').select('version').where('id', '=', 1).executeTakeFirst()
  return Number(head?.version ?? 0)
}

/** Where a till goes on: behind one row, in the order of all changes. */
export interface Place {
  readonly version: number
  readonly store: string
  readonly item: string
}

export interface FreeRow extends Place {
  readonly free: number | null
}

/** The next changes behind a place, oldest first. */
export async function changesAfter(
  db: Reads,
  { version, store, item }: Place,
  limit: number,
): Promise<readonly FreeRow[]> {
  const rows = await db
    .selectFrom('free_stock')
    .select(['version', 'store', 'item', 'free'])
    .where(e => e(e.refTuple('version', 'store', 'item'), '>', e.tuple(version, store, item)))
    .orderBy('version')
    .orderBy('store')
    .orderBy('item')
    .limit(limit)
    .execute()
  return rows.map(read)
}

/** All rows of the next items behind one, in the order of items: so each item is told once, with all stores. */
export async function itemsAfter(db: Reads, item: string, limit: number): Promise<readonly FreeRow[]> {
  const next = await db
    .selectFrom('free_stock')
    .select('item')
    .distinct()
    .where('item', '>', item)
    .orderBy('item')
    .limit(limit)
    .execute()
  const [first, last] = [next.at(0), next.at(-1)]
  if (first === undefined || last === undefined) return []
  const rows = await db
    .selectFrom('free_stock')
    .select(['version', 'store', 'item', 'free'])
    .where('item', '>=', first.item)
    .where('item', '<=', last.item)
    .orderBy('item')
    .orderBy('store')
    .execute()
  return rows.map(read)
}

const read = (row: Schema['free_stock']): FreeRow => ({
  ...row,
  version: Number(row.version),
  free: row.free === null ? null : Number(row.free),
})
