import { codeIn, codesFor } from '../db/codes.ts'
import { insertRows, type Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { itemNumbers, numberIn } from '../items/item-table.ts'
import { addDue } from '../outbox/postings.ts'
import type { MovementKey } from './movement-key.ts'
import { movementKinds, stateOfKind, stockStates } from './movement-kinds.ts'

/** One signed change of stock. It never changes. `quantity` in thousandths of a unit; `at`: hub clock, ms. */
export interface NewMovement extends MovementKey {
  readonly store: string
  readonly warehouse: string
  readonly sku: string
  readonly quantity: number
  /** The record of a till that caused it; null: Shopify did. */
  readonly origin: { readonly device: string; readonly epoch: number; readonly seq: number } | null
  readonly at: number
  /** Whether Shopify must hear of it; false: Shopify made it itself, or knows it already. */
  readonly posts: boolean
}

type MovementRow = Schema['movement']

/**
 * Writes movements, carries their sums into the levels and puts those that Shopify must hear of into the outbox, in
 * the caller's transaction. A second movement of one key is a fault of the caller and fails the transaction: effects
 * are decided once, before this.
 */
export async function writeMovements(tx: Tx, movements: readonly NewMovement[]): Promise<void> {
  if (movements.length === 0) return
  const rows = await toRows(tx, movements)
  await insertRows(tx, 'movement', rows)
  await insertRows(tx, 'level', levelChanges(movements, rows), {
    key: ['store', 'warehouse', 'item', 'state'],
    add: ['quantity'],
  })
  await addDue(
    tx,
    rows.filter((_, index) => movements[index]?.posts === true),
  )
}

async function toRows(tx: Tx, movements: readonly NewMovement[]): Promise<MovementRow[]> {
  const texts = new Set<string>()
  for (const { store, warehouse, origin } of movements) {
    texts.add(store).add(warehouse)
    if (origin !== null) texts.add(origin.device)
  }
  const codes = await codesFor(tx, texts)
  const items = await itemNumbers(tx, new Set(movements.map(movement => movement.sku)))
  return movements.map(m => ({
    store: codeIn(codes, m.store),
    kind: movementKinds[m.kind],
    cause: m.cause,
    line: m.line,
    revision: m.revision,
    warehouse: codeIn(codes, m.warehouse),
    item: numberIn(items, m.sku),
    quantity: m.quantity,
    device: m.origin === null ? null : codeIn(codes, m.origin.device),
    epoch: m.origin?.epoch ?? null,
    seq: m.origin?.seq ?? null,
    at: m.at,
  }))
}

/** Sums in the order of the levels' key, so that two stores never wait for each other crosswise. */
function levelChanges(movements: readonly NewMovement[], rows: readonly MovementRow[]): Schema['level'][] {
  const sums = new Map<string, Schema['level']>()
  for (const [index, { store, warehouse, item, quantity }] of rows.entries()) {
    const kind = movements[index]?.kind
    if (kind === undefined) continue
    const state = stockStates[stateOfKind(kind)]
    const key = `${warehouse}/${item}/${state}`
    const sum = sums.get(key)
    sums.set(key, { store, warehouse, item, state, quantity: quantity + (sum?.quantity ?? 0) })
  }
  return [...sums.values()].toSorted(
    (a, b) => a.warehouse - b.warehouse || a.item - b.item || a.state - b.state,
  )
}
