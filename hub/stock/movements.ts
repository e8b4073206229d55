import { insertRows, type Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { addDue } from '../outbox/postings.ts'

/** One signed change of stock; it never changes. */
export type Movement = Schema['movement']
/** `posts`: Shopify must hear of it; false: Shopify made it itself, or knows it already. */
export type NewMovement = Movement & { readonly posts: boolean }

/**
 * Writes movements, carries their sums into the levels and puts those that Shopify must hear of into the outbox, in the caller's transaction. A second movement of one
 * source key is a bug of the caller and fails the transaction: effects are decided once, before this.
 */
export async function writeMovements(tx: Tx, movements: readonly NewMovement[]): Promise<void> {
  const rows = movements.map(({ posts: _, ...row }) => row)
  await insertRows(tx, 'movement', rows)
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
  await addDue(
    tx,
    movements.filter(m => m.posts),
  )
}
