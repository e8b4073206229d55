import { type Quantity, units } from '../../shared/quantity.ts'
import { type Db, type Tx, transaction } from '../db/db.ts'
import { SHOPIFY_MADE } from '../db/schema.ts'
import { type Movement, writeMovements } from '../ledger/movements.ts'
import type { ShopifyClient } from './client.ts'
import { type ItemLevel, locationLevels } from './levels.ts'
import { pagesOf } from './pages.ts'
import type { Place } from './places.ts'
import type { Turn } from './waiting.ts'

const openingKey = (place: Place, sku: string) => `opening/${place.warehouses[0]}/${sku}`
const committedKey = (place: Place, sku: string) => `opening-committed/${place.warehouses[0]}/${sku}`

/** Which of these SKUs the ledger has not taken Shopify's level of yet, at one place. */
export async function withoutOpening(
  db: Db | Tx,
  place: Place,
  skus: readonly string[],
): Promise<readonly string[]> {
  if (skus.length === 0) return []
  const rows = await db
    .selectFrom('movement')
    .select('source_key')
    .where('store', '=', place.store)
    .where(
      'source_key',
      'in',
      skus.map(sku => openingKey(place, sku)),
    )
    .execute()
  const held = new Set(rows.map(row => row.source_key))
  return skus.filter(sku => !held.has(openingKey(place, sku)))
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
  const fresh = await withoutOpening(tx, place, [...levels.keys()])
  if (fresh.length === 0) return
  const posted = await postedSums(tx, place, fresh)
  const movements = fresh.flatMap((sku): Movement[] => {
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
      posting: SHOPIFY_MADE,
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

async function postedSums(
  tx: Tx,
  place: Place,
  skus: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await tx
    .selectFrom('movement')
    .select(e => ['sku', 'state', e.fn.sum<number | string>('quantity').as('quantity')])
    .where('store', '=', place.store)
    .where('warehouse', 'in', place.warehouses)
    .where('sku', 'in', skus)
    .where('posting', 'is not', null)
    .groupBy(['sku', 'state'])
    .execute()
  return new Map(rows.map(row => [`${row.state}/${row.sku}`, Number(row.quantity)]))
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
  const row = await tx
    .selectFrom('movement')
    .select(['reference', 'quantity'])
    .where('store', '=', place.store)
    .where('source_key', '=', `opening-committed/${place.warehouse}/${line.sku}`)
    .executeTakeFirst()
  if (row === undefined || row.quantity < line.quantity) return false
  return orderedAt <= Date.parse(row.reference.replace(/^.*@/, ''))
}

/** Begins the ledger of every mapped item that a location stocks; later runs look only at what changed since. */
export async function openLocation(
  work: { db: Db; client: ShopifyClient; turn: Turn; now: () => number },
  place: Place,
): Promise<void> {
  const { db, client, turn, now } = work
  const key = `shopify.openings/${place.location}`
  const startedAt = now()
  const last = await db.selectFrom('setting').select('value').where('key', '=', key).executeTakeFirst()
  const query = last === undefined ? null : `updated_at:>='${new Date(Number(last.value)).toISOString()}'`
  const pages = pagesOf(client, locationLevels, { location: place.location, query })
  const nextPage = () =>
    turn(async () => {
      const { value: rows, done } = await pages.next()
      if (done === true) return false
      await transaction(db, async tx => {
        const skus = await mappedSkus(
          tx,
          rows.map(row => row.item),
        )
        const tracked = rows.filter(row => row.level.tracked)
        const levels = tracked.flatMap(({ item, level }) => {
          const sku = skus.get(item)
          return sku === undefined ? [] : [[sku, level] as const]
        })
        await writeOpenings(tx, place, new Map(levels), now())
      })
      return true
    })
  while (await nextPage());
  const value = String(startedAt - OVERLAP_MS)
  await transaction(db, tx =>
    tx
      .insertInto('setting')
      .values({ key, value })
      .onConflict(conflict => conflict.column('key').doUpdateSet({ value }))
      .execute(),
  )
}

/** Shopify's search index lags behind its writes. */
const OVERLAP_MS = 600_000

async function mappedSkus(tx: Tx, items: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await tx
    .selectFrom('item')
    .select(['inventory_item_id', 'sku'])
    .where('inventory_item_id', 'in', items.length === 0 ? [''] : items)
    .where('state', '=', 'mapped')
    .execute()
  return new Map(
    rows.flatMap(row => (row.inventory_item_id === null ? [] : [[row.inventory_item_id, row.sku] as const])),
  )
}
