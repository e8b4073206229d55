import type { Reads, Tx } from '../db/db.ts'
import { itemNumbers, numberIn } from './item-table.ts'

/** What Shopify's level of an item at a location counts since tracking was turned on. By Shopify's clock, ms. */
export interface Counted {
  /** What was sold before is in the level: it was sold before tracking was turned on, or before the level was counted. */
  readonly countedUntil: number
  /** What was sold at this moment or later is missing from the level. In between it can't be told. */
  readonly missingSince: number
}

/** Shopify counts an item that it did not count before. `turnedOnAt`: the item's last change by then. */
export async function noteTracked(tx: Tx, sku: string, turnedOnAt: number): Promise<void> {
  const item = numberIn(await itemNumbers(tx, new Set([sku])), sku)
  await tx.deleteFrom('item_counted').where('item', '=', item).execute()
  await tx
    .insertInto('item_tracked')
    .values({ item, turned_on_at: turnedOnAt })
    .onConflict(c => c.column('item').doUpdateSet({ turned_on_at: turnedOnAt }))
    .execute()
}

/** Two changes that are made together have moments that differ by so much. */
const TOGETHER_MS = 2_000
/** A level that changed longer before tracking was turned on was not counted for it. */
const COUNTED_FOR_MS = 10 * 60_000

/** @param levelAt when the level on hand changed last; null: never */
export function countedBy(turnedOnAt: number, levelAt: number | null): Counted {
  if (levelAt === null || levelAt < turnedOnAt - COUNTED_FOR_MS)
    return { countedUntil: turnedOnAt, missingSince: turnedOnAt }
  const [first, last] = [Math.min(turnedOnAt, levelAt), Math.max(turnedOnAt, levelAt)]
  return { countedUntil: last - first <= TOGETHER_MS ? last : first, missingSince: last }
}

/** Those of some SKUs that Shopify began to count, with the moment of it. */
export async function trackedSince(
  db: Reads,
  skus: readonly string[],
): Promise<ReadonlyMap<string, { readonly item: number; readonly turnedOnAt: number }>> {
  if (skus.length === 0) return new Map()
  const rows = await db
    .selectFrom('item_tracked as t')
    .innerJoin('item as i', 'i.id', 't.item')
    .select(['i.sku', 't.item', 't.turned_on_at'])
    .where('i.sku', 'in', skus)
    .execute()
  return new Map(rows.map(({ sku, item, turned_on_at }) => [sku, { item, turnedOnAt: turned_on_at }]))
}

/** What was found out for a location, the first time that its level was read: later changes of it may be the hub's own. */
export async function countedAt(
  tx: Tx,
  at: { readonly item: number; readonly location: string },
  find: () => Counted,
): Promise<Counted> {
  const row = await tx
    .selectFrom('item_counted')
    .selectAll()
    .where(e => e.and(at))
    .executeTakeFirst()
  if (row !== undefined) return { countedUntil: row.counted_until, missingSince: row.missing_since }
  const found = find()
  const { countedUntil, missingSince } = found
  await tx
    .insertInto('item_counted')
    .values({ ...at, counted_until: countedUntil, missing_since: missingSince })
    .execute()
  return found
}
