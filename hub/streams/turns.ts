import { codeFor } from '../db/codes.ts'
import { insertRows, type Reads, type Tx } from '../db/db.ts'

/**
 * The number of this commit among all those of a store that make events take effect. Take it at the start: other
 * commits of the store wait for the end of this one from here on.
 */
export async function nextTurn(tx: Tx, store: string): Promise<number> {
  return advance(tx, await codeFor(tx, store), 1)
}

/** Until the transaction ends, no events of this store take effect. */
export async function holdTurn(tx: Tx, store: number): Promise<void> {
  await advance(tx, store, 0)
}

async function advance(tx: Tx, store: number, by: number): Promise<number> {
  await insertRows(tx, 'store_turn', [{ store, turn: by }], { key: ['store'], add: ['turn'] })
  return lastTurn(tx, store)
}

/** The newest turn of a store, by its number; 0 before the first. */
export async function lastTurn(db: Reads, store: number): Promise<number> {
  const row = await db.selectFrom('store_turn').select('turn').where('store', '=', store).executeTakeFirst()
  return row?.turn ?? 0
}
