import { executeEach, type Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'

export type Movement = Schema['movement']

const INSERT = /* sql */ `
  INSERT INTO movement (store, source_key, warehouse, sku, state, quantity, reason, reference, device, epoch, seq, at, posting)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
const ADD = /* sql */ `
  INSERT INTO level (store, warehouse, sku, state, quantity) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (store, warehouse, sku, state) DO UPDATE SET quantity = level.quantity + excluded.quantity`

/**
 * Writes movements and carries their sums into the levels, in the caller's transaction. A second movement of one
 * source key is a bug of the caller and fails the transaction: effects are decided once, before this.
 */
export async function writeMovements(tx: Tx, movements: readonly Movement[]): Promise<void> {
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
      m.posting,
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
}
