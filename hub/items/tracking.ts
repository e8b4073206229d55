import type { Reads, Tx } from '../db/db.ts'
import { itemNumbers, numberIn } from './item-table.ts'

/** A look at an item, by the hub's clock in ms: what it says was so at some moment between the two. */
export interface Look {
  readonly askedAt: number
  readonly now: number
}

/**
 * When Shopify did not count an item, as far as it is known. `since` and `until` are the first and the last look that
 * found it so, by the hub's clock in ms.
 */
export interface Untracked {
  readonly since: number
  readonly until: number
  /** It was counted before `since`, and it is not known until when. */
  readonly wasCounted: boolean
}

/** How Shopify came to count an item again. */
export interface TurnedOn extends Untracked {
  /** The item's last change when it was found to be counted, by Shopify's clock in ms: tracking was turned on then or before. */
  readonly at: number
}

/**
 * What Shopify's level of an item at a location counts since tracking was turned on, in ms. What is in none of the two
 * stretches can't be told.
 */
export interface Counted {
  /** What was sold before is in the level, or was not counted. */
  readonly countedUntil: number
  /** What was sold at this moment or later is missing from the level. */
  readonly missingSince: number
}

/** A look has found that Shopify does not count an item. `wasCounted`: what was known of it before says that it did. */
export async function noteUntracked(
  tx: Tx,
  sku: string,
  { askedAt, now }: Look,
  wasCounted: boolean,
): Promise<void> {
  const item = numberIn(await itemNumbers(tx, new Set([sku])), sku)
  const row = { since: now, until: askedAt, was_counted: wasCounted ? 1 : 0 }
  await tx
    .insertInto('item_untracked')
    .values({ item, ...row })
    .onConflict(c => c.column('item').doUpdateSet(wasCounted ? row : { until: askedAt }))
    .execute()
}

/**
 * A look has found that Shopify counts an item. Does nothing for one that was not known to be uncounted.
 * @param changedAt the item's last change by then
 */
export async function noteTracked(tx: Tx, sku: string, changedAt: number): Promise<void> {
  const item = numberIn(await itemNumbers(tx, new Set([sku])), sku)
  const before = await tx.selectFrom('item_untracked').selectAll().where('item', '=', item).executeTakeFirst()
  if (before === undefined) return
  for (const table of ['item_untracked', 'item_counted'] as const)
    await tx.deleteFrom(table).where('item', '=', item).execute()
  const { since, until, was_counted } = before
  const row = {
    turned_on_at: changedAt,
    untracked_since: since,
    untracked_until: until,
    was_counted,
  }
  await tx
    .insertInto('item_tracked')
    .values({ item, ...row })
    .onConflict(c => c.column('item').doUpdateSet(row))
    .execute()
}

/** A level that changed longer before the item was first seen uncounted was not counted for the turning on. */
const COUNTED_FOR_MS = 10 * 60_000

/**
 * The item's last change may be later than the turning on, and the level's last change need not be a count. So of what
 * was sold since the last look that found the item uncounted, only what is later than both changes is known to be missing.
 * Both made together may be the turning on and its count, or an edit and a delivery long after it.
 * @param levelAt when the level on hand changed last; null: never
 */
export function countedBy({ at, since, until }: TurnedOn, levelAt: number | null): Counted {
  const changedAt = wholeSecond(at)
  const lastSeen = until + 1 // at that moment it was still uncounted
  if (levelAt === null || levelAt < since - COUNTED_FOR_MS)
    return { countedUntil: lastSeen, missingSince: Math.max(lastSeen, changedAt) }
  const countedAt = wholeSecond(levelAt)
  const last = Math.max(changedAt, countedAt)
  return { countedUntil: Math.min(countedAt, lastSeen), missingSince: Math.max(last, lastSeen) }
}

/** Shopify's moments are cut to the second. */
const wholeSecond = (ms: number) => Math.floor(ms / 1000) * 1000

/** Whether it is known that Shopify's level does not lack what moved at a moment: it counts it, or did not count the item. */
export function isAccountedFor(movedAt: number, { since, wasCounted }: Untracked, { countedUntil }: Counted) {
  return movedAt < countedUntil && (!wasCounted || movedAt >= since)
}

/** Those of some SKUs that Shopify began to count. */
export async function trackedSince(
  db: Reads,
  skus: readonly string[],
): Promise<ReadonlyMap<string, { readonly item: number; readonly turnedOn: TurnedOn }>> {
  if (skus.length === 0) return new Map()
  const rows = await db
    .selectFrom('item_tracked as t')
    .innerJoin('item as i', 'i.id', 't.item')
    .select(['i.sku', 't.item', 't.turned_on_at', 't.untracked_since', 't.untracked_until', 't.was_counted'])
    .where('i.sku', 'in', skus)
    .execute()
  return new Map(
    rows.map(
      ({ sku, item, turned_on_at: at, untracked_since: since, untracked_until: until, was_counted }) => [
        sku,
        { item, turnedOn: { at, since, until, wasCounted: was_counted === 1 } },
      ],
    ),
  )
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
