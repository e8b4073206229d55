import { executeEach, type Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { addDue } from '../outbox/postings.ts'

/** One signed change of stock; it never changes. */
export type Movement = Schema['movement']
/** `posts`: Shopify must hear of it; false: Shopify made it itself, or knows it already. */
export type NewMovement = Movement & { readonly posts: boolean }

const INSERT = /* sql */ `
  INSERT INTO movement (store, source_key, warehouse, sku, state, quantity, reason, reference, device, epoch, seq, at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
const ADD = /* sql */ `
  INSERT INTO level (store, warehouse, sku, state, quantity) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (store, warehouse, sku, state) DO UPDATE SET quantity = level.quantity + excluded.quantity`

/**
 * Writes movements, carries their sums into the levels and puts those that Shopify must hear of into the outbox, in the caller's transaction. A second movement of one
 * source key is a bug of the caller and fails the transaction: effects are decided once, before this.
 */
export async function writeMovements(tx: Tx, movements: readonly NewMovement[]): Promise<void> {
  await executeEach(
    tx,
    INSERT,
    movements.map(m => [
      m.store,
      m.source_key,
      m.warehouse,
      m.sku,
      m.state,
      m.quantity,
      m.reason,
      m.reference,
      m.device,
      m.epoch,
      m.seq,
      m.at,
    ]),
  )
  const sums = new Map<string, [string, string, string, string, number]>()
  for (const m of movements) {
    const key = JSON.stringify([m.store, m.warehouse, m.sku, m.state])
    const sum = sums.get(key)
    if (sum === undefined) sums.set(key, [m.store, m.warehouse, m.sku, m.state, m.quantity])
    else sum[4] += m.quantity
  }
  await executeEach(tx, ADD, [...sums.values()])
  await addDue(
    tx,
    movements.filter(m => m.posts),
  )
}
