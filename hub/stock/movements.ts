import { goLiveOf } from '../contract/contract.ts'
import { codeIn, codesFor } from '../db/codes.ts'
import { insertRows, type Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { itemNumbers, numberIn } from '../items/item-table.ts'
import { addDue } from '../outbox/postings.ts'
import { addHistory } from './history.ts'
import { changeLevels } from './levels.ts'
import { markChanged } from './mark-changed.ts'
import type { MovementKey } from './movement-key.ts'
import { movementKinds, stateOfKind, stockStates } from './movement-kinds.ts'
import { noteToldMoves } from './pos-counts.ts'

/** One signed change of stock. It never changes. `quantity` in thousandths of a unit; `at`: hub clock, ms. */
export interface NewMovement extends MovementKey {
  readonly store: string
  readonly warehouse: string
  readonly sku: string
  readonly quantity: number
  /** The record of a till that caused it; null: Shopify did. */
  readonly origin: { readonly device: string; readonly epoch: number; readonly seq: number } | null
  readonly at: number
  /** When the goods moved, by the hub's clock; null or left out: when the hub heard of it. */
  readonly movedAt?: number | null
  /** When they moved instead, as far as is known; left out: that is certain. */
  readonly orMovedAt?: number
  /** Whether Shopify must hear of it; false: Shopify made it itself, or knows it already. */
  readonly posts: boolean
}

type MovementRow = Schema['movement']

/** A movement of which it is not known whether it happened before its store went live. It is due. */
export interface Doubtful {
  readonly row: MovementRow
  readonly of: NewMovement
}

/**
 * Writes movements, carries their sums into the levels and puts those that Shopify must hear of into the outbox, in
 * the caller's transaction. Of the latter, what happened before its store went live is history: Shopify's stock counts it
 * already, so it is in no level and is never posted. A second movement of one key is a fault of the caller and fails the transaction: effects
 * are decided once, before this.
 */
export async function writeMovements(
  tx: Tx,
  movements: readonly NewMovement[],
): Promise<{ readonly history: ReadonlySet<NewMovement>; readonly doubtful: readonly Doubtful[] }> {
  const { history, unclear } = await historyOf(tx, movements)
  if (movements.length === 0) return { history, doubtful: [] }
  const rows = await toRows(tx, movements)
  await insertRows(tx, 'movement', rows)
  const written = rows.flatMap((row, index) => {
    const of = movements[index]
    return of === undefined ? [] : [{ row, of }]
  })
  const live = written.filter(({ of }) => !history.has(of))
  await changeLevels(
    tx,
    live.map(({ row, of }) => ({ ...row, state: stockStates[stateOfKind(of.kind)] })),
  )
  await markChanged(
    tx,
    live.filter(({ of }) => followsShopify(of)).map(({ of }) => of),
  )
  await addDue(
    tx,
    live.filter(({ of }) => of.posts).map(({ row }) => row),
  )
  await addHistory(
    tx,
    written.filter(({ of }) => history.has(of)).map(({ row }) => row),
  )
  for (const [store, own] of Map.groupBy(written, ({ of }) => of.store))
    await noteToldMoves(
      tx,
      store,
      own.map(({ row }) => row),
    )
  return { history, doubtful: written.filter(({ of }) => unclear.has(of)) }
}

/** What changes on hand without Shopify having to hear of it: Shopify did it, so its level has changed or soon will. */
function followsShopify({ kind, revision, posts }: NewMovement): boolean {
  const isCompared = kind === 'opening' && revision === 0 // with the level that it was made of
  return !posts && !isCompared && stateOfKind(kind) === 'on_hand'
}

async function historyOf(tx: Tx, movements: readonly NewMovement[]) {
  const posting = movements.filter(({ posts }) => posts)
  const history = new Set<NewMovement>()
  const unclear = new Set<NewMovement>()
  for (const [store, own] of Map.groupBy(posting, one => one.store)) {
    const goLive = (await goLiveOf(tx, store)) ?? 0
    if (goLive <= 0) continue // all that ever happened counts
    for (const one of own) {
      const moved = one.movedAt ?? one.at
      const isHistory = moved < goLive
      if (isHistory !== (one.orMovedAt ?? moved) < goLive) unclear.add(one)
      else if (isHistory) history.add(one)
    }
  }
  return { history, unclear }
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
    moved_at: m.movedAt ?? null,
  }))
}
