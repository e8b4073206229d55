import { insertRows, type Reads, type Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'

/** A movement that Shopify must hear of. `quantity` in thousandths of a unit. */
export interface DueMovement {
  readonly store: string
  readonly source_key: string
  readonly warehouse: string
  readonly sku: string
  readonly quantity: number
}

/** The warehouses of one store whose stock one Shopify location shows. */
interface Warehouses {
  readonly store: string
  readonly warehouses: readonly string[]
}

/** What waits of one item at one warehouse. */
export interface DueSum {
  readonly store: string
  readonly warehouse: string
  readonly sku: string
  readonly quantity: number
  readonly movements: number
}

/** Movements that no write carries yet, with their sums by item and warehouse: a look at a place costs its items, not its history. */
export async function addDue(tx: Tx, movements: readonly DueMovement[]): Promise<void> {
  await insertRows(
    tx,
    'due_movement',
    movements.map(({ store, warehouse, sku, source_key, quantity }) => ({
      store,
      warehouse,
      sku,
      source_key,
      quantity,
    })),
  )
  const sums = new Map<string, Schema['due']>()
  for (const { store, warehouse, sku, quantity } of movements) {
    const key = JSON.stringify([store, warehouse, sku])
    const sum = sums.get(key)
    if (sum === undefined) sums.set(key, { store, warehouse, sku, quantity, movements: 1 })
    else {
      sum.quantity += quantity
      sum.movements += 1
    }
  }
  await insertRows(tx, 'due', [...sums.values()], {
    key: ['store', 'warehouse', 'sku'],
    add: ['quantity', 'movements'],
  })
}

/** What waits at some warehouses of a store, item by item. */
export function dueSums(db: Reads, place: Warehouses, skus?: readonly string[]): Promise<DueSum[]> {
  let query = db
    .selectFrom('due')
    .selectAll()
    .where('store', '=', place.store)
    .where('warehouse', 'in', place.warehouses)
  if (skus !== undefined) query = query.where('sku', 'in', skus)
  return query.execute()
}

/** What waits of one item, store by store. */
export async function dueOfItem(db: Reads, sku: string): Promise<{ store: string; quantity: number }[]> {
  const rows = await db
    .selectFrom('due')
    .select(e => ['store', e.fn.sum<number | string>('quantity').as('quantity')])
    .where('sku', '=', sku)
    .groupBy('store')
    .execute()
  return rows.map(({ store, quantity }) => ({ store, quantity: Number(quantity) }))
}

/** The SKUs of which anything waits. */
export async function dueSkus(db: Reads): Promise<string[]> {
  const rows = await db.selectFrom('due').select('sku').distinct().execute()
  return rows.map(row => row.sku)
}

/** Points all that waits of one item in one store, at whichever warehouse, at a write. */
export async function takeDueOfItem(tx: Tx, store: string, sku: string, write: number): Promise<void> {
  const rows = await tx
    .selectFrom('due')
    .select('warehouse')
    .where('store', '=', store)
    .where('sku', '=', sku)
    .execute()
  await takeDue(tx, { store, warehouses: rows.map(row => row.warehouse) }, [sku], write)
}

/** Points all that waits of these items at the write that carries it. @returns how many movements */
export async function takeDue(
  tx: Tx,
  place: Warehouses,
  skus: readonly string[],
  write: number,
): Promise<number> {
  if (skus.length === 0 || place.warehouses.length === 0) return 0
  const movements = await tx
    .selectFrom('due_movement')
    .selectAll()
    .where('store', '=', place.store)
    .where('warehouse', 'in', place.warehouses)
    .where('sku', 'in', skus)
    .execute()
  await point(tx, movements, write)
  await tx
    .deleteFrom('due_movement')
    .where('store', '=', place.store)
    .where('warehouse', 'in', place.warehouses)
    .where('sku', 'in', skus)
    .execute()
  await tx
    .deleteFrom('due')
    .where('store', '=', place.store)
    .where('warehouse', 'in', place.warehouses)
    .where('sku', 'in', skus)
    .execute()
  return movements.length
}

/** Points some of the waiting movements at a write, and leaves the others of their items due. */
export async function takeMovements(tx: Tx, movements: readonly DueMovement[], write: number): Promise<void> {
  await point(tx, movements, write)
  for (const m of movements) {
    await tx
      .deleteFrom('due_movement')
      .where('store', '=', m.store)
      .where('warehouse', '=', m.warehouse)
      .where('sku', '=', m.sku)
      .where('source_key', '=', m.source_key)
      .execute()
    await tx
      .updateTable('due')
      .set(e => ({ quantity: e('quantity', '-', m.quantity), movements: e('movements', '-', 1) }))
      .where('store', '=', m.store)
      .where('warehouse', '=', m.warehouse)
      .where('sku', '=', m.sku)
      .execute()
  }
  await tx.deleteFrom('due').where('movements', '=', 0).execute()
}

async function point(tx: Tx, movements: readonly DueMovement[], write: number): Promise<void> {
  await insertRows(
    tx,
    'posting',
    movements.map(({ store, source_key }) => ({ store, source_key, write })),
  )
}

/** The movements of a write that was not carried out are due again: of some items, or of all. */
export async function releaseWrite(tx: Tx, write: number, skus?: readonly string[]): Promise<void> {
  let query = tx
    .selectFrom('posting as p')
    .innerJoin('movement as m', join =>
      join.onRef('m.store', '=', 'p.store').onRef('m.source_key', '=', 'p.source_key'),
    )
    .select(['m.store', 'm.source_key', 'm.warehouse', 'm.sku', 'm.quantity'])
    .where('p.write', '=', write)
  if (skus !== undefined) query = query.where('m.sku', 'in', skus)
  const movements = await query.execute()
  for (const m of movements)
    await tx
      .deleteFrom('posting')
      .where('store', '=', m.store)
      .where('source_key', '=', m.source_key)
      .execute()
  await addDue(tx, movements)
}
