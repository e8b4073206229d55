import { knownCodes } from '../db/codes.ts'
import { insertRows, type Reads, type Tx } from '../db/db.ts'
import { addDue, type DueMovement, type HeardMovement } from '../outbox/postings.ts'
import { changeLevels } from './levels.ts'
import { movedBefore, type StoreMoment } from './moved-before.ts'
import { stockStates } from './movement-kinds.ts'

/** Movements that Shopify counts already, because their store was not live yet. They are in no level. */
export async function addHistory(tx: Tx, movements: readonly DueMovement[]): Promise<void> {
  await insertRows(
    tx,
    'history_movement',
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
}

/** Movements that were due become history: the levels lose them, and Shopify's stock is what it was. */
export async function holdMovements(tx: Tx, movements: readonly DueMovement[]): Promise<void> {
  await addHistory(tx, movements)
  await changeLevels(
    tx,
    movements.map(({ quantity, ...at }) => ({ ...onHand(at), quantity: -quantity })),
  )
}

/** How many are brought back at a time. */
const A_TIME = 2_000

/** What happened since a moment is not history any more but due: the levels have it, and Shopify will. */
export async function releaseHistory(tx: Tx, store: number, from: StoreMoment): Promise<void> {
  for (;;) {
    const movements = await historyFrom(tx, store, from, A_TIME)
    await releaseMovements(tx, movements)
    if (movements.length < A_TIME) return
  }
}

/** These are not history any more but due. */
export async function releaseMovements(tx: Tx, movements: readonly HeardMovement[]): Promise<void> {
  for (const { quantity: _, at: _at, ...key } of movements)
    await tx
      .deleteFrom('history_movement')
      .where(e => e.and(key))
      .execute()
  await addDue(tx, movements)
  await changeLevels(
    tx,
    movements.map(({ quantity, ...of }) => ({ ...onHand(of), quantity })),
  )
}

function onHand({ store, warehouse, item }: Pick<DueMovement, 'store' | 'warehouse' | 'item'>) {
  return { store, warehouse, item, state: stockStates.on_hand }
}

/** History that happened at a moment or later. */
export function historyFrom(
  db: Reads,
  store: number,
  from: StoreMoment,
  most: number,
): Promise<HeardMovement[]> {
  return db
    .selectFrom('history_movement as h')
    .innerJoin('movement as m', join =>
      join
        .onRef('m.store', '=', 'h.store')
        .onRef('m.kind', '=', 'h.kind')
        .onRef('m.cause', '=', 'h.cause')
        .onRef('m.line', '=', 'h.line')
        .onRef('m.revision', '=', 'h.revision'),
    )
    .selectAll('h')
    .select('m.at')
    .where('h.store', '=', store)
    .where(e => e.not(movedBefore(e, from)))
    .limit(most)
    .execute()
}

/** How many movements of each store are history, by its code. */
export async function historyCounts(db: Reads): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('history_movement as h')
    .innerJoin('code as c', 'c.id', 'h.store')
    .select(e => ['c.text as store', e.fn.countAll<number | string>().as('count')])
    .groupBy('c.text')
    .orderBy('c.text')
    .execute()
  return new Map(rows.map(({ store, count }) => [store, Number(count)]))
}

/** The number of a store in the tables of movements; null: nothing has ever moved there. */
export async function storeCode(db: Reads, store: string): Promise<number | null> {
  return (await knownCodes(db, [store])).get(store) ?? null
}
