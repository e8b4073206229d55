import { type Quantity, units } from '../../shared/quantity.ts'
import type { Reads, Tx } from '../db/db.ts'
import { siblingsOf } from '../items/item-table.ts'
import { dueSums } from '../outbox/postings.ts'
import { levelSums } from './levels.ts'
import { type NewMovement, writeMovements } from './movements.ts'
import type { Place } from './places.ts'
import type { ItemLevel } from './shop-level.ts'

const openingKey = (place: Place, sku: string) => `opening/${place.warehouses[0]}/${sku}`
const committedKey = (place: Place, sku: string) => `opening-committed/${place.warehouses[0]}/${sku}`

/** Which of these SKUs name an item whose level at one place the ledger has not taken from Shopify yet. */
export async function withoutOpening(
  db: Reads,
  place: Place,
  skus: readonly string[],
): Promise<readonly string[]> {
  const siblings = await siblingsOf(db, skus)
  const keys = [...new Set([...siblings.values()].flat())].map(sku => openingKey(place, sku))
  if (keys.length === 0) return []
  const rows = await db
    .selectFrom('movement')
    .select('source_key')
    .where('store', '=', place.store)
    .where('source_key', 'in', keys)
    .execute()
  const held = new Set(rows.map(row => row.source_key))
  const isOpened = (sku: string) =>
    (siblings.get(sku) ?? []).some(other => held.has(openingKey(place, other)))
  return skus.filter(sku => !isOpened(sku))
}

/**
 * Begins the ledger of an item at a place: what Shopify shows less what of ours it shows already, so that from here on
 * the ledger's level less its unposted movements is Shopify's level. Does nothing for an item that has begun. No write
 * of the item may be under way, and orders must not be taken in between the reading of `level` and this.
 */
export async function writeOpenings(
  tx: Tx,
  place: Place,
  levels: ReadonlyMap<string, ItemLevel>,
  now: number,
): Promise<void> {
  const unopened = await withoutOpening(tx, place, [...levels.keys()])
  if (unopened.length === 0) return
  const siblings = await siblingsOf(tx, unopened)
  const fresh = unopened.filter(sku => firstOf(siblings.get(sku) ?? [], unopened) === sku) // one opening an item
  const posted = await postedSums(tx, place, siblings, fresh)
  const movements = fresh.flatMap((sku): NewMovement[] => {
    const level = levels.get(sku)
    if (level === undefined) return []
    const at = new Date(level.committedAt ?? 0).toISOString()
    const shared = {
      store: place.store,
      warehouse: place.warehouses[0],
      sku,
      reason: 'opening',
      reference: `shopify-level@${at}`,
      device: null,
      epoch: null,
      seq: null,
      at: now,
      posts: false,
    }
    const onHand = units(level.onHand) - (posted.get(`on_hand/${sku}`) ?? 0)
    const committed = units(level.committed) - (posted.get(`committed/${sku}`) ?? 0)
    const opening = {
      ...shared,
      source_key: openingKey(place, sku),
      state: 'on_hand' as const,
      quantity: onHand,
    }
    if (committed === 0) return [opening]
    const key = committedKey(place, sku)
    return [opening, { ...shared, source_key: key, state: 'committed' as const, quantity: committed }]
  })
  await writeMovements(tx, movements)
}

function firstOf(siblings: readonly string[], among: readonly string[]): string | undefined {
  return siblings.find(sku => among.includes(sku))
}

/** What Shopify has, or is being told, of each item under all its SKUs, by `state/SKU` of the one that opens it. */
async function postedSums(
  tx: Tx,
  place: Place,
  siblings: ReadonlyMap<string, readonly string[]>,
  skus: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const all = [...new Set(skus.flatMap(sku => siblings.get(sku) ?? [sku]))]
  const held = await levelSums(tx, place, all)
  const due = (await dueSums(tx, place, all)).map(({ sku, quantity }) => ({
    sku,
    state: 'on_hand' as const,
    quantity: -quantity,
  }))
  const sums = new Map<string, number>()
  for (const sku of skus)
    for (const row of [...held, ...due]) {
      if (!(siblings.get(sku) ?? [sku]).includes(row.sku)) continue
      const key = `${row.state}/${sku}`
      sums.set(key, (sums.get(key) ?? 0) + row.quantity)
    }
  return sums
}

/**
 * How much of an order's units the opening of an item already counts as committed: all, when Shopify's level had
 * them at the moment it was read. Both times are Shopify's own.
 */
export async function countedByOpening(
  tx: Tx,
  place: { store: string; warehouse: string },
  line: { sku: string; quantity: Quantity },
  orderedAt: number,
): Promise<boolean> {
  const siblings = (await siblingsOf(tx, [line.sku])).get(line.sku) ?? [line.sku]
  const row = await tx
    .selectFrom('movement')
    .select(['reference', 'quantity'])
    .where('store', '=', place.store)
    .where(
      'source_key',
      'in',
      siblings.map(sku => `opening-committed/${place.warehouse}/${sku}`),
    )
    .executeTakeFirst()
  if (row === undefined || row.quantity < line.quantity) return false
  return orderedAt <= Date.parse(row.reference.replace(/^.*@/, ''))
}
