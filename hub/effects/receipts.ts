import type { SaleCompleted, SaleVoided, StockMoved } from '../../shared/events.ts'
import type { Tx } from '../db/db.ts'
import { applyOrderSales } from '../pickups/order-sales.ts'
import { applyToLedger } from '../sales/apply.ts'
import { momentsOf, readClocks } from '../sales/moments.ts'
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
  const sales = placed.filter(isReceipt)
  const clocks = await readClocks(
    tx,
    sales.map(({ origin }) => origin.device),
  )
  const timed = sales.map(one => ({ ...one, moments: momentsOf(one.event, one.origin, clocks) }))
  if (!(await applyOrderSales(tx, context.store, timed))) return
  context.afterCommit('commands')
  context.afterCommit('pickup-writes')
}

type Receipt = SaleCompleted | SaleVoided

function isReceipt(one: PlacedEvent<Receipt | StockMoved>): one is PlacedEvent<Receipt> {
  return one.event.kind !== 'stock.moved'
}
