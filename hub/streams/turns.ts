import { codeFor } from '../db/codes.ts'
import { insertRows, type Reads, type Tx } from '../db/db.ts'

/** The number of this commit among all those of a store in which events took effect. */
export async function nextTurn(tx: Tx, store: string): Promise<number> {
  const code = await codeFor(tx, store)
  await insertRows(tx, 'store_turn', [{ store: code, turn: 1 }], { key: ['store'], add: ['turn'] })
  return lastTurn(tx, code)
}

/** The newest turn of a store, by its number; 0 before the first. */
export async function lastTurn(db: Reads, store: number): Promise<number> {
  const row = await db.selectFrom('store_turn').select('turn').where('store', '=', store).executeTakeFirst()
  return row?.turn ?? 0
}
