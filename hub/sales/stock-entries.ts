import { codeIn, codesFor } from '../db/codes.ts'
import { insertRows, type Tx } from '../db/db.ts'
import { itemNumbers, numberIn } from '../items/item-table.ts'
import type { DecidedEntry } from './decide.ts'
import { fingerprintKey } from './receipt-key.ts'
import { wallNumber } from './sale-times.ts'

/** Writes the newest content of stock entries: the last one of each in `decided`. */
export async function writeStockEntries(
  tx: Tx,
  store: number,
  decided: readonly DecidedEntry[],
): Promise<void> {
  const newest = new Map(decided.map(one => [one.held.entry, one]))
  const rows = [...newest.values()]
  const codes = await codesFor(
    tx,
    rows.flatMap(({ event, origin, name }) => [name.source, event.warehouse, origin.device]),
  )
  const items = await itemNumbers(tx, new Set(rows.map(({ event }) => event.sku)))
  await insertRows(
    tx,
    'stock_entry',
    rows.map(({ event, held, origin, name }) => ({
      store,
      entry: held.entry,
      key: name.key,
      source: codeIn(codes, name.source),
      revision: held.revision,
      fingerprint: fingerprintKey(event.fingerprint),
      reason: event.reason,
      item: numberIn(items, event.sku),
      warehouse: codeIn(codes, event.warehouse),
      quantity: event.quantity,
      device: codeIn(codes, origin.device),
      happened_at: wallNumber(event.happenedAt.wall),
    })),
    {
      key: ['store', 'entry'],
      replace: [
        'revision',
        'fingerprint',
        'reason',
        'item',
        'warehouse',
        'quantity',
        'device',
        'happened_at',
      ],
    },
  )
}
