import type { StockMoved } from '../../shared/events.ts'
import { codeIn, codesFor } from '../db/codes.ts'
import { insertRows, type Tx } from '../db/db.ts'
import { itemNumbers, numberIn } from '../items/item-table.ts'
import type { HeldEntry } from './decide.ts'
import { fingerprintKey, receiptKey } from './receipt-key.ts'

/** Writes the newest content of stock entries: the last one of each in `decided`. */
export async function writeStockEntries(
  tx: Tx,
  store: number,
  decided: readonly { readonly event: StockMoved; readonly held: HeldEntry }[],
): Promise<void> {
  const newest = new Map(decided.map(one => [one.held.entry, one]))
  const rows = [...newest.values()]
  const codes = await codesFor(
    tx,
    rows.flatMap(({ event }) => [event.source, event.warehouse]),
  )
  const items = await itemNumbers(tx, new Set(rows.map(({ event }) => event.sku)))
  await insertRows(
    tx,
    'stock_entry',
    rows.map(({ event, held }) => ({
      store,
      entry: held.entry,
      key: receiptKey(event.source, event.entry),
      source: codeIn(codes, event.source),
      revision: held.revision,
      fingerprint: fingerprintKey(event.fingerprint),
      reason: event.reason,
      item: numberIn(items, event.sku),
      warehouse: codeIn(codes, event.warehouse),
      quantity: event.quantity,
    })),
    {
      key: ['store', 'entry'],
      replace: ['revision', 'fingerprint', 'reason', 'item', 'warehouse', 'quantity'],
    },
  )
}
