import { z } from 'zod'
import { insertRows, type Reads, type Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'

/**
 * What is held back of an item at a warehouse, because Shopify counts whole units: movements that count as sent, less
 * what was sent of them. In thousandths of a unit; it goes with the item's next change.
 */
export type Remainder = Schema['remainder']

/** Adds to what is held back. */
export async function addRemainders(tx: Tx, changes: readonly Remainder[]): Promise<void> {
  const some = changes.filter(({ quantity }) => quantity !== 0)
  await insertRows(tx, 'remainder', some, { key: ['store', 'warehouse', 'sku'], add: ['quantity'] })
  for (const { store, warehouse, sku } of some)
    await tx
      .deleteFrom('remainder')
      .where(e => e.and({ store, warehouse, sku, quantity: 0 }))
      .execute()
}

/** What is held back at some warehouses of a store, by SKU; of some items when they are given. */
export async function remaindersAt(
  db: Reads,
  at: { readonly store: string; readonly warehouses: readonly string[] },
  skus?: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (skus?.length === 0 || at.warehouses.length === 0) return new Map()
  let query = db
    .selectFrom('remainder')
    .select(e => ['sku', e.fn.sum<number | string>('quantity').as('quantity')])
    .where('store', '=', at.store)
    .where('warehouse', 'in', at.warehouses)
    .groupBy('sku')
  if (skus !== undefined) query = query.where('sku', 'in', skus)
  const rows = await query.execute()
  return new Map(rows.map(({ sku, quantity }) => [sku, Number(quantity)]))
}

/** All that is held back. */
export function allRemainders(db: Reads): Promise<Remainder[]> {
  return db.selectFrom('remainder').selectAll().orderBy('store').orderBy('warehouse').orderBy('sku').execute()
}

const Rests = z.object({
  warehouses: z.tuple([z.string()], z.string()),
  changes: z.array(z.object({ sku: z.string(), rest: z.int().optional() })),
})

/** What a request leaves over of its movements: what sending it adds to what is held back. */
export function restsOf(store: string, request: string): Remainder[] {
  const parsed = Rests.safeParse(JSON.parse(request))
  if (!parsed.success) return [] // made without a call
  const { warehouses, changes } = parsed.data
  return changes.map(({ sku, rest = 0 }) => ({ store, warehouse: warehouses[0], sku, quantity: rest }))
}

/** The part of a sum that Shopify can't hold. It has the sign of the sum. */
export function fractionOf(quantity: number): number {
  return quantity % 1000 === 0 ? 0 : quantity % 1000
}

/**
 * Movements count as known to Shopify without a request of this database that says how much of them was sent: whole
 * units of them and of what was held back, as a request would have had it. The rest is held back.
 * @returns by how much less or more is held back
 */
export async function keepFraction(tx: Tx, of: Remainder): Promise<number> {
  const { store, warehouse, sku, quantity } = of
  const before = (await remaindersAt(tx, { store, warehouses: [warehouse] }, [sku])).get(sku) ?? 0
  const change = fractionOf(before + quantity) - before
  await addRemainders(tx, [{ ...of, quantity: change }])
  return change
}
