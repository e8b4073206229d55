import { insertRows, type Reads, type Tx } from '../db/db.ts'
import type { ItemLevel } from './shop-level.ts'

/**
 * The levels that Shopify was last known to have. A stock change names the level that it starts from, and Shopify refuses
 * it when that is no longer so: what is known here may be outdated, and never leads to a wrong number.
 */
export type KnownLevel = Pick<ItemLevel, 'active' | 'available' | 'onHand' | 'committed' | 'onHandAt'>

/** Shopify has told these levels: in answer to a reading, or by making a change of ours. */
export async function keepKnownLevels(
  tx: Tx,
  location: string,
  levels: ReadonlyMap<string, KnownLevel>,
): Promise<void> {
  const rows = [...levels].map(([item, level]) => ({
    location,
    item,
    available: level.available,
    on_hand: level.onHand,
    committed: level.committed,
    on_hand_at: level.onHandAt,
    active: level.active ? 1 : 0,
  }))
  await insertRows(tx, 'known_level', rows, {
    key: ['location', 'item'],
    replace: ['available', 'on_hand', 'committed', 'on_hand_at', 'active'],
  })
}

const ITEMS_A_QUERY = 250

/** Those of some items at a location whose level is known. */
export async function knownLevels(
  db: Reads,
  location: string,
  items: readonly string[],
): Promise<ReadonlyMap<string, KnownLevel>> {
  const found = new Map<string, KnownLevel>()
  for (let start = 0; start < items.length; start += ITEMS_A_QUERY) {
    const rows = await db
      .selectFrom('known_level')
      .selectAll()
      .where('location', '=', location)
      .where('item', 'in', items.slice(start, start + ITEMS_A_QUERY))
      .execute()
    for (const row of rows)
      found.set(row.item, {
        active: row.active === 1,
        available: row.available,
        onHand: row.on_hand,
        committed: row.committed,
        onHandAt: row.on_hand_at,
      })
  }
  return found
}

/** These levels are not known any more: they are read before anything of their items is written. */
export async function doubtLevels(tx: Tx, location: string, items: readonly string[]): Promise<void> {
  for (let start = 0; start < items.length; start += ITEMS_A_QUERY)
    await tx
      .deleteFrom('known_level')
      .where('location', '=', location)
      .where('item', 'in', items.slice(start, start + ITEMS_A_QUERY))
      .execute()
}

/** Shopify says what is available of some items now; null: not said. Levels that were known otherwise are doubted. */
export async function hearLevels(
  tx: Tx,
  location: string,
  heard: ReadonlyMap<string, number | null>,
): Promise<void> {
  const known = await knownLevels(tx, location, [...heard.keys()])
  const doubtful = [...known].filter(([item, { available }]) => available !== heard.get(item))
  await doubtLevels(
    tx,
    location,
    doubtful.map(([item]) => item),
  )
}
