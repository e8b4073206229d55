import { type Quantity, units } from '../../shared/quantity.ts'
import type { Turn } from '../../shared/turns.ts'
import { type Db, type Tx, transaction } from '../db/db.ts'
import { SHOPIFY_MADE } from '../db/schema.ts'
import type { ShopifyClient } from '../shopify/api/client.ts'
import { pagesOf } from '../shopify/api/pages.ts'
import { type ItemLevel, locationLevels } from '../shopify/stock/levels.ts'
import { type Movement, writeMovements } from './movements.ts'
import type { Place } from './places.ts'

const openingKey = (place: Place, sku: string) => `opening/${place.warehouses[0]}/${sku}`
const committedKey = (place: Place, sku: string) => `opening-committed/${place.warehouses[0]}/${sku}`

/** The SKUs that name one inventory item of Shopify's, each list once: a till may know it by another code. */
async function siblingsOf(
  db: Db | Tx,
  skus: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (skus.length === 0) return new Map()
  const rows = await db
    .selectFrom('item as own')
    .innerJoin('item as other', 'other.inventory_item_id', 'own.inventory_item_id')
    .select(['own.sku as own', 'other.sku as other'])
    .where('own.sku', 'in', skus)
    .orderBy('other.sku')
    .execute()
  const siblings = Map.groupBy(rows, row => row.own)
  return new Map(skus.map(sku => [sku, siblings.get(sku)?.map(row => row.other) ?? [sku]]))
}

/** Which of these SKUs name an item whose level at one place the ledger has not taken from Shopify yet. */
export async function withoutOpening(
  db: Db | Tx,
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

function firstOf(siblings: readonly string[], among: readonly string[]): string | undefined {
  return siblings.find(sku => among.includes(sku))
}

/** What is posted of each item, under all its SKUs, by `state/SKU` of the one that opens it. */
async function postedSums(
  tx: Tx,
  place: Place,
  siblings: ReadonlyMap<string, readonly string[]>,
  skus: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await tx
    .selectFrom('movement')
    .select(e => ['sku', 'state', e.fn.sum<number | string>('quantity').as('quantity')])
    .where('store', '=', place.store)
    .where('warehouse', 'in', place.warehouses)
    .where('sku', 'in', [...new Set(skus.flatMap(sku => siblings.get(sku) ?? [sku]))])
    .where('posting', 'is not', null)
    .groupBy(['sku', 'state'])
    .execute()
  const sums = new Map<string, number>()
  for (const sku of skus)
    for (const row of rows) {
      if (!(siblings.get(sku) ?? [sku]).includes(row.sku)) continue
      const key = `${row.state}/${sku}`
      sums.set(key, (sums.get(key) ?? 0) + Number(row.quantity))
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
