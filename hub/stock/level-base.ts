import { insertRows, type Reads, type Tx } from '../db/db.ts'
import type { StockPlace } from './places.ts'

/** What the ledger of an item was set to: Shopify's level as it was at a moment, by Shopify's clock in ms. */
export interface LevelBase {
  readonly item: string
  readonly at: number
}

/** The ledger of these items at a place has been set to what Shopify showed. */
export async function keepBases(
  tx: Tx,
  { store, location }: Pick<StockPlace, 'store' | 'location'>,
  bases: readonly LevelBase[],
): Promise<void> {
  await insertRows(
    tx,
    'level_base',
    bases.map(({ item, at }) => ({ store, location, item, at })),
    { key: ['store', 'location', 'item'], replace: ['at'] },
  )
}

/** Up to when, by Shopify's clock, what the ledger of an item was set to last counts what happened there; null: that was not kept. */
export async function baseOf(
  db: Reads,
  { store, location }: Pick<StockPlace, 'store' | 'location'>,
  item: string,
): Promise<number | null> {
  const row = await db
    .selectFrom('level_base')
    .select('at')
    .where('store', '=', store)
    .where('location', '=', location)
    .where('item', '=', item)
    .executeTakeFirst()
  return row?.at ?? null
}
