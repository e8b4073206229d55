import { knownCodes } from '../db/codes.ts'
import { insertRows, type Reads, type Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { addRemainders, remaindersAt, restsOf } from './remainders.ts'

/** A movement that Shopify must hear of, by its numbers. `quantity` in thousandths of a unit. */
export type DueMovement = Schema['due_movement']

/** A movement that Shopify must hear of, and when the hub heard of it; hub clock, ms. */
export type HeardMovement = DueMovement & { readonly at: number }

/** The warehouses of one store whose stock one Shopify location shows, by their codes. */
interface Warehouses {
  readonly store: string
  readonly warehouses: readonly string[]
}

/** What Shopify is still to hear of one item at a place, over all its warehouses: what is due, and what is held back. */
export interface DueSum {
  readonly sku: string
  readonly quantity: number
  /** The part of `quantity` that is held back. */
  readonly remainder: number
  /** When the hub heard of the first movement that is due; null: none is. */
  readonly since: number | null
  /** How many movements are due; 0: something is held back, and goes with the item's next change. */
  readonly movements: number
}

/** Movements that no write carries yet, with their sums by item and warehouse: a look at a place costs the items that wait, not the history. */
export async function addDue(tx: Tx, movements: readonly HeardMovement[]): Promise<void> {
  await insertRows(
    tx,
    'due_movement',
    movements.map(({ store, warehouse, item, kind, cause, line, revision, quantity }) => ({
      store,
      warehouse,
      item,
      kind,
      cause,
      line,
      revision,
      quantity,
    })),
  )
  await insertRows(tx, 'due', sumsOf(movements), {
    key: ['store', 'warehouse', 'item'],
    add: ['quantity', 'movements'],
  })
}

function sumsOf(movements: readonly HeardMovement[]): Schema['due'][] {
  const sums = new Map<string, Schema['due']>()
  for (const { store, warehouse, item, quantity, at } of movements) {
    const key = `${warehouse}/${item}`
    const before = sums.get(key)
    sums.set(key, {
      store,
      warehouse,
      item,
      quantity: quantity + (before?.quantity ?? 0),
      movements: 1 + (before?.movements ?? 0),
      since: Math.min(at, before?.since ?? at),
    })
  }
  return [...sums.values()].toSorted((a, b) => a.warehouse - b.warehouse || a.item - b.item)
}

interface PlaceCodes {
  readonly store: number
  readonly warehouses: readonly number[]
}

/** Null: nothing has ever moved there. */
async function placeCodes(db: Reads, place: Warehouses): Promise<PlaceCodes | null> {
  const codes = await knownCodes(db, [place.store, ...place.warehouses])
  const store = codes.get(place.store)
  const warehouses = place.warehouses.flatMap(code => codes.get(code) ?? [])
  return store === undefined || warehouses.length === 0 ? null : { store, warehouses }
}

/** What Shopify is still to hear at a place, item by item; of some items when they are given. */
export async function dueSums(db: Reads, place: Warehouses, skus?: readonly string[]): Promise<DueSum[]> {
  const remainders = new Map(await remaindersAt(db, place, skus))
  const sums = (await sumsAt(db, place, skus)).map(({ sku, quantity, movements, since }) => {
    const remainder = remainders.get(sku) ?? 0
    remainders.delete(sku)
    return { sku, quantity: quantity + remainder, remainder, movements, since }
  })
  const held = [...remainders].map(([sku, remainder]) => ({
    sku,
    quantity: remainder,
    remainder,
    movements: 0,
    since: null,
  }))
  return [...sums, ...held]
}

/** What is due at a place, item by item. */
async function sumsAt(db: Reads, place: Warehouses, skus?: readonly string[]) {
  const codes = await placeCodes(db, place)
  if (codes === null || skus?.length === 0) return []
  let query = db
    .selectFrom('due as d')
    .innerJoin('item as i', 'i.id', 'd.item')
    .select(e => [
      'i.sku',
      'd.item',
      e.fn.sum<number | string>('d.quantity').as('quantity'),
      e.fn.sum<number | string>('d.movements').as('movements'),
      e.fn.min<number | string>('d.since').as('since'),
    ])
    .where('d.store', '=', codes.store)
    .where('d.warehouse', 'in', codes.warehouses)
    .groupBy(['i.sku', 'd.item'])
  if (skus !== undefined) query = query.where('i.sku', 'in', skus)
  const rows = await query.execute()
  return rows.map(row => ({
    ...row,
    quantity: Number(row.quantity),
    movements: Number(row.movements),
    since: Number(row.since),
  }))
}

/** Points all that waits of these items at the write that carries it. @returns how many movements */
export async function takeDue(
  tx: Tx,
  place: Warehouses,
  skus: readonly string[],
  write: number,
): Promise<number> {
  const items = (await sumsAt(tx, place, skus)).map(sum => sum.item)
  const codes = await placeCodes(tx, place)
  if (codes === null || items.length === 0) return 0
  const movements = await tx
    .selectFrom('due_movement')
    .selectAll()
    .where('store', '=', codes.store)
    .where('warehouse', 'in', codes.warehouses)
    .where('item', 'in', items)
    .execute()
  await point(tx, movements, write)
  for (const table of ['due_movement', 'due'] as const)
    await tx
      .deleteFrom(table)
      .where('store', '=', codes.store)
      .where('warehouse', 'in', codes.warehouses)
      .where('item', 'in', items)
      .execute()
  return movements.length
}

/** Points some of the waiting movements at a write, and leaves the others of their items due. */
export async function takeMovements(tx: Tx, movements: readonly DueMovement[], write: number): Promise<void> {
  await point(tx, movements, write)
  await dropDue(tx, movements)
}

/** Some of the waiting movements are not due any more; the others of their items are. */
export async function dropDue(tx: Tx, movements: readonly DueMovement[]): Promise<void> {
  for (const m of movements) {
    await tx
      .deleteFrom('due_movement')
      .where(e =>
        e.and({
          store: m.store,
          warehouse: m.warehouse,
          item: m.item,
          kind: m.kind,
          cause: m.cause,
          line: m.line,
          revision: m.revision,
        }),
      )
      .execute()
    await tx
      .updateTable('due')
      .set(e => ({ quantity: e('quantity', '-', m.quantity), movements: e('movements', '-', 1) }))
      .where(e => e.and({ store: m.store, warehouse: m.warehouse, item: m.item }))
      .execute()
    await tx
      .deleteFrom('due')
      .where(e => e.and({ store: m.store, warehouse: m.warehouse, item: m.item, movements: 0 }))
      .execute()
  }
}

function point(tx: Tx, movements: readonly DueMovement[], write: number): Promise<void> {
  return insertRows(
    tx,
    'posting',
    movements.map(({ store, kind, cause, line, revision }) => ({
      store,
      kind,
      cause,
      line,
      revision,
      write,
    })),
  )
}

/** What writes carry, `p`, with the movements `m` that it is of. */
export function postedMovements(db: Reads) {
  return db
    .selectFrom('posting as p')
    .innerJoin('movement as m', join =>
      join
        .onRef('m.store', '=', 'p.store')
        .onRef('m.kind', '=', 'p.kind')
        .onRef('m.cause', '=', 'p.cause')
        .onRef('m.line', '=', 'p.line')
        .onRef('m.revision', '=', 'p.revision'),
    )
}

/** What is due, `d`, with the movements `m` that it is of. */
export function dueMovements(db: Reads) {
  return db
    .selectFrom('due_movement as d')
    .innerJoin('movement as m', join =>
      join
        .onRef('m.store', '=', 'd.store')
        .onRef('m.kind', '=', 'd.kind')
        .onRef('m.cause', '=', 'd.cause')
        .onRef('m.line', '=', 'd.line')
        .onRef('m.revision', '=', 'd.revision'),
    )
}

/**
 * The movements of a write that was not carried out are due again, of some items or of all, and what it left over of them
 * is not held back any more. The write must still have its request as it was sent.
 */
export async function releaseWrite(tx: Tx, write: number, skus?: readonly string[]): Promise<void> {
  const { store: text, request_json } = await tx
    .selectFrom('shopify_write')
    .select(['store', 'request_json'])
    .where('id', '=', write)
    .executeTakeFirstOrThrow()
  const rests = restsOf(text, request_json).filter(({ sku }) => skus === undefined || skus.includes(sku))
  await addRemainders(
    tx,
    rests.map(rest => ({ ...rest, quantity: -rest.quantity })),
  )
  let query = postedMovements(tx)
    .innerJoin('item as i', 'i.id', 'm.item')
    .select([
      'm.store',
      'm.kind',
      'm.cause',
      'm.line',
      'm.revision',
      'm.warehouse',
      'm.item',
      'm.quantity',
      'm.at',
    ])
    .where('p.write', '=', write)
  if (skus !== undefined) query = query.where('i.sku', 'in', skus)
  const movements = await query.execute()
  for (const { store, kind, cause, line, revision } of movements)
    await tx
      .deleteFrom('posting')
      .where(e => e.and({ store, kind, cause, line, revision }))
      .execute()
  await addDue(tx, movements)
  let lost = tx.deleteFrom('lost_posting').where('write', '=', write)
  if (skus !== undefined) lost = lost.where('sku', 'in', skus)
  await lost.execute() // not carried out: when they arrive they are due like any other
}
