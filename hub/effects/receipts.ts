import type { SaleCompleted, SaleVoided, StockMoved } from '../../shared/events.ts'
import type { Tx } from '../db/db.ts'
import { applyToLedger } from '../sales/apply.ts'
import type { PlacedEvent } from '../streams/placed-event.ts'
import type { EffectContext } from './effect.ts'

/** Sales, voids and stock diary entries, in stream order. Shopify hears of a store only when a movement was written. */
export async function applyReceipts(
  tx: Tx,
  placed: readonly PlacedEvent<SaleCompleted | SaleVoided | StockMoved>[],
  context: EffectContext,
): Promise<void> {
  const { movements } = await applyToLedger(tx, context.store, placed)
  if (movements > 0) context.afterCommit('stock')
}
