import { insertRows, type Reads, type Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { storableText } from '../db/storable-text.ts'

/** What is known of one SKU: the tills' own words and what Shopify has for it. */
export type HubItem = Omit<Schema['item'], 'id'> & { readonly id: number }
export type ItemState = HubItem['state']

/** An item as a till named it. */
export interface NotedItem {
  readonly sku: string
  readonly barcode: string | null
  readonly title: string | null
}

/** Keeps items that a till named, to be looked up in Shopify. What is known of one already stays. */
export async function noteItems(tx: Tx, items: readonly NotedItem[]): Promise<void> {
  const sorted = stored(items).toSorted((a, b) => (a.sku < b.sku ? -1 : 1)) // stores share these rows: one order, no deadlock
  await insertRows(
    tx,
    'item',
    sorted.map(({ sku, barcode, title }) => ({ sku, state: 'unchecked' as const, barcode, title })),
    { key: ['sku'], fill: 'barcode' },
  )
}

/** Each SKU once, in texts that read back as they were written. */
function stored(items: readonly NotedItem[]): NotedItem[] {
  const rows = items.map(({ sku, barcode, title }) => ({
    sku: storableText(sku),
    barcode: barcode === null ? null : storableText(barcode),
    title: title === null ? null : storableText(title),
  }))
  return [...new Map(rows.map(row => [row.sku, row])).values()]
}

/** The number of each of these SKUs in hot rows. An SKU never seen gets one, and is looked up in Shopify. */
export async function itemNumbers(tx: Tx, skus: ReadonlySet<string>): Promise<ReadonlyMap<string, number>> {
  const wanted = [...new Set([...skus].map(storableText))]
  const found = await readNumbers(tx, wanted)
  const missing = wanted.filter(sku => !found.has(sku))
  if (missing.length > 0) {
    await noteItems(
      tx,
      missing.map(sku => ({ sku, barcode: null, title: null })),
    )
    for (const [sku, number] of await readNumbers(tx, missing)) found.set(sku, number)
  }
  return new Map(
    [...skus].flatMap(sku => {
      const number = found.get(storableText(sku))
      return number === undefined ? [] : [[sku, number] as const]
    }),
  )
}

const SKUS_A_QUERY = 250

async function readNumbers(tx: Tx, skus: readonly string[]): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for (let start = 0; start < skus.length; start += SKUS_A_QUERY) {
    const some = skus.slice(start, start + SKUS_A_QUERY)
    const last = some.at(-1)
    while (last !== undefined && some.length < SKUS_A_QUERY) some.push(last) // one statement for any number
    for (const { sku, id } of await tx
      .selectFrom('item')
      .select(['sku', 'id'])
      .where('sku', 'in', some)
      .execute())
      found.set(sku, id)
  }
  return found
}

/** @throws RangeError for an SKU whose number was not read: a fault of the caller */
export function numberIn(numbers: ReadonlyMap<string, number>, sku: string): number {
  const number = numbers.get(sku)
  if (number === undefined) throw new RangeError(`the number of item ${sku} was not read`)
  return number
}

/** Writes what Shopify has for one SKU. */
export async function putItem(
  tx: Tx,
  sku: string,
  row: Omit<HubItem, 'id' | 'sku' | 'image_url'>,
): Promise<void> {
  await tx
    .insertInto('item')
    .values({ sku, image_url: null, ...row })
    .onConflict(conflict => conflict.column('sku').doUpdateSet(row))
    .execute()
}

/** Shopify no longer has it, or no longer counts it. */
export async function withdrawItem(
  tx: Tx,
  sku: string,
  state: 'unknown' | 'untracked',
  now: number,
): Promise<void> {
  const gone = state === 'unknown' ? { inventory_item_id: null, variant_id: null } : {}
  await tx
    .updateTable('item')
    .set({ state, checked_at: now, ...gone })
    .where('sku', '=', sku)
    .execute()
}

/** Nothing is known of it any more: the catalogue must look for it. */
export async function forgetItem(tx: Tx, sku: string): Promise<void> {
  await tx
    .updateTable('item')
    .set({ state: 'unchecked', inventory_item_id: null, variant_id: null, checked_at: null })
    .where('sku', '=', sku)
    .execute()
}

/** Marks items that are not mapped to be looked up at once: something was heard of them. */
export async function recheckItems(tx: Tx, skus: readonly string[]): Promise<void> {
  if (skus.length === 0) return
  await tx
    .updateTable('item')
    .set({ checked_at: null })
    .where('sku', 'in', skus)
    .where('state', '<>', 'mapped')
    .execute()
}

/** The SKUs that name the same inventory item of Shopify's, by each SKU asked for: a till may know it by another code. */
export async function siblingsOf(
  db: Reads,
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

/** Which of these SKUs name an item that one of `others` names as well. */
export async function amongSiblings(
  db: Reads,
  others: ReadonlySet<string>,
  skus: readonly string[],
): Promise<readonly string[]> {
  if (others.size === 0) return []
  const siblings = await siblingsOf(db, skus)
  return skus.filter(sku => others.has(sku) || siblings.get(sku)?.some(other => others.has(other)) === true)
}

/** The inventory item of each mapped SKU; SKUs that are not mapped are left out. */
export async function mappedItems(db: Reads, skus: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (let start = 0; start < skus.length; start += SKUS_A_QUERY) {
    const rows = await db
      .selectFrom('item')
      .select(['inventory_item_id', 'sku'])
      .where('sku', 'in', skus.slice(start, start + SKUS_A_QUERY))
      .where('state', '=', 'mapped')
      .execute()
    for (const { sku, inventory_item_id: item } of rows) if (item !== null) found.set(sku, item)
  }
  return found
}

/** The SKU of each mapped inventory item of Shopify's. */
export async function mappedSkus(db: Reads, items: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (items.length === 0) return new Map()
  const rows = await db
    .selectFrom('item')
    .select(['inventory_item_id', 'sku'])
    .where('inventory_item_id', 'in', items)
    .where('state', '=', 'mapped')
    .execute()
  return new Map(
    rows.flatMap(row => (row.inventory_item_id === null ? [] : [[row.inventory_item_id, row.sku] as const])),
  )
}

/** The SKUs that name each of these inventory items of Shopify's: a till may know one by several codes. */
export async function skusOfItems(
  db: Reads,
  items: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (items.length === 0) return new Map()
  const rows = await db
    .selectFrom('item')
    .select(['inventory_item_id', 'sku'])
    .where('inventory_item_id', 'in', items)
    .orderBy('sku')
    .execute()
  const named = Map.groupBy(rows, row => row.inventory_item_id ?? '')
  return new Map([...named].map(([item, own]) => [item, own.map(({ sku }) => sku)]))
}

/** The barcodes that the tills give for some SKUs; those without one are left out. */
export async function tillBarcodes(db: Reads, skus: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (skus.length === 0) return new Map()
  const rows = await db
    .selectFrom('item')
    .select(['sku', 'barcode'])
    .where('sku', 'in', skus)
    .where('barcode', 'is not', null)
    .execute()
  return new Map(
    rows.flatMap(({ sku, barcode }) => (barcode === null || barcode.trim() === '' ? [] : [[sku, barcode]])),
  )
}
