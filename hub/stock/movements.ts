import { insertRows, type Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'

export type Movement = Schema['movement']

/**
 * Writes movements and carries their sums into the levels, in the caller's transaction. A second movement of one
 * source key is a bug of the caller and fails the transaction: effects are decided once, before this.
 */
export async function writeMovements(tx: Tx, movements: readonly Movement[]): Promise<void> {
  await insertRows(tx, 'movement', movements)
  const sums = new Map<string, Schema['level']>()
  for (const { store, warehouse, sku, state, quantity } of movements) {
    const key = JSON.stringify([store, warehouse, sku, state])
    const sum = sums.get(key)
    if (sum === undefined) sums.set(key, { store, warehouse, sku, state, quantity })
    else sum.quantity += quantity
  }
  await insertRows(tx, 'level', [...sums.values()], {
    key: ['store', 'warehouse', 'sku', 'state'],
    add: ['quantity'],
  })
}
