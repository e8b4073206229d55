import type { Selectable } from 'kysely'
import { type BackOff, doubledMs, isDue } from '../../shared/back-off.ts'
import { insertRows, type Reads, type Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import type { HoldPlace } from './hold-back.ts'

/** An item of which Shopify refuses to move units; see the schema. */
export type HoldRefusal = Selectable<Schema['hold_refusal']>

const AGAIN: BackOff = { firstMs: 60_000, longestMs: 3_600_000 }

/** What Shopify refuses at a place, by its item. */
export async function refusalsAt(
  db: Reads,
  { store, location }: HoldPlace,
): Promise<ReadonlyMap<string, HoldRefusal>> {
  const rows = await db
    .selectFrom('hold_refusal')
    .selectAll()
    .where('store', '=', store)
    .where('location', '=', location)
    .execute()
  return new Map(rows.map(row => [row.item, row]))
}

/** What Shopify refuses of all stores, or of one. */
export function allRefusals(db: Reads, store?: string): Promise<HoldRefusal[]> {
  const query = db.selectFrom('hold_refusal').selectAll()
  return (store === undefined ? query : query.where('store', '=', store)).execute()
}

/** Items of a place that are not tried yet: each refusal doubles the wait, up to an hour. */
export async function itemsRefusedFor(
  db: Reads,
  place: HoldPlace,
  now: number,
): Promise<ReadonlySet<string>> {
  const rows = [...(await refusalsAt(db, place)).values()]
  return new Set(rows.flatMap(row => (isDue(row.retry_at, now, AGAIN.longestMs) ? [] : [row.item])))
}

/** @param problem what Shopify said, by its item */
export async function noteRefusals(
  tx: Tx,
  place: HoldPlace,
  problem: ReadonlyMap<string, string>,
  now: number,
): Promise<void> {
  const before = await refusalsAt(tx, place)
  const rows = [...problem].map(([item, said]): HoldRefusal => {
    const times = before.get(item)?.times ?? 0
    const { store, location } = place
    const refused_at = before.get(item)?.refused_at ?? now
    return {
      store,
      location,
      item,
      times: times + 1,
      refused_at,
      retry_at: now + doubledMs(times, AGAIN),
      problem: said,
    }
  })
  await insertRows(tx, 'hold_refusal', rows, {
    key: ['store', 'location', 'item'],
    replace: ['times', 'refused_at', 'retry_at', 'problem'],
  })
}

/** Shopify moved units of these items. */
export async function forgetRefusals(
  tx: Tx,
  { store, location }: HoldPlace,
  items: readonly string[],
): Promise<void> {
  if (items.length === 0) return
  await tx
    .deleteFrom('hold_refusal')
    .where('store', '=', store)
    .where('location', '=', location)
    .where('item', 'in', items)
    .execute()
}

/** The silence has ended: what could not be held does not matter any more; what does not come back still does. */
export async function forgetRefusedHolds(tx: Tx, { store, location }: HoldPlace): Promise<void> {
  await tx
    .deleteFrom('hold_refusal')
    .where('store', '=', store)
    .where('location', '=', location)
    .where('item', 'not in', e =>
      e
        .selectFrom('hold_back')
        .select('item')
        .where('store', '=', store)
        .where('location', '=', location)
        .where('held', '>', 0),
    )
    .execute()
}
